"""How live tokens are spread: over ages, over the days they expire on, over tiers and environments.

All open tokens are counted along an index, stretch by stretch, and those few that are not live are looked at one by one
and taken off, as in store.reads.counting.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from store.dashboard_rows import Amount, EndDay, Ends, Kind, Mix, Spread, Stretch
from store.moments import DAY_MS, EPOCH, to_ms
from store.reader import Reader, SqliteReader
from store.reads.busy import BUSIEST
from store.reads.counting import OTHERS
from store.reads.status_sql import live, status_in
from store.rules.status import Status

IDLE_DAYS = (1, 7, 30, 90, 180, 365)
SECRET_DAYS = (7, 30, 90, 180, 365, 730)
DAYS_AHEAD = 90

_Bounds = Sequence[tuple[int | None, int | None]]
"""Of each stretch the first moment that counts and the first that no longer does, in milliseconds."""


def idle(reader: Reader, now: datetime, cap: int) -> Spread:
    """Return how long live tokens have not been used, or existed unused; `cap` bounds each stretch."""
    return _spread(reader, now, cap, "t.seen_at", IDLE_DAYS)


def secrets(reader: Reader, now: datetime, cap: int) -> Spread:
    """Return how old the secrets of live tokens are: since they were made or last rotated; `cap` bounds each stretch."""
    return _spread(reader, now, cap, "t.secret_since", SECRET_DAYS)


def ends(reader: Reader, now: datetime, cap: int, busiest: int) -> Ends:
    """Return how many active tokens expire on each of the next 90 days, and what the `busiest` of them do a day.

    Today counts from now on. `cap` bounds each day.
    """
    first = to_ms(now) // DAY_MS
    starts = [day * DAY_MS for day in range(first, first + DAYS_AHEAD + 1)]
    starts[0] = to_ms(now) + 1
    active = status_in([Status.ACTIVE.value], "t")
    day = f"CASE WHEN t.expires_key >= :from_0 AND t.expires_key < :end THEN t.expires_key / {DAY_MS} - {first} ELSE -1 END"
    amounts = _counted(reader, now, cap, "t.expires_key", list(pairwise(starts)), active, day, {"end": starts[-1]})
    requests, looked_at, more = _at_risk(reader, now, busiest, starts[-1])
    days = [EndDay(_date(first + number), amount, requests.get(first + number, 0)) for number, amount in enumerate(amounts)]
    return Ends(tuple(days), looked_at, more)


def mix(reader: Reader, now: datetime, cap: int) -> Mix:
    """Return tiers and environments of the `cap` live tokens that were used last."""
    sql = (
        f"SELECT tier, environment, count(*) FROM (SELECT t.tier, t.environment FROM {_through(reader, 'ix_token_open_seen')} "
        f"WHERE t.closed = 0 AND {live()} ORDER BY t.seen_at DESC, t.account_id DESC, t.id DESC LIMIT :cap) AS latest "
        "GROUP BY tier, environment ORDER BY 3 DESC, 1, 2"
    )
    kinds = tuple(Kind(*row) for row in reader.rows(sql, {"now": to_ms(now), "cap": cap}))
    looked_at = sum(kind.tokens for kind in kinds)
    return Mix(kinds, looked_at, looked_at >= cap)


def _spread(reader: Reader, now: datetime, cap: int, column: str, days: Sequence[int]) -> Spread:
    ages = [None, *days, None]
    edges = [None if age is None else to_ms(now - timedelta(days=age)) for age in ages]
    bounds = [(older, newer) for newer, older in pairwise(edges)]
    steps = " ".join(f"WHEN {column} >= :from_{number} THEN {number}" for number in range(len(days)))
    amounts = _counted(reader, now, cap, column, bounds, live(), f"CASE {steps} ELSE {len(days)} END", {})
    return Spread(tuple(Stretch(*each) for each in zip(ages[:-1], ages[1:], amounts, strict=True)))


def _counted(
    reader: Reader, now: datetime, cap: int, column: str, bounds: _Bounds, wanted: str, place: str, more: dict[str, int]
) -> list[Amount]:
    """Count the open tokens of each stretch that are `wanted`.

    Those that may not be are looked at once for all stretches: `place` is the expression that says which one a token is in.
    """
    params: dict[str, object] = {"now": to_ms(now), "cap": cap + 1, **more}
    counted = []
    source = _through(reader, _INDEXES[column])
    for number, (first, end) in enumerate(bounds):
        terms = ["t.closed = 0"]
        for sign, name, edge in ((">=", "from", first), ("<", "to", end)):
            if edge is not None:
                terms.append(f"{column} {sign} :{name}_{number}")
                params[f"{name}_{number}"] = edge
        within = " AND ".join(terms)
        counted.append(f"(SELECT count(*) FROM (SELECT 1 FROM {source} WHERE {within} ORDER BY {column} LIMIT :cap) AS few)")
    most = reader.one(f"SELECT {', '.join(counted)}", params) or ()
    others = reader.rows(f"SELECT {place} AS place, count(*) FROM {OTHERS} WHERE NOT ({wanted}) GROUP BY place", params)
    less = {int(number): int(off) for number, off in others}
    return [
        Amount(min(many, cap), True) if many > cap else Amount(many - less.get(number, 0)) for number, many in enumerate(most)
    ]


def _at_risk(reader: Reader, now: datetime, busiest: int, end: int) -> tuple[dict[int, int], int, bool]:
    """Return by day what those of the busiest tokens that expire do in 24 hours; how many were looked at; if there are more."""
    active = status_in([Status.ACTIVE.value], "t")
    # Looked up one by one: joined, PostgreSQL may read all tokens to find some thousands.
    day = f"CASE WHEN {active} AND t.expires_key > :now AND t.expires_key < :end THEN t.expires_key / {DAY_MS} ELSE -1 END"
    sql = (
        f"SELECT day, CAST(sum(requests_24h) AS BIGINT), count(*) FROM (SELECT busy.requests_24h, (SELECT {day} FROM token t "
        f"WHERE t.account_id = busy.account_id AND t.id = busy.id) AS day FROM {BUSIEST}) AS ended GROUP BY day"
    )
    rows = reader.rows(sql, {"now": to_ms(now), "end": end, "cap": busiest})
    looked_at = sum(int(row[2]) for row in rows)
    return {int(day): int(requests) for day, requests, _ in rows if day >= 0}, looked_at, looked_at >= busiest


def _through(reader: Reader, index: str) -> str:
    """Return the tokens through an index; PostgreSQL finds it by itself, SQLite knows nothing of how many rows one holds."""
    return f"token t INDEXED BY {index}" if isinstance(reader, SqliteReader) else "token t"


def _date(day: int) -> date:
    return (EPOCH + timedelta(days=day)).astimezone(UTC).date()


_INDEXES = {
    "t.seen_at": "ix_token_open_seen",
    "t.secret_since": "ix_token_open_secret",
    "t.expires_key": "ix_token_open_expires",
}
