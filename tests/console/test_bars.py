"""Bars say what the numbers say: nothing is flat, something is seen, the newest is on the right, the axis has round numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.render.charts import Chart, chart_lines, chart_of
from console.render.glyphs import ascii_glyphs
from console.render.moments import since
from console.render.pieces import Line
from console.render.scales import scale_for
from console.render.sparks import grouped, regrouped, spark, spark_piece
from console.render.widths import width_of
from console.safety.app import SafeApp
from console.widgets.bars import spark_content, top_lines
from console.widgets.charts import ChartView
from store.rows import Series

START = datetime(2026, 3, 15, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
COUNTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=1_440)


def text_of(lines: tuple[Line, ...]) -> list[str]:
    """Return lines without their styles."""
    return ["".join(piece.text for piece in line) for line in lines]


def chart(values: tuple[int, ...], refused: tuple[int, ...] = ()) -> Chart:
    """Return a chart of hours."""
    return Chart("Last 24 hours", "requests", START, HOUR, values, refused)


def test_a_day_without_requests_is_a_quiet_flat_line() -> None:
    piece = spark_piece((0,) * 24)
    assert piece.text == "▁" * 24
    assert piece.style == "quiet"


def test_one_request_in_a_busy_day_is_seen() -> None:
    assert spark((0, 1, 9_999), 3) == "▁▂▇"


def test_what_is_not_known_yet_is_blank_and_not_zero() -> None:
    assert spark_piece(None, 8).text == " " * 8
    assert spark_content(None, 8).plain == " " * 8


@given(COUNTS, st.integers(1, 30))
def test_a_spark_is_as_wide_as_asked_and_adding_up_loses_nothing(values: list[int], width: int) -> None:
    assert width_of(spark(values, width)) == width
    assert sum(regrouped(values, width)) == sum(values)


@given(COUNTS, st.integers(1, 60))
def test_grouping_loses_nothing_and_the_newest_group_is_whole(values: list[int], size: int) -> None:
    groups = grouped(values, size)
    assert sum(groups) == sum(values)
    assert groups[-1] == sum(values[-size:])


@pytest.mark.parametrize(
    ("highest", "rows", "numbers"),
    [(737, 8, ["200", "400", "600", "800"]), (1, 4, ["1"]), (0, 6, ["1"]), (1_500_000, 6, ["500k", "1M", "1.5M"])],
)
def test_the_axis_has_round_numbers_that_reach_the_highest(highest: int, rows: int, numbers: list[str]) -> None:
    assert list(scale_for(highest, rows).labels.values()) == numbers


@given(st.integers(0, 10**12), st.integers(2, 40))
def test_the_highest_bar_fits_and_zero_is_nothing(highest: int, rows: int) -> None:
    scale = scale_for(highest, rows)
    assert scale.eighths(highest) <= rows * 8
    assert scale.eighths(0) == 0
    assert all(width_of(label) <= 6 for label in scale.labels.values())


@given(COUNTS, st.integers(1, 220), st.integers(1, 30))
def test_a_chart_never_leaves_its_room(values: list[int], width: int, height: int) -> None:
    lines = text_of(chart_lines(chart(tuple(values)), width, height))
    assert len(lines) == height
    assert all(width_of(line) <= width for line in lines)


def test_a_chart_has_a_title_numbers_times_and_its_extremes() -> None:
    lines = text_of(chart_lines(chart(tuple(range(0, 2_400, 100))), 120, 11))
    assert lines[0].startswith("Last 24 hours  27,600 requests since yesterday 10:00Z, one bar is an hour, UTC")
    assert lines[0].endswith("min 0 · max 2,300 · last 2,300")
    assert "2,000 ┤" in "\n".join(lines)
    assert "    0 └" in lines[-2]
    assert lines[-1].split()[:2] == ["10:00", "12:00"]


def test_of_a_series_the_last_step_is_said_to_be_under_way() -> None:
    drawn = chart_of("Last 24 hours", "requests", Series(START, 3_600, (5,) * 23 + (1,), (0,) * 24))
    assert text_of(chart_lines(drawn, 120, 11))[0].endswith("max 5 · last so far 1")


def test_since_when_is_never_left_to_be_guessed() -> None:
    now, hour = datetime(2026, 3, 16, 9, tzinfo=UTC), timedelta(hours=1)
    assert since(now - hour, hour, now) == "08:00Z"
    assert since(now - 9 * hour, hour, now) == "00:00Z"
    assert since(now - 23 * hour, hour, now) == "yesterday 10:00Z"
    assert since(now - 47 * hour, hour, now) == "14 Mar 10:00Z"
    assert since(now - 47 * hour, 24 * hour, now) == "14 Mar"


def test_the_refused_part_is_drawn_at_the_foot_in_the_colour_of_danger() -> None:
    lines = chart_lines(chart((80, 80), (40, 0)), 60, 11)
    foot = [piece for piece in lines[-3] if piece.style in ("bar", "refused")]
    assert [piece.style for piece in foot] == ["refused", "bar"]
    assert "40 refused" in text_of(lines)[0]


def test_what_was_refused_is_told_without_colours_and_the_title_says_by_what() -> None:
    lines = text_of(chart_lines(chart((80, 80), (40, 0)), 60, 11))
    assert "▚ 40 refused" in lines[0]
    foot, top = lines[-3].partition("│")[2], lines[1].partition("┤")[2]
    assert foot.split() == ["▚" * foot.count("▚"), "█" * foot.count("▚")]
    assert "▚" not in top
    assert lines[-2].partition("└")[2] == "▚" * foot.count("▚") + "─" * (len(foot) - foot.count("▚"))


def test_a_single_refusal_among_many_requests_is_marked_on_the_axis_and_not_drawn_larger_than_it_is() -> None:
    lines = text_of(chart_lines(chart((9_000, 9_000, 9_000), (0, 1, 0)), 60, 11))
    assert not any("▚" in line for line in lines[1:-2])
    left, right = lines[-2].index("▚"), lines[-2].rindex("▚") + 1
    assert lines[-3][left:right] == "█" * (right - left)
    assert lines[-2].count("▚") == right - left


@pytest.mark.parametrize("width", [40, 44, 60, 100])
def test_the_sign_of_refused_is_explained_in_every_width_that_has_bars(width: int) -> None:
    drawn = Chart("", "requests", START, timedelta(hours=1), (8_517,) * 24, (77,) * 24, under_way=True)
    assert "▚ 1,848 refused" in text_of(chart_lines(drawn, width, 9))[0]


def test_refused_and_accepted_differ_in_ascii_as_well() -> None:
    lines = [ascii_glyphs(line) for line in text_of(chart_lines(chart((80, 80), (40, 0)), 60, 11))]
    assert "x" in lines[-3]
    assert "#" in lines[-3]
    assert "x 40 refused" in lines[0]


def test_days_are_named_by_date() -> None:
    lines = text_of(chart_lines(Chart("Last 30 days", "requests", START, timedelta(days=1), (5,) * 30), 100, 9))
    assert "15 Mar" in lines[-1]
    assert "one bar is a day" in lines[0]


def test_minutes_that_do_not_fit_are_added_up_and_the_title_says_so() -> None:
    lines = text_of(chart_lines(Chart("Today", "requests", START, timedelta(minutes=1), (1,) * 1_440), 120, 9))
    assert "1,440 requests since yesterday 10:00Z, one bar is 13 minutes" in lines[0]


def test_a_chart_can_be_drawn_in_ascii() -> None:
    drawn = "\n".join(ascii_glyphs(line) for line in text_of(chart_lines(chart(tuple(range(24))), 80, 10)))
    assert drawn.isascii()


def test_amounts_beside_names_are_in_proportion_and_names_are_harmless() -> None:
    lines = text_of(top_lines([("Acme\x1b", 100), ("Globex", 50), ("Initech", 0)], 60))
    assert [line.count("█") for line in lines] == [lines[0].count("█"), lines[0].count("█") // 2, 0]
    assert lines[0].startswith("Acme\\x1b")
    assert {width_of(line) for line in lines} == {width_of(lines[0])}


async def test_a_chart_on_a_screen_sends_only_lines_that_changed() -> None:
    class One(SafeApp):
        def compose(self) -> list[ChartView]:
            return [ChartView(chart_of("Last 24 hours", "requests", Series(START, 3_600, (5,) * 24, (0,) * 24)))]

    async with One().run_test(size=(80, 14)) as pilot:
        view = pilot.app.query_one(ChartView)
        await pilot.pause()
        assert "Last 24 hours" in view.render_line(0).text
        before = [view.render_line(y) for y in range(12)]
        view.show(chart((5,) * 23 + (4,)))
        assert [y for y in range(12) if view.render_line(y) != before[y]] != list(range(12))
        view.show(None)
        assert not view.render_line(0).text.strip()
