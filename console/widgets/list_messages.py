"""What a list tells the screen it is on; each message carries the list as `control`."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from textual.message import Message

from console.widgets.window import Ask

if TYPE_CHECKING:
    from console.widgets.list_painting import PaintedList


class Posted(Message, namespace="windowed_list"):
    """What every message of the list carries: the list itself, as `control`."""

    def __init__(self, sender: PaintedList[Any]) -> None:
        super().__init__()
        self.sender = sender

    @property
    def control(self) -> PaintedList[Any]:
        """Return the list that posted it."""
        return self.sender


class RowsWanted(Posted, namespace="windowed_list"):
    """Rows are missing: answer `ask` with `put(ask.stamp, ask.first, rows, anchors)`, or with `failed`."""

    def __init__(self, sender: PaintedList[Any], ask: Ask) -> None:
        super().__init__(sender)
        self.ask = ask


class KeyWanted(Posted, namespace="windowed_list"):
    """The row under the cursor was not where it used to be: answer `found(stamp, key, position or None)`."""

    def __init__(self, sender: PaintedList[Any], stamp: int, key: Hashable) -> None:
        super().__init__(sender)
        self.stamp, self.key = stamp, key


class CursorMoved(Posted, namespace="windowed_list"):
    """The cursor is on another row, or its row has changed; `row` and `key` are None while it is on none that is known."""

    def __init__(self, sender: PaintedList[Any], row: Any | None, key: Hashable | None) -> None:
        super().__init__(sender)
        self.row, self.key = row, key


class CursorGone(Posted, namespace="windowed_list"):
    """The row under the cursor has left the list and the cursor is on its neighbour: the operator must be told."""

    def __init__(self, sender: PaintedList[Any], key: Hashable) -> None:
        super().__init__(sender)
        self.key = key


class Opened(Posted, namespace="windowed_list"):
    """A row was double-clicked."""

    def __init__(self, sender: PaintedList[Any], row: Any) -> None:
        super().__init__(sender)
        self.row = row


class SortWanted(Posted, namespace="windowed_list"):
    """A title was clicked; `descending` is the other way round when the list is already sorted by it."""

    def __init__(self, sender: PaintedList[Any], field: str, descending: bool) -> None:
        super().__init__(sender)
        self.field, self.descending = field, descending


class Menu(Posted, namespace="windowed_list"):
    """A row was right-clicked and has the cursor; `x` and `y` are where, on the screen."""

    def __init__(self, sender: PaintedList[Any], row: Any, x: int, y: int) -> None:
        super().__init__(sender)
        self.row, self.x, self.y = row, x, y


class MarksChanged(Posted, namespace="windowed_list"):
    """Marks were set or taken away; `count` are left, those outside the present list included."""

    def __init__(self, sender: PaintedList[Any], count: int) -> None:
        super().__init__(sender)
        self.count = count
