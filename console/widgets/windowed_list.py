"""A list of any length: constant memory, a cursor bound to a row's key, and few bytes on the wire. (interface; being filled in)"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from textual.message import Message
from textual.widget import Widget

from console.render.pieces import Cell
from console.widgets.window import Ask, Total

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `width` is its least width in cells; `flex` shares what is left over (0: fixed).

    `priority` decides what goes first when the screen is narrow: the highest number goes first, 0 never goes
    (id tail, status, used). `sort` is the field a click on the title sorts by, None for a title that does nothing.
    """

    id: str
    title: str
    width: int
    flex: int = 0
    align: Literal["left", "right"] = "left"
    priority: int = 0
    sort: str | None = None


class WindowedList(Widget, Generic[Row], can_focus=True):
    """The list. Give it columns, `cells(row)` (one Cell or (text, style name) per column, in the columns' order) and `key(row)`.

    It never reads anything itself: it posts `RowsWanted` and is answered with `put`. Everything posted carries the list as
    `.control`; everything answered carries the stamp of the ask, so that late answers are dropped.
    """

    class RowsWanted(Message):
        """Rows are missing: answer `ask` with `put(ask.stamp, ask.first, rows, anchors)`, once for each ask."""

        list: WindowedList[object]
        ask: Ask

    class KeyWanted(Message):
        """After `reload` the row under the cursor was not where it used to be: answer `found(stamp, key, position or None)`."""

        stamp: int
        key: Hashable

    class CursorMoved(Message):
        """The cursor is on another row, or its row has changed. `row` is None while that row is not loaded."""

        row: object | None
        key: Hashable | None

    class CursorGone(Message):
        """The row the cursor was on is no longer in the list; the cursor went to its neighbour. Tell the operator."""

        key: Hashable

    class Opened(Message):
        """A row was double-clicked."""

        row: object

    class SortWanted(Message):
        """A sortable title was clicked. `field` is the column's `sort`; descending flips when it is already sorted by it."""

        field: str
        descending: bool

    class Menu(Message):
        """A row was right-clicked (the cursor is already there). `x`, `y` are screen coordinates."""

        row: object
        x: int
        y: int

    class MarksChanged(Message):
        """Marks were set or taken away; `count` are left, the hidden ones included."""

        count: int

    def __init__(
        self,
        columns: Sequence[Column],
        cells: Callable[[Row], Sequence[Cell | tuple[str, str]]],
        key: Callable[[Row], Hashable],
        *,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None: ...

    # What the screen asks of it ------------------------------------------------------------------------------------
    cursor_row: Row | None  #   (property) the row under the cursor; None when empty, not loaded, or being looked for after a reload
    cursor_key: Hashable | None  # (property) its key
    cursor_index: int  #   (property) 0-based position
    total: Total  #   (property)
    marks: frozenset[Hashable]  # (property) marked keys, hidden ones included
    sort: tuple[str, bool] | None  # (property) (field, descending) as set by show_sort

    def reload(self, *, keep: bool = True) -> int:
        """Start a new stamp and ask for the visible rows again. keep=True (refresh, sort): old rows stay until the new ones
        are there and the cursor stays on its key. keep=False (another view or filter): empty, cursor to the top."""
        raise NotImplementedError

    def put(self, stamp: int, first: int, rows: Sequence[Row], anchors: Sequence[object] = ()) -> bool:
        """Take rows from position `first` on. False: a late answer, dropped. Fewer rows than asked for means the list ends there."""
        raise NotImplementedError

    def found(self, stamp: int, key: Hashable, position: int | None) -> None:
        """Answer KeyWanted; None: it is no longer in the list."""
        raise NotImplementedError

    def set_total(self, rows: int, *, exact: bool = True, stamp: int | None = None) -> None:
        """Say how many rows there are; not exact means at least so many (a capped count)."""
        raise NotImplementedError

    def failed(self, stamp: int, first: int) -> None:
        """Say that an ask was not answered; it will be asked again when its rows are next shown."""
        raise NotImplementedError

    def set_columns(self, columns: Sequence[Column], cells: Callable[[Row], Sequence[Cell | tuple[str, str]]]) -> None:
        """Show other columns; rows, cursor and marks stay."""
        raise NotImplementedError

    def show_sort(self, field: str | None, descending: bool = False) -> None:
        """Show ▲ or ▼ at the column sorted by `field`."""
        raise NotImplementedError

    def show_nothing(self, words: str) -> None:
        """Say why the list is empty and what to press; shown in the middle while there are no rows. Own words only."""
        raise NotImplementedError

    def repaint(self) -> None:
        """Render the visible rows again (the clock moved, the cells changed) and send only the lines that differ."""
        raise NotImplementedError

    def move_to(self, index: int) -> None:
        """Put the cursor on a position (clamped) and scroll as little as needed."""
        raise NotImplementedError

    def seek(self, key: Hashable, position: int) -> None:
        """Put the cursor on `key`, known to be at `position`; scrolls and asks for rows as needed."""
        raise NotImplementedError

    def toggle_mark(self) -> None:
        """Mark or unmark the row under the cursor and move down."""
        raise NotImplementedError

    def mark(self, keys: Iterable[Hashable]) -> None:
        """Add marks."""
        raise NotImplementedError

    def clear_marks(self, keys: Iterable[Hashable] | None = None) -> None:
        """Take marks away; all of them without `keys`."""
        raise NotImplementedError
