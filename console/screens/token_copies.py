"""What can be taken away from a token: its id, a paragraph for a ticket, an action as a command. Never a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work

from console.screens.clipboard import SENT, send_to_clipboard
from console.screens.commands import Commands
from store.errors import StoreError

if TYPE_CHECKING:
    from console.render.token_facts import TokenFacts
    from store.rows import TokenLine


class TokenCopies(Commands, part=True):
    """A screen that shows a token one can copy from."""

    @property
    def row(self) -> TokenLine | None:
        """Return the token at hand."""
        raise NotImplementedError

    @property
    def known(self) -> TokenFacts | None:
        """Return what has been read about it so far."""
        raise NotImplementedError

    def at_hand(self) -> TokenLine | None:
        """Return the token at hand, or say that there is none."""
        row = self.row
        if row is None:
            self.say(("There is no token under the cursor.", "finding"))
        return row

    def do_copy(self, argument: str) -> None:
        """Send the public id to the clipboard."""
        row = self.at_hand()
        if row is not None:
            send_to_clipboard(self.app, row.id)
            self.say((row.id, "accent"), f" {SENT}.")

    def do_card(self, argument: str) -> None:
        """Show the ticket card and send it to the clipboard."""
        row = self.at_hand()
        if row is not None:
            self.make_card(row)

    @work(exit_on_error=False, description="make a ticket card")
    async def make_card(self, row: TokenLine) -> None:
        """Read what the card needs, and show it."""
        from console.render.cards import ticket_card
        from console.screens.card import CardScreen
        from console.screens.facts import gather

        now, facts = self.session.now, self.known
        try:
            if facts is None or facts.row.key != row.key or not facts.complete:
                facts = await self.session.desk.ask("card", lambda reader: gather(reader, row, now))
        except StoreError as error:
            self.say((error.problem, "danger"), (f" {error.remedy}", "quiet"))
            return
        assert facts.whole is not None
        refused = facts.refused_since.known if facts.refused_since else None
        text = ticket_card(facts.whole, now, denied_since=refused, freshness=facts.fresh, case=self.session.case)
        send_to_clipboard(self.app, text)
        self.app.push_screen(CardScreen(self.session, text))

    def in_hand(self) -> dict[str, str]:
        """Return the token at hand, and its account."""
        from console.command_lines import of_token

        row = self.row
        return super().in_hand() if row is None else {**super().in_hand(), **of_token(row.account_id, row.id)}

    def same_as(self, action: str) -> str:
        """Return `resume` for a suspended token: the key that suspends it lets it work again."""
        from store.rules.status import Status

        return "resume" if action == "suspend" and self.row is not None and self.row.status is Status.SUSPENDED else action

    def do_account(self, argument: str) -> None:
        """Show the account of the token."""
        row = self.at_hand()
        if row is not None:
            self.show_account(row.account_id)

    def do_undo(self, argument: str) -> None:
        """Say why there is none."""
        self.say(
            ("A revoke has no undo. ", "finding"),
            "A new token with the same owner and scopes can take its place: ",
            ("n", "key"),
            " on its page issues one, ",
            ("r", "key"),
            " rotates a token that still works.",
        )
