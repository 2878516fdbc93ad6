"""From the list to one token: the row under the cursor, or the token somebody names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work

from console.screens.reading import Reading
from console.screens.token_copies import TokenCopies
from console.widgets.windowed_list import WindowedList

if TYPE_CHECKING:
    from store.rows import TokenLine


class Opening(Reading, TokenCopies, part=True):
    """Opens the detail screen."""

    def do_open(self, argument: str) -> None:
        """Show everything about the token under the cursor, or the one named."""
        self.open_token(argument)

    def do_usage(self, argument: str) -> None:
        """Show what it did."""
        self.open_token(page="usage")

    def do_timeline(self, argument: str) -> None:
        """Show the story of the token under the cursor."""
        self.open_token(page="timeline")

    def do_token_audit(self, argument: str) -> None:
        """Show what was done to it."""
        self.open_token(page="audit")

    def open_token(self, name: str = "", page: str = "overview") -> None:
        """Open the detail screen."""
        if name:
            self.find(name)
            return
        row = self.at_hand()
        if row is not None:
            self.show_token(row, page)

    @on(WindowedList.Opened)
    def _opened(self, event: WindowedList.Opened) -> None:
        self.open_token()

    def show_token(self, row: TokenLine, page: str = "overview") -> None:
        """Show the detail screen of a token, at first with what is known of it here."""
        from console.render.token_facts import TokenFacts
        from console.screens.detail import DetailScreen

        known = self.known if self.known is not None and self.known.row.key == row.key else TokenFacts(row)
        self.app.push_screen(DetailScreen(self.session, known, page))

    @work(exit_on_error=False, description="find a token")
    async def find(self, name: str) -> None:
        """Open the token of this id."""
        from store.reads.tokens import find

        now = self.session.now

        async def read() -> None:
            found = await self.session.desk.ask("find", lambda reader: find(reader, name, now))
            if len(found) == 1:
                self.show_token(found[0])
            elif found:
                self.say(f"{len(found)} tokens have this id; give ACCOUNT/ID.")
            else:
                self.say(("There is no token of this id.", "finding"))

        await self.tried(read)
