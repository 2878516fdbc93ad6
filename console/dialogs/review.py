"""A set of tokens frozen for one action: which are ticked, why one may hurt, and what became of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from console.render.blast_words import failing_words, named
from console.render.counts import counted
from console.render.moments import ago
from store.rows import TokenKey, TokenRow
from store.rules.blast import Blast
from store.rules.scopes import Tier

CHUNK = 50
"""So many tokens are revoked in one transaction; Escape stops between two of them (ux.md 3.5)."""


NO_BLASTS: Mapping[TokenKey, Blast] = {}


@dataclass(slots=True)
class Item:
    """One token of the set. `outcome` is empty until something has become of it.

    `grave` says why it may hurt in a few words each, the gravest first, for where there is no room for all of `why`.
    """

    row: TokenRow
    why: str
    ticked: bool
    outcome: str = ""
    style: str = ""
    grave: tuple[str, ...] = ()

    @property
    def in_use(self) -> bool:
        """Say whether something calls with it."""
        return self.row.requests_24h > 0


@dataclass(slots=True)
class Review:
    """The set as it was when the review opened: a token that starts matching later is never part of it."""

    items: list[Item] = field(default_factory=list)
    cursor: int = 0
    hidden: int = 0

    @property
    def ticked(self) -> list[Item]:
        """Return what is to be revoked."""
        return [item for item in self.items if item.ticked]

    @property
    def accounts(self) -> int:
        """Return how many customers that touches."""
        return len({item.row.account_id for item in self.ticked})

    def move(self, by: int) -> None:
        """Move the cursor."""
        self.cursor = max(0, min(len(self.items) - 1, self.cursor + by))

    def toggle(self) -> None:
        """Tick or untick the token under the cursor, and go on; one that is revoked already stays as it is."""
        if self.items:
            item = self.items[self.cursor]
            item.ticked = not item.ticked and item.row.revoked_at is None
            self.move(1)

    def tick(self, ticked: bool) -> None:
        """Tick all, or none."""
        for item in self.items:
            item.ticked = ticked and item.row.revoked_at is None

    def chunks(self) -> list[list[Item]]:
        """Return the ticked tokens in the portions they are revoked in."""
        ticked = self.ticked
        return [ticked[start : start + CHUNK] for start in range(0, len(ticked), CHUNK)]

    def left_over(self) -> tuple[TokenKey, ...]:
        """Return what was not revoked, to be marked again."""
        return tuple(item.row.key for item in self.items if item.style != "good")

    def wrong_count(self, typed: str) -> str:
        """Return why the typed count does not confirm; empty when it is exactly the number of ticked tokens."""
        count = len(self.ticked)
        if not count:
            return "Nothing is ticked."
        return "" if typed == str(count) else f"That is not the count: type {count} to revoke them."


def review_of(
    rows: Iterable[TokenRow], now: datetime, visible: Sequence[TokenKey] = (), blasts: Mapping[TokenKey, Blast] = NO_BLASTS
) -> Review:
    """Freeze a set: tokens in use come first and are not ticked; neither are those that are revoked already."""
    items = []
    for row in rows:
        blast = blasts.get(row.key)
        ticked = row.requests_24h == 0 and row.revoked_at is None
        items.append(Item(row, _why(row, now, blast), ticked, grave=_grave(row, blast)))
    items.sort(key=lambda item: (not item.in_use, -item.row.requests_24h, not item.why, item.row.account_name, item.row.name))
    shown = set(visible)
    return Review(items, hidden=sum(item.row.key not in shown for item in items))


def _why(row: TokenRow, now: datetime, blast: Blast | None) -> str:
    if row.revoked_at is not None:
        return f"already revoked by {row.revoked_by}"
    reasons = []
    by = f" by {named(blast.callers, others=blast.more_callers)}" if blast is not None and blast.callers else ""
    if row.requests_24h:
        reasons.append(f"USED {row.requests_24h:,}× in 24 h{by}")
        reasons.append(f"last {ago(row.last_used_at, now)}")
    elif by:
        reasons.append(f"used before{by}")
    if row.tier is Tier.ADMIN:
        reasons.append("admin access")
    if blast is not None and blast.sole_scopes:
        reasons.append(f"only one with {', '.join(blast.sole_scopes)}")
    if blast is not None and (due := blast.next_call(now)) is not None and due >= now and (due > now or not row.requests_24h):
        reasons.append(f"next call {ago(due, now)}")
    if blast is not None and (failing := failing_words(blast)):
        reasons.append(f"{failing} in 7 d")
    if blast is not None and (ends := [use for use in blast.endpoints if use.name]):
        reasons.append(f"calls {named(ends, others=len(ends) < len(blast.endpoints))}")
    return "; ".join(reasons)


def _grave(row: TokenRow, blast: Blast | None) -> tuple[str, ...]:
    """Return what would hurt most first: calls of today, then what nobody else may do, then how much it may do."""
    if row.revoked_at is not None:
        return ()
    alone = blast.sole_scopes if blast is not None else ()
    reasons = (
        f"USED {row.requests_24h:,}× in 24 h" if row.requests_24h else "",
        f"alone with {counted(len(alone), 'scope')}" if alone else "",
        "admin access" if row.tier is Tier.ADMIN else "",
    )
    return tuple(reason for reason in reasons if reason)
