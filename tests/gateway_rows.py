"""Short ways for tests to put into a store what gateways and the alerts leave there: measures, failed checks, alerts, proofs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from store.moments import HOUR_MS, MINUTE_MS, to_ms
from store.opening import Store
from store.rows import TokenKey
from store.rules.latencies import bucket_of
from store.rules.usage import Outcome
from tests.conftest import NOW
from tests.scenario import REVOKED_AT, key_of, secret_of

LEAKED = secret_of("T01").reveal()
"""A whole token that stands in one of the failed checks, where gateways would never put one."""

Measure = tuple[datetime, str, str, str, int | None, int]
"""When, kind, service, outcome, microseconds (None: not timed), how many."""


def put_measures(store: Store, measures: Iterable[Measure]) -> None:
    """Count operations as a gateway does, in their minutes and hours; each bucket of a minute may be given once."""
    held = list(measures)
    for table, name, length in (("measure_minute", "minute", MINUTE_MS), ("measure_hour", "hour", HOUR_MS)):
        counts: dict[tuple[int, str, str, str, int], int] = {}
        for at, kind, service, outcome, us, number in held:
            key = (to_ms(at) // length, kind, service, outcome, bucket_of(us))
            counts[key] = counts.get(key, 0) + number
        names = (name, "kind", "service", "outcome", "bucket")
        put_rows(store, table, [{**dict(zip(names, key, strict=True)), "operations": number} for key, number in counts.items()])


def put_rows(store: Store, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Put rows into a table; moments become milliseconds."""
    held = [{name: to_ms(value) if isinstance(value, datetime) else value for name, value in row.items()} for row in rows]

    def work(unit: Any) -> None:
        for row in held:
            names = ", ".join(row)
            unit.run(f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in row)})", row)

    store.write(work)


def failed(at: datetime, outcome: Outcome | str, key: TokenKey | None = None, **more: Any) -> dict[str, Any]:
    """Return a failed check as a gateway keeps it."""
    row = {
        "at": at, "number": 1, "gateway": "gw-1", "outcome": str(outcome), "account_id": key[0] if key else "",
        "token_id": key[1] if key else "", "service": "orders-api", "method": "GET", "path": "/v1/orders", "scope": "",
        "address": "203.0.113.7", "agent": "shop/1.0", "latency_us": 2_300, "request_id": "req-1", "step": "",
    }  # fmt: skip
    return {**row, **more}


def gateway(name: str, seen_at: datetime, **more: Any) -> dict[str, Any]:
    """Return what a gateway last said of itself."""
    row = {
        "name": name, "address": "10.0.0.1:8080", "version": "1.0", "started_at": seen_at - timedelta(days=1),
        "seen_at": seen_at, "stopped_at": None, "cache_ms": 30_000, "grace_ms": 60_000, "checks": 1_000,
        "cache_hits": 900, "stale": 0, "unsaved": 0,
    }  # fmt: skip
    return {**row, **more}


def watch(store: Store) -> None:
    """Add to the scenarios' store what gateways report: three services, a slow one among them, alerts, failed checks."""
    ago = [NOW - timedelta(minutes=minute) for minute in range(60)]
    checks: list[Measure] = []
    for service, us in (("billing-api", 9_000), ("orders-api", 9_000), ("reports", 60_000)):
        checks += [(at, "check", service, "VALID", us, 100) for at in ago]
        checks += [(at, "check", service, "EXPIRED", 2_000, 2) for at in ago[:5]]
    checks += [(at, "check", "reports", "FAILED", None, 1) for at in ago]
    checks += [(ago[1], "issue", "", "OK", 60_000, 999), (ago[2], "issue", "", "FAILED", None, 1)]
    put_measures(store, checks)
    put_rows(store, "gateway_state", [gateway("gw-1", NOW - timedelta(seconds=5)), gateway("gw-2", NOW - timedelta(minutes=9))])
    opened = {"detail": "billing-api, orders-api, reports", "closed_at": None, "told_at": None}
    put_rows(store, "alert", [
        {"cause": "401-burst", "opened_at": NOW - timedelta(minutes=7), "severity": "page", **opened},
        {"cause": "gateway-silent:gw-2", "opened_at": NOW - timedelta(minutes=8), "severity": "page", **opened, "detail": "gw-2"},
    ])  # fmt: skip
    put_rows(store, "failed_check", [
        failed(NOW - timedelta(seconds=20), Outcome.EXPIRED, key_of("T12"), request_id="r-expired"),
        failed(NOW - timedelta(seconds=40), Outcome.INSUFFICIENT_SCOPE, key_of("T05"), scope="orders.write",
               request_id="r-scope"),
        failed(NOW - timedelta(seconds=60), Outcome.NOT_FOUND, path=f"/v1/{LEAKED}", agent=f"curl/8 {LEAKED}",
               request_id="r-leak"),
        failed(NOW - timedelta(minutes=31), Outcome.SUSPENDED, request_id="r-too-old"),
    ])  # fmt: skip
    proof = {"account_id": "DELT", "token_id": key_of("T13")[1], "first_refused_reason": "REVOKED"}
    store.write(lambda unit: unit.run("DELETE FROM revocation_proof"))
    put_rows(store, "revocation_proof", [{**proof, "first_refused_at": REVOKED_AT + timedelta(seconds=24)}])
