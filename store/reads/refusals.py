"""How often a token was refused since it last worked, or since its end."""

from __future__ import annotations

from datetime import datetime

from store.moments import HOUR_MS, to_ms
from store.reader import Reader
from store.reads.usage import hours
from store.rows import Refusals, TokenRow

MOST_HOURS = 24 * 400
_HOUR = "SELECT requests, refused FROM usage_hour WHERE hour = :hour AND account_id = :account AND token_id = :token"
_KEPT = """
SELECT count(*), CAST(coalesce(sum(CASE WHEN at > :after AND outcome <> 'VALID' THEN 1 ELSE 0 END), 0) AS BIGINT)
FROM recent_request WHERE account_id = :account AND token_id = :token AND at >= :start AND at < :end
"""


def refusals_since(reader: Reader, row: TokenRow, now: datetime) -> Refusals:
    """Count the refusals after the last success, or after its making where there was none; 400 days back at most.

    The hour of the success itself is counted from its single requests where all of them are kept.
    """
    return refusals_after(reader, row, row.last_success_at or row.created_at, now)


def refusals_after(reader: Reader, row: TokenRow, start: datetime, now: datetime) -> Refusals:
    """Count the refusals later than `start` as `refusals_since` does."""
    if row.last_denied_at is None or row.last_denied_at <= start:
        return Refusals(0)
    key = {"account": row.account_id, "token": row.id}
    hour, last = to_ms(start) // HOUR_MS, to_ms(now) // HOUR_MS
    first = max(hour + 1, last - MOST_HOURS + 1)
    later = sum(hours(reader, row.key, now, last - first + 1).refused) if first <= last else 0
    edge = reader.one(_HOUR, {**key, "hour": hour})
    if edge is None or not edge[1]:
        return Refusals(later, exact=first == hour + 1)
    span = {"start": hour * HOUR_MS, "end": (hour + 1) * HOUR_MS, "after": to_ms(start)}
    kept = reader.one(_KEPT, {**key, **span})
    assert kept is not None
    return Refusals(later + int(kept[1]), exact=int(kept[0]) == int(edge[0]) and first == hour + 1)
