"""What reads of cases return: a line of their list, and a whole case with its tokens, steps and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from store.rows import AddressRow, AuditLine, ExposureRow, Freshness, TokenKey, TokenRow
from store.rules.blast import Blast
from store.rules.checklist import Ticked
from store.rules.status import Status

FIRST_SHOWN, LAST_SHOWN = 100, 200
"""So many of the first and of the last lines of a case are told; between them the audit log has to be asked."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case: `title` is empty where an action opened it, `closed_at` None while it is open."""

    id: str
    title: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Say whether it is open."""
        return self.closed_at is None


@dataclass(frozen=True, slots=True)
class CaseLine(CaseRow):
    """A case as its list shows it. `last_*` tell of its newest audit line, `lines` how many there are.

    `tokens`, `working` (those of them that work now) and `steps` (done, of five) are None where a case has more lines than
    a list reads; opening it tells.
    """

    lines: int
    last_at: datetime
    last_by: str
    last_action: str
    tokens: int | None
    working: int | None
    steps: int | None


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What a token did after a moment: from counts of `step_s` seconds, recorded up to `recorded_to`.

    `accepted` requests are in whole steps after `since`; `within` more are in the very step of it, before or after it.
    None: usage was not recorded that far. `from_at` is later than `since` where not everything since is counted.
    `addresses` are those first seen at or after `since`; at most 200 of a token are known at all.
    """

    since: datetime
    from_at: datetime
    step_s: int
    accepted: int | None
    within: int
    recorded_to: datetime | None
    addresses: tuple[AddressRow, ...]


@dataclass(frozen=True, slots=True)
class CaseToken:
    """A token of a case as it is now, since when it was known to have leaked, and what came of that.

    `found_by` is `exposure`, `look-up` or `action` (whatever else named it first). `ended_at` is None while it may work again.
    `aftermath`, `blast` and its moment are None where a case has more tokens than are told of one by one.
    """

    row: TokenRow
    exposures: tuple[ExposureRow, ...]
    found_at: datetime | None
    found_by: str
    ended_at: datetime | None
    aftermath: Aftermath | None
    blast: Blast | None
    blast_at: datetime | None

    @property
    def key(self) -> TokenKey:
        """Return what names the token."""
        return self.row.key

    @property
    def took(self) -> timedelta | None:
        """Return how long it was known and not ended; None while either is not known, negative: it had ended before."""
        return None if self.found_at is None or self.ended_at is None else self.ended_at - self.found_at


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A whole case at one moment. `events` are its audit lines, the oldest first; `left_out` of them are missing
    behind the first FIRST_SHOWN.

    `made` are replacements that were issued under the case, `aside` tokens that are no part of it; `unread` counts tokens
    beyond those that are read at all.
    """

    row: CaseRow
    at: datetime
    steps: tuple[Ticked, ...]
    tokens: tuple[CaseToken, ...]
    made: tuple[TokenRow, ...]
    aside: tuple[TokenRow, ...]
    events: tuple[AuditLine, ...]
    lines: int
    left_out: int
    unread: int
    fresh: Freshness

    @property
    def found_at(self) -> datetime | None:
        """Return when the first of its tokens was discovered."""
        return min((token.found_at for token in self.tokens if token.found_at is not None), default=None)

    @property
    def ended_at(self) -> datetime | None:
        """Return when the last of its tokens ended; None while one has not."""
        ends = [token.ended_at for token in self.tokens]
        known = [end for end in ends if end is not None]
        return max(known) if known and len(known) == len(ends) and not self.unread else None

    @property
    def took(self) -> timedelta | None:
        """Return the time from the first discovery to the last end; None while either is open."""
        return None if self.found_at is None or self.ended_at is None else self.ended_at - self.found_at

    @property
    def suspended(self) -> tuple[CaseToken, ...]:
        """Return the tokens that are stopped for now, not ended."""
        return tuple(token for token in self.tokens if token.row.status is Status.SUSPENDED)

    @property
    def working(self) -> tuple[CaseToken, ...]:
        """Return the tokens that work as if nothing had happened, or for an overlap."""
        return tuple(token for token in self.tokens if token.row.live)
