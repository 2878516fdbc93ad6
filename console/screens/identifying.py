"""Pasting on the Leaks screen: a masked box, the look-up with its audit line, and the verdicts handed on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual import events, work

from console.screens.token_changes import TokenChanges
from store.errors import StoreError
from store.rules.leaks import PASTED, Verdict
from store.rules.secrets import Secret

if TYPE_CHECKING:
    from store.reader import Reader
    from store.rows import Identified

ABOUT = "Paste a token, or any text that holds one. It is not shown, logged or kept: only its verdict is."


class Identifying(TokenChanges):
    """A screen that takes a paste; `looking` pastes are being looked up just now."""

    looking = 0

    def show_verdicts(self, found: Sequence[Identified], now: datetime) -> None:
        """Show what a paste held; a screen says how."""
        raise NotImplementedError

    def rested(self) -> None:
        """Show what is under the cursor, now that a look-up has ended; a screen says how."""
        raise NotImplementedError

    def do_identify(self, argument: str) -> None:
        """Open the masked box."""
        from console.dialogs.masked import Masked

        self.ask(Masked("Whose token is this?", ABOUT, self.identify_pasted, self.press))

    def on_paste(self, event: events.Paste) -> None:
        """Take a paste that came without the box being open."""
        event.stop()
        self.do_identify("")
        if self.dialog is not None:
            self.hear(event)

    def identify_pasted(self, secret: Secret) -> None:
        """Look up what was pasted."""
        self.identify(secret)

    @work(exit_on_error=False, description="identify a token")
    async def identify(self, secret: Secret) -> None:
        """Identify every token in a paste; its audit line comes before its verdict is shown (security.md 4.3)."""
        if not self.session.ready:
            self.say(("The store is not open yet; nothing was looked up.", "finding"))
            return
        now = self.session.now
        self.looking += 1
        self.undock()
        try:
            await self._identify(secret, now)
        finally:
            self.looking -= 1
            self.rested()

    async def _identify(self, secret: Secret, now: datetime) -> None:
        session = self.session

        def look(reader: Reader) -> tuple[Identified, ...]:
            from store.reads.identify import identify

            return identify(reader, secret, now, session.desk.store.mint())

        try:
            found = await session.desk.ask(f"identify {id(secret)}", look)
            for one in found:
                if one.row is not None:
                    await self.note_look_up(one.row.key, f"{PASTED}: {one.verdict}")
        except StoreError as error:
            self.explain(error)
            return
        if not found:
            self.say(("No token was found in that. ", "finding"), ("i", "key"), " tries again; a whole text may be pasted.")
            return
        self.show_verdicts(found, now)
        proven = sum(one.verdict is Verdict.VERIFIED for one in found)
        words = (
            f"{len(found):,} tokens in it, {proven:,} proven and working. " if len(found) > 1 else f"{found[0].verdict.upper()}. "
        )
        self.say((words, "danger" if proven else "finding"), ("What was pasted was not kept.", "quiet"))
