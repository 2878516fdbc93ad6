"""Giving a passphrase from the operators' list: typed twice, unseen; one's own, or as an admin somebody else's first one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work

from console.desk import in_thread
from console.screens.saving import Saving
from store.errors import BadInput
from store.rules.secrets import Secret

if TYPE_CHECKING:
    from store.engine import Unit


class Proving(Saving):
    """A screen on which passphrases are given."""

    def ask_passphrase(self, name: str, problem: str = "") -> None:
        """Ask for a new one."""
        from console.dialogs.passphrase import PassphraseBox

        own = self.session.actor is not None and self.session.actor.name == name
        says = (
            "It is asked for from now on, before anything is changed." if own else "They must choose their own when they use it."
        )
        about = [
            (problem, "danger"),
            ("15 characters or more: four or five words that have nothing in common.", ""),
            (says, "quiet"),
        ]
        self.ask(
            PassphraseBox(f"New passphrase of {name}", "Passphrase", about, lambda given: self._once_more(name, given), self.kept)
        )

    def kept(self) -> None:
        """Say that nothing was changed."""
        self.say("Nothing was changed.")

    def _once_more(self, name: str, first: Secret) -> None:
        from console.dialogs.passphrase import PassphraseBox
        from store.rules.signing_in import refuse_weak

        try:
            refuse_weak(first, name)
        except BadInput as error:
            self.ask_passphrase(name, str(error))
            return

        def compare(second: Secret) -> None:
            if second == first:
                self.give(name, first)
            else:
                self.ask_passphrase(name, "The two were not the same.")

        about = [("Type it once more.", "")]
        self.ask(PassphraseBox(f"New passphrase of {name}", "The same again", about, compare, self.kept))

    @work(exit_on_error=False, description="give a passphrase")
    async def give(self, name: str, given: Secret) -> None:
        """Hash it, save it, and say so."""
        from store.passphrases import hashed

        session = self.session
        actor, now, case = session.actor, session.now, session.case
        assert actor is not None
        encoding = await in_thread(lambda: hashed(given), "hash")

        def work(unit: Unit) -> int:
            from store.writes.passphrases import put_passphrase

            return put_passphrase(unit, name, encoding, actor, now, case=case)

        seq = await self.save(work)
        if seq is not None:
            self.say(("SAVED ", "good"), f"{name} has a new passphrase", (f", audit #{seq}", "quiet"))
            self.read_again()

    def read_again(self) -> None:
        """Read the list again."""
        raise NotImplementedError
