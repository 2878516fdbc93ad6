"""Moments as the store keeps them: whole milliseconds since 1970-01-01T00:00:00Z, the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
FAR_MS = 253_402_300_799_000
"""9999-12-31T23:59:59Z: stands for «never» where an index must order moments that may be missing."""


def wall() -> datetime:
    """Return the wall clock's moment: what real people wait by, also where a demo's clock stands still."""
    return datetime.now(UTC)


def to_ms(moment: datetime) -> int:
    """Return the whole milliseconds of an aware `moment`; what is below a millisecond is cut off, never rounded up."""
    return (moment - EPOCH) // MILLISECOND


def from_ms(value: int) -> datetime:
    """Return the aware UTC moment of `value` milliseconds."""
    return EPOCH + value * MILLISECOND


def maybe_ms(moment: datetime | None) -> int | None:
    """Like `to_ms`, with None for None."""
    return None if moment is None else to_ms(moment)


def maybe_from_ms(value: int | None) -> datetime | None:
    """Like `from_ms`, with None for None."""
    return None if value is None else from_ms(value)


def stamp(moment: datetime) -> str:
    """Write a moment the way every file of ours does: whole seconds, `2026-03-16T09:00:00Z` (interfaces.md)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_moment(text: str) -> datetime:
    """Read an RFC 3339 moment or an ISO date (midnight UTC); a time without a zone is UTC.

    Raises ValueError for anything else, for years outside 1970-9999 and for non-ASCII digits.
    """
    text = text.strip()
    if not text.isascii() or not text:
        raise ValueError(f"not a date or time: {text!r}")
    moment = datetime.fromisoformat(text)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    if moment < EPOCH:
        raise ValueError(f"earlier than 1970: {text!r}")
    return moment
