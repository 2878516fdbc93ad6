"""A list of any length is held in constant memory, asks only for what is missing, and drops late answers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.widgets.scrolling import at_thumb, kept_in_view, thumb
from console.widgets.window import ANCHORS_KEPT, PAGE_ROWS, PAGES_KEPT, Ask, Total, Window

MILLION = 1_000_000


def window(total: int | None = None) -> Window[int]:
    """Return an empty window on a list of numbers."""
    made: Window[int] = Window(key=lambda row: row)
    made.restart()
    if total is not None:
        made.total = Total(total, exact=True)
    return made


def answer(made: Window[int], asks: tuple[Ask, ...], total: int = MILLION) -> None:
    """Bring what was asked for from a list of so many numbers."""
    for ask in asks:
        rows = range(ask.first, max(ask.first, min(ask.first + ask.count, total)))
        made.put(ask.stamp, ask.first, list(rows), [f"anchor {row}" for row in rows])


def test_the_first_page_is_asked_for_before_anything_is_known() -> None:
    (ask,) = window().asks(0, 40)
    assert (ask.first, ask.count) == (0, PAGE_ROWS)


def test_nothing_is_asked_for_twice() -> None:
    made = window(MILLION)
    assert made.asks(0, 40)
    assert not made.asks(0, 40)


def test_an_ask_that_failed_is_asked_again() -> None:
    made = window(MILLION)
    (ask,) = made.asks(0, 40)
    made.failed(ask.stamp, ask.first)
    assert made.asks(0, 40) == (ask,)


def test_memory_stays_the_same_after_walking_through_a_million_rows() -> None:
    made = window(MILLION)
    for first in range(0, MILLION, 4 * PAGE_ROWS):
        answer(made, made.asks(first, 4 * PAGE_ROWS))
        assert made.held <= PAGE_ROWS * PAGES_KEPT
        assert len(made._anchors) <= ANCHORS_KEPT
    assert made.row(MILLION - 1) == MILLION - 1


def test_the_next_page_is_read_after_the_anchor_of_the_last_row() -> None:
    made = window(MILLION)
    answer(made, made.asks(0, 40))
    (ask,) = made.asks(PAGE_ROWS, 10)
    assert ask.after == f"anchor {PAGE_ROWS - 1}"


def test_the_page_before_is_read_before_the_anchor_of_the_first_row() -> None:
    made = window(MILLION)
    answer(made, made.asks(10 * PAGE_ROWS, 1))
    (ask,) = made.asks(9 * PAGE_ROWS, 1)
    assert ask.before == f"anchor {10 * PAGE_ROWS}"


def test_the_last_page_is_read_from_the_end() -> None:
    made = window(MILLION)
    (ask,) = made.asks(MILLION - 10, 10)
    assert ask.from_end
    assert ask.first + ask.count == MILLION


def test_the_page_before_the_last_comes_along_with_it_from_the_end() -> None:
    made = window(MILLION)
    (ask,) = made.asks(MILLION - 100, 100)
    assert ask.from_end
    assert (ask.first + ask.count, ask.count) == (MILLION, PAGE_ROWS + MILLION % PAGE_ROWS)
    answer(made, (ask,))
    assert [made.row(position) for position in (ask.first, MILLION - 1)] == [ask.first, MILLION - 1]
    (above,) = made.asks(ask.first - 10, 10)
    assert above.before == f"anchor {ask.first}"


def test_both_pages_of_an_ask_that_failed_are_asked_again() -> None:
    made = window(MILLION)
    (ask,) = made.asks(MILLION - 100, 100)
    made.failed(ask.stamp, ask.first)
    assert made.asks(MILLION - 100, 100) == (ask,)


def test_a_late_answer_is_dropped() -> None:
    made = window(MILLION)
    (ask,) = made.asks(0, 40)
    made.restart(range(40))
    assert not made.put(ask.stamp, ask.first, [1, 2, 3])
    assert made.row(0) is None


def test_an_answer_nobody_asked_for_is_dropped() -> None:
    made = window(MILLION)
    assert not made.put(made.stamp, 0, [1, 2, 3])


def test_after_a_restart_the_old_rows_stay_until_the_new_ones_come() -> None:
    made = window(MILLION)
    answer(made, made.asks(0, 40))
    made.restart(range(40))
    assert made.row(5) == 5
    assert not made.is_fresh(5)
    assert made.position(5) is None
    (ask,) = made.asks(0, 40)
    made.put(ask.stamp, 0, [row + 1_000 for row in range(PAGE_ROWS)])
    assert made.row(5) == 1_005
    assert made.position(1_005) == 5


def test_a_restart_for_another_list_forgets_everything() -> None:
    made = window(MILLION)
    answer(made, made.asks(0, 40))
    made.restart()
    assert made.held == 0
    assert made.total == Total()


def test_a_short_page_is_the_end_of_the_list() -> None:
    made = window()
    answer(made, made.asks(0, 40), total=37)
    assert made.total == Total(37, exact=True)
    assert made.extent == 37


def test_a_capped_count_grows_while_rows_keep_coming() -> None:
    made = window()
    made.total = Total(PAGE_ROWS, exact=False)
    answer(made, made.asks(0, PAGE_ROWS))
    answer(made, made.asks(PAGE_ROWS - 1, 1 + PAGE_ROWS))
    assert made.extent == 2 * PAGE_ROWS
    assert not made.total.exact


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5_000), st.lists(st.integers(0, 5_000), min_size=1, max_size=20))
def test_wherever_someone_looks_the_right_rows_are_there_once_answered(total: int, looks: list[int]) -> None:
    made = window(total)
    for look in looks:
        first = min(look, total - 1)
        answer(made, made.asks(first, 40), total)
        for position in range(first, min(first + 40, total)):
            assert made.row(position) == position


@given(st.integers(0, 500), st.integers(0, 500), st.integers(1, 60), st.integers(1, 500))
def test_the_cursor_is_always_in_view(cursor: int, top: int, height: int, extent: int) -> None:
    cursor = min(cursor, extent - 1)
    shown = kept_in_view(cursor, top, height, extent)
    assert shown <= cursor < shown + height
    assert shown == 0 or shown + height <= extent


@pytest.mark.parametrize("extent", [41, 500, MILLION])
def test_the_scroll_bar_reaches_both_ends(extent: int) -> None:
    assert thumb(0, 40, extent).start == 0
    assert thumb(extent - 40, 40, extent).stop == 40
    assert at_thumb(0, 40, extent) == 0
    assert at_thumb(39, 40, extent) == extent - 40


def test_a_list_that_fits_has_no_scroll_bar() -> None:
    assert not thumb(0, 40, 40)
