"""What an audit report says in numbers about the tokens it lists: counted one by one, in memory that does not grow with them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from store.rules.filters import Extras, matches, parse
from store.rules.rebuilding import Proof
from store.rules.signals import is_sprawl
from store.rules.status import LIVE, Status
from store.rules.views import View, view_named

if TYPE_CHECKING:
    from store.report_rows import ReportRow
    from store.rows import TokenRow

TOLD = (
    "never-expires", "too-broad", "orphaned", "no-owner", "unused-90d", "unused-180d", "never-used", "unrotated-90d",
    "unrotated-180d", "expiring-7d", "retiring", "used-after-revoke",
)  # fmt: skip
"""The saved views a report counts, the gravest first; those about the traffic of the moment are no part of it."""

SPRAWL = view_named("sprawl")
VIEWS: tuple[View, ...] = tuple(view_named(name) for name in TOLD)
_FILTERS = tuple((view.name, parse(view.filter)) for view in VIEWS)


def views_of(row: TokenRow, as_of: datetime, tracking_since: datetime | None) -> tuple[str, ...]:
    """Return the saved views a token was in at a moment, of those that a report counts."""
    extras = Extras(tracking_since=tracking_since)
    return tuple(name for name, wanted in _FILTERS if matches(wanted, row, as_of, extras))


@dataclass(slots=True)
class Summary:
    """The numbers of a report so far; `months` counts tokens by the month they were made in, (year, month).

    `reviews` counts them by the last review that decided about them: its name, who signed it off, when.
    """

    tokens: int = 0
    accounts: int = 0
    by_hour: int = 0
    alone: int = 0
    reviews: Counter[tuple[str, str, datetime | None]] = field(default_factory=Counter)
    statuses: Counter[Status] = field(default_factory=Counter)
    tiers: Counter[str] = field(default_factory=Counter)
    views: Counter[str] = field(default_factory=Counter)
    proofs: Counter[Proof] = field(default_factory=Counter)
    months: Counter[tuple[int, int]] = field(default_factory=Counter)
    _account: str | None = None
    _live_here: int = 0
    _sprawling: int = 0

    def add(self, row: ReportRow, views: tuple[str, ...]) -> None:
        """Count a token; all of one account must come one after the other."""
        token = row.token
        if token.account_id != self._account:
            self._sprawling = self.sprawling
            self._account, self._live_here = token.account_id, 0
            self.accounts += 1
        self.tokens += 1
        self.by_hour += row.used_by_hour
        self.alone += row.alone
        if row.reviewed is not None:
            self.reviews[(row.reviewed.review, row.reviewed.signed_by, row.reviewed.signed_at)] += 1
        self._live_here += token.status in LIVE
        self.statuses[token.status] += 1
        self.tiers[token.tier.value] += 1
        self.views.update(views)
        self.proofs[row.proof] += 1
        self.months[(token.created_at.year, token.created_at.month)] += 1

    @property
    def live(self) -> int:
        """Return how many of the tokens are active or retiring."""
        return sum(self.statuses[status] for status in LIVE)

    @property
    def sprawling(self) -> int:
        """Return how many accounts have more live tokens in the report than an account should."""
        return self._sprawling + is_sprawl(self._live_here)
