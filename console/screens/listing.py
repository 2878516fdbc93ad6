"""What every screen with a list shares: its movement, its failed reads, and the moment's rest before a row is described."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from textual import on
from textual.timer import Timer

from console.desk import Late
from console.screens.commands import Commands
from console.session import Session
from console.widgets.frame import Panel
from console.widgets.windowed_list import WindowedList
from store.errors import StoreError, Unreachable

if TYPE_CHECKING:
    from console.reports.exports import Export

REST_S = 0.15
"""How long the cursor rests on a row before the inspector reads about it."""


class Listing(Commands, part=True):
    """A screen with a list, `#list`, and an inspector. Subclasses say in `rested` what is read about the row."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.stale_since: datetime | None = None
        self.loading_since: float | None = None
        self._rest: Timer | None = None

    @property
    def table(self) -> WindowedList[Any]:
        """Return the list."""
        return self.query_one("#list", WindowedList)

    def dock(self) -> Panel:
        """Return the inspector: questions are asked in its place."""
        return self.query_one("#inspector", Panel)

    def rested(self) -> None:
        """Describe the row under the cursor: it has rested there for a moment."""
        raise NotImplementedError

    @on(WindowedList.CursorMoved)
    def _moved(self) -> None:
        self.look_closer()

    def look_closer(self) -> None:
        """Describe the row under the cursor, once it has rested there for a moment."""
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(REST_S, self._rested)

    def _rested(self) -> None:
        self._rest = None
        self.rested()

    # Reads -------------------------------------------------------------------------------------------------------

    async def tried(self, read: Callable[[], Awaitable[None]]) -> bool:
        """Do a read; False when it failed, which has been said then. A late answer is dropped without a word."""
        try:
            await read()
        except Late:
            return True
        except StoreError as error:
            self._failed(error)
            return False
        return True

    def _begin(self) -> None:
        if self.loading_since is None:
            self.loading_since = self.session.clock.monotonic()

    def _read_well(self) -> None:
        self.loading_since = None
        if self.stale_since is not None:
            self.stale_since = None
            self.say()

    def _failed(self, error: StoreError) -> None:
        self.loading_since = None
        if self.stale_since is None:
            self.stale_since = self.session.now
        since = f" Stale since {self.stale_since:%H:%M}Z." if self.table.total.rows else ""
        self.say((error.problem, "danger"), (f" {error.remedy}{since}", "quiet"), "  ", ("ctrl-r", "key"), " tries again")
        if not isinstance(error, Unreachable):
            self.table.show_nothing("Nothing could be read. ctrl-r tries again.")

    # Export ------------------------------------------------------------------------------------------------------

    def exported(self) -> Export:
        """Return what an export of this list holds; only for lists that have the action."""
        raise NotImplementedError

    def do_export(self, argument: str) -> None:
        """Ask for a format and a file, and write the list to it as it is shown."""
        from console.screens.exporting import ask_export

        ask_export(self, argument)

    # Movement ----------------------------------------------------------------------------------------------------

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
            key = event.key[-1] if isinstance(event.key, tuple) else event.key
            self.say(
                ("The row under the cursor has left this list ", "finding"),
                (f"({key}); the cursor is on its neighbour.", "quiet"),
            )
