"""What a demo store's gateway measured: the checks behind the told requests, by service, with believable times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from store.demo.traffic import Traffic
from store.moments import HOUR_MS, MINUTE_MS
from store.rules.indicators import FAILED, NOISE, Kind
from store.rules.latencies import bucket_of
from store.rules.usage import Outcome

GATEWAY = "gateway-1"
_TIMES = ((4_000, 620), (8_000, 860), (14_000, 955), (28_000, 985), (60_000, 996), (130_000, 1_000))
"""Microseconds, and how many of 1,000 checks take that long or less."""

_FAILED_EVERY = 4_000
"""One check of so many was not answered."""

PROOFS = """
INSERT INTO revocation_proof (account_id, token_id, first_refused_at, first_refused_reason)
SELECT t.account_id, t.id, min(r.at), 'REVOKED' FROM token t CROSS JOIN recent_request r
WHERE t.revoked_at IS NOT NULL AND t.last_denied_at >= t.revoked_at AND r.account_id = t.account_id AND r.token_id = t.id
AND r.at >= t.revoked_at AND r.outcome = 'REVOKED' GROUP BY 1, 2
"""
ISSUES = tuple(
    f"""
INSERT INTO {table} ({step}, kind, service, outcome, bucket, operations)
SELECT created_at / {length}, 'issue', '', 'OK', {bucket_of(9_000)} + created_at / 1000 - created_at / 3000 * 3, count(*)
FROM token WHERE created_at >= ? AND substr(digest_scheme, 1, 4) = 'hmac' GROUP BY 1, 5
"""
    for table, step, length in (("measure_minute", "minute", MINUTE_MS), ("measure_hour", "hour", HOUR_MS))
)
"""Issued tokens, with their times; needs the moment they are told from."""

FAILED_CHECKS = f"""
INSERT INTO failed_check (at, number, gateway, outcome, account_id, token_id, service, method, path, scope, address, agent,
                          latency_us, request_id)
SELECT at, row_number() OVER (ORDER BY at, account_id, token_id, number), '{GATEWAY}', outcome, account_id, token_id, service,
method, path, '', address, agent, latency_us / 8, request_id FROM recent_request WHERE at >= ? AND outcome <> 'VALID'
"""
"""The refused requests since a moment, as the checks that refused them."""

_Key = tuple[int, str, str]


class Checks:
    """Checks by step, service and outcome, added up token by token."""

    def __init__(self) -> None:
        self._minutes: dict[_Key, int] = {}
        self._hours: dict[_Key, int] = {}

    def add(self, row: Mapping[str, Any], left: Traffic) -> None:
        """Take in what one token's use left behind."""
        service = left.requests[0][8] if left.requests else ""
        reason = left.kept.get("last_denied_reason") or Outcome.EXPIRED.value
        for counts, steps in ((self._minutes, left.minutes), (self._hours, left.hours)):
            for step, asked, refused, *_ in steps:
                for word, number in ((Outcome.VALID.value, asked - refused), (reason, refused)):
                    if number:
                        counts[step, service, word] = counts.get((step, service, word), 0) + number

    def rows(self) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
        """Yield each table with its rows."""
        yield "measure_minute", sorted(_timed(self._minutes))
        yield "measure_hour", sorted(_timed(self._hours))

    def gateway(self, now: int, started: int) -> tuple[Any, ...]:
        """Return the gateway's last word about itself."""
        checks = sum(self._hours.values())
        return (GATEWAY, "127.0.0.1:8787", "0.1.0", started, now - 4_000, None, 30_000, 120_000, checks, checks * 93 // 100, 0, 0)


def _timed(counts: Mapping[_Key, int]) -> Iterator[tuple[Any, ...]]:
    for (step, service, word), number in counts.items():
        kind = Kind.LOG.value if word in NOISE else Kind.CHECK.value
        failed = (number + step % _FAILED_EVERY) // _FAILED_EVERY if word == Outcome.VALID.value else 0
        if failed:
            yield step, kind, service, FAILED, -1, failed
        below = 0
        for latency_us, share in _TIMES:
            upto = (number - failed) * share // 1_000
            if upto > below:
                yield step, kind, service, word, bucket_of(latency_us), upto - below
            below = upto
