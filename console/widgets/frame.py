"""A rounded frame around something, drawn in pieces: what changes inside never makes the frame be sent again (ux.md 3.9)."""

from __future__ import annotations

from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from console.render.pieces import Line, Piece
from console.render.sheet import FRAME, Sheet, edge
from console.widgets.pane import Pane, Source

LEFT_TO_READ = 10
"""With fewer lines than this left under a question, the panel is the question's alone."""


class Frame(Vertical):
    """Any widget in a frame with a title on the left and a note on the right of its upper edge."""

    DEFAULT_CSS = """
    Frame { width: 1fr; height: 1fr; }
    Frame > .edge { height: 1; }
    Frame > .inside { height: 1fr; }
    Frame .side { width: 1; height: 1fr; }
    Frame.padded .side { width: 2; }
    """
    can_focus = False

    def __init__(self, inner: Widget, *, padded: bool = False, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes="padded" if padded else "")
        self._inner = inner
        self._space = " " if padded else ""
        self._top = Pane(
            lambda width, _: [edge(self._title, self._note, width, self._style if self._strong else FRAME)], classes="edge"
        )
        self._bottom = Pane(
            lambda width, _: [edge((), (), width, self._style_at(self.size.height - 1), "╰", "╯")], classes="edge"
        )
        self._left = Pane(lambda _, height: self._side(f"│{self._space}", height), classes="side")
        self._right = Pane(lambda _, height: self._side(f"{self._space}│", height), classes="side")
        self._title: Line = ()
        self._note: Line = ()
        self._style, self._strong = FRAME, 0

    def compose(self) -> ComposeResult:
        """Lay out the four edges around the inner widget."""
        yield self._top
        with Horizontal(classes="inside"):
            yield self._left
            yield self._inner
            yield self._right
        yield self._bottom

    def entitle(self, title: Line, note: Line = (), style: str = FRAME, strong: int = 0) -> None:
        """Show a title and a note; the first `strong` lines of the frame, the upper edge being one, are drawn in `style`."""
        self._title, self._note, self._style, self._strong = title, note, style, strong
        self.draw_frame()

    def draw_frame(self) -> None:
        """Draw the edges for the present size; only what differs is sent."""
        for pane in (self._top, self._left, self._right, self._bottom):
            pane.update()

    def _style_at(self, line: int) -> str:
        return self._style if line < self._strong else FRAME

    def _side(self, text: str, height: int) -> list[Line]:
        return [(Piece(text, self._style_at(number + 1)),) for number in range(height)]


class Panel(Frame):
    """Lines of text in a frame. Clipped to its size; a dialog may `cover` the upper lines for a while."""

    def __init__(self, source: Source | None = None, *, id: str | None = None) -> None:  # noqa: A002
        self.inside = Pane(source)
        super().__init__(self.inside, padded=True, id=id)
        self._under: Sheet = Sheet(())

    @property
    def room(self) -> tuple[int, int]:
        """Return how many columns and lines of text fit."""
        return self.inside.size.width, self.inside.size.height

    def show(self, sheet: Sheet) -> None:
        """Show another sheet; only what differs is sent."""
        self._under = sheet
        self._draw(sheet)

    def cover(self, sheet: Sheet) -> None:
        """Draw a question over the upper lines of what is shown; what it does not need of a tall panel stays to be read."""
        used = len(sheet.lines) + 1
        roomy = self.room[1] >= used + LEFT_TO_READ
        below = list(self._under.lines[used:]) if roomy else []
        for number, one in enumerate(below):
            if not one:
                break
            below[number] = ()  # what is left of a paragraph whose beginning is covered
        self._draw(replace(sheet, lines=[*sheet.lines, *([()] if roomy else ()), *below]))

    def _draw(self, sheet: Sheet) -> None:
        self.inside.show(sheet.lines)
        self.entitle(sheet.title, sheet.note, sheet.style, sheet.strong)
