"""What the three roles' dashboards show, each with one call: for the console and the command line alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from store.board_rows import TAIL_CHECKS, TAIL_MINUTES, Debug, Executive, OnCall
from store.dashboard_rows import Amount, Found
from store.indicator_rows import FailedCheckRow, Trend
from store.moments import MINUTE_MS, from_ms, to_ms
from store.reader import Reader
from store.reads.alerts import alerts
from store.reads.authority import authorised_to_read
from store.reads.busy import busiest
from store.reads.gateways import failed_checks, gateways
from store.reads.indicators import indicators, latencies, services, targets, trend
from store.reads.measures import steps
from store.reads.proofs import recent_proofs
from store.reads.tokens import Question, count
from store.reads.usage import freshness
from store.rules.indicators import CHECKS
from store.rules.latencies import below_ms, percentile_bucket, timed
from store.rules.roles import Actor, Permission
from store.rules.scrubbing import scrubbed

SUSPICIOUS = ("used-after-revoke", "knocking", "new-address", "silent", "high-volume")
"""The saved views whose tokens behave in a way somebody may want to look at (requirement X1)."""

COUNTED = 1_000
"""So far each of them is counted; a number above it is told as the least it is."""

PROOFS, PROVEN_DAYS, LATENCY_MINUTES = 24, 7, 180


def executive(reader: Reader, now: datetime) -> Executive:
    """Return the executive dashboard: indicators of 30 days, 401s of 24 hours by the hour, and what looks suspicious."""
    return Executive(
        at=now,
        freshness=freshness(reader),
        month=indicators(reader, now, "30d"),
        unauthorised=trend(reader, "M5", now, "24h"),
        issuance=trend(reader, "M1", now, "30d"),
        suspicious=tuple(_found(reader, view, now) for view in SUSPICIOUS),
    )


def on_call(reader: Reader, now: datetime) -> OnCall:
    """Return the on-call dashboard: the last 24 hours, revocations of 7 days, and the alerts that are open."""
    return OnCall(
        at=now,
        freshness=freshness(reader),
        services=services(reader, now, "24h"),
        latencies=latencies(reader, now, "24h"),
        proofs=recent_proofs(reader, now - timedelta(days=PROVEN_DAYS), now, PROOFS),
        tokens=busiest(reader, now),
        alerts=alerts(reader, now, limit=50),
        gateways=gateways(reader, now),
        unauthorised=trend(reader, "M5", now, "24h"),
        p95=_slowest(reader, now),
        targets=targets(reader),
    )


def debug(reader: Reader, actor: Actor, now: datetime) -> Debug:
    """Return the debug dashboard; raises Refused for a role that may not look into failed checks.

    Whose program calls from where and for what is more than most need to know (requirement X4): the store itself asks.
    """
    authorised_to_read(reader, actor, Permission.INVESTIGATE)
    start = from_ms((to_ms(now) // MINUTE_MS - TAIL_MINUTES + 1) * MINUTE_MS)
    found = failed_checks(reader, now, TAIL_CHECKS + 1)
    checks = tuple(check for check in found if check.at >= start)
    return Debug(
        at=now,
        checks=tuple(map(_scrubbed, checks[:TAIL_CHECKS])),
        more=len(checks) > TAIL_CHECKS,
        p95=_slowest(reader, now),
        target_ms=targets(reader)["M4"],
        gateways=gateways(reader, now),
    )


def _scrubbed(check: FailedCheckRow) -> FailedCheckRow:
    """Return a check of whose texts no part can be a secret."""
    return replace(
        check,
        service=scrubbed(check.service),
        method=scrubbed(check.method),
        path=scrubbed(check.path),
        scope=scrubbed(check.scope),
        address=scrubbed(check.address),
        agent=scrubbed(check.agent),
        request_id=scrubbed(check.request_id),
    )


def _found(reader: Reader, view: str, now: datetime) -> Found:
    number = count(reader, Question(view), now, COUNTED)
    return Found(view, Amount(min(number, COUNTED), number > COUNTED))


def _slowest(reader: Reader, now: datetime) -> Trend:
    """Return the 95th percentile of checks by the minute, in milliseconds; None for a minute without any."""
    last = to_ms(now) // MINUTE_MS
    first = last - LATENCY_MINUTES + 1
    values: list[float | None] = [None] * LATENCY_MINUTES
    samples = [0] * LATENCY_MINUTES
    for minute, counts in steps(reader, first, last, minutes=True):
        buckets = counts.of(*CHECKS).buckets()
        bucket = percentile_bucket(buckets, 0.95)
        samples[minute - first] = timed(buckets)
        values[minute - first] = None if bucket is None else below_ms(bucket)
    return Trend("p95", from_ms(first * MINUTE_MS), 60, tuple(values), tuple(samples))
