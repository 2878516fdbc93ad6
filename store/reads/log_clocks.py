"""The logs and gateways whose clock is ahead of the one their usage was counted by."""

from __future__ import annotations

from store.dashboard_rows import ClockAhead
from store.moments import SECOND_MS, from_ms
from store.reader import Reader

TOLD_FROM_S = 60
"""Below a whole minute any two clocks may differ, and nobody is bothered with it."""

MOST = 200
_AHEAD = "SELECT source, ahead_ms, read_at FROM log_clock WHERE ahead_ms >= :least ORDER BY ahead_ms DESC, source LIMIT :most"


def clocks_ahead(reader: Reader) -> tuple[ClockAhead, ...]:
    """Return those ahead by a minute or more, the worst first; at most MOST of them."""
    rows = reader.rows(_AHEAD, {"least": TOLD_FROM_S * SECOND_MS, "most": MOST})
    return tuple(ClockAhead(str(source), int(ahead) // SECOND_MS, from_ms(read)) for source, ahead, read in rows)
