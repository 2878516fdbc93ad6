"""A list of numbers on a screen, for tests of the list alone: answers its asks at once, or when a test says so."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult

from console.render.pieces import Cell
from console.safety.app import SafeApp
from console.widgets.window import Ask
from console.widgets.windowed_list import Column, WindowedList

COLUMNS = (
    Column("name", "Name", 12, 1, 30, sort="name"),
    Column("account", "Account", 10, priority=2),
    Column("used", "Used", 8, align="right", sort="used"),
    Column("tail", "Ends", 4),
)


def cells(row: int) -> tuple[Cell, ...]:
    """Return what row number `row` shows."""
    return (
        Cell(f"token {row}"),
        Cell("Acme", "quiet"),
        Cell(f"{row} d ago", "finding" if row % 7 == 0 else "quiet"),
        Cell(f"{row % 10_000:04}"),
    )


class ListApp(SafeApp):
    """Shows `rows` (any sequence of numbers, their own keys). With `slow`, asks wait in `asked` until `answer` is called."""

    def __init__(self, rows: Any, *, slow: bool = False, known: bool = True) -> None:
        super().__init__()
        self.rows = rows
        self.slow, self.known = slow, known
        self.asked: list[Ask] = []
        self.heard: list[Any] = []
        self.list: WindowedList[int] = WindowedList(COLUMNS, cells, key=lambda row: row)

    def compose(self) -> ComposeResult:
        """Put the list on the whole screen."""
        yield self.list

    def on_mount(self) -> None:
        """Ask for the first rows."""
        super().on_mount()
        self.list.focus()
        self.list.reload(keep=False)
        if self.known:
            self.list.set_total(len(self.rows))

    def answer(self) -> None:
        """Bring everything that was asked for."""
        asked, self.asked = self.asked, []
        for ask in asked:
            rows = list(self.rows[ask.first : ask.first + ask.count])
            self.list.put(ask.stamp, ask.first, rows)

    def refresh_rows(self, rows: Any) -> None:
        """Show another sequence as a refresh does."""
        self.rows = rows
        self.list.reload()
        self.list.set_total(len(rows))

    def on_windowed_list_rows_wanted(self, message: WindowedList.RowsWanted) -> None:
        """Answer, or keep the ask for later."""
        self.asked.append(message.ask)
        if not self.slow:
            self.answer()

    def on_windowed_list_key_wanted(self, message: WindowedList.KeyWanted) -> None:
        """Say where the key is now."""
        self.heard.append(message)
        key = message.key
        self.list.found(message.stamp, key, list(self.rows).index(key) if key in self.rows else None)

    def on_windowed_list_cursor_gone(self, message: WindowedList.CursorGone) -> None:
        """Remember it."""
        self.heard.append(message)

    on_windowed_list_cursor_moved = on_windowed_list_cursor_gone
    on_windowed_list_opened = on_windowed_list_cursor_gone
    on_windowed_list_sort_wanted = on_windowed_list_cursor_gone
    on_windowed_list_menu = on_windowed_list_cursor_gone
    on_windowed_list_marks_changed = on_windowed_list_cursor_gone

    def last(self, kind: type) -> Any:
        """Return the last message of a kind."""
        return next((message for message in reversed(self.heard) if isinstance(message, kind)), None)

    def lines(self) -> list[str]:
        """Return the list as it is drawn."""
        return [self.list.render_line(y).text.rstrip() for y in range(self.list.size.height)]
