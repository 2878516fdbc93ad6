"""Going from a page that names a token to everything about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work

from console.desk import Late
from console.screens.commands import Commands
from store.errors import StoreError

if TYPE_CHECKING:
    from store.rows import TokenKey


class TokenLinks(Commands):
    """A screen from which a token can be opened by its key."""

    @work(exit_on_error=False, description="open a token")
    async def open_token(self, key: TokenKey, page: str = "overview") -> None:
        """Show the detail screen of a token, on one of its pages."""
        from console.render.token_facts import TokenFacts
        from console.screens.detail import DetailScreen
        from store.reads.tokens import token

        now = self.session.now
        try:
            row = await self.session.desk.ask("linked token", lambda reader: token(reader, key, now))
        except Late:
            return
        except StoreError as error:
            self.explain(error)
            return
        if row is None:
            self.say(("This token is no longer in the store.", "finding"), "  ", ("ctrl-r", "key"), " reads again")
        else:
            self.app.push_screen(DetailScreen(self.session, TokenFacts(row), page))
