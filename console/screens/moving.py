"""The cursor of the token list, moved by the keys every list has."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import on

from console.screens.reading import Reading
from console.widgets.windowed_list import WindowedList

if TYPE_CHECKING:
    from store.rows import TokenKey


class Moving(Reading):
    """Moves the cursor; where its row has gone, the operator is told."""

    def do_down(self, argument: str) -> None:
        """Go down a row."""
        self.table.move(1)

    def do_up(self, argument: str) -> None:
        """Go up a row."""
        self.table.move(-1)

    def do_page_down(self, argument: str) -> None:
        """Go down a page."""
        self.table.page(1)

    def do_page_up(self, argument: str) -> None:
        """Go up a page."""
        self.table.page(-1)

    def do_half_down(self, argument: str) -> None:
        """Go down half a page."""
        self.table.page(0.5)

    def do_half_up(self, argument: str) -> None:
        """Go up half a page."""
        self.table.page(-0.5)

    def do_top(self, argument: str) -> None:
        """Go to the first row."""
        self.table.top()

    def do_bottom(self, argument: str) -> None:
        """Go to the last row."""
        self.table.bottom()

    @on(WindowedList.CursorGone)
    def _cursor_gone(self, event: WindowedList.CursorGone) -> None:
        if not self._said:
            key = cast("TokenKey", event.key)
            self.say(
                ("The row under the cursor has left this list ", "finding"),
                (f"({key[1]}); the cursor is on its neighbour.", "quiet"),
            )
