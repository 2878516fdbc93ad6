"""Reads an end somebody typed: `90d`, `4h`, `2w`, or a date."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from store.moments import parse_moment

_SPAN = re.compile(r"(\d{1,5})\s*(min|h|d|w)")
_UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def moment_after(text: str, now: datetime) -> datetime:
    """Return the moment `text` means: a span from `now`, or a date or time (UTC). Raises ValueError with a sentence."""
    found = _SPAN.fullmatch(text.strip().lower())
    try:
        moment = now + int(found[1]) * _UNITS[found[2]] if found else parse_moment(text)
    except (ValueError, OverflowError):
        raise ValueError(f"“{text[:30]}” is no time: write 90d, 24h, 2w or 2026-06-30.") from None
    if moment <= now:
        raise ValueError("That is not in the future.")
    return moment
