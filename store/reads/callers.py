"""Who called with a token, from where and for what, over some days."""

from __future__ import annotations

from datetime import datetime

from store.moments import DAY_MS, from_ms, to_ms
from store.reader import Reader
from store.rows import PartRow, TokenKey

_PARTS = """
WITH RECURSIVE step(day) AS (SELECT CAST(:first AS BIGINT) UNION ALL SELECT day + 1 FROM step WHERE day < :last)
SELECT p.value, p.integration, CAST(sum(p.requests) AS BIGINT), CAST(sum(p.refused) AS BIGINT), max(p.last_at)
FROM usage_part p
WHERE p.day IN (SELECT day FROM step) AND p.account_id = :account AND p.token_id = :token AND p.kind = :kind
GROUP BY p.value, p.integration ORDER BY 3 DESC, 1, 2
"""


def parts(reader: Reader, key: TokenKey, now: datetime, kind: str, days: int) -> tuple[PartRow, ...]:
    """Return the parts of one kind over the last `days` calendar days (UTC), today among them, the busiest first.

    `kind` is integration, address, endpoint or scope. Each kind adds up to all requests of those days.
    """
    last = to_ms(now) // DAY_MS
    params = {"account": key[0], "token": key[1], "kind": kind, "first": last - days + 1, "last": last}
    return tuple(
        PartRow(value, integration, int(requests), int(refused), from_ms(at))
        for value, integration, requests, refused, at in reader.rows(_PARTS, params)
    )
