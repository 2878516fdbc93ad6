"""Times and durations as people type them on the command line."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from store.errors import BadInput
from store.moments import parse_moment

_DURATION = re.compile(r"(\d{1,5})(m|h|d|w)", re.ASCII)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def moment_of(text: str, what: str) -> datetime:
    """Read a date (midnight UTC) or a time; raises BadInput naming the option it was typed for."""
    try:
        return parse_moment(text)
    except (ValueError, OverflowError):
        raise BadInput(
            f"{what} “{text[:40]}” is not a date or time.", "Write 2026-03-16 or 2026-03-16T09:00Z; times are UTC."
        ) from None


def duration_of(text: str, what: str) -> timedelta:
    """Read `90d`, `24h`, `2w`, `30m` or `0`; raises BadInput."""
    if text == "0":
        return timedelta(0)
    found = _DURATION.fullmatch(text)
    if found is None:
        raise BadInput(f"{what} “{text[:40]}” is not a duration.", "Write a number and m, h, d or w, such as 72h or 7d.")
    return int(found[1]) * _UNITS[found[2]]


def later(text: str, now: datetime, what: str) -> datetime:
    """Read a moment to come: a duration from `now`, a date or a time. Raises BadInput."""
    if _DURATION.fullmatch(text):
        try:
            return now + duration_of(text, what)
        except OverflowError:
            raise BadInput(f"{what} “{text}” is too far away.", "Write a nearer one.") from None
    return moment_of(text, what)
