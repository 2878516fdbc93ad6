"""The windows usage is counted in: whole minutes for 24 hours, whole hours for 30 days (decisions.md, «Saved views»)."""

from __future__ import annotations

from enum import StrEnum

from store.moments import HOUR_MS, MINUTE_MS
from store.record import record

MINUTES_24H = 1_440
HOURS_30D = 720


class Outcome(StrEnum):
    """What became of a request (interfaces.md, «Usage events»)."""

    VALID = "VALID"
    NOT_FOUND = "NOT_FOUND"
    BAD_CHECKSUM = "BAD_CHECKSUM"
    EXPIRED = "EXPIRED"
    RETIRED = "RETIRED"
    REVOKED = "REVOKED"
    SUSPENDED = "SUSPENDED"
    INSUFFICIENT_SCOPE = "INSUFFICIENT_SCOPE"
    ADDRESS_NOT_ALLOWED = "ADDRESS_NOT_ALLOWED"
    RATE_LIMITED = "RATE_LIMITED"


@record
class Window:
    """Whole steps since 1970, both ends included."""

    first: int
    last: int


def minutes_24h(now_ms: int) -> Window:
    """Return the 1,440 minutes that end with the current one."""
    last = now_ms // MINUTE_MS
    return Window(last - MINUTES_24H + 1, last)


def hours_30d(now_ms: int) -> Window:
    """Return the 720 hours that end with the current one."""
    last = now_ms // HOUR_MS
    return Window(last - HOURS_30D + 1, last)


def outcome_for(status: int | None) -> Outcome:
    """Return the outcome an answer stands for when the event names none: 401, 403 and 429 are refusals."""
    match status:
        case 401:
            return Outcome.NOT_FOUND
        case 403:
            return Outcome.INSUFFICIENT_SCOPE
        case 429:
            return Outcome.RATE_LIMITED
        case _:
            return Outcome.VALID


def is_refusal(outcome: Outcome) -> bool:
    """Say whether the request was refused."""
    return outcome is not Outcome.VALID
