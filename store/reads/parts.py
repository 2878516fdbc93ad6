"""The SQL that walks an index in the order of a sort, from any row on.

Ties always follow account and id, in the direction of the sort, so that the order is whole and a page can start anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from store.errors import BadInput
from store.reads.filter_sql import Predicate
from store.reads.narrowing import holds_few
from store.reads.sorting import SORTS, Sort, usual
from store.record import record

IDLE_PART = "t.requests_24h = 0"
BUSY_PART = "t.requests_24h > 0"


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a row stands in its list: the value it is sorted by, and its key."""

    value: int | str
    account_id: str
    id: str


@record
class Part:
    """A stretch of a list that one index walk gives: what else holds in it, and the columns it is ordered by."""

    order: tuple[str, ...]
    term: str = ""

    @property
    def by_account(self) -> bool:
        """Say whether the order is first that of another table, the accounts."""
        return self.order[0] == "a.id"

    def condition(self, *, later: bool, descending: bool, included: bool = False) -> str:
        """Return the condition of the rows after (`later`) or before the anchor bound by `values`, itself if `included`."""
        sign = (">" if later is not descending else "<") + ("=" if included else "")
        bound = [f":anchor_{number}" for number in range(len(self.order))]
        if self.by_account:
            # Across two tables a row value is no range for SQLite; its first half alone is.
            return f"a.id {sign[0]}= {bound[0]} AND (a.id {sign[0]} {bound[0]} OR t.id {sign} {bound[1]})"
        return f"({', '.join(self.order)}) {sign} ({', '.join(bound)})"

    def order_by(self, *, descending: bool) -> str:
        """Return the ORDER BY list."""
        return ", ".join(f"{column} DESC" if descending else column for column in self.order)

    def own_order(self, *, descending: bool) -> str:
        """Return the ORDER BY list inside an account, where the order is `by_account`."""
        return f"{self.order[1]} DESC" if descending else self.order[1]

    def values(self, anchor: Anchor) -> dict[str, object]:
        """Return what the anchor's parameters are bound to."""
        key: tuple[object, ...] = (anchor.account_id, anchor.id)
        whole = key if len(self.order) == 2 else (anchor.value, *key)
        return {f"anchor_{number}": value for number, value in enumerate(whole)}


def parts_of(sort: Sort, predicate: Predicate) -> tuple[Part, ...]:
    """Return the parts of a list, smallest values first; raises BadInput when these tokens have nothing to sort so by."""
    field = SORTS.get(sort.field)
    if field is None:
        raise BadInput(f"Lists can't be sorted by “{sort.field[:30]}”.", f"Use {usual()}.")
    if not predicate.has(*field.needs):
        raise BadInput(f"This list can't be sorted by {field.about}.", f"Use {usual()}.")
    if sort.field == "account":
        return (Part(("a.id", "t.id") if predicate.accounts_first else ("t.account_id", "t.id")),)
    column = field.column
    own = "" if predicate.keys_first else holds_few(predicate)
    if own is not None and sort.field != own:
        column = f"({column} || '')" if field.text else f"({column} + 0)"
    elif sort.field == "requests" and not predicate.has(BUSY_PART):
        return (Part(("t.account_id", "t.id"), IDLE_PART), Part((column, "t.account_id", "t.id"), BUSY_PART))
    return (Part((column, "t.account_id", "t.id")),)


def part_of(parts: tuple[Part, ...], anchor: Anchor) -> int:
    """Return which part of a list an anchor stands in."""
    return len(parts) - 1 if len(parts) == 1 or anchor.value else 0
