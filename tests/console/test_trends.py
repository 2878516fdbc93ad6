"""Values over time against a target: bars, axis and target stand where they belong, and nothing measured is never 0."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.render.glyphs import ascii_glyphs
from console.render.measure_words import share_words
from console.render.pieces import Line
from console.render.sheet import length
from console.render.trends import Course, course_lines
from tests.conftest import NOW

HOUR = timedelta(hours=1)


def text(lines: list[Line]) -> list[str]:
    return ["".join(piece.text for piece in one) for one in lines]


def course(*values: float | None, target: float | None = None) -> Course:
    return Course(NOW - HOUR * len(values), HOUR, values, share_words, target, missed=lambda value: value > (target or 1.0))


def test_the_target_is_a_line_across_and_what_misses_it_has_another_style() -> None:
    lines = course_lines(course(0.05, 0.2, target=0.1), 40, 13)
    drawn = text(lines)
    [aim] = [number for number, one in enumerate(drawn) if one.lstrip().startswith("10.00 % ┤")]
    assert "╌" in drawn[aim]
    assert drawn[1].lstrip().startswith("20.00 % ┤")
    styles = {(piece.text[0], piece.style) for one in lines[1:-2] for piece in one if piece.text[0] in "█▚"}
    assert styles == {("█", "bar"), ("▚", "refused")}
    assert lines[aim][0].style == "finding"


def test_a_bar_too_low_to_show_that_it_misses_the_target_is_marked_on_the_axis() -> None:
    low = Course(NOW - 2 * HOUR, HOUR, (0.01, 0.9), share_words, 0.5, missed=lambda value: value < 0.5, worst=min)
    *_, foot, axis, _ = text(course_lines(low, 40, 8))
    at = axis.index("▚")
    assert foot[at] == "▁"
    assert "▚" not in foot
    assert axis[at:].rstrip("─").strip("▚") == ""


def test_a_step_without_samples_is_a_dot_and_a_small_value_is_still_seen() -> None:
    lowest = text(course_lines(course(0.5, None, 0.000_01), 40, 8))[-3]
    plot = lowest.partition("┤")[2]
    assert "·" in plot
    assert plot.rstrip()[-1] == "▁"


def test_without_a_measured_step_it_says_so() -> None:
    assert text(course_lines(course(None, None), 60, 10)) == ["no data: nothing measured yet"]


def test_more_steps_than_cells_show_the_worst_of_their_neighbours() -> None:
    values = [0.1] * 200
    values[57] = 0.9
    drawn = text(course_lines(course(*values), 60, 10))
    assert "highest 90.00 %" in drawn[0]
    assert len(drawn[1].partition("┤")[2].strip()) == 1
    assert {len(one.partition("│")[2].strip()) for one in drawn[2:7]} == {1}


@pytest.mark.parametrize("width", [24, 40, 76, 120, 190])
@pytest.mark.parametrize("many", [1, 2, 24, 120, 180])
def test_no_line_is_wider_than_its_room_and_all_can_be_written_in_ascii(width: int, many: int) -> None:
    lines = course_lines(course(*(number / many for number in range(many)), target=0.3), width, 12)
    assert len(lines) == 12
    for one in lines:
        assert length(one) <= width
    assert ascii_glyphs("".join(text(lines))).isascii()
