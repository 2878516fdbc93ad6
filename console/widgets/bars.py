"""Short bars inside text, as Content: the 24-hour line of a token, and amounts beside their names."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from console.render.glyphs import LEFT_EIGHTHS
from console.render.pieces import Line, Piece
from console.render.sparks import spark, spark_piece
from console.render.widths import fit
from console.render.words import words

__all__ = ["spark", "spark_content", "top_lines"]


def spark_content(values: Sequence[int] | None, width: int = 24) -> Content:
    """Return counts, oldest first, as `width` blocks in their style; blank while they are not known (None)."""
    return words(*spark_piece(values, width))


def top_lines(amounts: Sequence[tuple[str, int]], width: int, style: str = "bar") -> tuple[Line, ...]:
    """Return one line for each (name, amount): the name, a bar against the highest, the amount; names are cut to a third."""
    names = max(8, width // 3)
    numbers = max((len(f"{amount:,}") for _, amount in amounts), default=1)
    room = max(1, width - names - numbers - 4)
    highest = max((amount for _, amount in amounts), default=1) or 1
    return tuple(
        (
            Piece(f"{fit(name, names)}  "),
            Piece(fit(_bar(amount * room * 8 // highest), room), style),
            Piece(f"  {amount:>{numbers},}", "quiet"),
        )
        for name, amount in amounts
    )


def _bar(eighths: int) -> str:
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (LEFT_EIGHTHS[rest - 1] if rest else "")
