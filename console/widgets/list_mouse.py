"""The mouse on a list: click, double click, right click, titles, wheel and scroll bar; a mere move does nothing."""

from __future__ import annotations

from typing import Generic

from textual import events

from console.widgets.list_cursor import CursorList
from console.widgets.list_messages import Menu, Opened, SortWanted
from console.widgets.list_painting import Row
from console.widgets.scrolling import at_thumb

WHEEL_ROWS = 3


class MouseList(CursorList[Row], Generic[Row]):
    """A list that can be used with the mouse."""

    _dragging = False

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
            self.post_message(Menu(self, row, int(event.screen_x), int(event.screen_y)))
        elif event.chain == 2:
            self.post_message(Opened(self, row))

    def _title_clicked(self, x: int) -> None:
        column = self._look.column_at(x)
        if column is not None and column.sort is not None:
            descending = not self._sort[1] if self._sort is not None and self._sort[0] == column.sort else False
            self.post_message(SortWanted(self, column.sort, descending))

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
        self._place(max(top, min(self._cursor, top + self._height - 1)), top)

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
