"""Who makes the requests, and why some are refused: each read walks an index from its busy or its latest end, up to a cap."""

from __future__ import annotations

from datetime import datetime

from store.dashboard_rows import DAY_HOURS, HOURS_SHOWN, Reason, Reasons, Traffic, Volume, Volumes
from store.moments import HOUR_MS, to_ms
from store.reader import Reader
from store.reads.token_rows import exact_counts
from store.reads.tokens import spark
from store.reads.usage import account_hours
from store.rows import TokenKey

SHOWN = 12
_CANDIDATES = 3 * SHOWN
"""Kept counters decide who is looked at: a few more than are shown, because the exact numbers may be in another order."""

BUSIEST = """(SELECT t.account_id, t.id, t.requests_24h FROM token t WHERE t.requests_24h > 0
ORDER BY t.requests_24h DESC, t.account_id DESC, t.id DESC LIMIT :cap) AS busy"""
"""The busiest tokens by their kept counters; needs `cap`."""

_TOKENS = f"""
SELECT busy.account_id, busy.id, (SELECT t.name FROM token t WHERE t.account_id = busy.account_id AND t.id = busy.id),
(SELECT a.name FROM account a WHERE a.id = busy.account_id) FROM {BUSIEST}
"""
_ACCOUNTS = f"""
SELECT account_id, CAST(sum(requests_24h) AS BIGINT), CAST(sum(count(*)) OVER () AS BIGINT),
(SELECT a.name FROM account a WHERE a.id = account_id) FROM {BUSIEST} GROUP BY account_id ORDER BY 2 DESC, 1 LIMIT :shown
"""
_ACCOUNT_HOURS = """
WITH RECURSIVE wanted(account_id) AS (VALUES {names}),
step(hour) AS (SELECT CAST(:first AS BIGINT) UNION ALL SELECT hour + 1 FROM step WHERE hour < :last)
SELECT wanted.account_id, step.hour,
(SELECT u.requests FROM usage_total u WHERE u.hour = step.hour AND u.account_id = wanted.account_id) FROM wanted CROSS JOIN step
"""
_REASONS = """
SELECT outcome, hour, CAST(sum(refused) AS BIGINT), count(*) FROM (SELECT hour, outcome, refused FROM usage_reason
WHERE hour >= :first AND hour <= :last ORDER BY hour DESC LIMIT :cap) AS latest GROUP BY outcome, hour
"""


def traffic(reader: Reader, now: datetime) -> Traffic:
    """Return what the whole store did in the last 720 hours."""
    return Traffic(account_hours(reader, "", now, HOURS_SHOWN))


def reasons(reader: Reader, now: datetime, cap: int) -> Reasons:
    """Return why requests of the last 24 hours were refused; at most the latest `cap` records are looked at."""
    span = _day(now)
    rows = reader.rows(_REASONS, {**span, "cap": cap + 1})
    hours: dict[str, list[int]] = {}
    for outcome, hour, refused, _ in rows:
        hours.setdefault(str(outcome), [0] * DAY_HOURS)[int(hour) - span["first"]] = int(refused)
    found = [Reason(outcome, sum(counts), tuple(counts)) for outcome, counts in hours.items()]
    records = sum(int(row[3]) for row in rows)
    return Reasons(tuple(sorted(found, key=lambda one: (-one.refused, one.outcome))), min(records, cap), records > cap)


def volumes(reader: Reader, now: datetime, cap: int) -> Volumes:
    """Return the tokens and accounts with most requests in 24 hours; accounts are found through the `cap` busiest tokens.

    Tokens are counted in the 1,440 minutes of decisions.md, accounts in the 24 hours that end with the current one.
    """
    accounts, looked_at, more = _accounts(reader, now, cap)
    return Volumes(busiest(reader, now), accounts, looked_at, more)


def busiest(reader: Reader, now: datetime) -> tuple[Volume, ...]:
    """Return the tokens with most requests in 24 hours, most first."""
    rows = reader.rows(_TOKENS, {"cap": _CANDIDATES})
    names = {TokenKey((account, token)): (name, account_name) for account, token, name, account_name in rows}
    exact = exact_counts(reader, list(names), now, month=False)
    busiest = sorted((key for key in names if exact[key][0]), key=lambda key: (-exact[key][0], key))[:SHOWN]
    hours = spark(reader, busiest, now)
    return tuple(Volume(key[0], names[key][1], key[1], names[key][0], exact[key][0], hours[key]) for key in busiest)


def _accounts(reader: Reader, now: datetime, cap: int) -> tuple[tuple[Volume, ...], int, bool]:
    rows = reader.rows(_ACCOUNTS, {"cap": cap + 1, "shown": _CANDIDATES})
    if not rows:
        return (), 0, False
    looked_at, span = int(rows[0][2]), _day(now)
    named = {f"account_{number}": row[0] for number, row in enumerate(rows)}
    sql = _ACCOUNT_HOURS.format(names=", ".join(f"(:{name})" for name in named))
    names = {row[0]: row[3] for row in rows}
    hours: dict[str, list[int]] = {account: [0] * DAY_HOURS for account in names}
    for account, hour, requests in reader.rows(sql, {**named, **span}):
        hours[account][int(hour) - span["first"]] = int(requests or 0)
    found = [Volume(account, names[account], "", "", sum(counts), tuple(counts)) for account, counts in hours.items()]
    found = sorted((one for one in found if one.requests), key=lambda one: (-one.requests, one.account_id))
    return tuple(found[:SHOWN]), min(looked_at, cap), looked_at > cap


def _day(now: datetime) -> dict[str, int]:
    hour = to_ms(now) // HOUR_MS
    return {"first": hour - DAY_HOURS + 1, "last": hour}
