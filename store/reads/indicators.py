"""The ten indicators over one window, with their error budgets; by service, by latency and by steps of time.

Every query is bounded: by the window, which is kept in counts whose number does not grow with the tokens, or by a cap.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.indicator_rows import Indicators, LatencyRow, Measured, Part, ServiceRow, Trend
from store.moments import HOUR_MS, from_ms, to_ms
from store.reader import Reader
from store.reads import tallied
from store.reads.measures import Counts, Key, last_minutes, steps
from store.reads.scopes import Asked
from store.reads.shares import is_noise, requests, share_of
from store.reads.usage import freshness
from store.rules.indicators import BURNS, CHECKS, FAILED, INDICATORS, UNAUTHORISED, WINDOWS, Indicator, Kind, indicator_named
from store.rules.latencies import below_ms, percentile_bucket, timed
from store.rules.targets import targets_of
from store.rules.usage import Outcome

MOST_PARTS = 12


@dataclass(frozen=True, slots=True)
class _Asked:
    """What every indicator is worked out from."""

    reader: Reader
    now: datetime
    window: timedelta
    counts: Counts
    burns: Mapping[str, Counts]
    recorded_to: datetime | None
    targets: Mapping[str, float | None]


def indicators(reader: Reader, now: datetime, window: str = "24h") -> Indicators:
    """Return all ten over a window of store.rules.indicators; KeyError for an unknown one.

    24 h are the 1,440 minutes that end with the current one; longer windows are whole hours that end with the current one.
    """
    hours = WINDOWS[window]
    burns = {name: last_minutes(reader, now, minutes) for name, minutes in BURNS.items()}
    recorded_to = freshness(reader).recorded_to
    asked = _Asked(
        reader, now, timedelta(hours=hours), last_minutes(reader, now, hours * 60), burns, recorded_to, targets(reader)
    )
    return Indicators(now, window, recorded_to, tuple(_READERS.get(one.name, _of_counts)(asked, one) for one in INDICATORS))


def targets(reader: Asked) -> dict[str, float | None]:
    """Return the targets that hold in this store, by the names of the indicators."""
    rows = reader.rows("SELECT name, value FROM fact WHERE name >= 'target_' AND name < 'target`'")
    return targets_of({str(name): str(value) for name, value in rows})


def services(reader: Reader, now: datetime, window: str = "24h") -> tuple[ServiceRow, ...]:
    """Return how checks went, service by service, the one with most of them first."""
    found = []
    for service, counts in last_minutes(reader, now, WINDOWS[window] * 60).checks.by(lambda key: key.service).items():
        accepted = counts.total(lambda key: key.outcome == Outcome.VALID.value)
        failed = counts.total(lambda key: key.outcome == FAILED)
        both, buckets = accepted + failed, counts.buckets()
        p50, p95, p99 = (_percentile(buckets, share) for share in (0.5, 0.95, 0.99))
        success = accepted / both if both else None
        found.append(ServiceRow(service, success, accepted, failed, counts.total() - both, p50, p95, p99))
    return tuple(sorted(found, key=lambda row: (-row.accepted - row.failed - row.refused, row.service)))


def latencies(reader: Reader, now: datetime, window: str = "24h") -> tuple[LatencyRow, ...]:
    """Return the latencies of each kind of operation that was timed."""
    found = []
    for kind, counts in last_minutes(reader, now, WINDOWS[window] * 60).by(lambda key: key.kind).items():
        buckets = counts.buckets()
        p50, p95, p99 = (_percentile(buckets, share) for share in (0.5, 0.95, 0.99))
        if timed(buckets):
            found.append(LatencyRow(kind, timed(buckets), p50, p95, p99, slower=p99 is None))
    return tuple(found)


def trend(reader: Reader, name: str, now: datetime, window: str = "24h") -> Trend:
    """Return one of M1 to M5 by the hour, for 30 days by six hours; KeyError for another name or window."""
    indicator, hours = indicator_named(name), WINDOWS[window]
    if name not in ("M1", "M2", "M3", "M4", "M5"):
        raise KeyError(name)
    each = 6 if hours > 7 * 24 else 1
    last = to_ms(now) // HOUR_MS
    first = last - hours + 1
    added: list[dict[Key, int]] = [{} for _ in range(hours // each)]
    for hour, counts in steps(reader, first, last, minutes=False):
        step = added[(hour - first) // each]
        for key, number in counts.operations.items():
            step[key] = step.get(key, 0) + number
    target = targets(reader)[name]
    shares = [share_of(indicator, Counts(step), target) for step in added]
    values, samples = tuple(one.value for one in shares), tuple(one.samples for one in shares)
    return Trend(name, from_ms(first * HOUR_MS), each * 3_600, values, samples)


def _percentile(buckets: Mapping[int, int], share: float) -> float | None:
    bucket = percentile_bucket(buckets, share)
    return None if bucket is None else below_ms(bucket)


def _of_counts(asked: _Asked, indicator: Indicator) -> Measured:
    target = asked.targets[indicator.name]
    share = share_of(indicator, asked.counts, target)
    allowed = indicator.allowed(target)
    at = asked.now if indicator.name in ("M1", "M2") else asked.recorded_to
    return Measured(
        indicator, target, share.value, share.samples, share.missed, at,
        _budget_left(share.missed, share.samples, allowed),
        {name: _burn(indicator, counts, target, allowed) for name, counts in asked.burns.items()},
        _parts(asked, indicator, target), _note(asked, indicator),
    )  # fmt: skip


def _budget_left(missed: int, samples: int, allowed: float | None) -> float | None:
    return None if not samples or not allowed else 1 - missed / (samples * allowed)


def _burn(indicator: Indicator, counts: Counts, target: float | None, allowed: float | None) -> float | None:
    share = share_of(indicator, counts, target)
    return None if not share.samples or not allowed else share.missed / share.samples / allowed


def _parts(asked: _Asked, indicator: Indicator, target: float | None) -> tuple[Part, ...]:
    """Split M3 and M4 by service, M5 by reason."""
    if indicator.name == "M5":
        whole = requests(asked.counts)
        by_reason = {name: counts.total() for name, counts in whole.by(lambda key: key.outcome).items()}
        kept = [(name, number) for name, number in by_reason.items() if name in UNAUTHORISED]
        kept.sort(key=lambda one: (-one[1], one[0]))
        return tuple(Part(name, number / whole.total(), number) for name, number in kept)
    if indicator.name not in ("M3", "M4"):
        return ()
    found = []
    for service, counts in asked.counts.checks.by(lambda key: key.service).items():
        share = share_of(indicator, counts, target)
        if share.samples:
            found.append(Part(service, share.value, share.samples))
    return tuple(sorted(found, key=lambda part: (-part.samples, part.name))[:MOST_PARTS])


def _note(asked: _Asked, indicator: Indicator) -> str:
    match indicator.name:
        case "M1":
            return "What the store could not write counts from where it was tried, once the store is back."
        case "M3" if not asked.counts.of(*CHECKS).operations:
            return "No gateway reports: from the logs, in which an answer of 5xx counts as failed."
        case "M3":
            return "As the gateways report it."
        case "M5":
            noise = asked.counts.total(is_noise)
            return f"Besides, {noise:,} were never a token of ours." if noise else ""
        case _:
            return ""


def _tallied(read: Callable[[Reader, datetime, timedelta], tallied.Told]) -> Callable[[_Asked, Indicator], Measured]:
    def measured(asked: _Asked, indicator: Indicator) -> Measured:
        told = read(asked.reader, asked.now, asked.window)
        at = asked.recorded_to if indicator.name in ("M6", "M7") else asked.now
        target = asked.targets[indicator.name]
        return Measured(indicator, target, told.value, told.samples, told.missed, at, parts=told.parts, note=told.note)

    return measured


def _denied(asked: _Asked, indicator: Indicator) -> Measured:
    """Count what was refused for want of a scope: nothing, once anything at all was counted, is 0."""
    whole = asked.counts.of(Kind.LOG, Kind.CHECK)
    lacking = Counts({key: number for key, number in whole.operations.items() if key.outcome == Outcome.INSUFFICIENT_SCOPE.value})
    parts = tuple(Part(name, counts.total(), counts.total()) for name, counts in lacking.by(lambda key: key.service).items())
    samples, denied = whole.total(), lacking.total()
    value = float(denied) if samples else None
    target = asked.targets[indicator.name]
    return Measured(indicator, target, value, samples, denied, asked.recorded_to, parts=parts[:MOST_PARTS])


_READERS: dict[str, Callable[[_Asked, Indicator], Measured]] = {
    "M6": _tallied(tallied.revoke_to_deny),
    "M7": _tallied(tallied.requests_per_token),
    "M8": _denied,
    "M9": _tallied(tallied.issued_per_person),
    "M10": _tallied(tallied.exposed),
}
"""Those that are more than a share of what was measured."""
