"""Counts as a line of blocks: eight steps high, with a quiet line where there was nothing."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from console.render.glyphs import BARS
from console.render.pieces import Piece

HIGHEST = 6
"""A bar is at most seven eighths high, so that the lines of a list do not run into each other."""


def spark(values: Sequence[int], width: int = 24, highest: int | None = None) -> str:
    """Return `values`, oldest first, as exactly `width` blocks against `highest` (by default the highest of them).

    More values than blocks are added up in equal parts, and the newest part is last. Anything above zero is at least
    the second step, so that one request in a quiet day is seen.
    """
    parts = regrouped(values, width)
    top = max(highest or 0, *parts, 1)
    return "".join(BARS[0] if part <= 0 else BARS[max(1, -(-part * HIGHEST // top))] for part in parts)


def spark_piece(values: Sequence[int] | None, width: int = 24) -> Piece:
    """Return the blocks in their style: quiet when there was nothing at all, blank while it is not known (None)."""
    if values is None:
        return Piece(" " * width, "quiet")
    return Piece(spark(values, width), "bar" if any(values) else "quiet")


def grouped(values: Sequence[int], size: int) -> list[int]:
    """Add up each `size` neighbours, counted from the newest; the oldest group may hold fewer."""
    filled = [0] * (-len(values) % size) + list(values)
    return [sum(filled[start : start + size]) for start in range(0, len(filled), size)]


def regrouped(values: Sequence[int], parts: int) -> list[int]:
    """Add `values` up into at most `parts` equal parts; fewer values are filled up with zeros on the old side."""
    if len(values) <= parts:
        return [0] * (parts - len(values)) + list(values)
    edges = [round(number * len(values) / parts) for number in range(parts + 1)]
    return [sum(values[start:end]) for start, end in itertools.pairwise(edges)]
