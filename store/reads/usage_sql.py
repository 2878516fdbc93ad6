"""Exact sums of usage over the windows of decisions.md, as expressions over one token of an outer query.

Time leads the keys of the usage tables, so a sum looks its steps up one by one: 23 hours and up to 60 minutes for 24 h,
720 hours for 30 d, 168 for 7 d, however many tokens there are. A kept counter (store.usage.windows) counts from a first
step that is a fact of the store: where that was a short while ago, only what has left the window since is looked up and
taken off. The steps stand in an IN and not before the table: once SQLite has statistics it would otherwise read that table
from end to end, to know beforehand which steps it can leave out.

Every statement that holds one of these expressions needs `window_params(now)`.
"""

from __future__ import annotations

from functools import cache

from store.moments import HOUR_MS, MINUTE_MS
from store.rules.signals import hours_7d
from store.rules.usage import hours_30d, minutes_24h

MOST_MINUTES_LEFT = 60
MOST_HOURS_LEFT = 240
"""With more steps gone since the counters were moved, summing the window itself is as cheap."""

_SUM = """(WITH RECURSIVE step(at) AS (SELECT {first} UNION ALL SELECT {next} FROM step WHERE at < :{last})
SELECT CAST(coalesce(sum(u.{column}), 0) AS BIGINT) FROM {table} u
WHERE u.{step} IN (SELECT at FROM step) AND u.{step} BETWEEN {least} AND :{last}{also}
AND u.account_id = {account} AND u.token_id = {token})"""
"""That a step is no less than the first is known, but not to PostgreSQL, which would look into every month before it."""

_NEAR = " AND u.{step} >= :{first} - {most}"
"""Nor does PostgreSQL know, when it plans a query, what is a fact of the store: it would plan for every month that is kept."""

_HAS_MINUTES = "EXISTS (SELECT 1 FROM usage_minute WHERE minute >= :minute_resume AND minute <= :minute_end)"

LAST_WHOLE_HOUR = f"(CASE WHEN {_HAS_MINUTES} THEN :hour_last ELSE :hour_now END)"
"""The last hour of 24 that counts whole: the current one too, where its minutes are gone."""

_CURRENT_HOUR = f"""(CASE WHEN {_HAS_MINUTES} THEN 0
ELSE coalesce((SELECT u.requests FROM usage_hour u
WHERE u.hour = :hour_now AND u.account_id = {{account}} AND u.token_id = {{token}}), 0) END)"""

_FROM_KEPT = """(CASE WHEN (SELECT CAST(value AS BIGINT) FROM fact WHERE name = '{fact}') BETWEEN :{first} - {most} AND :{first}
AND NOT EXISTS (SELECT 1 FROM {table} WHERE {step} > :{last}) THEN {kept} - {left} ELSE {exact} END)"""

KEPT_FROM = """(SELECT CAST(value AS BIGINT) FROM fact WHERE name = 'minutes_from'
AND NOT EXISTS (SELECT 1 FROM usage_minute WHERE minute > :minute_last))"""
"""The minute from which the kept 24-hour counters count, or NULL when they hold requests after the moment that is asked about."""

_STEP = "at + 1"
NEXT_MINUTE = "CASE WHEN at + 1 = :minute_gap THEN :minute_resume ELSE at + 1 END"
"""The minute after `at` of the two hours that 24 hours by the minute break: the oldest and the current one."""


def window_params(now_ms: int) -> dict[str, int]:
    """Return the bound parameters of the windows that end at `now_ms`."""
    day, week, month = minutes_24h(now_ms), hours_7d(now_ms), hours_30d(now_ms)
    hour = now_ms // HOUR_MS
    whole_from, current = (hour - 23) * 60, hour * 60
    return {
        "day_first": day.first,
        "day_before": day.first - 1,
        "minute_first": day.first if day.first < whole_from else current,
        "minute_gap": whole_from,
        "minute_resume": current,
        "minute_last": now_ms // MINUTE_MS,
        "minute_end": current + 59,
        "hour_first": hour - 23,
        "hour_last": hour - 1,
        "hour_now": hour,
        "week_first": week.first,
        "month_first": month.first,
        "month_before": month.first - 1,
    }


def window_start_7d(now_ms: int) -> int:
    """Return the first millisecond of the 168 hours that end with the current one."""
    return hours_7d(now_ms).first * HOUR_MS


@cache
def requests_24h(alias: str, *, past: bool = False) -> str:
    """Return the requests of a token in the 1,440 minutes that end with the current one.

    Whole hours come from the hours, the two broken ones from the minutes. Minutes are kept for two days: for an older
    moment it is the 24 whole hours that end with the current one. In the `past` the kept counter tells nothing.
    """
    key = _key(alias)
    whole = _hours("requests", "hour_first", "hour_last", key)
    broken = _SUM.format(
        first="CAST(:minute_first AS BIGINT)", next=NEXT_MINUTE, least=":minute_first", last="minute_last", column="requests",
        table="usage_minute", step="minute", also="", **key,
    )  # fmt: skip
    exact = f"({whole} + {broken} + {_CURRENT_HOUR.format(**key)})"
    if past:
        return exact
    return _FROM_KEPT.format(
        fact="minutes_from", first="day_first", most=MOST_MINUTES_LEFT, table="usage_minute", step="minute",
        last="minute_last", kept=f"{alias}.requests_24h", left=_left_24h(key), exact=exact,
    )  # fmt: skip


@cache
def kept_24h(alias: str) -> str:
    """Return the same from the kept counter: right where its first minute is known to be a short while ago (`is_near_24h`)."""
    return f"({alias}.requests_24h - {_left_24h(_key(alias))})"


def is_near_24h(kept_from: int, now_ms: int) -> bool:
    """Say whether counters that count from a minute are soon put right for the 24 hours that end at `now_ms`."""
    first = minutes_24h(now_ms).first
    return first - MOST_MINUTES_LEFT <= kept_from <= first


@cache
def requests_30d(alias: str, *, past: bool = False) -> str:
    """Return the requests of a token in the 720 hours that end with the current one."""
    key = _key(alias)
    exact = _hours("requests", "month_first", "hour_now", key)
    if past:
        return exact
    near = _NEAR.format(step="hour", first="month_first", most=MOST_HOURS_LEFT)
    left = _left("hours_from", "usage_hour", "hour", "month_before", near, key)
    return _FROM_KEPT.format(
        fact="hours_from", first="month_first", most=MOST_HOURS_LEFT, table="usage_hour", step="hour",
        last="hour_now", kept=f"{alias}.requests_30d", left=left, exact=exact,
    )  # fmt: skip


def refused_7d(account: str, token: str) -> str:
    """Return the refused requests of the 168 hours that end with the current one."""
    return _hours("refused", "week_first", "hour_now", {"account": account, "token": token})


def _hours(column: str, first: str, last: str, key: dict[str, str]) -> str:
    return _SUM.format(
        first=f"CAST(:{first} AS BIGINT)", next=_STEP, least=f":{first}", last=last, column=column, table="usage_hour",
        step="hour", also="", **key,
    )  # fmt: skip


def _left_24h(key: dict[str, str]) -> str:
    return _left("minutes_from", "usage_minute", "minute", "day_before", "", key)


def _left(fact: str, table: str, step: str, last: str, also: str, key: dict[str, str]) -> str:
    """Return what a kept counter still holds of the steps that have left its window; its first step may be none of them."""
    # The CASE keeps PostgreSQL from casting other facts, which are no numbers, before it has looked at the name.
    kept_from = f"CASE WHEN name = '{fact}' THEN CAST(value AS BIGINT) END"
    start = f"CAST(value AS BIGINT) FROM fact WHERE name = '{fact}' AND {kept_from} <= :{last}"
    least = f"(SELECT CAST(value AS BIGINT) FROM fact WHERE name = '{fact}')"
    return _SUM.format(
        first=start, next=_STEP, least=least, last=last, column="requests", table=table, step=step, also=also, **key
    )


def _key(alias: str) -> dict[str, str]:
    return {"account": f"{alias}.account_id", "token": f"{alias}.id"}
