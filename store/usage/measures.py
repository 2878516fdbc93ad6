"""How requests and checks ended and how long they took, by minute and hour, and the latest checks that were refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from store.engine import Unit
from store.moments import HOUR_MS, MINUTE_MS
from store.rules.indicators import FAILED, Kind
from store.rules.latencies import bucket_of
from store.rules.usage import Outcome
from store.usage.batches import run_many
from store.usage.columns import Columns, code_of, status_in, word_of
from store.usage.events import Event
from store.usage.facts import UsageFact, set_facts

MOST_FAILED = 10_000
MOST_SERVICES = 100
"""So many services are told apart in an hour; what a caller may name at will must not fill the store. The rest is «»."""

Measure = tuple[int, str, str, str, int]
"""(minute, kind, service, outcome, latency bucket)"""

_VALID = Outcome.VALID.value
_SAVE = """
INSERT INTO {table} ({step}, kind, service, outcome, bucket, operations) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT ({step}, kind, service, outcome, bucket) DO UPDATE SET operations = {table}.operations + excluded.operations
"""
SAVE_MINUTES = _SAVE.format(table="measure_minute", step="minute")
SAVE_HOURS = _SAVE.format(table="measure_hour", step="hour")
_FAILED = """
INSERT INTO failed_check (at, number, gateway, outcome, account_id, token_id, service, method, path, scope, address, agent,
                          latency_us, request_id, step)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_FEWER_FAILED = f"""
DELETE FROM failed_check WHERE (at, number, gateway) < (
    SELECT at, number, gateway FROM failed_check ORDER BY at DESC, number DESC, gateway DESC LIMIT 1 OFFSET {MOST_FAILED - 1})
"""


class Measures:
    """What one piece of a log measured; `failed` are the latest of its checks that were refused, in their order."""

    __slots__ = ("checks", "counts", "failed")

    def __init__(self) -> None:
        self.counts: dict[Measure, int] = {}
        self.failed: list[tuple[Any, ...]] = []
        self.checks = 0

    def add(self, event: Event, account: str = "") -> None:
        """Count one event that is not counted as usage of a token."""
        word = _word_of(code_of(event.outcome, event.status))
        measure = (event.at_ms // MINUTE_MS, event.kind, event.service, word, bucket_of(event.latency_us))
        self.counts[measure] = self.counts.get(measure, 0) + 1
        if event.kind:
            self.keep(event, account)

    def keep(self, event: Event, account: str) -> None:
        """Keep a check that failed or was refused; its own time is counted with the rest."""
        word = _word_of(code_of(event.outcome, event.status))
        if word == _VALID:
            return
        self.failed.append(
            (event.at_ms, self.checks, event.gateway, word, account, event.token if account else "", event.service, event.method,
             event.path, event.scope, event.address, event.agent, event.latency_us, event.request_id,
             event.step)
        )  # fmt: skip
        self.checks += 1
        if len(self.failed) >= 2 * MOST_FAILED:
            self.latest()

    def latest(self) -> list[tuple[Any, ...]]:
        """Drop all but the latest failed checks and return those."""
        self.failed.sort(key=lambda row: row[:3])
        del self.failed[:-MOST_FAILED]
        return self.failed


def measured(measures: Measures, columns: Columns) -> dict[Measure, int]:
    """Return how requests and checks ended and how long they took: those of tokens and those counted apart."""
    ats, _, codes, _, _, _, _, services, latencies, _, _, kinds = columns
    words = {code: _word_of(code) for code in set(codes)}
    buckets = {latency: bucket_of(latency) for latency in set(latencies)}
    minutes = [at // MINUTE_MS for at in ats]
    counts: Counter[Measure] = Counter(
        zip(minutes, kinds, services, map(words.__getitem__, codes), map(buckets.__getitem__, latencies), strict=True)
    )
    counts.update(measures.counts)
    return counts


def _word_of(code: int) -> str:
    """Return the outcome; what ended with 5xx got no answer, whatever token it was about."""
    word = word_of(code)
    return FAILED if word == _VALID and (status_in(code) or 0) >= 500 else word


def is_answered(event: Event) -> bool:
    """Say whether an event says anything about its token: a check that failed does not."""
    return not event.kind or event.status is None or event.status < 500


def save_measures(
    unit: Unit, measures: Measures, columns: Columns, facts: Mapping[UsageFact, int], first_minute: int, first_hour: int
) -> None:
    """Add one piece's measures, those from these minutes and hours (since 1970) on, and keep the newest failed checks."""
    minutes_per_hour = HOUR_MS // MINUTE_MS
    known: dict[int, set[str]] = {}
    minutes: dict[Measure, int] = {}
    hours: dict[Measure, int] = {}
    for (minute, kind, service, outcome, bucket), number in measured(measures, columns).items():
        hour = minute // minutes_per_hour
        if hour < first_hour:
            continue
        service = _told_apart(unit, known, hour, service)
        for kept, step in ((minutes, minute), (hours, hour)):
            key = (step, kind, service, outcome, bucket)
            kept[key] = kept.get(key, 0) + number
    run_many(unit, SAVE_MINUTES, sorted((*key, number) for key, number in minutes.items() if key[0] >= first_minute))
    run_many(unit, SAVE_HOURS, sorted((*key, number) for key, number in hours.items()))
    if measures.failed:
        before = facts.get(UsageFact.CHECKS, 0)
        run_many(unit, _FAILED, [(row[0], before + row[1], *row[2:]) for row in measures.latest()])
        unit.run(_FEWER_FAILED)
        set_facts(unit, {UsageFact.CHECKS: before + measures.checks})
    unit.changed.add("usage")


def _told_apart(unit: Unit, known: dict[int, set[str]], hour: int, service: str) -> str:
    if not service:
        return service
    if hour not in known:
        sql = "SELECT DISTINCT service FROM measure_hour WHERE hour = :hour AND service <> ''"
        known[hour] = {str(row[0]) for row in unit.rows(sql, {"hour": hour})}
    if service not in known[hour]:
        if len(known[hour]) >= MOST_SERVICES:
            return ""
        known[hour].add(service)
    return service


def measure_issue(unit: Unit, now_ms: int, latency_us: int) -> None:
    """Count one token that was issued, in the transaction that issues it."""
    key = (Kind.ISSUE.value, "", "OK", bucket_of(latency_us), 1)
    run_many(unit, SAVE_MINUTES, [(now_ms // MINUTE_MS, *key)])
    run_many(unit, SAVE_HOURS, [(now_ms // HOUR_MS, *key)])


def prune_measures(unit: Unit, first_minute: int, first_hour: int) -> None:
    """Remove minutes and hours (since 1970) before these."""
    unit.run(f"DELETE FROM measure_minute WHERE minute < {first_minute:d}")
    unit.run(f"DELETE FROM measure_hour WHERE hour < {first_hour:d}")
