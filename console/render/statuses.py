"""How a status is said: a word and a sign of its own, so that no two differ by colour alone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from console.render.moments import at, end_of
from store.record import record
from store.rules.status import Status

if TYPE_CHECKING:
    from store.rows import TokenLine


@record
class Badge:
    """A status as it is shown: `sign` is one cell wide, `works` says what it means for the customer."""

    word: str
    sign: str
    style: str
    works: str

    @property
    def text(self) -> str:
        """Return sign and word."""
        return f"{self.sign} {self.word}"


BADGES = {
    Status.ACTIVE: Badge("active", "●", "active", "works"),
    Status.RETIRING: Badge("retiring", "◐", "retiring", "still works until its overlap ends"),
    Status.SUSPENDED: Badge("suspended", "‖", "suspended", "is refused until it is resumed"),
    Status.EXPIRED: Badge("expired", "○", "expired", "no longer works"),
    Status.REVOKED: Badge("revoked", "✕", "revoked", "no longer works and cannot be restored"),
}


def since(row: TokenLine) -> datetime | None:
    """Return when the token entered its status; None for retiring, whose start is not kept on the token."""
    match row.status:
        case Status.ACTIVE:
            return row.created_at
        case Status.RETIRING:
            return None
        case Status.SUSPENDED:
            return row.suspended_at
        case Status.EXPIRED:
            return end_of(row.expires_at, row.retires_at)
        case Status.REVOKED:
            return row.revoked_at


def status_words(row: TokenLine) -> str:
    """Return the status with its moment: `expired 2026-03-10 00:00Z`, `suspended 2026-03-10 00:00Z until 2026-03-12 00:00Z`."""
    word = BADGES[row.status].word
    match row.status:
        case Status.ACTIVE:
            return word
        case Status.RETIRING:
            return f"{word}, ends {at(row.retires_at)}" if row.retires_at is not None else word
        case Status.SUSPENDED if row.suspended_until is not None and row.exposed_at is None:
            return f"{word} {_at(row.suspended_at)} until {at(row.suspended_until)}"
        case Status.REVOKED if row.revoked_by:
            return f"{word} {_at(row.revoked_at)} by {row.revoked_by}"
        case Status.SUSPENDED | Status.EXPIRED | Status.REVOKED:
            return f"{word} {_at(since(row))}".strip()


def _at(moment: datetime | None) -> str:
    return "" if moment is None else at(moment)
