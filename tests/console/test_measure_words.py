"""Values of indicators in words: short where there is little room, and nothing that was measured is called 0."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.render.measure_words import gap_words_short, share_words, value_words
from console.render.trends import Course, course_lines
from store.indicator_rows import Measured
from store.rules.indicators import Unit, indicator_named
from tests.conftest import NOW

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.328, "328 ms"), (0.0, "0 s"), (1.26, "1.3 s"), (24, "24 s"), (60, "60 s"), (None, "no data")]
)
def test_seconds_are_never_rounded_to_nothing(seconds: float | None, said: str) -> None:
    assert value_words(Unit.SECONDS, seconds) == said


@pytest.mark.parametrize(
    ("value", "said"), [(0.7059, "! by 70.5 points"), (0.0025, "! by 0.15 points"), (0.001, "! at its limit")]
)
def test_a_gap_has_room_in_a_tile_of_80_columns(value: float, said: str) -> None:
    row = Measured(indicator_named("M5"), 0.001, value, 100)
    assert gap_words_short(row) == said
    assert len(said) <= 16


def test_the_three_numbers_of_a_course_have_room_at_80_columns() -> None:
    course = Course(NOW, HOUR, (0.7059, 0.7059, 0.7059), share_words, 0.001, missed=lambda value: value > 0.001)
    lines = ["".join(piece.text for piece in one) for one in course_lines(course, 46, 11)]
    assert lines[0].rstrip() == "low 70.59 % · high 70.59 % · last 70.59 %"
