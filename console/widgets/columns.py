"""Which columns of a list fit into a width, and how wide each becomes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from console.render.column import LAST, Column

__all__ = ["Column", "Place", "places"]


class Place(NamedTuple):
    """Where a column is: `number` in the columns given, `start` and `width` in cells."""

    number: int
    column: Column
    start: int
    width: int


def places(columns: Sequence[Column], width: int, gaps: Sequence[int] = (2, 1)) -> tuple[Place, ...]:
    """Lay out the columns that fit into `width` cells; those that never go stay even when they do not fit.

    The first gap is taken unless a later, narrower one lets more columns in, or gives one more of the width that it likes.
    """
    tried = [(_fitting(columns, width, gap), gap) for gap in gaps]
    chosen, gap = max(tried, key=lambda each: (len(each[0]), min(0, width - _needed(columns, *each, likes=True)), each[1]))
    spare = width - _needed(columns, chosen, gap)
    widths = _shared({number: columns[number].width for number in chosen}, columns, spare)
    laid: list[Place] = []
    start = 0
    for number in chosen:
        laid.append(Place(number, columns[number], start, widths[number]))
        start += widths[number] + gap
    return tuple(laid)


def _fitting(columns: Sequence[Column], width: int, gap: int) -> list[int]:
    shown = list(range(len(columns)))
    while shown:
        going = max(shown, key=lambda number: (columns[number].priority, number))
        priority = columns[going].priority
        if priority == 0 or _needed(columns, shown, gap, likes=priority == LAST) <= width:
            break
        shown.remove(going)
    return shown


def _needed(columns: Sequence[Column], shown: Sequence[int], gap: int, *, likes: bool = False) -> int:
    widths = (max(columns[number].width, columns[number].likes if likes else 0) for number in shown)
    return sum(widths) + gap * max(0, len(shown) - 1)


def _shared(widths: dict[int, int], columns: Sequence[Column], spare: int) -> dict[int, int]:
    while spare > 0:
        takers = [n for n, width in widths.items() if columns[n].flex and (not columns[n].most or width < columns[n].most)]
        parts = sum(columns[n].flex for n in takers)
        if not takers:
            break
        left = spare
        for number in takers:
            most = columns[number].most or widths[number] + spare
            gain = min(max(1, left * columns[number].flex // parts), most - widths[number], spare)
            widths[number] += gain
            spare -= gain
    return widths
