"""What needs a person right now: each root cause once, with the services or tokens it shows in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.moments import MINUTE_MS, to_ms
from store.reader import Reader
from store.reads.gateways import gateways
from store.reads.indicators import indicators
from store.reads.measures import Counts, steps
from store.reads.shares import requests
from store.rules.alerts import BURST_LEAST, BURST_SHARE, FAST_BURN, MANY_SERVICES, SLOW_BURN
from store.rules.indicators import FAILED, UNAUTHORISED, Kind
from store.rules.proof import HOLDS_WITHIN

_LOOKED_AT = 5
_HOLDS = 3
"""Of the last five whole minutes three must be bad: a shorter spike is nobody's work."""

_LEAST_CHECKS = 10
_USED_AFTER = """
SELECT account_id, id FROM token WHERE revoked_at IS NOT NULL AND last_success_at > revoked_at
AND last_success_at > :since AND last_success_at <= :now AND last_success_at >= revoked_at + :within
ORDER BY last_success_at DESC, account_id DESC, id DESC LIMIT 20
"""


@dataclass(frozen=True, slots=True)
class Alarming:
    """A cause that holds now; `detail` names where it shows."""

    cause: str
    detail: str


def alarming(reader: Reader, now: datetime) -> tuple[Alarming, ...]:
    """Return what holds at `now`. A cause that explains another one silences it: an outage is no burnt budget besides."""
    last = to_ms(now) // MINUTE_MS - 1
    minutes = [counts for _, counts in steps(reader, last - _LOOKED_AT + 1, last, minutes=True)]
    outage = list(_outage(minutes))
    found = [*outage, *_bursts(minutes), *_gateways(reader, now), *_used_after_revoke(reader, now)]
    if not outage:
        found += _burning(reader, now)
    return tuple(found)


def _outage(minutes: list[Counts]) -> Iterator[Alarming]:
    checks = [counts.of(Kind.CHECK, Kind.INTROSPECT) for counts in minutes]
    bad = [one for one in checks if one.total() and one.total(lambda key: key.outcome == FAILED) == one.total()]
    asked = [one for one in checks if one.total()]
    if len(bad) >= _HOLDS and asked[-1] in bad and sum(one.total() for one in bad) >= _LEAST_CHECKS:
        yield Alarming("outage", f"{sum(one.total() for one in bad):,} checks without an answer in {len(bad)} minutes")


def _bursts(minutes: list[Counts]) -> Iterator[Alarming]:
    """Group bursts of 401: one alert for many services, else one for each."""
    bad: dict[str, int] = {}
    refused: dict[str, int] = {}
    for counts in minutes:
        for service, own in requests(counts).by(lambda key: key.service).items():
            number = own.total(lambda key: key.outcome in UNAUTHORISED)
            if number > BURST_SHARE * own.total():
                bad[service] = bad.get(service, 0) + 1
                refused[service] = refused.get(service, 0) + number
    hit = sorted(service for service, times in bad.items() if times >= _HOLDS and refused[service] >= BURST_LEAST)
    if len(hit) >= MANY_SERVICES:
        names = ", ".join(name or "(no name)" for name in hit[:10])
        yield Alarming("401-burst", f"{len(hit)} services: {names}")
        return
    for service in hit:
        yield Alarming(f"401-burst-service:{service}", f"{refused[service]:,} requests answered 401 in {service or '(no name)'}")


def _burning(reader: Reader, now: datetime) -> Iterator[Alarming]:
    found = indicators(reader, now, "30d")
    for name in ("M1", "M2", "M3", "M4"):
        row = found.named(name)
        short, hour, long = (row.burn.get(window) or 0.0 for window in ("5m", "1h", "6h"))
        if short >= FAST_BURN and hour >= FAST_BURN:
            yield Alarming(f"fast-burn:{name}", f"{name} {row.title}: budget spent {hour:.1f} times too fast in 1 h")
        elif hour >= SLOW_BURN and long >= SLOW_BURN:
            yield Alarming(f"slow-burn:{name}", f"{name} {row.title}: budget spent {long:.1f} times too fast in 6 h")


def _gateways(reader: Reader, now: datetime) -> Iterator[Alarming]:
    for row in gateways(reader, now):
        if row.silent:
            yield Alarming(f"gateway-silent:{row.name}", f"{row.name}, last heard of {row.seen_at:%Y-%m-%d %H:%M:%S}Z")
        elif row.stopped_at is None and row.stale and row.unsaved:
            yield Alarming(f"gateway-stale:{row.name}", f"{row.name}: {row.stale:,} from memory, {row.unsaved:,} not counted yet")


def _used_after_revoke(reader: Reader, now: datetime) -> Iterator[Alarming]:
    rows = reader.rows(
        _USED_AFTER,
        {"since": to_ms(now - timedelta(days=1)), "now": to_ms(now), "within": HOLDS_WITHIN // timedelta(milliseconds=1)},
    )
    if rows:
        names = ", ".join(f"{account}/{token}" for account, token in rows[:5])
        yield Alarming("used-after-revoke", f"{len(rows)} of 24 h: {names}")
