"""An app that paints nothing twice: what the terminal shows already is not sent again (ux.md 3.9)."""

from __future__ import annotations

import os
from itertools import zip_longest

from rich.console import Console, RenderableType
from rich.control import Control
from textual import events
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.geometry import Size
from textual.screen import Screen

from console.safety.erasing import erased, erases_in_ground, parted
from console.safety.frame import Frame, Piece, pieces_of
from console.safety.pen import Pen


class Changes(CompositorUpdate):
    """The pieces of a painting that are new; `erases`: the terminal erases in the ground it writes on."""

    def __init__(self, pieces: list[Piece], *, erases: bool) -> None:
        self._pieces = pieces
        self._erases = erases

    def __rich__(self) -> str:
        """Return nothing: it is only ever written as it is."""
        return ""

    def render_segments(self, console: Console) -> str:
        """Return what is sent: where a piece begins unless it follows the one before, and its text as the style changes."""
        sent: list[str] = []
        here: tuple[int, int] | None = None
        pen = Pen(console._color_system)
        for (x, y, strip), after in zip_longest(self._pieces, self._pieces[1:]):
            if here != (x, y):
                sent.append(Control.move_to(x, y).segment.text)
            here = (x + strip.cell_length, y)
            parts = list(parted(strip))
            for number, (text, style) in enumerate(parts, 1):
                sent.append(pen.turned(text, style))
                if self._erases and pen.erases:
                    text, stops = erased(text, last=number == len(parts) and (after is None or after[:2] != here))
                    here = here if stops else None
                sent.append(text)
        return "".join(sent) + pen.ended()


class ThriftyApp(App[int]):
    """Sends only what differs from what the terminal shows, and nothing at all when its window gets or loses the focus."""

    def __init__(self) -> None:
        self._frame = Frame()
        self._frame_size = Size(0, 0)
        self._pictured = False
        self._erases = erases_in_ground(os.environ)
        super().__init__()

    def first_picture_shown(self) -> None:
        """Do what was put off until there is a picture."""

    def repaint(self) -> None:
        """Send the whole screen again: something else has written on the terminal."""
        self._frame.forget()
        self.screen.refresh()

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Paint the part of `renderable` that is new."""
        if self._paints and isinstance(renderable, (LayoutUpdate, ChopsUpdate)):
            if self.size != self._frame_size:
                self._frame_size = self.size
                self._frame.forget()
            pieces = self._frame.differing(pieces_of(renderable))
            super()._display(screen, Changes(pieces, erases=self._erases) if pieces else None)
        else:
            super()._display(screen, renderable)
        if not self._pictured and isinstance(renderable, LayoutUpdate):
            self._pictured = True
            self.first_picture_shown()

    @property
    def _paints(self) -> bool:
        """Say whether what is given to `_display` is written at all."""
        ready = self._running and not self._closed and not self._batch_count
        return ready and self._driver is not None and not self._driver.is_headless and not self._driver.is_inline

    def _resumed(self, _: object) -> None:
        self.repaint()

    async def _on_mount(self, event: events.Mount) -> None:
        self.app_resume_signal.subscribe(self, self._resumed)

    async def _on_app_blur(self, event: events.AppBlur) -> None:
        """Redraw nothing when the window loses the focus; `on_app_blur` of the console still works."""
        event.prevent_default()

    async def _on_app_focus(self, event: events.AppFocus) -> None:
        """Likewise when it gets the focus back."""
        event.prevent_default()
