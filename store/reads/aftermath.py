"""What a token did after it was seen in the open: accepted calls, and addresses it was never used from before."""

from __future__ import annotations

from datetime import datetime, timedelta

from store.case_rows import Aftermath
from store.moments import HOUR_MS, MINUTE_MS, SECOND_MS, from_ms, to_ms
from store.reader import Reader
from store.reads.usage import addresses, freshness
from store.rows import TokenKey

MINUTES_FOR = timedelta(hours=46)
"""Minutes are kept for two days; what is older than this is counted by hours."""

MOST = timedelta(days=90)
"""Calls are counted this far back at most: what came before is not told."""

_COUNTS = """
WITH RECURSIVE step(at) AS (SELECT CAST(:first AS BIGINT) UNION ALL SELECT at + 1 FROM step WHERE at < :last)
SELECT CAST(coalesce(sum(CASE WHEN u.{step} > :first THEN u.requests - u.refused ELSE 0 END), 0) AS BIGINT),
CAST(coalesce(sum(CASE WHEN u.{step} = :first THEN u.requests - u.refused ELSE 0 END), 0) AS BIGINT)
FROM {table} u WHERE u.{step} IN (SELECT at FROM step) AND u.account_id = :account AND u.token_id = :token
"""
_BY_MINUTE = _COUNTS.format(table="usage_minute", step="minute")
_BY_HOUR = _COUNTS.format(table="usage_hour", step="hour")


def aftermath(reader: Reader, key: TokenKey, since: datetime, now: datetime) -> Aftermath:
    """Return what a token did from `since` to `now`, as finely as its counts are kept."""
    recorded_to = freshness(reader).recorded_to
    new = tuple(one for one in addresses(reader, key) if one.first_seen_at >= since)
    fine = now - since <= MINUTES_FOR
    step_ms = MINUTE_MS if fine else HOUR_MS
    begins = max(since, now - MOST)
    if recorded_to is None or recorded_to < since:
        return Aftermath(since, begins, step_ms // SECOND_MS, None, 0, recorded_to, new)
    first = to_ms(begins) // step_ms
    params = {"account": key[0], "token": key[1], "first": first, "last": to_ms(now) // step_ms}
    found = reader.one(_BY_MINUTE if fine else _BY_HOUR, params)
    assert found is not None
    after, within = int(found[0]), int(found[1])
    if begins != since:
        begins = from_ms(first * step_ms)
        after, within = after + within, 0
    return Aftermath(since, begins, step_ms // SECOND_MS, after, within, recorded_to, new)
