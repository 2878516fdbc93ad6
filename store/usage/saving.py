"""Adding one piece's counts to the store, in one transaction with the position it was read to."""

from __future__ import annotations

from datetime import datetime
from operator import itemgetter
from typing import Any

from store.engine import Unit
from store.moments import DAY_MS, HOUR_MS, MINUTE_MS, to_ms
from store.rules.retention import Kind
from store.usage.batches import ask_many, run_many
from store.usage.clocks import keep_ahead
from store.usage.collecting import uncollected
from store.usage.columns import status_in, word_of
from store.usage.facts import UsageFact, set_facts, usage_facts
from store.usage.measures import save_measures
from store.usage.partitions import make_partitions, month_of
from store.usage.parts import repeated_before, save_parts
from store.usage.proving import save_proofs
from store.usage.retaining import kept_from
from store.usage.sums import Sums, apart
from store.usage.tally import MOST_REQUESTS, Tally
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

_AT_ONCE = 4_000


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
    days = {day for day, *_ in sums.calls if day >= first_day}
    make_partitions(unit, {month_of(day * DAY_MS) for day in days}, kept[Kind.HOURLY])
    hours = [(row[0], *sums.keys[row[1]], *row[2:]) for row in sums.hours() if row[0] >= first_hour]
    run_many(unit, _MINUTES, _minute_rows(sums, first_kept))
    run_many(unit, _HOURS, hours)
    run_many(unit, _TOTALS, _total_rows(hours))
    run_many(unit, _REASONS, _reason_rows(sums, first_hour))
    run_many(unit, _DAYS, _day_rows(sums, repeated_before(unit, sums), first_day))
    save_parts(unit, sums, first_day)
    addresses: list[tuple[Any, ...]] = [(*sums.keys[token], *seen) for token, *seen in sums.addresses()]
    run_many(unit, _ADDRESSES, addresses)
    many = ask_many(unit, _MANY_ADDRESSES, [(0, *key) for key in sorted({row[:2] for row in addresses})])
    run_many(unit, _FEWER_ADDRESSES, [(*key, *key) for key in list(many)])
    number = facts.get(UsageFact.REQUESTS, 0)
    _save_recent(unit, sums, number)
    run_many(unit, _FEWER_RECENT, [(*key, *key) for key in sums.keys])
    minutes_from = max(facts.get(UsageFact.MINUTES_FROM, 0), first_kept)
    run_many(unit, _TOKENS, _token_rows(sums, minutes_from, facts.get(UsageFact.HOURS_FROM, 0)))
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


def _minute_rows(sums: Sums, first: int) -> list[tuple[Any, ...]]:
    return [
        (minute, *sums.keys[token], *apart(packed)) for (minute, token), packed in sorted(sums.minutes.items()) if minute >= first
    ]


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
        (day, *sums.keys[token], count, no, repeated[day, token], hours)
        for day, token, count, no, hours in sums.days()
        if day >= first
    ]


def _reason_rows(sums: Sums, first: int) -> list[tuple[Any, ...]]:
    return [
        (hour, *sums.keys[token], word, refused)
        for (hour, token, word), refused in sorted(sums.reasons().items())
        if hour >= first
    ]


def _save_recent(unit: Unit, sums: Sums, number: int) -> None:
    """Add the latest requests of each token, some at a time: as rows they take much more memory than as columns."""
    places = sums.latest()
    codes = set(sums.columns.codes)
    words, statuses = {code: word_of(code) for code in codes}, {code: status_in(code) for code in codes}
    for start in range(0, len(places), _AT_ONCE):
        some = places[start : start + _AT_ONCE]
        columns = sums.columns.at(some)
        keys = [sums.keys[token] for token in columns.tokens]
        rows = zip(
            map(itemgetter(0), keys),
            map(itemgetter(1), keys),
            columns.ats,
            [number + sums.orders[place] for place in some],
            map(words.__getitem__, columns.codes),
            map(statuses.__getitem__, columns.codes),
            *columns[3:10],
            strict=True,
        )
        run_many(unit, _RECENT, list(rows))


def _token_rows(sums: Sums, minutes_from: int, hours_from: int) -> list[tuple[Any, ...]]:
    day, month = sums.requests_since(minutes_from), sums.requests_since(hours_from * (HOUR_MS // MINUTE_MS))
    rows: list[tuple[Any, ...]] = []
    for token, used in sorted(sums.used.items()):
        success = sums.succeeded.get(token)
        denied, reason = sums.denied.get(token, (None, ""))
        rows.append((
            used, used, used, used, -1 if success is None else success, success, -1 if denied is None else denied, reason,
            -1 if denied is None else denied, denied, day[token], month[token], *sums.keys[token],
        ))  # fmt: skip
    return rows
