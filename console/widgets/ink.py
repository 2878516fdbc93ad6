"""Style names to what a terminal is sent: one place where the theme's variables become Rich styles, and runs of text strips."""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from console.render.styles import LOUD, markup_of

Run = tuple[str, str]
"""Text and the name of its style."""


def merged(runs: Iterable[tuple[str, Style]]) -> list[Segment]:
    """Join neighbours that look the same; blanks take the style beside them, since a style costs about 40 bytes on the wire.

    Blanks on another ground, or reversed or underlined, are seen and stay apart.
    """
    joined: list[Segment] = []
    for text, style in runs:
        if not text:
            continue
        last = joined[-1] if joined else None
        if last is None or last.style is None or not _joins(last, text, style):
            joined.append(Segment(text, style))
        else:
            joined[-1] = Segment(last.text + text, style if last.text.isspace() else last.style)
    return joined


def _joins(last: Segment, text: str, style: Style) -> bool:
    if last.style == style:
        return True
    blank = text.isspace() or last.text.isspace()
    return blank and last.style is not None and _ground(last.style) == _ground(style)


def _ground(style: Style) -> tuple[object, ...]:
    return style.bgcolor, bool(style.reverse), bool(style.underline)


def on_cursor(runs: Iterable[Run], cursor: str) -> list[Run]:
    """Give a row the cursor's style: one for everything calm, one for what must stay loud."""
    return [(text, f"{cursor}-loud" if style in LOUD else cursor) for text, style in runs]


class Ink:
    """Resolves style names for one widget; throw it away when the theme changes."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._styles: dict[str, Style] = {}

    def style(self, name: str) -> Style:
        """Return the Rich style of a name, on the widget's own background. KeyError for a name nobody defined."""
        known = self._styles.get(name)
        if known is None:
            known = self._styles[name] = self._resolve(name)
        return known

    def strip(self, runs: Iterable[Run], width: int) -> Strip:
        """Return runs that are `width` cells wide as a strip with as few segments as possible."""
        return Strip(merged((text, self.style(name)) for text, name in runs), width)

    def _resolve(self, name: str) -> Style:
        app = self._widget.app
        style = self._widget.visual_style
        if name:
            style = style + app.stylesheet.parse_style(markup_of(name))
        rich = style.rich_style
        if name.startswith("cursor"):
            attributes = "reverse" if app.no_color else app.theme_variables.get("cursor-attributes", "")
            rich += Style.parse(attributes)
        return rich
