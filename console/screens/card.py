"""A ticket card, or a command, to be read and selected: the same text that was sent to the clipboard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.widget import Widget
from textual.widgets import Static

from console.actions import CARD
from console.render.sheet import Sheet, line, wrapped
from console.render.words import lines_of
from console.screens.commands import Commands
from console.screens.desktop import bindings_for
from console.session import Session
from console.widgets.frame import Frame, Panel


class CardScreen(Commands):
    """Shows the card in a widget whose text the mouse can select; Escape goes back."""

    PLACE = CARD
    TITLE_WORDS: ClassVar[str] = "Ticket card"
    BINDINGS = bindings_for(CARD)

    def __init__(self, session: Session, text: str) -> None:
        super().__init__(session)
        self.text = text

    @property
    def lines(self) -> Sequence[str]:
        """Return the text's lines: a card is a single one, whatever is in it."""
        return (self.text,)

    def middle(self) -> Iterable[Widget]:
        """Yield the text, and under it what happened to it."""
        self._frame = Frame(Static(lines_of([[one] for one in self.lines]), id="card-text"), padded=True, id="card")
        yield self._frame
        yield Panel(id="page")

    def dock(self) -> Panel:
        """Return the note's place."""
        return self.query_one("#page", Panel)

    def undock(self) -> None:
        """Say what happened to the text."""
        sent = "Sent to the terminal's clipboard; not there? Select it above.  "
        self._frame.entitle(line((self.TITLE_WORDS, "title")))
        told = line((sent, "quiet"), ("Esc", "key"), " goes back")
        self.dock().show(Sheet(wrapped(told, self.dock().room[0])))


class CommandScreen(CardScreen):
    """Shows commands that are longer than a line."""

    TITLE_WORDS: ClassVar[str] = "As a command"
