"""What the parts of a filter share while it is written as SQL: the moment, the bound values, and how text is compared."""

from __future__ import annotations

from store.reads import usage_sql
from store.rules.filter_match import fold

NOTHING = "1 = 0"


class Writing:
    """One filter being written: `now_ms` is the moment, `past` that it is not the present, `params` what is bound so far.

    `status` and `working` are those terms written so far that ask for an active token, and that only one that works passes.
    """

    def __init__(self, now_ms: int, *, past: bool, prefix: str) -> None:
        self.now_ms = now_ms
        self.past = past
        self.accounts_first = False
        self.status: set[str] = set()
        self.working: set[str] = set()
        self._prefix = prefix
        self.params: dict[str, object] = {"now": now_ms}

    def bind_windows(self) -> None:
        """Bind what sums of usage need (store.reads.usage_sql): few filters hold one."""
        self.params.update(usage_sql.window_params(self.now_ms))

    def bind(self, value: object) -> str:
        """Return the name of a parameter that holds `value`."""
        name = f"{self._prefix}{len(self.params)}"
        self.params[name] = value
        return f":{name}"


def like(column: str, bound: str) -> str:
    """Return the condition that a column holds a bound pattern, A to Z in either case."""
    return f"lower({column}) LIKE {bound} ESCAPE '\\'"


def pattern(text: str) -> str:
    """Return the pattern for what holds `text`, with the wildcards in it taken as they are."""
    return f"%{escaped(text)}%"


def escaped(text: str) -> str:
    """Return `text`, A to Z made small, with the wildcards in it taken as they are in a pattern."""
    return fold(text).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def all_of(terms: list[str]) -> str:
    """Join terms that have to hold together."""
    return "(" + (" AND ".join(terms) or "1 = 1") + ")"
