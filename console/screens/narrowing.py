"""Narrowing a list by words: typed behind `/`, given to a command, remembered for the next time, and taken away by Esc."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from console.screens.listing import Listing
from console.session import Session
from store.errors import BadFilter, BadInput

if TYPE_CHECKING:
    from console.dialogs.prompt import Wrong


class Narrowing(Listing):
    """A list that can be narrowed. `narrowed` is what was typed; what it means is the subclass' business."""

    NARROW_HELP: ClassVar[str] = "words to look for   ·   Enter applies   ↑ earlier   Esc leaves it"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.narrowed = ""

    @abstractmethod
    def read_again(self, *, keep: bool = True) -> None:
        """Read everything that is shown. With `keep` the old rows stay until the new ones are here."""

    def check_narrowing(self, text: str) -> None:
        """Raise BadInput for words that can't be looked for."""

    def arrive(self, argument: str) -> None:
        """Show what was asked for behind the area's command."""
        self.narrow(argument)

    def narrow(self, text: str) -> None:
        """Show only the rows that match; raises BadInput and leaves the list as it is."""
        text = text.strip()
        self.check_narrowing(text)
        self.narrowed = text
        self.read_again(keep=False)
        if self.is_mounted:
            self.draw_all()

    def in_hand(self) -> dict[str, str]:
        """Return the words it is narrowed to."""
        return {**super().in_hand(), "words": self.narrowed}

    def do_narrow(self, argument: str) -> None:
        """Type what to look for, or take what was given to the command."""
        if argument:
            self.narrow(argument)
            return
        from console.dialogs.prompt import Prompt

        mark = f"{self.PLACE}/"
        history = [one.removeprefix(mark) for one in self.session.memory.commands if one.startswith(mark)]
        self.ask(Prompt("/", self._narrowed, self.complete_narrowing, history, self.narrowed, self.NARROW_HELP))

    def complete_narrowing(self, text: str, cursor: int) -> list[str]:
        """Return what Tab offers."""
        return []

    def _narrowed(self, text: str) -> Wrong | None:
        from console.dialogs.prompt import Wrong

        try:
            self.narrow(text)
        except BadInput as error:
            return Wrong(str(error), error.at if isinstance(error, BadFilter) else 0)
        self.session.memory.remember(f"{self.PLACE}/{text}")
        return None

    def check_command(self, action: Any, argument: str) -> None:
        """Raise for words that can't be looked for, so that the command line can point at them."""
        super().check_command(action, argument)
        if action.id == "narrow":
            self.check_narrowing(argument)

    def do_close(self, argument: str) -> None:
        """Show everything again, then leave."""
        if self.narrowed:
            self.narrow("")
        else:
            self.leave()
