"""Numbers as shades: a grid of cells, darker the more there is, with what each shade stands for written beside it."""

from __future__ import annotations

from collections.abc import Sequence

from console.render.pieces import Line, Piece
from console.render.scales import compact
from console.render.sheet import length

SHADES = "░▒▓█"
NOTHING = "·"


def shade(value: int, highest: int) -> str:
    """Return the shade of a value: four equal steps up to the highest, and a dot for nothing."""
    return NOTHING if value <= 0 or highest <= 0 else SHADES[min(3, (value * 4 - 1) // highest)]


def heat_line(values: Sequence[int], highest: int, each: int = 1) -> Line:
    """Return values as cells of `each` columns."""
    return tuple(Piece(shade(value, highest) * each, "bar" if value > 0 else "zero") for value in values)


def legend(highest: int, unit: str, width: int) -> Line:
    """Return what the shades stand for; without the unit where there is no room for it."""
    if highest <= 0:
        return (Piece(f"{NOTHING} none", "quiet"),)
    steps = [max(1, highest * step // 4) for step in (1, 2, 3, 4)]
    pieces: list[Piece] = [Piece(f"{NOTHING} none  ", "quiet")]
    for number, (glyph, step) in enumerate(zip(SHADES, steps, strict=True)):
        pieces += [Piece(glyph, "bar"), Piece(f" {'to ' if number == 0 else ''}{compact(step)}  ", "quiet")]
    return (*pieces, Piece(unit, "quiet")) if length(pieces) + len(unit) <= width else tuple(pieces)
