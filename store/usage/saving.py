"""Adding one piece's counts to the store, in one transaction with the position it was read to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from store.engine import Unit
from store.moments import DAY_MS, HOUR_MS, MINUTE_MS, to_ms
from store.rows import TokenKey
from store.rules.retention import Kind
from store.usage.batches import ask_many, run_many
from store.usage.clocks import keep_ahead
from store.usage.collecting import uncollected
from store.usage.facts import UsageFact, set_facts, usage_facts
from store.usage.measures import save_measures
from store.usage.partitions import make_partitions, month_of
from store.usage.parts import repeated_before, save_parts
from store.usage.proving import save_proofs
from store.usage.retaining import kept_from
from store.usage.tally import MOST_REQUESTS, Tally, TokenTally
from store.usage.windows import KEPT_MINUTES

_MINUTES = """
INSERT INTO usage_minute (minute, account_id, token_id, requests, refused) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (minute, account_id, token_id) DO UPDATE
SET requests = usage_minute.requests + excluded.requests, refused = usage_minute.refused + excluded.refused
"""
_HOURS = """
INSERT INTO usage_hour (hour, account_id, token_id, requests, refused, status_2xx, status_3xx, status_4xx, status_5xx)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (hour, account_id, token_id) DO UPDATE
SET requests = usage_hour.requests + excluded.requests, refused = usage_hour.refused + excluded.refused,
    status_2xx = usage_hour.status_2xx + excluded.status_2xx, status_3xx = usage_hour.status_3xx + excluded.status_3xx,
    status_4xx = usage_hour.status_4xx + excluded.status_4xx, status_5xx = usage_hour.status_5xx + excluded.status_5xx
"""
_REASONS = """
INSERT INTO usage_reason (hour, account_id, token_id, outcome, refused) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (hour, account_id, token_id, outcome) DO UPDATE SET refused = usage_reason.refused + excluded.refused
"""
_DAYS = """
INSERT INTO usage_day (day, account_id, token_id, requests, refused, repeated, hours) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (day, account_id, token_id) DO UPDATE
SET requests = usage_day.requests + excluded.requests, refused = usage_day.refused + excluded.refused,
    repeated = usage_day.repeated + excluded.repeated, hours = usage_day.hours | excluded.hours
"""
_TOTALS = """
INSERT INTO usage_total (hour, account_id, requests, refused) VALUES (?, ?, ?, ?)
ON CONFLICT (hour, account_id) DO UPDATE
SET requests = usage_total.requests + excluded.requests, refused = usage_total.refused + excluded.refused
"""
_ADDRESSES = """
INSERT INTO token_address (account_id, token_id, address, first_seen_at, last_seen_at, requests) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (account_id, token_id, address) DO UPDATE
SET first_seen_at = CASE WHEN excluded.first_seen_at < token_address.first_seen_at
                         THEN excluded.first_seen_at ELSE token_address.first_seen_at END,
    last_seen_at = CASE WHEN excluded.last_seen_at > token_address.last_seen_at
                        THEN excluded.last_seen_at ELSE token_address.last_seen_at END,
    requests = token_address.requests + excluded.requests
"""
_FEWER_ADDRESSES = f"""
DELETE FROM token_address WHERE account_id = ? AND token_id = ? AND address IN (
    SELECT address FROM token_address WHERE account_id = ? AND token_id = ?
    ORDER BY last_seen_at DESC, address LIMIT 1000000 OFFSET {MOST_REQUESTS})
"""
_MANY_ADDRESSES = f"""
WITH wanted(number, account_id, token_id) AS (VALUES {{wanted}})
SELECT account_id, token_id FROM wanted WHERE (
    SELECT count(*) FROM token_address a WHERE a.account_id = wanted.account_id AND a.token_id = wanted.token_id
) > {MOST_REQUESTS}
"""
_RECENT = """
INSERT INTO recent_request (account_id, token_id, at, number, outcome, status, address, agent, method, path, service,
                            latency_us, request_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_FEWER_RECENT = f"""
DELETE FROM recent_request WHERE account_id = ? AND token_id = ? AND (at, number) < (
    SELECT at, number FROM recent_request WHERE account_id = ? AND token_id = ?
    ORDER BY at DESC, number DESC LIMIT 1 OFFSET {MOST_REQUESTS - 1})
"""
_TOKENS = """
UPDATE token
SET silent_after = CASE WHEN last_used_at < ? THEN silent_after + (? - last_used_at) ELSE silent_after END,
    last_used_at = CASE WHEN coalesce(last_used_at, -1) < ? THEN ? ELSE last_used_at END,
    last_success_at = CASE WHEN coalesce(last_success_at, -1) < ? THEN ? ELSE last_success_at END,
    last_denied_reason = CASE WHEN coalesce(last_denied_at, -1) <= ? THEN ? ELSE last_denied_reason END,
    last_denied_at = CASE WHEN coalesce(last_denied_at, -1) < ? THEN ? ELSE last_denied_at END,
    requests_24h = requests_24h + ?, requests_30d = requests_30d + ?
WHERE account_id = ? AND id = ?
"""


@uncollected()
def save_tally(unit: Unit, tally: Tally, now: datetime, source: str = "") -> None:
    """Add the counts of one piece and bring the rows of the tokens it names up to date; adds nothing for an empty one.

    A token's kept counters grow by what falls into the windows they were last moved to (store.usage.windows), so at
    any later moment they are never below the exact count. Its rhythm and newest address follow in
    `store.usage.freshness`; until then `silent_after` moves along with the last use. `source` is the log or gateway it
    came from, as it is told where its clock is wrong.
    """
    if not tally.tokens and not tally.measures.counts:
        return
    facts = usage_facts(unit)
    first_kept = to_ms(now) // MINUTE_MS - KEPT_MINUTES + 1
    kept = kept_from(unit.rows, now)
    first_hour, first_day = kept[Kind.HOURLY] // HOUR_MS, kept[Kind.DAILY] // DAY_MS
    save_measures(unit, tally.measures, facts, first_kept, first_hour)
    if not tally.tokens:
        return
    tallies = sorted(tally.tokens.values(), key=lambda one: one.key)
    earliest, latest = tally.earliest_ms, tally.latest_ms
    assert earliest is not None
    assert latest is not None
    make_partitions(unit, _months(tallies, first_day), kept[Kind.HOURLY])
    hours = [row for row in _hour_rows(tallies) if row[0] >= first_hour]
    run_many(unit, _MINUTES, _minute_rows(tallies, first_kept))
    run_many(unit, _HOURS, hours)
    run_many(unit, _TOTALS, _total_rows(hours))
    run_many(unit, _REASONS, [row for row in _reason_rows(tallies) if row[0] >= first_hour])
    run_many(unit, _DAYS, _day_rows(tallies, repeated_before(unit, tallies), first_day))
    save_parts(unit, tallies, first_day)
    addresses = [(*one.key, address, *seen) for one in tallies for address, seen in one.addresses().items()]
    run_many(unit, _ADDRESSES, addresses)
    many = ask_many(unit, _MANY_ADDRESSES, [(0, *key) for key in sorted({row[:2] for row in addresses})])
    run_many(unit, _FEWER_ADDRESSES, [(*key, *key) for key in list(many)])
    number = facts.get(UsageFact.REQUESTS, 0)
    run_many(unit, _RECENT, _recent_rows(tallies, number))
    run_many(unit, _FEWER_RECENT, [(*one.key, *one.key) for one in tallies])
    minutes_from = max(facts.get(UsageFact.MINUTES_FROM, 0), first_kept)
    run_many(unit, _TOKENS, [_token_row(one, minutes_from, facts.get(UsageFact.HOURS_FROM, 0)) for one in tallies])
    save_proofs(unit, [(one.key, one.refusals) for one in tallies if one.refusals])
    keep_ahead(unit, facts, latest, to_ms(now), source)
    oldest = earliest // HOUR_MS
    set_facts(
        unit,
        {
            UsageFact.REQUESTS: number + tally.events,
            UsageFact.RECORDED_TO: max(facts.get(UsageFact.RECORDED_TO, 0), min(latest, to_ms(now))),
            UsageFact.PENDING_FROM: min(facts.get(UsageFact.PENDING_FROM, oldest), oldest),
        },
    )
    unit.changed.add("usage")


def _months(tallies: list[TokenTally], first_day: int) -> set[date]:
    days = {day for one in tallies for day, *_ in one.calls if day >= first_day}
    return {month_of(day * DAY_MS) for day in days}


def _minute_rows(tallies: list[TokenTally], first: int) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = [
        (minute, *one.key, requests, refused) for one in tallies for minute, requests, refused in one.minutes() if minute >= first
    ]
    rows.sort()
    return rows


def _hour_rows(tallies: list[TokenTally]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = [(hour, *one.key, *counts) for one in tallies for hour, *counts in one.hours()]
    rows.sort()
    return rows


def _total_rows(hours: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Add the hours of tokens up to those of their accounts, and of the whole store."""
    totals: dict[tuple[int, str], list[int]] = {}
    for hour, account, _, requests, refused, *_ in hours:
        for whose in (account, ""):
            total = totals.setdefault((hour, whose), [0, 0])
            total[0] += requests
            total[1] += refused
    return sorted((*key, *total) for key, total in totals.items())


def _day_rows(tallies: list[TokenTally], again: dict[TokenKey, set[str]], first: int) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for one in tallies:
        repeated = dict(one.repeated)
        for request_id in again.get(one.key, ()):
            day = one.request_ids[request_id]
            repeated[day] = repeated.get(day, 0) + 1
        rows += [(day, *one.key, count, no, repeated.get(day, 0), hours) for day, count, no, hours in one.days() if day >= first]
    rows.sort()
    return rows


def _reason_rows(tallies: list[TokenTally]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = [
        (hour, *one.key, outcome, refused) for one in tallies for (hour, outcome), refused in one.reasons().items()
    ]
    rows.sort()
    return rows


def _recent_rows(tallies: list[TokenTally], number: int) -> list[tuple[Any, ...]]:
    return [(*one.key, at, number + order, *rest) for one in tallies for at, order, *rest in one.latest()]


def _token_row(one: TokenTally, minutes_from: int, hours_from: int) -> tuple[Any, ...]:
    used, success, denied = one.used_at, one.success_at, one.denied_at
    return (
        used, used, used, used, success, success if success >= 0 else None, denied, one.denied_reason,
        denied, denied if denied >= 0 else None,
        one.requests_since(minutes_from), one.requests_since(hours_from * (HOUR_MS // MINUTE_MS)), *one.key,
    )  # fmt: skip
