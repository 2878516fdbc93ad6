"""How far usage is known, in words."""

from __future__ import annotations

from store.rows import Freshness

_SHOWN_FROM_S = 60


def ahead_words(fresh: Freshness) -> str:
    """Return “events arrive 4 min ahead of this clock”, empty below a whole minute: that much any two clocks may differ."""
    if fresh.ahead_s < _SHOWN_FROM_S:
        return ""
    hours, minutes = divmod(fresh.ahead_s // 60, 60)
    length = f"{hours} h {minutes} min" if hours and minutes else f"{hours} h" if hours else f"{minutes} min"
    return f"events arrive {length} ahead of this clock"
