"""How long operations took, kept as counts in a fixed table of buckets: finest around the targets of 50 and 200 ms."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping

BOUNDS_US: tuple[int, ...] = tuple(
    int(milliseconds * 1_000)
    for milliseconds in (
        0.1, 0.2, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 25, 30, 35, 40, 42.5, 45, 47.5, 50, 52.5, 55, 60, 70, 80, 100, 120, 140, 160,
        180, 190, 200, 210, 220, 250, 300, 400, 500, 750, 1_000, 2_000, 5_000, 10_000,
    )
)  # fmt: skip
"""Microseconds. Bucket n holds what took less than the n-th bound and not less than the one before; the last one holds the rest.

Stores keep the numbers, so bounds may be added to the end and never changed.
"""

UNTIMED = -1
"""The bucket of an operation whose time is not known."""


def bucket_of(latency_us: int | None) -> int:
    """Return the number of the bucket a time in microseconds belongs to; UNTIMED where there is none."""
    return UNTIMED if latency_us is None else bisect_right(BOUNDS_US, latency_us)


def below_ms(bucket: int) -> float | None:
    """Return the milliseconds that everything in a bucket stays below; None for the last one, which has no bound."""
    return BOUNDS_US[bucket] / 1_000 if bucket < len(BOUNDS_US) else None


def timed(counts: Mapping[int, int]) -> int:
    """Return how many operations were timed."""
    return sum(number for bucket, number in counts.items() if bucket != UNTIMED)


def percentile_bucket(counts: Mapping[int, int], share: float) -> int | None:
    """Return the bucket below whose bound at least `share` of the timed operations lie; None when none was timed."""
    left = timed(counts) * share
    for bucket in sorted(counts):
        if bucket != UNTIMED:
            left -= counts[bucket]
            if left <= 1e-9:
                return bucket
    return None


def not_below(counts: Mapping[int, int], milliseconds: float) -> int:
    """Return how many timed operations took `milliseconds` or longer: exact where that is one of the bounds."""
    first = bucket_of(int(milliseconds * 1_000))
    return sum(number for bucket, number in counts.items() if bucket >= first)
