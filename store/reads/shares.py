"""Those of the indicators that are a share of operations: how many there were, how many missed, and the value that makes."""

from __future__ import annotations

from dataclasses import dataclass

from store.reads.measures import Counts, Key
from store.rules.indicators import CHECKS, FAILED, NOISE, UNAUTHORISED, Indicator, Kind, Unit
from store.rules.latencies import below_ms, not_below, percentile_bucket, timed
from store.rules.usage import Outcome


@dataclass(frozen=True, slots=True)
class Share:
    """So many operations, of which so many missed; `value` in the indicator's unit, None without any or above all bounds."""

    samples: int
    missed: int
    value: float | None


def share_of(indicator: Indicator, counts: Counts, target: float | None) -> Share:
    """Return what counts say of M1 to M5."""
    if indicator.unit is Unit.MILLISECONDS:
        return _latency(counts.of(Kind.ISSUE) if indicator.name == "M2" else counts.of(*CHECKS), target)
    if indicator.name == "M5":
        asked = requests(counts)
        missed = asked.total(lambda key: key.outcome in UNAUTHORISED)
        return _share(asked.total(), missed, missed)
    tried = counts.of(Kind.ISSUE) if indicator.name == "M1" else counts.checks
    missed = tried.total(lambda key: key.outcome == FAILED)
    good = tried.total(lambda key: key.outcome in ("OK", Outcome.VALID.value))
    return _share(good + missed, missed, good)


def requests(counts: Counts) -> Counts:
    """Return what was asked of APIs and of gateways, without strings that were never a token of ours."""
    asked = counts.of(Kind.LOG, Kind.CHECK).operations
    return Counts({key: number for key, number in asked.items() if not is_noise(key)})


def is_noise(key: Key) -> bool:
    """Say whether this is a string a gateway knew no token of."""
    return key.kind == Kind.CHECK and key.outcome in NOISE


def _share(samples: int, missed: int, counted: int) -> Share:
    return Share(samples, missed, counted / samples if samples else None)


def _latency(counts: Counts, target: float | None) -> Share:
    buckets = counts.buckets()
    bucket = percentile_bucket(buckets, 0.95)
    missed = 0 if target is None else not_below(buckets, target)
    return Share(timed(buckets), missed, None if bucket is None else below_ms(bucket))
