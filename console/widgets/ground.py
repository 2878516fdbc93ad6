"""Where widgets stand: wholly covered by them, so that nothing of it is ever drawn."""

from __future__ import annotations

from textual.widget import Widget


class Ground(Widget):
    """Holds other widgets, laid out by the style sheet. They must cover it."""

    BLANK = True
    DEFAULT_CSS = "Ground { width: 1fr; height: 1fr; }"
