"""What every question and form has in common: it hears keys, draws a sheet, and once closed says what happens next."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from console.render.pieces import Line
from console.render.sheet import Sheet

Command = Callable[[], Sequence[Sequence[str]]]
"""Returns commands, each in words."""

AS_COMMAND = "ctrl+o"
"""Copies what a dialog is about to do as a command. No key with `y`: where the terminal loses the Ctrl, `y` would confirm."""


class Dialog(ABC):
    """Something that hears all keys while it is open and is drawn where the inspector is.

    `closed` tells the screen to take it away, and then to call `then`, if there is something to do.
    """

    wants_line = False
    """True for what is typed into the status line (`/` and `:`) rather than drawn in the inspector's place."""

    wants_room = False
    """True for what is better seen on a taller panel than the inspector is on a small terminal."""

    wants_lines = False
    """True once it had to leave something out, for which a few more lines are found (more bytes are sent for them)."""

    covers = False
    """True for what changes as little of the screen as it can, even where a whole page could move down below it."""

    alone = False
    """True for what is about something else than the row behind it: nothing of that row is left to be read below it."""

    takes_letters = False
    """True for what one types into: the keys of the screen mean nothing meanwhile, and its hints say so."""

    command: Command | None = None
    """Gives the commands that do the same, each in words, for who would rather copy them; None where there is none."""

    def __init__(self) -> None:
        self.closed = False
        self.then: Callable[[], object] | None = None

    @property
    def hints(self) -> Line:
        """Return the keys that mean something meanwhile, for the line of key hints; () leaves the screen's own there."""
        return ()

    @abstractmethod
    def key(self, key: str, character: str | None, at: float) -> None:
        """Hear a key that came at `at` (seconds of the stopwatch)."""

    @abstractmethod
    def sheet(self, width: int, height: int) -> Sheet:
        """Return what to draw in `width` cells and at most `height` lines."""

    def aside(self, width: int) -> Line:
        """Return what a dialog of one line has no room to say in `width` cells; it is drawn where the inspector is."""
        return ()

    def shown(self, at: float) -> None:
        """Take note that it is on the screen now; a question hears no answer before."""
        return

    def paste(self, text: str, at: float) -> None:
        """Hear a paste; most dialogs do not care."""
        return

    def tick(self, at: float) -> None:
        """Let time pass."""
        return

    def next_tick(self, at: float) -> float | None:
        """Return in how many seconds time matters again; None when it does not."""
        return None

    def close(self, then: Callable[[], object] | None = None) -> None:
        """Close, and do `then` once the screen has taken it away."""
        self.closed, self.then = True, then
