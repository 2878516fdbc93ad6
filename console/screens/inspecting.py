"""What is read about the token the cursor rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work
from textual.timer import Timer

from console.screens.listing import REST_S, Listing
from console.session import Session
from console.widgets.windowed_list import WindowedList

if TYPE_CHECKING:
    from console.render.token_facts import TokenFacts
    from store.rows import TokenLine


class Inspecting(Listing, part=True):
    """A screen with a list of tokens and an inspector."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.facts: TokenFacts | None = None
        self._late: Timer | None = None

    @property
    def table(self) -> WindowedList[TokenLine]:
        """Return the list."""
        return self.query_one("#list", WindowedList)

    @property
    def row(self) -> TokenLine | None:
        """Return the token under the cursor, if its row is known."""
        raise NotImplementedError

    def rested(self) -> None:
        """Describe the row under the cursor as far as it is known, unless all of it can be read at once."""
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
