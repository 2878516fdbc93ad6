"""Where a list's cursor is: on a row's key, through sorts, refreshes and late answers; and which rows are asked for."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Generic

from textual import events

from console.widgets.list_messages import CursorGone, CursorMoved, KeyWanted, RowsWanted
from console.widgets.list_painting import PaintedList, Row
from console.widgets.scrolling import kept_in_view
from console.widgets.window import Total


class CursorList(PaintedList[Row], Generic[Row]):
    """A painted list with a cursor, and with answers from the store."""

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

    def reload(self, *, keep: bool = True, at: Hashable | None = None) -> int:
        """Ask for the visible rows again under a new stamp, which is returned.

        With `keep` (a refresh or another order) the old rows stay until the new ones come, and the cursor stays on its key
        wherever that is now, or goes to the key `at`. Without (another view or filter) the list is empty until then, and the
        cursor at the top.
        """
        self._key = at or self._key
        stamp = self._window.restart(self._visible if keep else None)
        self._seeking = keep and self._key is not None
        if not keep:
            self._cursor, self._top, self._key = 0, 0, None
            self._needs = {}
            self._draw()
            self.post_message(CursorMoved(self, None, None))
        self._ask()
        return stamp

    def put(self, stamp: int, first: int, rows: Sequence[Row], anchors: Sequence[object] = ()) -> bool:
        """Take the rows from position `first` on, with their anchors. False: a late answer, and nothing has happened.

        Fewer rows than were asked for means that the list ends there.
        """
        if not self._window.put(stamp, first, rows, anchors):
            return False
        with self._cells_kept():
            if not self._needs:
                self._measure(rows)
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
            self.post_message(CursorGone(self, key))
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
        if self._seeking:  # the cursor's own row may have gone: that is found out, and told, when the rows are here
            self._top = max(0, min(self._top, self._window.extent - self._height))
        elif self._cursor >= max(1, self._window.extent):
            self._place(self._window.extent - 1)
        self._draw()
        self._ask()

    def move(self, rows: int) -> None:
        """Move the cursor by so many rows."""
        self._place(self._cursor + rows)

    def page(self, pages: float) -> None:
        """Move by pages, or by half ones; what was the last row is still to be seen."""
        step = max(1, int(max(1, self._height - 1) * abs(pages)))
        step = step if pages > 0 else -step
        self._place(self._cursor + step, self._top + step)

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

    def _place(self, position: int, top: int | None = None) -> None:
        """Put the cursor on a position within the list and bind it to the row there; a row that is still to come binds later."""
        before, top_before = self._cursor, self._top
        self._seeking = False
        self._cursor = max(0, min(position, self._window.extent - 1))
        self._top = kept_in_view(self._cursor, self._top if top is None else top, self._height, self._window.extent)
        self._bind()
        if self._top != top_before:
            self._ask()
            self._draw_soon()
        else:
            self._draw({before, self._cursor})

    def _bind(self) -> None:
        key = self._window.key(self._cursor)
        if key != self._key:
            self._key = key
            self.post_message(CursorMoved(self, self.cursor_row, key))

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
            self.post_message(CursorMoved(self, self.cursor_row, self._key))
        elif self._seeking and self._sought != self._window.stamp and all(map(self._window.is_fresh, self._shown)):
            self._sought = self._window.stamp
            self.post_message(KeyWanted(self, self._window.stamp, self._key))
        elif not self._seeking and self._window.is_fresh(self._cursor):
            self._key = None
            self._bind()

    def _ask(self) -> None:
        margin = self._height
        for ask in self._window.asks(max(0, self._top - margin), self._height + 2 * margin + 1):
            self.post_message(RowsWanted(self, ask))

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
