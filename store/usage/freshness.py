"""What follows from a token's history rather than from its last request: its rhythm and its newest address.

Both are derived from the recorded hours and addresses alone, so doing it again gives the same, and what a kill left
undone is found again by the oldest hour that was pending.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from store.engine import Unit
from store.moments import HOUR_MS
from store.opening import Store
from store.reader import Reader
from store.rows import TokenKey
from store.rules.rhythm import INTERVALS_TO_SILENCE, LATEST_HOURS, usual_interval
from store.usage.batches import run_many
from store.usage.facts import UsageFact, forget_fact, usage_facts
from store.usage.tally import MOST_REQUESTS
from store.usage.windows import prune_minutes

_BATCH = 1_000
_SCAN_FROM = 2_000
"""With more tokens than this, reading all rows of a stretch of hours is cheaper than asking for each token's."""

_STRETCHES = (72, 24 * 31, 24 * 400)
"""How many hours back the latest active hours are looked for, a longer stretch only for tokens that had too few."""

_SCAN_HOURS = 6
_REQUESTS = "SELECT at FROM recent_request WHERE account_id = :account AND token_id = :token"
_PENDING = "SELECT DISTINCT account_id, token_id FROM usage_hour WHERE hour >= :hour"
_SCAN = "SELECT account_id, token_id, hour FROM usage_hour WHERE hour > :after AND hour <= :upto"
_OF_ONE = """
WITH RECURSIVE step(hour) AS (SELECT CAST(:upto AS BIGINT) UNION ALL SELECT hour - 1 FROM step WHERE hour - 1 > :after)
SELECT usage_hour.hour FROM step CROSS JOIN usage_hour
WHERE usage_hour.hour = step.hour AND usage_hour.account_id = :account AND usage_hour.token_id = :token
"""
_TOKENS = """
UPDATE token
SET silent_after = CASE WHEN CAST(? AS BIGINT) > 0 THEN last_used_at + CAST(? AS BIGINT) ELSE NULL END,
    new_address_at = (
        SELECT max(first_seen_at) FROM token_address WHERE account_id = ? AND token_id = ? AND first_seen_at > (
            SELECT min(first_seen_at) FROM token_address WHERE account_id = ? AND token_id = ?))
WHERE account_id = ? AND id = ?
"""


def freshen(store: Store, touched: Iterable[TokenKey], now: datetime) -> int:
    """Bring the rhythm and newest address of these tokens up to date, and of those an earlier import left undone.

    Also removes minutes older than 48 hours. Returns how many tokens were brought up to date. Each batch is its own
    transaction; being stopped between two loses nothing.
    """
    keys = set(touched)
    left = store.write(lambda unit: usage_facts(unit).get(UsageFact.PENDING_FROM))
    if left is not None:
        with store.reading() as reader:
            keys |= {TokenKey((row[0], row[1])) for row in reader.rows(_PENDING, {"hour": left})}
    ordered = sorted(keys)
    with store.reading() as reader:
        intervals = dict(_intervals(reader, ordered))
    for start in range(0, len(ordered), _BATCH):
        rows = [_row(key, intervals[key]) for key in ordered[start : start + _BATCH]]
        store.write(lambda unit, rows=rows: _save(unit, rows))  # type: ignore[misc]
    store.write(lambda unit: _finish(unit, now))
    return len(ordered)


def _save(unit: Unit, rows: Sequence[tuple[object, ...]]) -> None:
    run_many(unit, _TOKENS, rows)
    unit.changed.add("usage")


def _finish(unit: Unit, now: datetime) -> None:
    forget_fact(unit, UsageFact.PENDING_FROM)
    prune_minutes(unit, now)


def _row(key: TokenKey, interval_ms: int) -> tuple[object, ...]:
    overdue = INTERVALS_TO_SILENCE * interval_ms
    return (overdue, overdue, *key, *key, *key)


def _intervals(reader: Reader, keys: Sequence[TokenKey]) -> Iterator[tuple[TokenKey, int]]:
    """Yield each token's usual interval in milliseconds, 0 where it has none."""
    hours: dict[TokenKey, list[int]] = {key: [] for key in keys}
    oldest, newest = reader.value("SELECT min(hour) FROM usage_hour"), reader.value("SELECT max(hour) FROM usage_hour")
    upto, waiting = int(newest or 0), list(keys)
    for number, length in enumerate(_STRETCHES):
        after = max(int(newest or 0) - length, int(oldest or 0) - 1)
        _read_stretch(reader, hours, waiting, after, upto)
        waiting = [key for key in waiting if len(hours[key]) < LATEST_HOURS]
        if number == 0:
            waiting = [key for key in waiting if not _read_requests(reader, hours, key)]
        upto = after
    for key, active in hours.items():
        interval = usual_interval(active)
        yield key, 0 if interval is None else round(interval.total_seconds() * 1_000)


def _read_stretch(reader: Reader, hours: dict[TokenKey, list[int]], waiting: Sequence[TokenKey], after: int, upto: int) -> None:
    if after >= upto:
        return
    if len(waiting) <= _SCAN_FROM:
        for key in waiting:
            params = {"account": key[0], "token": key[1], "after": after, "upto": upto}
            hours[key].extend(int(row[0]) for row in reader.rows(_OF_ONE, params))
        return
    wanted = set(waiting)
    same: dict[int, int] = {}
    # A few hours at a time, so that memory does not grow with the length of the stretch.
    for last in range(upto, after, -_SCAN_HOURS):
        params = {"after": max(after, last - _SCAN_HOURS), "upto": last}
        for account, token, hour in reader.rows(_SCAN, params):
            key = TokenKey((account, token))
            if key in wanted and len(hours[key]) < LATEST_HOURS + _SCAN_HOURS:
                hours[key].append(same.setdefault(hour, hour))


def _read_requests(reader: Reader, hours: dict[TokenKey, list[int]], key: TokenKey) -> bool:
    """Take the active hours of a token from its recent requests, and say whether those are all it ever made.

    That spares looking through every hour of a year for a token that is used now and then.
    """
    params = {"account": key[0], "token": key[1]}
    moments = [int(row[0]) for row in reader.rows(_REQUESTS, params)]
    counted = reader.value("SELECT requests_30d FROM token WHERE account_id = :account AND id = :token", params)
    if len(moments) >= MOST_REQUESTS or len(moments) < int(counted or 0):
        return False
    hours[key] = [moment // HOUR_MS for moment in moments]
    return True
