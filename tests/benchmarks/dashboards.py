"""Bar 25, the dashboard: what its first answer costs, whatever the size of the store, and the exact one behind it."""

from __future__ import annotations

from store.reads.dashboard import FIRST, dashboard
from tests.benchmarks.measuring import Result, interleaved
from tests.benchmarks.places import Bench
from tests.benchmarks.recording import statements_of, steps_of

MOST_STEPS = 300_000
"""About 35 ms of work: the views are counted up to 500, 500 busy tokens and 1,000 records of refusals are looked at."""


def dashboard_steps(bench: Bench) -> list[Result]:
    """Count the work of the first answer and its statements."""
    results = []
    if bench.is_sqlite:
        steps = steps_of(bench.large, lambda reader: dashboard(reader, bench.now, FIRST))
        results.append(Result("25", "steps of the dashboard's first answer", MOST_STEPS, steps, "steps", exact=True))
    large, small = (
        len(statements_of(store, lambda reader: dashboard(reader, bench.now, FIRST))) for store in (bench.large, bench.small)
    )
    results.append(Result("25", "statements of the dashboard's first answer", 12, large, "", exact=True))
    results.append(Result("25", "more statements of it in the large store", 0, large - small, "", exact=True))
    return results


def dashboard_times(bench: Bench) -> list[Result]:
    """Time the first answer and the exact one."""
    with bench.large.reading() as reader:
        first, whole = interleaved(
            bench.rounds, lambda: dashboard(reader, bench.now, FIRST), lambda: dashboard(reader, bench.now)
        )
    note = "follows after the first picture"
    return [
        Result("25", "the dashboard's first answer", 50, first.median * 1000, "ms"),
        Result("25", "the dashboard's exact answer", 1_000, whole.median * 1000, "ms", note=note),
    ]
