"""How requests and checks ended and how long they took, by minute and hour, and the latest checks that were refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from store.engine import Unit
from store.moments import HOUR_MS, MINUTE_MS
from store.rules.indicators import FAILED, Kind
from store.rules.latencies import bucket_of
from store.rules.usage import Outcome
from store.usage.batches import run_many
from store.usage.events import Event
from store.usage.facts import UsageFact, set_facts

MOST_FAILED = 10_000
MOST_SERVICES = 100
"""So many services are told apart in an hour; what a caller may name at will must not fill the store. The rest is «»."""

Measure = tuple[int, str, str, str, int]
"""(minute, kind, service, outcome, latency bucket)"""

_ACCEPTED, _VALID = Outcome.VALID, Outcome.VALID.value
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
        """Count one event; a check that ended with 5xx got no answer, whatever token it was about."""
        outcome, status, latency_us, kind = event[2], event[3], event[9], event[14]
        word = _VALID if outcome is _ACCEPTED else outcome.value
        if status is not None and status >= 500 and word == _VALID:
            word = FAILED
        measure = (event[0] // MINUTE_MS, kind, event[8], word, -1 if latency_us is None else bucket_of(latency_us))
        counts = self.counts
        counts[measure] = counts.get(measure, 0) + 1
        if kind and word != _VALID:
            self._keep(event, account, word)

    def _keep(self, event: Event, account: str, word: str) -> None:
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


def is_answered(event: Event) -> bool:
    """Say whether an event says anything about its token: a check that failed does not."""
    return not event.kind or event.status is None or event.status < 500


def save_measures(unit: Unit, measures: Measures, facts: Mapping[UsageFact, int], first_minute: int, first_hour: int) -> None:
    """Add one piece's measures, those from these minutes and hours (since 1970) on, and keep the newest failed checks."""
    if not measures.counts:
        return
    minutes_per_hour = HOUR_MS // MINUTE_MS
    known: dict[int, set[str]] = {}
    minutes: dict[Measure, int] = {}
    hours: dict[Measure, int] = {}
    for (minute, kind, service, outcome, bucket), number in measures.counts.items():
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
        unit.connection.exec_driver_sql(_FEWER_FAILED)
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
    unit.connection.exec_driver_sql(f"DELETE FROM measure_minute WHERE minute < {first_minute:d}")
    unit.connection.exec_driver_sql(f"DELETE FROM measure_hour WHERE hour < {first_hour:d}")
