"""How the gateways are doing, how long they remember, and the checks they refused last."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from store.indicator_rows import FailedCheckRow, GatewayRow
from store.moments import MILLISECOND, SECOND_MS, from_ms, maybe_from_ms, to_ms
from store.reader import Reader
from store.rules.revocation import CACHE_LIFETIME

SILENT_AFTER = timedelta(seconds=90)
"""A gateway that has not stopped by itself and was not heard of for so long is silent."""

SEEN_LATELY = timedelta(minutes=10)
"""A gateway that has not been heard of for longer is taken to be gone, once it can't answer from memory any more."""

_LAST_LOOK = timedelta(seconds=10)
"""So long after a gateway was heard of it may have looked something up for the last time: it tells of itself every 5 s."""

_FORGOTTEN = timedelta(days=7)
"""Nobody waits any longer for one that fell silent so long ago."""

Ask = Callable[[str, Mapping[str, Any]], Sequence[Sequence[Any]]]
"""Runs a query: `Reader.rows` or `Unit.rows`."""

_GATEWAYS = """
SELECT name, address, version, started_at, seen_at, stopped_at, cache_ms, grace_ms, checks, cache_hits, stale, unsaved
FROM gateway_state ORDER BY seen_at DESC, name LIMIT 50
"""
_LONGEST = """
SELECT max(cache_ms + grace_ms) FROM gateway_state
WHERE stopped_at IS NULL AND (seen_at >= :since OR seen_at + cache_ms + grace_ms >= :last)
"""
_FAILED = """
SELECT at, gateway, outcome, account_id, token_id, service, method, path, scope, address, agent, latency_us, request_id, step
FROM failed_check WHERE at <= :now ORDER BY at DESC, number DESC, gateway DESC LIMIT :limit
"""


def gateways(reader: Reader, now: datetime) -> tuple[GatewayRow, ...]:
    """Return every gateway, the one heard of last first; 50 at most."""
    found = []
    for name, address, version, started, seen, stopped, cache, grace, checks, hits, stale, unsaved in reader.rows(_GATEWAYS):
        seen_at, stopped_at = from_ms(seen), maybe_from_ms(stopped)
        running = stopped_at is None or stopped_at < seen_at
        quiet = now - seen_at
        found.append(
            GatewayRow(
                name, address, version, from_ms(started), seen_at, stopped_at, cache / SECOND_MS, grace / SECOND_MS,
                checks, hits, stale, unsaved, silent=running and SILENT_AFTER < quiet <= _FORGOTTEN,
            )
        )  # fmt: skip
    return tuple(found)


def longest_memory(ask: Ask, now: datetime) -> timedelta:
    """Return how long a revocation can go unnoticed: the longest lifetime and grace of the gateways heard of lately.

    One that is cut off from the store is not heard of, and may answer from memory all the same. Without any it is the usual
    lifetime: other checkers keep to that.
    """
    rows = ask(_LONGEST, {"since": to_ms(now - SEEN_LATELY), "last": to_ms(now - _LAST_LOOK)})
    longest = rows[0][0]
    return CACHE_LIFETIME if longest is None else int(longest) * MILLISECOND


def failed_checks(reader: Reader, now: datetime, limit: int) -> tuple[FailedCheckRow, ...]:
    """Return the latest failed checks, the newest first; the newest 10,000 are kept."""
    found = []
    for at, gateway, outcome, account, token, service, method, path, scope, address, agent, us, request, step in reader.rows(
        _FAILED, {"now": to_ms(now), "limit": limit}
    ):
        milliseconds = None if us is None else us / 1_000
        found.append(
            FailedCheckRow(
                from_ms(at), gateway, outcome, account, token, service, method, path, scope, address, agent, milliseconds,
                request, step,
            )
        )  # fmt: skip
    return tuple(found)
