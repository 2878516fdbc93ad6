"""Adding one piece's counts to the store, in one transaction with the position it was read to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from store.engine import Unit
from store.moments import DAY_MS, HOUR_MS, MINUTE_MS, to_ms
from store.rules.retention import Kind
from store.usage.batches import ask_many, run_many
from store.usage.clocks import keep_ahead
from store.usage.collecting import uncollected
from store.usage.facts import UsageFact, set_facts, usage_facts
from store.usage.last_uses import save_last_uses
from store.usage.measures import save_measures
from store.usage.partitions import make_partitions, month_of
from store.usage.parts import repeated_before, save_parts
from store.usage.proving import save_proofs
from store.usage.recent import save_recent
from store.usage.retaining import kept_from
from store.usage.sums import Sums
from store.usage.tally import MOST_REQUESTS, Tally
from store.usage.windows import KEPT_MINUTES

_MINUTES = """
INSERT INTO usage_minute (minute, account_id, token_id, requests, refused) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (minute, account_id, token_id) DO UPDATE
SET requests = usage_minute.requests + excluded.requests, refused = usage_minute.refused + excluded.refused
"""
UPSERT_HOURS = """
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
DELETE FROM token_address WHERE account_id = ? AND token_id = ? AND address NOT IN (
    SELECT address FROM token_address WHERE account_id = ? AND token_id = ?
    ORDER BY last_seen_at DESC, address LIMIT {MOST_REQUESTS})
"""
_MANY_ADDRESSES = f"""
WITH wanted(number, account_id, token_id) AS (VALUES {{wanted}})
SELECT account_id, token_id FROM wanted WHERE (
    SELECT count(*) FROM token_address a WHERE a.account_id = wanted.account_id AND a.token_id = wanted.token_id
) > {MOST_REQUESTS}
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
    save_measures(unit, tally.measures, tally.columns, facts, first_kept, first_hour)
    if not tally.tokens:
        return
    earliest, latest = tally.earliest_ms, tally.latest_ms
    if earliest is None or latest is None:
        return
    sums = Sums(tally)
    days = {day for day, *_ in sums.days if day >= first_day}
    make_partitions(unit, {month_of(day * DAY_MS) for day in days}, kept[Kind.HOURLY])
    run_many(unit, _MINUTES, _minute_rows(sums, first_kept))
    hours = save_hours(unit, sums, first_hour)
    run_many(unit, _TOTALS, _total_rows(hours))
    run_many(unit, _REASONS, _reason_rows(sums, first_hour))
    run_many(unit, _DAYS, _day_rows(sums, repeated_before(unit, sums), first_day))
    save_parts(unit, sums, first_day)
    run_many(unit, _ADDRESSES, ((*sums.keys[token], *seen) for token, *seen in sums.addresses()))
    many = ask_many(unit, _MANY_ADDRESSES, [(0, *key) for key in sums.keys])
    run_many(unit, _FEWER_ADDRESSES, [(*key, *key) for key in list(many)])
    number = facts.get(UsageFact.REQUESTS, 0)
    save_recent(unit, sums, number)
    minutes_from = max(facts.get(UsageFact.MINUTES_FROM, 0), first_kept)
    save_last_uses(unit, sums, minutes_from, facts.get(UsageFact.HOURS_FROM, 0))
    save_proofs(unit, [(sums.keys[token], packed) for token, packed in sorted(sums.refusals.items())])
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


def save_hours(unit: Unit, sums: Sums, first: int) -> list[tuple[Any, ...]]:
    """Add what each token did in each hour (since 1970) from `first` on, and return the rows that were added."""
    keys = sums.keys
    rows = [(hour, *keys[token], *counts) for hour, token, *counts in sums.hours if hour >= first]
    run_many(unit, UPSERT_HOURS, rows)
    return rows


def _minute_rows(sums: Sums, first: int) -> Iterator[tuple[Any, ...]]:
    keys = sums.keys
    return ((minute, *keys[token], requests, refused) for minute, token, requests, refused in sums.minutes() if minute >= first)


def _total_rows(hours: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Add the hours of tokens up to those of their accounts, and of the whole store."""
    totals: dict[tuple[int, str], list[int]] = {}
    for hour, account, _, requests, refused, *_ in hours:
        for whose in (account, ""):
            total = totals.setdefault((hour, whose), [0, 0])
            total[0] += requests
            total[1] += refused
    return sorted((*key, *total) for key, total in totals.items())


def _day_rows(sums: Sums, again: dict[int, set[str]], first: int) -> list[tuple[Any, ...]]:
    repeated = sums.repeated.copy()
    for token, request_ids in again.items():
        repeated.update((sums.request_ids[token][request_id], token) for request_id in request_ids)
    return [
        (day, *sums.keys[token], count, no, repeated.get((day, token), 0), hours)
        for day, token, count, no, hours in sums.days
        if day >= first
    ]


def _reason_rows(sums: Sums, first: int) -> list[tuple[Any, ...]]:
    return [
        (hour, *sums.keys[token], word, refused)
        for (hour, token, word), refused in sorted(sums.reasons().items())
        if hour >= first
    ]
