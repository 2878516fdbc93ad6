"""A block of text lines that redraws only what changed: every panel of the console but the list (ux.md 3.9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.visual import RenderOptions
from textual.widget import Widget

from console.render.pieces import Line
from console.render.sheet import Sheet, framed
from console.render.words import line_of


class Pane(Widget):
    """Shows a sheet. Clipped to its size, never scrolls by itself, never takes the focus.

    `framed` draws a rounded border with the sheet's title in it; without it every cell is text.
    """

    DEFAULT_CSS = "Pane { width: 1fr; height: auto; }"
    can_focus = False

    def __init__(self, *, framed: bool = False, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._is_framed = framed
        self._sheet = Sheet(())
        self._strips: list[Strip] = []

    @property
    def room(self) -> tuple[int, int]:
        """Return how many columns and lines of text fit."""
        columns, lines = self.size
        return (max(0, columns - 4), max(0, lines - 2)) if self._is_framed else (columns, lines)

    @property
    def sheet(self) -> Sheet:
        """Return what is shown."""
        return self._sheet

    def show(self, sheet: Sheet | Sequence[Line]) -> None:
        """Show another sheet; only lines that differ are sent, each up to its last changed cell."""
        self._sheet = sheet if isinstance(sheet, Sheet) else Sheet(sheet)
        if not self.is_mounted or not self.size:
            return
        before, self._strips = self._strips, self._drawn()
        if len(before) != len(self._strips):
            self.refresh()
            return
        lines = enumerate(zip(before, self._strips, strict=True))
        regions = [Region(0, y, until, 1) for y, (old, new) in lines if (until := _differ_until(old, new))]
        if regions:
            self.refresh(*regions)

    def redraw(self) -> None:
        """Draw everything again: the colours or the size have changed."""
        if self.is_mounted and self.size:
            self._strips = self._drawn()
            self.refresh()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.redraw()

    def notify_style_update(self) -> None:
        """Draw with the new theme's colours."""
        super().notify_style_update()
        self.redraw()

    def render_line(self, y: int) -> Strip:
        """Return one line as it was drawn."""
        if y < len(self._strips):
            return self._strips[y]
        return Strip.blank(self.size.width, self.visual_style.rich_style)

    def _drawn(self) -> list[Strip]:
        width, height = self.size
        sheet = self._sheet
        lines = framed(sheet, width, height) if self._is_framed else list(sheet.lines[:height])
        base = self.visual_style
        options = RenderOptions(self._get_style, {"text_wrap": "nowrap", "text_overflow": "clip"})
        blank = Strip.blank(width, base.rich_style)
        strips = []
        for line in lines:
            found = line_of(line).render_strips(width, 1, base, options) if line else []
            strips.append(found[0].adjust_cell_length(width, base.rich_style).simplify() if found else blank)
        return strips + [blank] * (height - len(strips))


def _differ_until(old: Strip, new: Strip) -> int:
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
