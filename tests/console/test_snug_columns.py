"""Room goes where it is needed: a column that needs less than it might take leaves the rest to names that would be cut."""

from __future__ import annotations

from itertools import pairwise

import pytest

from console.render.column import Column
from console.render.pieces import Cell
from console.widgets.columns import places
from console.widgets.windowed_list import WindowedList
from tests.console.list_app import ListApp
from tests.console.test_windowed_list import settle

COLUMNS = (
    Column("name", "Name", 16, 3, 44, sort="name", snug=True),
    Column("account", "Account", 10, 2, 28, priority=2, snug=True),
    Column("status", "Status", 11, snug=True),
    Column("used", "Used", 10, align="right", sort="used", snug=True),
)


def widths(width: int, needs: dict[int, int]) -> list[int]:
    return [place.width for place in places(COLUMNS, width, needs=needs)]


def test_without_rows_every_column_has_its_width() -> None:
    assert widths(53, {}) == [16, 10, 11, 10]


def test_what_short_cells_do_not_need_goes_to_names_and_accounts() -> None:
    assert widths(53, {0: 30, 1: 20, 2: 8, 3: 6}) == [22, 14, 8, 6]


def test_a_name_takes_no_more_than_the_longest_while_another_column_needs_it() -> None:
    assert widths(63, {0: 16, 1: 20, 2: 11, 3: 10}) == [16, 20, 11, 10]


def test_what_nobody_needs_is_shared_out_all_the_same() -> None:
    assert sum(widths(80, {0: 12, 1: 8, 2: 8, 3: 4})) == 80 - 6


def test_no_column_grows_beyond_its_least_width_for_a_long_cell() -> None:
    assert widths(50, {0: 99, 1: 99, 2: 99, 3: 99}) == [16, 10, 11, 10]


def test_gaps_are_narrower_where_that_keeps_a_name_whole_and_wide_where_it_need_not() -> None:
    assert [place.start for place in places(COLUMNS, 56, needs={0: 22, 1: 14, 2: 8, 3: 6})] == [0, 24, 40, 50]
    assert [place.start for place in places(COLUMNS, 55, needs={0: 22, 1: 14, 2: 8, 3: 6})][2:] == [40, 49]


@pytest.mark.parametrize(("needs", "gap"), [({}, 1), ({0: 10, 1: 8, 2: 8, 3: 4}, 2), ({0: 30, 1: 8, 2: 8, 3: 4}, 1)])
def test_columns_that_only_fit_close_together_move_apart_for_short_rows(needs: dict[int, int], gap: int) -> None:
    laid = places(COLUMNS, 50, needs=needs)
    assert len(laid) == len(COLUMNS)
    assert {right.start - left.start - left.width for left, right in pairwise(laid)} == {gap}
    assert laid[-1].start + laid[-1].width == 50


@pytest.mark.parametrize("needs", [{}, {0: 4, 1: 4, 2: 4, 3: 4}, {0: 99, 1: 99, 2: 99, 3: 99}])
def test_rows_decide_nothing_about_which_columns_are_shown(needs: dict[int, int]) -> None:
    assert [place.column.id for place in places(COLUMNS, 41, needs=needs)] == ["name", "status", "used"]


class Named(ListApp):
    """Names and uses that grow with the row's number."""

    def __init__(self, rows: range) -> None:
        super().__init__(rows)
        self.list = WindowedList(COLUMNS, self.cells_of, key=lambda row: row)

    def cells_of(self, row: int) -> tuple[Cell, ...]:
        """Return a long name, and a use that is wider from the 200th row on."""
        used = f"{'602 d' if row >= 200 else '9 h'} ago"
        return Cell(f"warehouse stock count {row:03}"), Cell("Harbor & Finch"), Cell("● active", "active"), Cell(used)


async def test_names_are_whole_where_the_other_columns_have_room_left() -> None:
    app = Named(range(400))
    async with app.run_test(size=(70, 12)) as pilot:
        await settle(pilot)
        assert "warehouse stock count 000     Harbor & Finch    ● active" in app.lines()[1]
        app.list.show_sort("used", True)
        await settle(pilot)
        assert app.lines()[0].rstrip().endswith("▼ Used")


async def test_a_cell_that_needs_more_later_is_whole_and_columns_do_not_move_back() -> None:
    app = Named(range(400))
    async with app.run_test(size=(70, 12)) as pilot:
        await settle(pilot)
        first = app.lines()[0]
        app.list.bottom()
        await settle(pilot)
        assert "602 d a" in app.lines()[5]
        assert "…" not in app.lines()[5].split("active")[1]
        wider = app.lines()[0]
        assert wider != first
        app.list.top()
        await settle(pilot)
        assert app.lines()[0] == wider


class Later(Named):
    """Short names, and from the 200th row on such as just fit into the least width of their column."""

    def cells_of(self, row: int) -> tuple[Cell, ...]:
        """Return a name of 3 cells, or of 16, and others that need all of their columns."""
        return (
            Cell("a name of 16 now" if row >= 200 else "few"),
            Cell("Crux"),
            Cell("‖ suspended", "suspended"),
            Cell("100 d ago!"),
        )


@pytest.mark.parametrize(("rows", "gap"), [(400, 1), (10, 2)])
async def test_names_give_up_room_for_gaps_only_where_every_row_is_here(rows: int, gap: int) -> None:
    app = Later(range(rows))
    async with app.run_test(size=(55, 12)) as pilot:
        await settle(pilot)
        laid = app.list._look.places
        assert [place.column.id for place in laid] == ["name", "account", "status", "used"]
        assert {right.start - left.start - left.width for left, right in pairwise(laid)} == {gap}
        app.list.bottom()
        await settle(pilot)
        assert ("a name of 16 now" if rows > 200 else "few") in app.lines()[5]
