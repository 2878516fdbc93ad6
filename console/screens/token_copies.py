"""What can be taken away from a token: its id, a paragraph for a ticket, an action as a command. Never a secret."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import work

from console.screens.clipboard import send_to_clipboard
from console.screens.commands import Commands
from store.errors import StoreError

if TYPE_CHECKING:
    from console.render.token_facts import TokenFacts
    from store.rows import TokenLine

SENT = "sent to the terminal's clipboard"
"""All that can be said: no terminal answers whether it took it (security.md 4)."""

_COMMANDS = (
    ("x", "revoke", "revoke"),
    ("S", "suspend", "suspend"),
    ("u", "resume", "resume"),
    ("r", "rotate", "rotate"),
    ("e", "expire", "expire"),
    ("d", "show", "show"),
)


class TokenCopies(Commands):
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

    def do_as_command(self, argument: str) -> None:
        """Offer the actions as commands to copy."""
        row = self.at_hand()
        if row is None:
            return

        from console.dialogs.choice import Choice, Option

        def copier(verb: str) -> Callable[[], None]:
            return lambda: self._copy_command(row, verb)

        self.ask(Choice("Copy as a command", [Option(key, label, copier(verb)) for key, label, verb in _COMMANDS]))

    def _copy_command(self, row: TokenLine, verb: str) -> None:
        import shlex

        words = ["tokendesk", "tokens", verb, f"{row.account_id}/{row.id}"]
        if self.session.case and verb != "show":
            words += ["--case", self.session.case]
        command = shlex.join(words)
        send_to_clipboard(self.app, command)
        self.say((command, "accent"), f"  {SENT}.")

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
