"""One dialog at a time: it hears every key while it is open, before any binding and without the focus moving (ux.md 3.5).

A key typed ahead can't reach an action while a question is open, and an action's key can't reach an answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.screen import Screen
from textual.timer import Timer

from console.dialogs.dialog import AS_COMMAND, Dialog
from console.render.pieces import Line
from console.render.sheet import Sheet, line, wrapped
from console.safety.composing import ThriftyCompositor
from console.session import Session
from console.widgets.frame import Panel
from console.widgets.pane import Pane


class Asking(Screen[None]):
    """A screen that can ask. Subclasses say where a dialog is drawn and draw again what it covered.

    What the first picture is made of and is never shown itself is defined as a `part`: Textual looks through all that a class
    inherits as it is defined, half a millisecond for each of that dozen. Other screens are defined when they are wanted.
    """

    def __init_subclass__(cls, *, part: bool = False) -> None:
        if not part:
            super().__init_subclass__()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._compositor = ThriftyCompositor()
        self.session = session
        self.dialog: Dialog | None = None
        self.busy = False
        self._aside = False
        self._dialog_timer: Timer | None = None

    def dock(self) -> Panel:
        """Return the pane that dialogs are drawn in."""
        raise NotImplementedError

    def undock(self) -> None:
        """Draw again what a dialog has covered."""
        raise NotImplementedError

    def draw_status(self) -> None:
        """Draw the status line and the key hints."""
        raise NotImplementedError

    def copy_commands(self, commands: Sequence[Sequence[str]]) -> None:
        """Send commands to the clipboard."""
        raise NotImplementedError

    def ask(self, dialog: Dialog) -> None:
        """Open a dialog in place of any other."""
        self.dialog = dialog
        self.draw_dialog()
        if dialog.takes_letters or dialog.hints:
            self.draw_status()
        self._make_room()
        self.call_after_refresh(lambda: dialog.shown(self.session.clock.monotonic()))
        self._wait()

    def hear(self, event: events.Key | events.Paste) -> None:
        """Give a key or a paste to the open dialog."""
        dialog = self.dialog
        if dialog is None:
            return
        at = self.session.clock.arrived(event.time)
        if isinstance(event, events.Paste):
            dialog.paste(event.text, at)
        else:
            dialog.key(event.key, event.character, at)
            if event.key == AS_COMMAND and dialog.command is not None and not dialog.closed:
                self.copy_commands(dialog.command())
        self._settle()

    def draw_dialog(self) -> None:
        """Draw the open dialog; what turns out to be too much for its panel gets more lines with `_make_room`."""
        dialog = self.dialog
        if dialog is None or not self.is_mounted:
            return
        if dialog.wants_line:
            status, below = self.query_one("#status", Pane), self.query_one("#hints", Pane)
            first, second = dialog.sheet(status.size.width, 2).lines
            status.show([first])
            below.show([second])
            self._draw_aside(dialog.aside(status.size.width))
        else:
            self._draw_docked(dialog)

    def _draw_aside(self, words: Line) -> None:
        """Draw what the line has no room for in the inspector's place, or that again."""
        if words:
            pane = self.dock()
            pane.cover(Sheet(wrapped(words, pane.room[0]), line(("Not used", "danger"))), moving=True)
        elif self._aside:
            self.undock()
        self._aside = bool(words)

    def _make_room(self) -> None:
        """Give the panel of a dialog that wants it more lines, and take them back."""
        dialog = self.dialog
        wanted = {"-roomy": dialog is not None and dialog.wants_room, "-asking": dialog is not None and dialog.wants_lines}
        if any(self.has_class(name) != on for name, on in wanted.items()):
            for name, on in wanted.items():
                self.set_class(on, name)
            self.call_after_refresh(self.draw_dialog)

    def _draw_docked(self, dialog: Dialog) -> None:
        pane = self.dock()
        pane.cover(dialog.sheet(*pane.room), moving=not dialog.covers, alone=dialog.alone)

    def _settle(self) -> None:
        dialog = self.dialog
        if dialog is None:
            return
        if not dialog.closed:
            self.draw_dialog()
            self._wait()
            return
        self.dialog = None
        if dialog.takes_letters or dialog.hints:
            self.draw_status()
        self._make_room()
        if dialog.then is not None:
            dialog.then()
        self._cleared(dialog)

    def _cleared(self, dialog: Dialog) -> None:
        """Draw again what a closed dialog has covered, unless the next one covers it already."""
        if dialog.wants_line and self._aside:
            self._draw_aside(())
        if dialog.wants_line and not (self.dialog is not None and self.dialog.wants_line):
            self.draw_status()
        if self.dialog is None and not dialog.wants_line and not self.busy:
            self.undock()

    def _wait(self) -> None:
        if self._dialog_timer is not None:
            self._dialog_timer.stop()
            self._dialog_timer = None
        if self.dialog is not None:
            delay = self.dialog.next_tick(self.session.clock.monotonic())
            if delay is not None:
                # Twice round the queue: keys that have arrived already are heard before the time counts as silent.
                self._dialog_timer = self.set_timer(max(0.01, delay), lambda: self.app.call_later(self._tick))

    def _tick(self) -> None:
        if self.dialog is not None and self.is_mounted:
            self.dialog.tick(self.session.clock.monotonic())
            self._settle()
