"""The same colours in fewer bytes: what is exactly in the terminal's 256 colours is sent by its number."""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color as RichColor
from rich.color import ColorType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_LEVELS = (0, 95, 135, 175, 215, 255)
_FIRST, _GREY_FROM = 22, 232
"""Numbers below 22 are left alone: the first sixteen are the person's own, and some tools move the next six."""

_NUMBERS = {
    (_LEVELS[number // 36], _LEVELS[number // 6 % 6], _LEVELS[number % 6]): number + 16
    for number in range(216)
    if number + 16 >= _FIRST
} | {(8 + 10 * step, 8 + 10 * step, 8 + 10 * step): _GREY_FROM + step for step in range(24)}


def number_of(red: int, green: int, blue: int) -> int | None:
    """Return the number of exactly this colour among the 256 that are the same on every terminal; None when it has none."""
    return _NUMBERS.get((red, green, blue))


class ShortColours(LineFilter):
    """Replaces `38;2;135;175;255` by `38;5;111`: it looks the same and takes half the bytes of every change of colour."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments with such colours by number."""
        return [Segment(text, None if style is None else _shorter(style), control) for text, style, control in segments]


@lru_cache(2_048)
def _shorter(style: Style) -> Style:
    colour, ground = _short(style.color), _short(style.bgcolor)
    return style if colour is None and ground is None else style + Style(color=colour, bgcolor=ground)


def _short(colour: RichColor | None) -> RichColor | None:
    if colour is None or colour.type is not ColorType.TRUECOLOR or colour.triplet is None:
        return None
    number = number_of(*colour.triplet)
    return None if number is None else RichColor.from_ansi(number)
