"""What the gateways of a demo store report: checks and issues by the minute and the hour, failed checks, an open alert."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

from store.demo.chance import Chance
from store.demo.loading import Loader
from store.moments import HOUR_MS, MINUTE_MS, SECOND_MS
from store.rules.latencies import UNTIMED, bucket_of

_SERVICES = (("orders", 2_000), ("billing", 1_100), ("catalogue", 800), ("reports", 300))
"""What is called, with how many checks an hour in the middle of the day."""

_TOOK_MS = ((3, 0.30), (6, 0.34), (9, 0.20), (17, 0.10), (33, 0.04), (90, 0.02))
"""How long a check takes, and in which share of them."""

_REFUSED = (("EXPIRED", 0.000_35), ("REVOKED", 0.000_2), ("SUSPENDED", 0.000_05), ("INSUFFICIENT_SCOPE", 0.000_02))
_HOURS, _MINUTES = 720, 180
_TAIL_MS = 30 * MINUTE_MS

_FAILED = """
INSERT INTO failed_check (at, number, gateway, outcome, account_id, token_id, service, method, path, scope, address, agent,
latency_us, request_id, step)
SELECT at, row_number() OVER (ORDER BY at, account_id, token_id, number), 'gw-eu-1', outcome, account_id, token_id,
CASE substr(path, 1, 10) WHEN '/v1/orders' THEN 'orders' WHEN '/v1/custom' THEN 'billing' ELSE 'catalogue' END,
method, path,
CASE outcome WHEN 'INSUFFICIENT_SCOPE' THEN 'orders.write' ELSE '' END, address, agent, coalesce(latency_us, 2400), request_id, ''
FROM recent_request WHERE outcome <> 'VALID' AND at > ?
"""
_PROOFS = """
INSERT INTO revocation_proof (account_id, token_id, first_refused_at, first_refused_reason)
SELECT t.account_id, t.id, min(r.at), 'REVOKED' FROM token t CROSS JOIN recent_request r
WHERE t.revoked_at IS NOT NULL AND t.last_denied_at >= t.revoked_at AND r.account_id = t.account_id AND r.token_id = t.id
AND r.at >= t.revoked_at AND r.outcome = 'REVOKED' GROUP BY 1, 2
"""
_SPIKE = 22
"""So many minutes ago the reports began to be slow, and some of their checks to fail."""


def add_gateways(loader: Loader, chance: Chance, now_ms: int) -> None:
    """Write what two gateways reported up to `now_ms`; failed checks and proofs follow from the requests that are kept."""
    for table, length, steps in (("measure_hour", HOUR_MS, _HOURS), ("measure_minute", MINUTE_MS, _MINUTES)):
        loader.add(table, list(_measures(chance.stream(table), now_ms, length, steps)))
    loader.run(_FAILED, (now_ms - _TAIL_MS,))
    loader.run(_PROOFS)
    loader.add(
        "gateway_state",
        [
            (name, address, "1.0.0", now_ms - days * 24 * HOUR_MS, now_ms - seen * SECOND_MS, None, 30_000, 0, checks,
             checks * 93 // 100, stale, 0)
            for name, address, days, seen, checks, stale in (
                ("gw-eu-1", "10.0.4.11:8080", 9, 4, 1_204_411, 0), ("gw-eu-2", "10.0.4.12:8080", 2, 7, 266_530, 12),
            )
        ],
    )  # fmt: skip
    detail = "reports: checks are not answered in time"
    loader.add("alert", [("slow-burn", now_ms - 41 * MINUTE_MS, "ticket", detail, None, None)])


def _measures(lot: Random, now_ms: int, length: int, steps: int) -> Iterator[tuple[Any, ...]]:
    last = now_ms // length
    for step in range(last - steps + 1, last + 1):
        counts: Counter[tuple[str, str, str, int]] = Counter()
        ago = (now_ms - step * length) // MINUTE_MS
        busy = length / HOUR_MS * (0.35 + 0.65 * max(0.0, 1 - abs(step * length // HOUR_MS % 24 - 14) / 11))
        for service, an_hour in _SERVICES:
            late = service == "reports" and ago < (_SPIKE if length == MINUTE_MS else 61)
            slow, failing = (6, 0.02) if late and length == MINUTE_MS else (1, 0.03 if late else 0.000_15)
            checks = an_hour * busy * (0.8 + 0.4 * lot.random())
            for took, share in _TOOK_MS:
                counts["check", service, "VALID", bucket_of(took * 1_000 * slow)] += _whole(lot, checks * share)
            for outcome, share in _REFUSED:
                counts["check", service, outcome, bucket_of(2_500)] += _whole(lot, checks * share)
            counts["check", service, "FAILED", UNTIMED] += _whole(lot, checks * failing)
        for took, issues in ((40, 6.0), (75, 4.0), (130, 1.0)):
            counts["issue", "", "OK", bucket_of(took * 1_000)] += _whole(lot, issues * busy)
        counts["issue", "", "FAILED", UNTIMED] += _whole(lot, 0.004 * busy)
        yield from ((step, *key, number) for key, number in sorted(counts.items()) if number)


def _whole(lot: Random, mean: float) -> int:
    """Return `mean` as a whole number; what is left of it decides by lot."""
    return int(mean) + (lot.random() < mean % 1)
