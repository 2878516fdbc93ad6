"""What a gateway tells Prometheus: numbers by outcome and service, never by token."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

BOUNDS_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Upper bounds of the buckets of latency, in seconds; the target is 50 ms (requirement M4)."""

AWAY = "UNAVAILABLE"
"""The outcome of a check that could not be made because the store was away."""

Series = tuple[str, str]


class Measures:
    """Counts in plain dictionaries, because every check does; the words of Prometheus are made when it asks."""

    def __init__(self, levels: Callable[[], Mapping[str, tuple[str, str, float]]]) -> None:
        self._levels = levels
        self._counts: defaultdict[Series, list[int]] = defaultdict(lambda: [0] * (len(BOUNDS_S) + 1))
        self._sums: defaultdict[Series, float] = defaultdict(float)

    def note(self, outcome: str, service: str, seconds: float) -> None:
        """Count one check and how long it took."""
        series = (outcome, service)
        self._counts[series][bisect_left(BOUNDS_S, seconds)] += 1
        self._sums[series] += seconds

    def collect(self) -> Iterable[Any]:
        """Return the metrics, as prometheus_client wants a collector to."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

        times = HistogramMetricFamily(
            "tokendesk_check_seconds", "Checks by how they ended and how long they took.", labels=("outcome", "service")
        )
        for series, counts in sorted(self._counts.items()):
            upto, buckets = 0, []
            for bound, number in zip((*map(str, BOUNDS_S), "+Inf"), counts, strict=True):
                upto += number
                buckets.append((bound, upto))
            times.add_metric(series, buckets, self._sums[series])
        yield times
        for name, (kind, about, value) in self._levels().items():
            family = CounterMetricFamily if kind == "counter" else GaugeMetricFamily
            yield family(name, about, value=value)

    def text(self) -> bytes:
        """Return everything in the text format of Prometheus."""
        from prometheus_client import CollectorRegistry
        from prometheus_client.exposition import generate_latest

        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return generate_latest(registry)
