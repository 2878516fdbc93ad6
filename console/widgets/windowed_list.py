"""A list of any length: constant memory, a cursor bound to a row's key, and few bytes on the wire."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Generic, TypeVar

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from console.render.pieces import Cell
from console.widgets.columns import Column, places
from console.widgets.ink import Ink
from console.widgets.list_lines import Look, RowLook, empty_runs, header_runs, row_runs
from console.widgets.marks import Marks
from console.widgets.scrolling import at_thumb, kept_in_view, thumb
from console.widgets.window import Ask, Total, Window

__all__ = ["Ask", "Cell", "Column", "Total", "WindowedList"]

Row = TypeVar("Row")
Cells = Callable[[Row], Sequence[Cell | tuple[str, str]]]
WHEEL_ROWS = 3


class WindowedList(Widget, Generic[Row], can_focus=True):
    """Rows of any kind in columns: give it columns, `cells(row)` (one cell for each column, in their order) and `key(row)`.

    It reads nothing by itself: it posts `RowsWanted` and is answered with `put`. Every ask has a stamp, and answers to
    asks from before the last `reload` are dropped. The cursor belongs to a row's key, not to a position, and
    `cursor_row` is None while that row is not known: then there is nothing to act on. It binds no keys; call `move`,
    `page`, `top`, `bottom` from the screen's actions.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = "WindowedList { width: 1fr; height: 1fr; }"

    class Posted(Message):
        """What every message of the list carries: the list itself, as `control`."""

        def __init__(self, sender: WindowedList[Row]) -> None:
            super().__init__()
            self.sender = sender

        @property
        def control(self) -> WindowedList[Row]:
            return self.sender

    class RowsWanted(Posted):
        """Rows are missing: answer `ask` with `put(ask.stamp, ask.first, rows, anchors)`, or with `failed`."""

        def __init__(self, sender: WindowedList[Row], ask: Ask) -> None:
            super().__init__(sender)
            self.ask = ask

    class KeyWanted(Posted):
        """The row under the cursor was not where it used to be: answer `found(stamp, key, position or None)`."""

        def __init__(self, sender: WindowedList[Row], stamp: int, key: Hashable) -> None:
            super().__init__(sender)
            self.stamp, self.key = stamp, key

    class CursorMoved(Posted):
        """The cursor is on another row, or its row has changed; `row` and `key` are None while it is on none that is known."""

        def __init__(self, sender: WindowedList[Row], row: Row | None, key: Hashable | None) -> None:
            super().__init__(sender)
            self.row, self.key = row, key

    class CursorGone(Posted):
        """The row under the cursor has left the list and the cursor is on its neighbour: the operator must be told."""

        def __init__(self, sender: WindowedList[Row], key: Hashable) -> None:
            super().__init__(sender)
            self.key = key

    class Opened(Posted):
        """A row was double-clicked."""

        def __init__(self, sender: WindowedList[Row], row: Row) -> None:
            super().__init__(sender)
            self.row = row

    class SortWanted(Posted):
        """A title was clicked; `descending` is the other way round when the list is already sorted by it."""

        def __init__(self, sender: WindowedList[Row], field: str, descending: bool) -> None:
            super().__init__(sender)
            self.field, self.descending = field, descending

    class Menu(Posted):
        """A row was right-clicked and has the cursor; `x` and `y` are where, on the screen."""

        def __init__(self, sender: WindowedList[Row], row: Row, x: int, y: int) -> None:
            super().__init__(sender)
            self.row, self.x, self.y = row, x, y

    class MarksChanged(Posted):
        """Marks were set or taken away; `count` are left, those outside the present list included."""

        def __init__(self, sender: WindowedList[Row], count: int) -> None:
            super().__init__(sender)
            self.count = count

    def __init__(
        self,
        columns: Sequence[Column],
        cells: Cells[Row],
        key: Callable[[Row], Hashable],
        *,
        gap: int = 2,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._columns, self._cells, self._key_of, self._gap = tuple(columns), cells, key, gap
        self._window: Window[Row] = Window(key)
        self._marks = Marks()
        self._cursor, self._top = 0, 0
        self._key: Hashable | None = None
        self._seeking = False
        self._sort: tuple[str, bool] | None = None
        self._nothing = ""
        self._look = Look(())
        self._ink = Ink(self)
        self._strips: dict[int, Strip] = {}
        self._dragging = False

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def cursor_row(self) -> Row | None:
        """Return the row under the cursor; None when the list is empty, or that row is not here or being looked for."""
        row = self._window.row(self._cursor)
        return row if row is not None and self._key is not None and self._key_of(row) == self._key else None

    @property
    def cursor_key(self) -> Hashable | None:
        """Return the key the cursor belongs to."""
        return self._key

    @property
    def cursor_index(self) -> int:
        """Return the cursor's position, counted from 0."""
        return self._cursor

    @property
    def total(self) -> Total:
        """Return how many rows there are, as far as is known."""
        return self._window.total

    @property
    def rows_held(self) -> int:
        """Return how many rows are in memory: bounded, however long the list is."""
        return self._window.held

    @property
    def visible_rows(self) -> tuple[Row, ...]:
        """Return the rows that are on the screen and loaded, from the top."""
        rows = (self._window.row(position) for position in self._visible)
        return tuple(row for row in rows if row is not None)

    @property
    def marks(self) -> tuple[Hashable, ...]:
        """Return the marked keys in the order they were marked, those outside the present list included."""
        return self._marks.keys

    @property
    def sort(self) -> tuple[str, bool] | None:
        """Return (field, descending) as given to `show_sort`."""
        return self._sort

    # Answers from the store --------------------------------------------------------------------------------------

    def reload(self, *, keep: bool = True) -> int:
        """Ask for the visible rows again under a new stamp, which is returned.

        With `keep` (a refresh or another order) the old rows stay until the new ones come, and the cursor stays on its key
        wherever that is now. Without (another view or filter) the list is empty until then, and the cursor at the top.
        """
        stamp = self._window.restart(self._visible if keep else None)
        self._seeking = keep and self._key is not None
        if not keep:
            self._cursor, self._top, self._key = 0, 0, None
            self._draw()
            self.post_message(self.CursorMoved(self, None, None))
        self._ask()
        return stamp

    def put(self, stamp: int, first: int, rows: Sequence[Row], anchors: Sequence[object] = ()) -> bool:
        """Take the rows from position `first` on, with their anchors. False: a late answer, and nothing has happened.

        Fewer rows than were asked for means that the list ends there.
        """
        if not self._window.put(stamp, first, rows, anchors):
            return False
        self._follow()
        self._draw()
        self._ask()
        return True

    def found(self, stamp: int, key: Hashable, position: int | None) -> None:
        """Say where the key asked for by `KeyWanted` is now; None: it has left the list."""
        if stamp != self._window.stamp or not self._seeking or key != self._key:
            return
        self._seeking = False
        if position is None:
            self.post_message(self.CursorGone(self, key))
            self._key = None
            self._place(self._cursor)
        else:
            self.seek(key, position)

    def failed(self, stamp: int, first: int) -> None:
        """Say that an ask had no answer: its rows are asked for again when next shown."""
        self._window.failed(stamp, first)

    def set_total(self, rows: int, *, exact: bool = True, stamp: int | None = None) -> None:
        """Say how many rows there are; not exact: at least so many. A number for an older stamp is dropped."""
        if stamp is not None and stamp != self._window.stamp:
            return
        self._window.total = Total(rows, exact)
        if self._cursor >= max(1, self._window.extent):
            self._place(self._window.extent - 1)
        self._draw()
        self._ask()

    # How it looks ------------------------------------------------------------------------------------------------

    def set_columns(self, columns: Sequence[Column], cells: Cells[Row]) -> None:
        """Show other columns; rows, cursor and marks stay."""
        self._columns, self._cells = tuple(columns), cells
        self._lay_out()

    def show_sort(self, field: str | None, descending: bool = False) -> None:
        """Show ▲ (ascending) or ▼ at the column of that sort field."""
        self._sort = None if field is None else (field, descending)
        self._draw()

    def show_nothing(self, words: str) -> None:
        """Say in our own words why the list is empty, in its middle, when it is."""
        self._nothing = words
        self._draw()

    def repaint(self) -> None:
        """Draw the visible rows again, since ages or cells have changed; only lines that differ are sent."""
        self._draw()

    # The cursor --------------------------------------------------------------------------------------------------

    def move(self, rows: int) -> None:
        """Move the cursor by so many rows."""
        self._place(self._cursor + rows)

    def page(self, pages: float) -> None:
        """Move by pages, or by half ones; what was the last row is still to be seen."""
        step = max(1, int(max(1, self._height - 1) * abs(pages)))
        self._top += step if pages > 0 else -step
        self._place(self._cursor + (step if pages > 0 else -step))

    def top(self) -> None:
        """Go to the first row."""
        self._place(0)

    def bottom(self) -> None:
        """Go to the last row that is known."""
        self._place(self._window.extent - 1)

    def move_to(self, position: int) -> None:
        """Put the cursor on a position and scroll as little as needed."""
        self._place(position)

    def seek(self, key: Hashable, position: int) -> None:
        """Put the cursor on a key that is known to be at `position`."""
        self._seeking = False
        self._place(position)
        if self._key != key and self._window.key(position) is None:
            self._key = key

    # Marks -------------------------------------------------------------------------------------------------------

    def toggle_mark(self) -> None:
        """Mark the row under the cursor, or take its mark away, and go to the next one."""
        if self.cursor_row is not None and self._key is not None:
            self._marks.toggle(self._key)
            self._marked()
            self.move(1)

    def mark_range(self) -> int:
        """Mark every row from the one marked last to the cursor; return how many could not be, as they are not loaded."""
        start = None if self._marks.last is None else self._window.position(self._marks.last)
        low, high = sorted((self._cursor if start is None else start, self._cursor))
        keys = [self._window.key(position) for position in range(low, high + 1)]
        self.mark(key for key in keys if key is not None)
        return keys.count(None)

    def mark(self, keys: Iterable[Hashable]) -> None:
        """Mark these keys."""
        self._marks.add(keys)
        self._marked()

    def clear_marks(self, keys: Iterable[Hashable] | None = None) -> None:
        """Take these marks away, or all of them."""
        if keys is None:
            self._marks.clear()
        else:
            self._marks.remove(keys)
        self._marked()

    def _marked(self) -> None:
        self._draw()
        self.post_message(self.MarksChanged(self, len(self._marks)))

    # Inside ------------------------------------------------------------------------------------------------------

    @property
    def _height(self) -> int:
        return max(0, self.size.height - 1)

    @property
    def _visible(self) -> range:
        return range(self._top, self._top + max(1, self._height))

    def _place(self, position: int) -> None:
        """Put the cursor on a position within the list and bind it to the row there; a row that is still to come binds later."""
        before, top_before = self._cursor, self._top
        self._seeking = False
        self._cursor = max(0, min(position, self._window.extent - 1))
        self._top = kept_in_view(self._cursor, self._top, self._height, self._window.extent)
        self._bind()
        if self._top != top_before:
            self._draw()
            self._ask()
        else:
            self._draw({before, self._cursor})

    def _bind(self) -> None:
        key = self._window.key(self._cursor)
        if key != self._key:
            self._key = key
            self.post_message(self.CursorMoved(self, self.cursor_row, key))

    def _follow(self) -> None:
        """After rows came: keep the cursor on its key, ask for the key when it is not among them, or bind a new one."""
        if self._key is None:
            self._cursor = max(0, min(self._cursor, self._window.extent - 1))
            self._bind()
            return
        position = self._window.position(self._key)
        if position is not None:
            shift = self._cursor - self._top
            if position not in self._visible:
                self._top = position - shift
            self._cursor, self._seeking = position, False
            self._top = kept_in_view(self._cursor, self._top, self._height, self._window.extent)
            self.post_message(self.CursorMoved(self, self.cursor_row, self._key))
        elif self._seeking and all(map(self._window.is_fresh, self._shown)):
            self.post_message(self.KeyWanted(self, self._window.stamp, self._key))
        elif not self._seeking and self._window.is_fresh(self._cursor):
            self._key = None
            self._bind()

    @property
    def _shown(self) -> range:
        return range(self._top, min(self._visible.stop, max(1, self._window.extent)))

    def _ask(self) -> None:
        margin = self._height
        for ask in self._window.asks(max(0, self._top - margin), self._height + 2 * margin + 1):
            self.post_message(self.RowsWanted(self, ask))

    def _lay_out(self) -> None:
        width = self.size.width
        self._look = Look(places(self._columns, width - Look.SIDES, self._gap), width, self._gap)
        self._top = kept_in_view(self._cursor, self._top, self._height, self._window.extent)
        self._draw()
        self._ask()

    def _draw(self, positions: Iterable[int] | None = None) -> None:
        """Draw lines anew, all of them or those of some positions, and have only those sent that differ."""
        if not self.size or not self.is_mounted:
            return
        lines = range(self.size.height) if positions is None else sorted({p - self._top + 1 for p in positions})
        differing = []
        for y in lines:
            if 0 <= y < self.size.height:
                strip = self._drawn(y)
                if self._strips.get(y) != strip:
                    self._strips[y] = strip
                    differing.append(Region(0, y, self.size.width, 1))
        if differing:
            self.refresh(*differing)

    def _drawn(self, y: int) -> Strip:
        if y == 0:
            return self._ink.strip(header_runs(self._look, self._sort), self._look.width)
        if self._window.total == Total(0, exact=True):
            words = self._nothing if y == max(1, self._height // 3) else ""
            return self._ink.strip(empty_runs(self._look, words), self._look.width)
        position = self._top + y - 1
        row, key = self._window.row(position), self._window.key(position)
        cursor = ""
        if position == self._cursor and (key == self._key or row is None):
            cursor = "cursor" if self.has_focus or not self.app.app_focus else "cursor-blurred"
        look = RowLook(
            cells=None if row is None else self._cells(row),
            exists=position < self._window.extent,
            marked=key is not None and key in self._marks,
            cursor=cursor,
            thumb=y - 1 in thumb(self._top, self._height, self._window.extent),
        )
        return self._ink.strip(row_runs(self._look, look), self._look.width)

    def render_line(self, y: int) -> Strip:
        """Return a line as it was drawn last."""
        strip = self._strips.get(y)
        if strip is None:
            strip = self._strips[y] = self._drawn(y)
        return strip

    def notify_style_update(self) -> None:
        """Draw everything in the new theme's colours."""
        super().notify_style_update()
        self._ink = Ink(self)
        self._strips.clear()
        self.refresh()

    # Mouse, focus and size ---------------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Fit the columns into the new width and keep the cursor in view."""
        self._strips.clear()
        self._lay_out()
        self.refresh()

    def _on_focus(self, event: events.Focus) -> None:
        event.prevent_default()
        self._focus_changed(True)

    def _on_blur(self, event: events.Blur) -> None:
        event.prevent_default()
        self._focus_changed(False)

    def _focus_changed(self, focused: bool) -> None:
        """Redraw the cursor's line alone, where Textual would send the whole list."""
        self.has_focus = focused
        self._draw({self._cursor})
        if self.parent is not None:
            self.parent.post_message(events.DescendantFocus(self) if focused else events.DescendantBlur(self))

    def on_click(self, event: events.Click) -> None:
        """Choose a row, open it on a second click, ask for its menu on a right click; sort on a title."""
        where = event.get_content_offset(self)
        if where is None or where.x >= self._look.width - 1:
            return
        if where.y == 0:
            self._title_clicked(where.x)
            return
        position = self._top + where.y - 1
        row = self._window.row(position)
        if row is None:
            return
        self._place(position)
        if event.button == 3:
            self.post_message(self.Menu(self, row, int(event.screen_x), int(event.screen_y)))
        elif event.chain == 2:
            self.post_message(self.Opened(self, row))

    def _title_clicked(self, x: int) -> None:
        column = self._look.column_at(x)
        if column is not None and column.sort is not None:
            descending = not self._sort[1] if self._sort is not None and self._sort[0] == column.sort else False
            self.post_message(self.SortWanted(self, column.sort, descending))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down; the cursor stays in view, so that it is always seen what a key would act on."""
        self._scrolled(event, WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up, likewise."""
        self._scrolled(event, -WHEEL_ROWS)

    def _scrolled(self, event: events.MouseEvent, rows: int) -> None:
        event.stop()
        event.prevent_default()
        self._scroll_top(self._top + rows)

    def _scroll_top(self, top: int) -> None:
        top = max(0, min(top, self._window.extent - self._height))
        if top != self._top:
            self._top = top
            self._place(max(top, min(self._cursor, top + self._height - 1)))
            self._draw()
            self._ask()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the scroll bar."""
        where = event.get_content_offset(self)
        if where is not None and where.x == self._look.width - 1 and where.y > 0:
            self._dragging = True
            self.capture_mouse()
            self._drag(where.y - 1)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Scroll while the scroll bar is held; otherwise nothing happens on a move."""
        if self._dragging:
            self._drag(event.y - self.content_offset.y - 1)

    def on_mouse_up(self) -> None:
        """Let go of the scroll bar."""
        if self._dragging:
            self._dragging = False
            self.release_mouse()

    def _drag(self, line: int) -> None:
        self._scroll_top(at_thumb(line, self._height, self._window.extent))
