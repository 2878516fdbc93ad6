"""What is behind the number of clocks ahead: which logs and gateways, and what to do about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from console.render.sheet import Sheet, line, wrapped
from console.screens.card import CardScreen


class ClockScreen(CardScreen):
    """Shows the text; Escape goes back."""

    TITLE_WORDS: ClassVar[str] = "Clocks ahead"

    @property
    def lines(self) -> Sequence[str]:
        """Return the text line by line; what names a source has no line breaks left in it."""
        return self.text.split("\n")

    def undock(self) -> None:
        """Say how to go back."""
        self._frame.entitle(line((self.TITLE_WORDS, "title")))
        self.dock().show(Sheet(wrapped(line(("Esc", "key"), " goes back"), self.dock().room[0])))
