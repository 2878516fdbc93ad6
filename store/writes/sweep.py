"""Marking tokens that ended as closed, so that the views' indexes hold only what can still be live."""

from __future__ import annotations

from datetime import datetime, timedelta

from store.engine import Unit
from store.moments import to_ms
from store.writes.tokens import count_open

MARGIN = timedelta(days=1)
"""How long a token must have ended before it is closed: no clock that is a little fast closes one too early."""

BATCH = 1_000
_ENDED = """
SELECT account_id, id FROM token WHERE closed = 0 AND expires_key <= :cut
UNION SELECT account_id, id FROM token WHERE closed = 0 AND retires_at IS NOT NULL AND retires_at <= :cut LIMIT :batch
"""


def sweep(unit: Unit, now: datetime) -> int:
    """Close up to 1,000 tokens that ended more than a day ago and return how many; it is no change of their state."""
    ended = unit.rows(_ENDED, {"cut": to_ms(now - MARGIN), "batch": BATCH})
    if not ended:
        return 0
    keys = [{"account": account, "id": token} for account, token in ended]
    unit.run_each("UPDATE token SET closed = 1 WHERE account_id = :account AND id = :id", keys)
    closed: dict[str, int] = {}
    for account, _ in ended:
        closed[account] = closed.get(account, 0) - 1
    count_open(unit, closed)
    return len(keys)
