"""A list of any length: constant memory, a cursor bound to a row's key, marks, and few bytes on the wire."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Generic, TypeAlias

from console.render.column import Column
from console.render.pieces import Cell
from console.widgets import list_messages
from console.widgets.list_mouse import MouseList
from console.widgets.list_painting import Row
from console.widgets.window import Ask, Total

__all__ = ["Ask", "Cell", "Column", "Total", "WindowedList"]


class WindowedList(MouseList[Row], Generic[Row], can_focus=True):
    """Rows of any kind in columns: give it columns, `cells(row)` (one cell for each column, in their order) and `key(row)`.

    It reads nothing by itself: it posts `RowsWanted` and is answered with `put`. Every ask has a stamp, and answers to
    asks from before the last `reload` are dropped. The cursor belongs to a row's key, not to a position, and
    `cursor_row` is None while that row is not known: then there is nothing to act on. It binds no keys; call `move`,
    `page`, `top`, `bottom` from the screen's actions.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = "WindowedList { width: 1fr; height: 1fr; }"

    RowsWanted: TypeAlias = list_messages.RowsWanted
    KeyWanted: TypeAlias = list_messages.KeyWanted
    CursorMoved: TypeAlias = list_messages.CursorMoved
    CursorGone: TypeAlias = list_messages.CursorGone
    Opened: TypeAlias = list_messages.Opened
    SortWanted: TypeAlias = list_messages.SortWanted
    Menu: TypeAlias = list_messages.Menu
    MarksChanged: TypeAlias = list_messages.MarksChanged

    @property
    def marks(self) -> tuple[Hashable, ...]:
        """Return the marked keys in the order they were marked, those outside the present list included."""
        return self._marks.keys

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
        self.post_message(list_messages.MarksChanged(self, len(self._marks)))
