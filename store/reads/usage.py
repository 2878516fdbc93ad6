"""What one token did: series of counts, its latest requests, its addresses, why it was refused, and how far that is known."""

from __future__ import annotations

from datetime import datetime

from store.moments import DAY_MS, HOUR_MS, SECOND_MS, from_ms, maybe_from_ms, to_ms
from store.reader import Reader
from store.reads.scopes import Asked
from store.rows import AddressRow, Freshness, ReasonRow, RequestRow, Series, TokenKey
from store.rules.rhythm import Rhythm, rhythm_of
from store.rules.signals import HOURS_7D

_HOUR_S = 3_600
_STEPS = "WITH RECURSIVE step(hour) AS (SELECT CAST(:first AS BIGINT) UNION ALL SELECT hour + 1 FROM step WHERE hour < :last) "
_OWN = "u.hour IN (SELECT hour FROM step) AND u.account_id = :account AND u.token_id = :token"


def hours(reader: Reader, key: TokenKey, now: datetime, hours: int) -> Series:
    """Return the counts of each of the last `hours` hours; the last one is under way."""
    return _series(reader, key, now, hours, 1)


def days(reader: Reader, key: TokenKey, now: datetime, days: int) -> Series:
    """Return the counts of the last `days` times 24 hours, all ending with the current hour.

    Each step is 24 whole hours rather than a calendar day, so that 30 of them add up to `requests_30d` exactly.
    """
    return _series(reader, key, now, days, 24)


def account_hours(reader: Reader, account_id: str, now: datetime, hours: int) -> Series:
    """Return what all tokens of an account did in each of the last `hours` hours; of the whole store for an empty id."""
    span = _span(now, hours)
    # Looked up one by one: joined, SQLite may read the whole table first, to make a filter of it.
    one = "(SELECT u.{} FROM usage_total u WHERE u.hour = step.hour AND u.account_id = :account)"
    sql = f"{_STEPS}SELECT hour, {one.format('requests')}, {one.format('refused')} FROM step"
    counts = [(0, 0)] * hours
    for hour, requested, refused in reader.rows(sql, {"account": account_id, **span}):
        if requested is not None:
            counts[hour - span["first"]] = (requested, refused)
    start = from_ms(span["first"] * HOUR_MS)
    return Series(start, _HOUR_S, tuple(count[0] for count in counts), tuple(count[1] for count in counts))


def year(reader: Reader, key: TokenKey, now: datetime) -> Series:
    """Return the counts of the last 52 weeks, each of 7 calendar days (UTC), the last of which ends today."""
    last = to_ms(now) // DAY_MS
    first = last - 52 * 7 + 1
    sql = (
        "WITH RECURSIVE step(day) AS (SELECT CAST(:first AS BIGINT) UNION ALL SELECT day + 1 FROM step WHERE day < :last) "
        "SELECT u.day, u.requests, u.refused FROM usage_day u "
        "WHERE u.day IN (SELECT day FROM step) AND u.account_id = :account AND u.token_id = :token"
    )
    counts = [[0, 0] for _ in range(52)]
    for day, requested, refused in reader.rows(sql, {**_key(key), "first": first, "last": last}):
        week = counts[(day - first) // 7]
        week[0] += requested
        week[1] += refused
    start = from_ms(first * DAY_MS)
    return Series(start, 7 * 24 * _HOUR_S, tuple(week[0] for week in counts), tuple(week[1] for week in counts))


def requests(reader: Reader, key: TokenKey, limit: int) -> tuple[RequestRow, ...]:
    """Return the latest requests, the newest first; at most 200 are kept."""
    sql = (
        "SELECT at, outcome, status, address, agent, method, path, service, latency_us, request_id FROM recent_request "
        "WHERE account_id = :account AND token_id = :token ORDER BY at DESC, number DESC LIMIT :limit"
    )
    found = []
    for at, outcome, status, address, agent, method, path, service, latency, request_id in reader.rows(
        sql, {**_key(key), "limit": limit}
    ):
        milliseconds = None if latency is None else latency / 1_000
        found.append(RequestRow(from_ms(at), outcome, status, address, agent, method, path, service, milliseconds, request_id))
    return tuple(found)


def addresses(reader: Reader, key: TokenKey, limit: int = 200) -> tuple[AddressRow, ...]:
    """Return the addresses a token was used from, the latest used first; at most 200 are kept."""
    sql = (
        "SELECT address, first_seen_at, last_seen_at, requests FROM token_address "
        "WHERE account_id = :account AND token_id = :token ORDER BY last_seen_at DESC, address LIMIT :limit"
    )
    rows = reader.rows(sql, {**_key(key), "limit": limit})
    return tuple(AddressRow(address, from_ms(first), from_ms(last), count) for address, first, last, count in rows)


def reasons(reader: Reader, key: TokenKey, now: datetime, hours: int = HOURS_7D) -> tuple[ReasonRow, ...]:
    """Return why a token was refused in the last `hours` hours, the most frequent reason first."""
    sql = (
        f"{_STEPS}SELECT u.outcome, CAST(sum(u.refused) AS BIGINT), min(u.hour), max(u.hour) "
        f"FROM usage_reason u WHERE {_OWN} GROUP BY u.outcome ORDER BY 2 DESC, 1"
    )
    rows = reader.rows(sql, {**_key(key), **_span(now, hours)})
    return tuple(
        ReasonRow(outcome, refused, from_ms(first * HOUR_MS), from_ms(last * HOUR_MS)) for outcome, refused, first, last in rows
    )


def freshness(reader: Asked) -> Freshness:
    """Return how far usage is recorded, since when it is tracked, and whether its newest events are ahead of the clock."""
    names = "'recorded_to', 'tracking_since', 'events_ahead', 'events_ahead_from'"
    facts = {str(name): str(value) for name, value in reader.rows(f"SELECT name, value FROM fact WHERE name IN ({names})")}
    moments = {name: maybe_from_ms(int(facts[name])) for name in ("recorded_to", "tracking_since") if name in facts}
    ahead_s = int(facts.get("events_ahead", 0)) // SECOND_MS
    return Freshness(
        moments.get("recorded_to"), moments.get("tracking_since"), ahead_s=ahead_s, ahead_from=facts.get("events_ahead_from", "")
    )


def rhythm(reader: Reader, key: TokenKey) -> Rhythm | None:
    """Return a token's usual rhythm, or None when none was found."""
    sql = "SELECT rhythm FROM token_rhythm WHERE account_id = :account AND token_id = :token"
    return rhythm_of(reader.value(sql, _key(key)) or "")


def told_since(reader: Reader) -> datetime | None:
    """Return since when it is recorded who calls, from where and for what: later than the tracking in an upgraded store."""
    sql = "SELECT CAST(value AS BIGINT) FROM fact WHERE name IN ('parts_since', 'tracking_since') ORDER BY name LIMIT 1"
    return maybe_from_ms(reader.value(sql))


def _series(reader: Reader, key: TokenKey, now: datetime, steps: int, hours: int) -> Series:
    span = _span(now, steps * hours)
    sql = f"{_STEPS}SELECT u.hour, u.requests, u.refused FROM usage_hour u WHERE {_OWN}"
    counts = [[0, 0] for _ in range(steps)]
    for hour, requested, refused in reader.rows(sql, {**_key(key), **span}):
        step = counts[(hour - span["first"]) // hours]
        step[0] += requested
        step[1] += refused
    start = from_ms(span["first"] * HOUR_MS)
    return Series(start, hours * _HOUR_S, tuple(step[0] for step in counts), tuple(step[1] for step in counts))


def _span(now: datetime, hours: int) -> dict[str, int]:
    last = to_ms(now) // HOUR_MS
    return {"first": last - hours + 1, "last": last}


def _key(key: TokenKey) -> dict[str, str]:
    return {"account": key[0], "token": key[1]}
