"""A screen that is one page of lines, longer than the window: it scrolls by the keys every list has, and by the wheel."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.widget import Widget

from console.screens.commands import Commands
from console.session import Session
from console.widgets.frame import Panel


class Scrolled(Commands):
    """Shows lines from `first` on in one panel, `page`; `undock` draws them and keeps `first` in bounds."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.first = 0

    def middle(self) -> Iterable[Widget]:
        """Yield the one panel."""
        yield Panel(id="page", page=True)

    def dock(self) -> Panel:
        """Return the panel: a question moves its lines down."""
        return self.query_one("#page", Panel)

    def scroll_by(self, lines: int) -> None:
        """Scroll, and draw."""
        self.first += lines
        if self.dialog is None:
            self.undock()

    def kept_in_bounds(self, count: int) -> range:
        """Return which of `count` lines are shown, with `first` moved to where there are some."""
        height = self.dock().room[1]
        self.first = max(0, min(self.first, count - height))
        return range(self.first, min(count, self.first + height))

    def do_down(self, argument: str) -> None:
        """Scroll down a line."""
        self.scroll_by(1)

    def do_up(self, argument: str) -> None:
        """Scroll up a line."""
        self.scroll_by(-1)

    def do_page_down(self, argument: str) -> None:
        """Scroll down a page."""
        self.scroll_by(self.dock().room[1] - 1)

    def do_page_up(self, argument: str) -> None:
        """Scroll up a page."""
        self.scroll_by(1 - self.dock().room[1])

    def do_half_down(self, argument: str) -> None:
        """Scroll down half a page."""
        self.scroll_by(self.dock().room[1] // 2)

    def do_half_up(self, argument: str) -> None:
        """Scroll up half a page."""
        self.scroll_by(-(self.dock().room[1] // 2))

    def do_top(self, argument: str) -> None:
        """Go to the first line."""
        self.scroll_by(-self.first)

    def do_bottom(self, argument: str) -> None:
        """Go to the last line."""
        self.scroll_by(1_000_000)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll with the wheel."""
        self.scroll_by(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll with the wheel."""
        self.scroll_by(-3)
