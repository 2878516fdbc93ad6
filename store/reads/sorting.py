"""How lists of tokens can be sorted, and the SQL that walks an index in that order from any row on.

Ties always follow account and id, in the direction of the sort, so that the order is whole and a page can start anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from store.errors import BadInput
from store.reads.filter_sql import Predicate
from store.reads.narrowing import holds_few
from store.rules.filter_values import nearest


@dataclass(frozen=True, slots=True)
class Sort:
    """A field of SORTS and its direction."""

    field: str
    descending: bool = False

    @property
    def text(self) -> str:
        """Return it as it is typed: `-used` for the latest first."""
        return f"-{self.field}" if self.descending else self.field


@dataclass(frozen=True, slots=True)
class SortField:
    """What a list can be sorted by: its column, what it is called, and the terms a list must hold for it to make sense."""

    name: str
    column: str
    about: str
    ascending: str
    descending: str
    needs: tuple[str, ...] = ()
    text: bool = False


SORTS: dict[str, SortField] = {
    field.name: field
    for field in (
        SortField("used", "t.seen_at", "last use", "longest unused first", "latest used first"),
        SortField("created", "t.created_at", "creation", "oldest first", "newest first"),
        SortField("expires", "t.expires_key", "expiry", "soonest first", "latest first"),
        SortField("name", "t.name", "name", "A to Z", "Z to A", text=True),
        SortField("account", "t.account_id", "account", "A to Z", "Z to A", text=True),
        SortField("rotated", "t.secret_since", "age of the secret", "oldest first", "newest first"),
        SortField("requests", "t.requests_24h", "requests in 24 h", "fewest first", "most first"),
        SortField("retires", "t.retires_at", "end of the overlap", "soonest first", "latest first",
                  needs=("t.retires_at IS NOT NULL",)),
        SortField("revoked", "t.revoked_at", "revocation", "oldest first", "latest first", needs=("t.revoked_at IS NOT NULL",)),
        SortField("denied", "t.last_denied_at", "last refusal", "oldest first", "latest first",
                  needs=("t.last_denied_at IS NOT NULL",)),
        SortField("silent", "t.silent_after", "how long overdue", "longest first", "shortest first",
                  needs=("t.silent_after IS NOT NULL",)),
        SortField("address", "t.new_address_at", "newest address", "oldest first", "latest first",
                  needs=("t.new_address_at IS NOT NULL",)),
        SortField("success", "t.last_success_at", "last accepted request", "oldest first", "latest first",
                  needs=("t.last_success_at IS NOT NULL",)),
    )
}  # fmt: skip
"""Every sort by the name typed for it. Those with `needs` belong to the views that hold only such tokens."""

IDLE_PART = "t.requests_24h = 0"
BUSY_PART = "t.requests_24h > 0"


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a row stands in its list: the value it is sorted by, and its key."""

    value: int | str
    account_id: str
    id: str


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a list that one index walk gives: what else holds in it, and the columns it is ordered by."""

    order: tuple[str, ...]
    term: str = ""

    def condition(self, *, later: bool, descending: bool, included: bool = False) -> str:
        """Return the condition of the rows after (`later`) or before the anchor bound by `values`, itself if `included`."""
        sign = (">" if later is not descending else "<") + ("=" if included else "")
        bound = [f":anchor_{number}" for number in range(len(self.order))]
        if self.order[0] == "a.id":
            # Across two tables a row value is no range for SQLite; its first half alone is.
            return f"a.id {sign[0]}= {bound[0]} AND (a.id {sign[0]} {bound[0]} OR t.id {sign} {bound[1]})"
        return f"({', '.join(self.order)}) {sign} ({', '.join(bound)})"

    def order_by(self, *, descending: bool) -> str:
        """Return the ORDER BY list."""
        return ", ".join(f"{column} DESC" if descending else column for column in self.order)

    def values(self, anchor: Anchor) -> dict[str, object]:
        """Return what the anchor's parameters are bound to."""
        key: tuple[object, ...] = (anchor.account_id, anchor.id)
        whole = key if len(self.order) == 2 else (anchor.value, *key)
        return {f"anchor_{number}": value for number, value in enumerate(whole)}


@lru_cache(maxsize=64)
def parse_sort(text: str) -> Sort:
    """Read a sort as it is typed: a field, with a leading «-» for the other way round; raises BadInput."""
    name = text.strip().lower()
    descending = name.startswith("-")
    name = name.lstrip("-+")
    if name not in SORTS:
        raise BadInput(f"Lists can't be sorted by “{text[:30]}”.", nearest(name, list(SORTS), f"Use {_usual()}."))
    return Sort(name, descending)


def parts_of(sort: Sort, predicate: Predicate) -> tuple[Part, ...]:
    """Return the parts of a list, smallest values first; raises BadInput when these tokens have nothing to sort so by."""
    field = SORTS.get(sort.field)
    if field is None:
        raise BadInput(f"Lists can't be sorted by “{sort.field[:30]}”.", f"Use {_usual()}.")
    if not predicate.has(*field.needs):
        raise BadInput(f"This list can't be sorted by {field.about}.", f"Use {_usual()}.")
    if sort.field == "account":
        return (Part(("a.id", "t.id") if predicate.accounts_first else ("t.account_id", "t.id")),)
    column = field.column
    own = holds_few(predicate)
    if own is not None and sort.field != own:
        column = f"({column} || '')" if field.text else f"({column} + 0)"
    elif sort.field == "requests" and not predicate.has(BUSY_PART):
        return (Part(("t.account_id", "t.id"), IDLE_PART), Part((column, "t.account_id", "t.id"), BUSY_PART))
    return (Part((column, "t.account_id", "t.id")),)


def part_of(parts: tuple[Part, ...], anchor: Anchor) -> int:
    """Return which part of a list an anchor stands in."""
    return len(parts) - 1 if len(parts) == 1 or anchor.value else 0


def _usual() -> str:
    return ", ".join(name for name, field in SORTS.items() if not field.needs)
