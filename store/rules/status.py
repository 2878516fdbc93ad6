"""The one function that says which of its five states a token is in (decisions.md, «Words»)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar


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


Moment = TypeVar("Moment", datetime, int)
"""A moment, or the milliseconds that stand for it: only their order counts."""


def status_of(moments: Moments, now: datetime) -> Status:
    """Derive the status at `now`: see `status_at`."""
    return status_at(
        moments.revoked_at,
        moments.expires_at,
        moments.retires_at,
        moments.suspended_at,
        moments.suspended_until,
        moments.exposed_at,
        now,
    )


def status_at(
    revoked_at: Moment | None,
    expires_at: Moment | None,
    retires_at: Moment | None,
    suspended_at: Moment | None,
    suspended_until: Moment | None,
    exposed_at: Moment | None,
    now: Moment,
) -> Status:
    """Derive the status at `now`; the first match wins: revoked, expired, suspended, retiring, active.

    An end counts from its own moment on (`now >= end`). A suspension with an end is over at that end, except for a
    token with an exposure on record: that one never resumes by itself (decisions.md, «Lifecycle»).
    """
    if revoked_at is not None:
        return Status.REVOKED
    if (expires_at is not None and now >= expires_at) or (retires_at is not None and now >= retires_at):
        return Status.EXPIRED
    if suspended_at is not None and (suspended_until is None or exposed_at is not None or now < suspended_until):
        return Status.SUSPENDED
    return Status.ACTIVE if retires_at is None else Status.RETIRING


def dead_since(moments: Moments, now: datetime) -> datetime | None:
    """Return since when a token no longer works; None for one that is live."""
    match status_of(moments, now):
        case Status.REVOKED:
            return moments.revoked_at
        case Status.SUSPENDED:
            return moments.suspended_at
        case Status.EXPIRED:
            return min(end for end in (moments.expires_at, moments.retires_at) if end is not None)
        case Status.ACTIVE | Status.RETIRING:
            return None


def refused_since_end(moments: Moments, denied_at: datetime | None, now: datetime) -> bool:
    """Say whether a token was refused at or after its end: only such a call says that somebody still calls with a dead one."""
    end = dead_since(moments, now)
    return end is not None and denied_at is not None and denied_at >= end


def is_live(moments: Moments, now: datetime) -> bool:
    """Live means active or retiring."""
    return status_of(moments, now) in LIVE
