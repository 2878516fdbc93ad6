"""How long an old token goes on after its replacement exists (decisions.md, «Lifecycle»)."""

from __future__ import annotations

from datetime import datetime, timedelta

from store.errors import Refused
from store.rules.scopes import Tier
from store.rules.status import Status

CHOICES = {
    "0": timedelta(0),
    "24h": timedelta(hours=24),
    "72h": timedelta(hours=72),
    "7d": timedelta(days=7),
    "14d": timedelta(days=14),
}
"""The overlaps offered, by the word typed for them; 14 days is also the cap."""

LONGEST = CHOICES["14d"]
_DEFAULT = {Tier.READ_ONLY: "7d", Tier.READ_WRITE: "72h", Tier.ADMIN: "24h"}


def default_overlap(tier: Tier, *, leaked: bool = False) -> str:
    """Return the word of the preselected overlap; a leaked token gets none."""
    return "0" if leaked else _DEFAULT[tier]


def checked_overlap(overlap: timedelta, policy_cap: timedelta | None = None) -> timedelta:
    """Return `overlap` if it is between nothing and the cap; raises Refused otherwise."""
    cap = LONGEST if policy_cap is None else min(LONGEST, policy_cap)
    if not timedelta(0) <= overlap <= cap:
        hours = cap // timedelta(hours=1)
        raise Refused(f"An overlap can last from 0 to {hours} hours.", f"Choose one of {', '.join(CHOICES)}.")
    return overlap


def old_token_ends(expires_at: datetime | None, now: datetime, overlap: timedelta) -> datetime:
    """Return when the replaced token stops: its own expiry or now + overlap, whichever comes first."""
    end = now + overlap
    return end if expires_at is None else min(expires_at, end)


def refuse_rotation(status: Status) -> None:
    """Raise Refused unless a token in this state may be rotated: rotation never extends or revives."""
    if status is Status.ACTIVE:
        return
    remedy = {
        Status.REVOKED: "Issue a new token with the same owner and scopes.",
        Status.EXPIRED: "Issue a new token with the same owner and scopes.",
        Status.SUSPENDED: "Resume it first, or issue a new token.",
        Status.RETIRING: "It already has a replacement; rotate that one.",
    }[status]
    raise Refused(f"This token is {status}; only an active token can be rotated.", remedy)
