"""Who hears a key: nobody when it is part of a terminal's reply, the open dialog if there is one, else the bindings."""

from __future__ import annotations

from textual import events

from console.replies import BURST_S, Part, Replies
from console.safety.app import SafeApp
from console.safety.terminal import TerminalFacts
from console.screens.desktop import Desktop

ALWAYS = frozenset({"ctrl+q"})
"""Keys that leave the console whatever is open."""


class Hearing(SafeApp):
    """An app whose dialogs hear keys before any binding, without the focus moving (ux.md 3.5)."""

    def __init__(self, facts: TerminalFacts | None = None, theme: str = "") -> None:
        super().__init__(facts, theme)
        self._replies = Replies()

    async def on_event(self, event: events.Event) -> None:
        """Drop a terminal's replies, and give keys and pastes to the open dialog before any binding (ux.md 3.5)."""
        if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded and self.screen_stack:
            part = self._replies.hear(event.key, event.time) if isinstance(event, events.Key) else Part.KEY
            if part is Part.BEGINNING:
                self.set_timer(BURST_S, lambda: self.call_later(self._held_back, event))
            if part is not Part.KEY:
                return
            if self._dialog_hears(event) or self._is_done(event):
                return
        await super().on_event(event)

    async def _held_back(self, event: events.Key) -> None:
        """Act on a key that might have begun a reply, now that nothing has followed it."""
        if self._replies.alone() and not self._dialog_hears(event) and not self._is_done(event):
            await super().on_event(event)

    def _is_done(self, event: events.Key | events.Paste) -> bool:
        """Do at once what a key means on the screen; Textual would first hand it to the focus and to all that is around that."""
        screen = self.screen
        if not isinstance(event, events.Key) or event.key in ALWAYS or not isinstance(screen, Desktop):
            return False
        return screen.press(event.key)

    def _dialog_hears(self, event: events.Key | events.Paste) -> bool:
        screen = self.screen
        leaving = isinstance(event, events.Key) and event.key in ALWAYS
        if leaving or not isinstance(screen, Desktop) or screen.dialog is None:
            return False
        screen.hear(event)
        return True
