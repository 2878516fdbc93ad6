"""A block of text lines that redraws only what changed: every panel of the console but the list (ux.md 3.9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from console.render.pieces import Line
from console.render.plain import plain
from console.render.sheet import fit_line
from console.widgets.ink import Ink

Source = Callable[[int, int], Sequence[Line]]
"""What draws a pane for a width and a height."""


class Pane(Widget):
    """Shows lines: those given to `show`, or what its source makes for its size.

    Clipped to its size, never scrolls by itself, never takes the focus.
    """

    DEFAULT_CSS = "Pane { width: 1fr; height: 1fr; }"
    can_focus = False

    def __init__(self, source: Source | None = None, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.lines: Sequence[Line] = ()
        self._source = source
        self._strips: list[Strip] = []
        self._ink = Ink(self)

    def show(self, lines: Sequence[Line]) -> None:
        """Show other lines; only those that differ are sent, each up to its last changed cell."""
        self.lines = lines
        self.update()

    def update(self) -> None:
        """Draw what there is now; only lines that differ are sent."""
        if not self.is_mounted or not self.size:
            return
        before, self._strips = self._strips, self._drawn()
        if len(before) != len(self._strips):
            self.refresh()
            return
        pairs = enumerate(zip(before, self._strips, strict=True))
        regions = [Region(0, y, until, 1) for y, (old, new) in pairs if (until := differ_until(old, new))]
        if regions:
            self.refresh(*regions)

    def redraw(self) -> None:
        """Draw everything again: the colours or the size have changed."""
        self._strips = []
        self.refresh()

    def on_resize(self) -> None:
        """Draw for the new size, if that has not been done already."""
        if len(self._strips) != self.size.height or any(strip.cell_length != self.size.width for strip in self._strips):
            self.redraw()

    def notify_style_update(self) -> None:
        """Draw with the new theme's colours."""
        super().notify_style_update()
        self._ink = Ink(self)
        self.redraw()

    def render_line(self, y: int) -> Strip:
        """Return one line as it was drawn."""
        if len(self._strips) != self.size.height or (self._strips and self._strips[0].cell_length != self.size.width):
            self._strips = self._drawn()
        if y < len(self._strips):
            return self._strips[y]
        return Strip.blank(self.size.width, self.visual_style.rich_style)

    def _drawn(self) -> list[Strip]:
        width, height = self.size
        lines = (self.lines if self._source is None else self._source(width, height))[:height]
        strips = [self._ink.strip([(plain(text), style) for text, style in fit_line(line, width)], width) for line in lines]
        blank = Strip.blank(width, self.visual_style.rich_style)
        return strips + [blank] * (height - len(strips))


def differ_until(old: Strip, new: Strip) -> int:
    """Return how many cells from the left must be sent to turn one line into the other; 0 when they are equal."""
    if list(old) == list(new):
        return 0
    before, after = _cells(old), _cells(new)
    if len(before) != len(after):
        return max(len(before), len(after))
    end = len(after)
    while end and before[end - 1] == after[end - 1]:
        end -= 1
    while end < len(after) and (after[end][0] == "" or before[end][0] == ""):
        end += 1
    return end


def _cells(strip: Iterable[Segment]) -> list[tuple[str, object]]:
    cells: list[tuple[str, object]] = []
    for text, style, _control in strip:
        for char in text:
            cells.append((char, style))
            cells.extend([("", style)] * (cell_len(char) - 1))
    return cells
