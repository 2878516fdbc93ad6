"""The last thing between us and the terminal: whatever a widget drew, no character that acts on a terminal leaves.

It stands behind `console.render.plain`, for the day somebody forgets that (security.md finding 1, layer two).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from console.render.glyphs import ascii_glyphs, ascii_only
from console.safety.terminal import TerminalFacts

_STOPPED = ("Cc", "Cf", "Cs", "Zl", "Zp")
_REMEMBERED = 4_096


class _Sent(dict[int, int | None]):
    """Each character, or None for one that is stopped; worked out when first met, forgotten rather than kept without end."""

    def __missing__(self, code: int) -> int | None:
        if len(self) >= _REMEMBERED:
            self.clear()
        hidden = 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF
        sent = self[code] = None if hidden or unicodedata.category(chr(code)) in _STOPPED else code
        return sent


_SENT = _Sent()


def stopped(text: str) -> str:
    """Return `text` without control, format and bidirectional characters, surrogates and separators of lines."""
    return text if text.isascii() and text.isprintable() else text.translate(_SENT)


class OutputGate(LineFilter):
    """Drops such characters, links, and control segments from every line; draws in ASCII where the terminal has no more."""

    def __init__(self, facts: TerminalFacts | None = None) -> None:
        super().__init__()
        self._facts = facts or TerminalFacts()

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments of a line, cleaned; widths stay, as what is dropped has none."""
        cleaned = [Segment(self._text(text), _linkless(style)) for text, style, control in segments if not control]
        return [segment for segment in cleaned if segment.text]

    def _text(self, text: str) -> str:
        text = stopped(text)
        if text.isascii() or self._facts.glyphs:
            return text
        return ascii_glyphs(text) if self._facts.utf8 else ascii_only(text)


class NoColour(LineFilter):
    """Takes every colour away, leaving bold, underline and reverse: NO_COLOR as it is meant (ux.md 1.13)."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments without colours."""
        return [Segment(text, None if style is None else _colourless(style), control) for text, style, control in segments]


def _linkless(style: Style | None) -> Style | None:
    return style.update_link(None) if style is not None and style.link else style


@lru_cache(1_024)
def _colourless(style: Style) -> Style:
    return style.without_color
