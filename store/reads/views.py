"""How many tokens each saved view holds, all in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.reader import Reader
from store.reads.counting import counting, counting_up_to
from store.reads.filter_sql import Predicate, compile_filter
from store.reads.narrowing import token_source
from store.rules.filters import parse
from store.rules.views import VIEWS, View


@dataclass(frozen=True, slots=True)
class Count:
    """A number, or with `more` the least it is: counting stopped there."""

    number: int
    more: bool = False


def counts(reader: Reader, now: datetime, *, past: bool = False) -> dict[str, int]:
    """Return the exact number of tokens in each view, by its name; of accounts for a view that counts accounts."""
    return {name: count.number for name, count in counts_up_to(reader, now, None, past=past).items()}


def counts_up_to(reader: Reader, now: datetime, cap: int | None, *, past: bool = False) -> dict[str, Count]:
    """Return the number in each view, but never count further than `cap`: such a number says `more`.

    Each capped count reads at most `cap` rows of its index, whatever the size of the store.
    """
    params: dict[str, object] = {} if cap is None else {"cap": cap + 1}
    selects = []
    for number, view in enumerate(VIEWS):
        predicate = compile_filter(parse(view.filter), now, past=past, prefix=f"v{number}_")
        params |= predicate.params
        selects.append(f"SELECT {number}, {_counting(reader, view, predicate, capped=cap is not None)}")
    found = {VIEWS[number].name: int(value) for number, value in reader.rows(" UNION ALL ".join(selects), params)}
    return {name: Count(value) if cap is None or value <= cap else Count(cap, True) for name, value in found.items()}


def account_count(reader: Reader, now: datetime) -> int:
    """Return how many accounts have more than 10 live tokens."""
    return counts(reader, now)["sprawl"]


def _counting(reader: Reader, view: View, predicate: Predicate, *, capped: bool) -> str:
    source = token_source(reader, predicate)
    if view.by_account:
        held = f"SELECT DISTINCT t.account_id FROM {source} WHERE {predicate.sql}{' LIMIT :cap' if capped else ''}"
        return f"(SELECT count(*) FROM ({held}) AS held)"
    return counting_up_to(predicate, source, "cap") if capped else counting(predicate, source)
