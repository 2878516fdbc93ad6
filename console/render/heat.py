"""Numbers as shades: a grid of cells, darker the more there is, with what each shade stands for written beside it."""

from __future__ import annotations

from collections.abc import Sequence

from console.render.pieces import Line, Piece
from console.render.scales import compact

SHADES = "░▒▓█"
NOTHING = "·"


def shade(value: int, highest: int) -> str:
    """Return the shade of a value: four equal steps up to the highest, and a dot for nothing."""
    return NOTHING if value <= 0 or highest <= 0 else SHADES[min(3, (value * 4 - 1) // highest)]


def heat_line(values: Sequence[int], highest: int, each: int = 1) -> Line:
    """Return values as cells of `each` columns."""
    return tuple(Piece(shade(value, highest) * each, "bar" if value > 0 else "zero") for value in values)


def legend(highest: int, unit: str) -> tuple[str, ...]:
    """Return what the shades stand for, in words of several lengths, the longest first."""
    if highest <= 0:
        return (f"{NOTHING} none",)
    steps = [compact(max(1, highest * step // 4)) for step in (1, 2, 3, 4)]
    shades = "  ".join(
        f"{glyph} {'to ' if number == 0 else ''}{step}" for number, (glyph, step) in enumerate(zip(SHADES, steps, strict=True))
    )
    return (
        f"{NOTHING} none  {shades} {unit}",
        f"{shades} {unit}",
        f"{SHADES[0]} to {steps[0]}  {SHADES[-1]} {steps[-1]} {unit}",
        f"{SHADES[-1]} {steps[-1]} {unit}",
    )
