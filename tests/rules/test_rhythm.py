"""A token's rhythm: how often it calls, when it is due, and when its silence counts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.rules.rhythm import next_expected, silent_after, usual_interval
from tests.conftest import NOW

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("hours", "interval"),
    [
        ((), None),
        ((100,), None),
        ((1, 2, 3, 4, 5), None),
        ((1, 2, 3, 4, 5, 6), HOUR),
        ((1, 1, 1, 2, 2, 3, 4, 5), None),
        ((24, 48, 72, 96, 120, 144), 24 * HOUR),
        ((144, 24, 96, 48, 120, 72), 24 * HOUR),
        ((24, 48, 72, 500, 524, 548, 572), 24 * HOUR),
        ((0, 1, 4, 5, 8, 9, 12), 2 * HOUR),
    ],
)
def test_the_usual_interval_is_the_median_gap_of_at_least_five(hours: tuple[int, ...], interval: timedelta | None) -> None:
    assert usual_interval(hours) == interval


def test_a_new_habit_replaces_the_old_after_24_intervals() -> None:
    old, new = range(0, 24 * 50, 24), range(24 * 50, 24 * 50 + 25)
    assert usual_interval((*old, *new)) == HOUR
    assert usual_interval((*old, *new[:10])) == 24 * HOUR


def test_silence_counts_after_four_intervals() -> None:
    assert next_expected(NOW, 6 * HOUR) == NOW + 6 * HOUR
    assert silent_after(NOW, 6 * HOUR) == NOW + 24 * HOUR
    assert silent_after(NOW, None) is None
