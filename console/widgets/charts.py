"""A bar chart in a panel: draws itself to the room it has, and sends again only the lines that changed."""

from __future__ import annotations

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from console.render.charts import Chart, chart_lines, chart_of
from console.render.pieces import Line
from console.render.widths import fit, width_of
from console.widgets.ink import Ink

__all__ = ["Chart", "ChartView", "chart_of"]


class ChartView(Widget):
    """Shows one chart; give it another with `show`."""

    DEFAULT_CSS = "ChartView { width: 1fr; height: 12; }"
    ALLOW_SELECT = False

    def __init__(self, chart: Chart | None = None, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._chart = chart
        self._ink = Ink(self)
        self._strips: list[Strip] = []

    def show(self, chart: Chart | None) -> None:
        """Draw another chart, or none."""
        self._chart = chart
        self._draw()

    def render_line(self, y: int) -> Strip:
        """Return a line as it was drawn last."""
        if not self._strips:
            self._strips = self._drawn()
        return self._strips[y] if y < len(self._strips) else self._strip(())

    def on_resize(self) -> None:
        """Draw for the new size."""
        self._strips = []
        self.refresh()

    def notify_style_update(self) -> None:
        """Draw in the new theme's colours."""
        super().notify_style_update()
        self._ink, self._strips = Ink(self), []
        self.refresh()

    def _draw(self) -> None:
        if not self.is_mounted or not self.size:
            return
        before, self._strips = self._strips, self._drawn()
        differing = [y for y, strip in enumerate(self._strips) if y >= len(before) or before[y] != strip]
        if differing:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in differing))

    def _drawn(self) -> list[Strip]:
        width, height = self.size
        lines = chart_lines(self._chart, width, height) if self._chart is not None else ((),) * height
        return [self._strip(line) for line in lines]

    def _strip(self, line: Line) -> Strip:
        used = sum(width_of(piece.text) for piece in line)
        runs = [(piece.text, piece.style) for piece in line]
        return self._ink.strip([*runs, (fit("", self.size.width - used), "")], self.size.width)
