"""The one function that says which of its five states a token is in (decisions.md, «Words»)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """A token's state: derived from its moments, never stored."""

    ACTIVE = "active"
    RETIRING = "retiring"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    REVOKED = "revoked"


LIVE = frozenset({Status.ACTIVE, Status.RETIRING})


@dataclass(frozen=True, slots=True)
class Moments:
    """The moments a status is derived from; None means it never happened or has no end."""

    revoked_at: datetime | None = None
    expires_at: datetime | None = None
    retires_at: datetime | None = None
    suspended_at: datetime | None = None
    suspended_until: datetime | None = None
    exposed_at: datetime | None = None


def status_of(moments: Moments, now: datetime) -> Status:
    """Derive the status at `now`; the first match wins: revoked, expired, suspended, retiring, active.

    An end counts from its own moment on (`now >= end`). A suspension with an end is over at that end, except for a
    token with an exposure on record: that one never resumes by itself (decisions.md, «Lifecycle»).
    """
    if moments.revoked_at is not None:
        return Status.REVOKED
    ends = (moments.expires_at, moments.retires_at)
    if any(end is not None and now >= end for end in ends):
        return Status.EXPIRED
    if moments.suspended_at is not None and _still_suspended(moments, now):
        return Status.SUSPENDED
    return Status.ACTIVE if moments.retires_at is None else Status.RETIRING


def is_live(moments: Moments, now: datetime) -> bool:
    """Live means active or retiring."""
    return status_of(moments, now) in LIVE


def _still_suspended(moments: Moments, now: datetime) -> bool:
    until = moments.suspended_until
    return until is None or moments.exposed_at is not None or now < until
