"""The axis below a plot, with a mark under each bar that is to be looked at: one may be too low to show it itself."""

from __future__ import annotations

from collections.abc import Iterable

from console.render.glyphs import BAD
from console.render.pieces import Line, Piece
from console.render.sheet import joined


def marked_axis(begins: str, bars: Iterable[tuple[int, bool]], gap: int) -> Line:
    """Return the axis behind `begins`, for bars of so many cells that are marked or not, `gap` cells apart."""
    pieces = [Piece(f"{begins} └", "axis")]
    for width, marked in bars:
        pieces += [Piece(BAD * width, "refused") if marked else Piece("─" * width, "axis"), Piece("─" * gap, "axis")]
    return joined(pieces[:-1])
