"""How wide words come out on paper, never too narrow: a row whose height is known is set in half the time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

POINTS = 8.0
_SPACE = 0.25
_WIDEST = 1.05
_CLASSES = {
    0.30: ",.:;|'",
    0.35: '!"()-/IJ\\fijlt{}',
    0.45: "*?[]`cersz~",
    0.55: "#$0123456789FLPS^_abdghknopquvxy",
    0.65: "%+<=>BCEKRTYZ",
    0.75: "&ADGHNOQUVXw",
    0.85: "Mm",
}
_EMS = {letter: ems for ems, letters in _CLASSES.items() for letter in letters} | {" ": _SPACE, "\u200b": 0.0}
"""Upper bounds of the widths of Libertinus Serif in ems, as typst measures them; anything else counts as the widest."""


@lru_cache(maxsize=8_192)
def width(text: str) -> float:
    """Return an upper bound of the width of a text in points, at the size the tables have."""
    return sum(_EMS.get(letter, _WIDEST) for letter in text) * POINTS


def lines_in(text: str, room: float) -> int:
    """Return how many lines of `room` points a text needs at the most when words stay whole; 0 when one is too long for that."""
    lines, left, space = 1, room, _SPACE * POINTS
    for word in text.split(" "):
        wide = width(word)
        if wide > room:
            return 0
        if wide > left:
            lines += 1
            left = room
        left -= wide + space
    return lines


def lines_of(cells: Sequence[str], rooms: Sequence[float]) -> int:
    """Return how many lines a row needs at the most, 0 when that can't be said."""
    lines = [lines_in(cell, room) for cell, room in zip(cells, rooms, strict=True)]
    return max(lines) if all(lines) else 0
