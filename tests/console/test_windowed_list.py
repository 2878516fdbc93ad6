"""The list: the cursor belongs to a token, not to a place; late answers, sorting and refreshing never move it to another."""

from __future__ import annotations

from textual import events
from textual.pilot import Pilot

from console.render.column import LAST
from console.widgets.columns import places
from console.widgets.windowed_list import Column, WindowedList
from tests.console.list_app import COLUMNS, ListApp

SIZE = (80, 20)
MILLION = range(1_000_000)


async def settle(pilot: Pilot[int]) -> None:
    """Let everything that was posted be handled."""
    for _ in range(4):
        await pilot.pause()


async def test_it_shows_titles_and_rows_and_the_cursor_is_on_the_first() -> None:
    app = ListApp(MILLION)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        lines = app.lines()
        assert lines[0].split() == ["Name", "Account", "Used", "Ends"]
        assert lines[1].startswith("▌  token 0 ")
        assert "0001" in lines[2]
        assert app.list.cursor_row == 0


async def test_moving_paging_and_jumping_stay_inside_the_list() -> None:
    app = ListApp(MILLION)
    async with app.run_test(size=SIZE) as pilot:
        app.list.move(-5)
        assert app.list.cursor_index == 0
        app.list.page(1)
        await settle(pilot)
        assert app.list.cursor_index == 18
        assert "token 18" in app.lines()[1]
        app.list.bottom()
        await settle(pilot)
        assert app.list.cursor_row == 999_999
        assert "token 999999" in app.lines()[-1]
        app.list.page(-0.5)
        app.list.top()
        await settle(pilot)
        assert app.list.cursor_row == 0


async def test_memory_is_bounded_after_walking_through_a_million_rows() -> None:
    app = ListApp(MILLION)
    async with app.run_test(size=SIZE) as pilot:
        for position in range(0, 1_000_000, 40_000):
            app.list.move_to(position)
            await settle(pilot)
            assert app.list.cursor_row == position
        assert app.list.rows_held <= 16 * 128


async def test_the_cursor_stays_on_its_key_when_rows_come_in_above() -> None:
    app = ListApp(range(100, 200))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        app.list.move_to(5)
        app.refresh_rows([*range(50, 60), *range(100, 200)])
        await settle(pilot)
        assert app.list.cursor_row == 105
        assert app.list.cursor_index == 15


async def test_the_cursor_follows_its_key_through_a_sort() -> None:
    app = ListApp(range(100))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        app.list.move_to(7)
        app.refresh_rows(list(reversed(range(100))))
        await settle(pilot)
        assert app.list.cursor_row == 7
        assert app.list.cursor_index == 92
        assert "▌  token 7 " in "\n".join(app.lines())


async def test_the_cursor_follows_its_key_to_a_page_that_was_not_loaded() -> None:
    app = ListApp(range(1_000))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        app.list.move_to(3)
        app.refresh_rows([*range(500, 1_000), *range(500)])
        await settle(pilot)
        assert app.last(WindowedList.KeyWanted).key == 3
        assert app.list.cursor_row == 3
        assert app.list.cursor_index == 503


async def test_while_the_key_is_looked_for_there_is_no_row_to_act_on() -> None:
    app = ListApp(range(1_000), slow=True)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        app.answer()
        await settle(pilot)
        app.list.move_to(3)
        app.rows = [*range(500, 1_000), *range(500)]
        app.list.reload()
        await settle(pilot)
        assert app.list.visible_rows[3] == 3, "the old row is still shown, and it is the right one"
        app.answer()
        assert app.list.cursor_row is None
        assert app.list.cursor_key == 3
        assert "▌" not in "\n".join(app.lines())


async def test_a_key_that_left_the_list_is_told_and_the_cursor_goes_to_its_neighbour() -> None:
    app = ListApp(range(50))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        app.list.move_to(10)
        app.refresh_rows([row for row in range(50) if row != 10])
        await settle(pilot)
        assert app.last(WindowedList.CursorGone).key == 10
        assert app.list.cursor_row == 11


async def test_when_the_last_row_leaves_the_cursor_is_on_the_new_last_row() -> None:
    app = ListApp(range(5))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        app.list.bottom()
        app.refresh_rows(range(4))
        await settle(pilot)
        assert app.list.cursor_row == 3
        assert app.last(WindowedList.CursorGone).key == 4
        assert len([message for message in app.heard if isinstance(message, WindowedList.KeyWanted)]) == 1


async def test_late_answers_change_nothing() -> None:
    app = ListApp(range(1_000), slow=True)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        late = app.asked[0]
        app.list.reload(keep=False)
        assert not app.list.put(late.stamp, late.first, list(range(900, 1_000)))
        app.list.set_total(7, stamp=late.stamp)
        assert app.list.total.rows is None
        app.asked = app.asked[1:]
        await settle(pilot)
        app.answer()
        assert app.list.cursor_row == 0


async def test_rows_that_are_still_to_come_are_a_quiet_placeholder() -> None:
    app = ListApp(range(1_000), slow=True)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert app.lines()[2].strip() == "…" or app.lines()[2].strip(" ▐") == "…"
        assert app.list.cursor_row is None


async def test_an_empty_list_says_why() -> None:
    app = ListApp([])
    async with app.run_test(size=SIZE) as pilot:
        app.list.show_nothing("No tokens match. Esc clears the filter.")
        await settle(pilot)
        assert "No tokens match. Esc clears the filter." in "\n".join(app.lines())
        assert app.list.cursor_row is None


async def test_marks_outlive_sorting_filtering_and_refreshing() -> None:
    app = ListApp(range(100))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        app.list.toggle_mark()
        app.list.toggle_mark()
        app.refresh_rows(range(50, 100))
        await settle(pilot)
        assert app.list.marks == (0, 1)
        assert app.last(WindowedList.MarksChanged).count == 2
        app.refresh_rows(range(100))
        await settle(pilot)
        app.list.top()
        assert "✓ token 0 " in "\n".join(app.lines())
        app.list.clear_marks([0])
        assert list(app.list.marks) == [1]


async def test_a_range_is_marked_from_the_last_mark_to_the_cursor() -> None:
    app = ListApp(range(100))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        app.list.move_to(3)
        app.list.toggle_mark()
        app.list.move_to(6)
        assert app.list.mark_range() == 0
        assert sorted(map(int, map(str, app.list.marks))) == [3, 4, 5, 6]


async def test_the_mouse_chooses_opens_sorts_scrolls_and_asks_for_a_menu() -> None:
    app = ListApp(range(1_000))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.click(app.list, offset=(10, 5))
        assert app.list.cursor_row == 4
        await pilot.click(app.list, offset=(10, 6), times=2)
        assert app.last(WindowedList.Opened).row == 5
        await pilot.click(app.list, offset=(10, 8), button=3)
        await settle(pilot)
        assert app.last(WindowedList.Menu).row == 7
        assert app.list.cursor_row == 7
        await pilot.click(app.list, offset=(5, 0))
        await settle(pilot)
        assert (app.last(WindowedList.SortWanted).field, app.last(WindowedList.SortWanted).descending) == ("name", False)
        app.list.show_sort("name", False)
        await pilot.click(app.list, offset=(5, 0))
        await settle(pilot)
        assert app.last(WindowedList.SortWanted).descending
        await pilot._post_mouse_events([events.MouseScrollDown], app.list, offset=(5, 5), button=0)
        await settle(pilot)
        assert "token 3 " in app.lines()[1]


async def test_the_sorted_title_has_an_arrow() -> None:
    app = ListApp(range(10))
    async with app.run_test(size=SIZE) as pilot:
        app.list.show_sort("used", descending=True)
        await settle(pilot)
        assert "▼ Used" in app.lines()[0]
        app.list.show_sort("name")
        assert "Name ▲" in app.lines()[0]


async def test_pulling_the_scroll_bar_to_its_end_shows_the_last_row() -> None:
    app = ListApp(MILLION)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.mouse_down(app.list, offset=(79, 19))
        await pilot.mouse_up(app.list, offset=(79, 19))
        await settle(pilot)
        assert "token 999999" in app.lines()[-1]


async def test_a_resize_keeps_the_cursor_in_view_and_the_last_columns_shown() -> None:
    app = ListApp(range(1_000))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        app.list.move_to(18)
        await pilot.resize_terminal(38, 6)
        await settle(pilot)
        shown = "\n".join(app.lines())
        assert "token 18" in shown
        assert "Account" not in shown
        assert "0018" in shown


async def test_every_line_is_exactly_as_wide_as_the_list_at_every_width() -> None:
    app = ListApp(range(300))
    async with app.run_test(size=SIZE) as pilot:
        for width in (1, 3, 5, 10, 20, 37, 60, 80, 200):
            await pilot.resize_terminal(width, 8)
            await settle(pilot)
            for y in range(8):
                strip = app.list.render_line(y)
                assert strip.cell_length == width
                assert sum(segment.cell_length for segment in strip) == width


async def test_neighbours_that_look_the_same_are_one_segment() -> None:
    app = ListApp(range(100))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        app.list.move_to(9)
        cursor, ordinary = app.list.render_line(10), app.list.render_line(11)
        assert len(list(cursor)) == 1
        assert len(list(ordinary)) == 3, "the name, everything quiet, and the ordinary end"


async def test_a_change_of_theme_changes_the_colours() -> None:
    app = ListApp(range(100))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        before = [segment.style for segment in app.list.render_line(1)]
        app.theme = "tokendesk-light"
        await settle(pilot)
        assert [segment.style for segment in app.list.render_line(1)] != before


async def test_it_works_in_themes_that_are_not_ours() -> None:
    app = ListApp(range(10))
    async with app.run_test(size=SIZE) as pilot:
        for theme in ("nord", "textual-light", "ansi-dark", "ansi-light", "terminal-16"):
            app.theme = theme
            await settle(pilot)
            assert "token 1" in app.lines()[2]


def test_columns_go_from_the_right_by_priority_and_some_never() -> None:
    columns = (Column("a", "A", 10), Column("b", "B", 10, priority=1), Column("c", "C", 10, priority=2), Column("d", "D", 10))
    assert [place.column.id for place in places(columns, 100)] == ["a", "b", "c", "d"]
    assert [place.column.id for place in places(columns, 42)] == ["a", "b", "d"]
    assert [place.column.id for place in places(columns, 5)] == ["a", "d"]


def test_a_narrower_gap_is_taken_when_it_saves_a_column() -> None:
    columns = tuple(Column(name, name, 10, priority=1) for name in "abcd")
    assert [place.start for place in places(columns, 46)] == [0, 12, 24, 36]
    assert [place.start for place in places(columns, 43)] == [0, 11, 22, 33]


def test_what_is_left_over_is_shared_out_up_to_the_most() -> None:
    widths = {place.column.id: place.width for place in places(COLUMNS, 100)}
    assert widths == {"name": 30, "account": 10, "used": 8, "tail": 4}


def test_the_last_column_waits_until_the_others_have_what_they_like() -> None:
    columns = (Column("a", "A", 10, flex=1, likes=20), Column("b", "B", 10), Column("last", "L", 4, priority=LAST))
    found = {width: [place.column.id for place in places(columns, width)] for width in (22, 30, 35, 36)}
    assert found == {22: ["a", "b"], 30: ["a", "b"], 35: ["a", "b"], 36: ["a", "b", "last"]}
