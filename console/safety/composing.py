"""Draws only the lines that are painted again: Textual would draw every widget in full for a cursor that moves by a line."""

from __future__ import annotations

from collections.abc import Iterable

from textual._compositor import Compositor
from textual.geometry import Region
from textual.strip import Strip

Render = tuple[Region, Region, list[Strip]]
"""Where a widget is, what of that can be seen, and its lines there."""


class ThriftyCompositor(Compositor):
    """Textual 8.2.8's compositor, which asks only widgets that can be seen in the lines of `crop`, and only for those lines."""

    def _get_renders(self, crop: Region | None = None) -> Iterable[Render]:
        """Yield what is drawn, from the front; nothing behind a widget that covers all of `crop`."""
        if not crop:
            yield from super()._get_renders(crop)
            return
        lines = Region(0, crop.y, self.size.width, crop.height)
        for widget, (region, clip) in self.visible_widgets.items():
            shown = region.intersection(clip)
            if not shown.overlaps(crop):
                continue
            drawn = shown.intersection(lines)
            yield region, drawn, widget.render_lines(drawn.translate((-region.x, -region.y)))
            if shown.contains_region(crop):
                return
