"""How a list reads: what a failed read says, and what is read about the row the cursor rests on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on, work
from textual.timer import Timer

from console.desk import Late
from console.screens.desktop import Desktop
from console.session import Session
from console.widgets.windowed_list import WindowedList
from store.errors import StoreError, Unreachable

if TYPE_CHECKING:
    from console.render.token_facts import TokenFacts
    from store.rows import TokenLine

REST_S = 0.15
"""How long the cursor rests on a row before the inspector reads about it."""


class Inspecting(Desktop):
    """A screen with a list of tokens and an inspector."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.facts: TokenFacts | None = None
        self.stale_since: datetime | None = None
        self.loading_since: float | None = None
        self._rest: Timer | None = None
        self._late: Timer | None = None

    @property
    def table(self) -> WindowedList[TokenLine]:
        """Return the list."""
        return self.query_one("#list", WindowedList)

    @property
    def row(self) -> TokenLine | None:
        """Return the token under the cursor, if its row is known."""
        raise NotImplementedError

    @on(WindowedList.CursorMoved)
    def _moved(self) -> None:
        self.look_closer()

    def look_closer(self) -> None:
        """Describe the row under the cursor, once it has rested there for a moment."""
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(REST_S, self.rested)

    def rested(self) -> None:
        """Describe the row under the cursor as far as it is known, unless all of it can be read at once."""
        self._rest = None
        row = self.row if self.is_mounted else None
        if row is None:
            self.facts = None
            self._describe()
            return
        from console.render.token_facts import TokenFacts

        if not self.session.ready:
            self.facts = TokenFacts(row)
            self._describe()
        else:
            if self.facts is None or self.facts.row.key != row.key:
                self.facts = TokenFacts(row)
                self._late = self.set_timer(REST_S, self._describe)
            self.inspect(row)

    def _describe(self) -> None:
        """Draw what is known, unless a question covers it."""
        if self._late is not None:
            self._late.stop()
            self._late = None
        if self.is_mounted and (self.dialog is None or self.dialog.wants_line):
            self.undock()

    @work(exit_on_error=False, description="inspect a token")
    async def inspect(self, row: TokenLine) -> None:
        """Read what the list does not know about a token."""
        from console.screens.facts import gather

        now = self.session.now

        async def read() -> None:
            facts = await self.session.desk.ask("inspect", lambda reader: gather(reader, row, now))
            if self.facts is not None and self.facts.row.key == row.key:
                self.facts = facts
                self._describe()

        await self.tried(read)

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
