"""Which columns of a list fit into a width, and how wide each becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list.

    `width` is its least width in cells; what is left over is shared out by `flex` (0: none of it), up to `most` (0: no bound).
    `priority` says what goes first when the screen is narrow: the highest goes first and, of equals, the rightmost; 0 never
    goes (id tail, status, used). `sort` is the field a click on the title sorts by, None for a title that does nothing.
    """

    id: str
    title: str
    width: int
    flex: int = 0
    most: int = 0
    align: Literal["left", "right"] = "left"
    priority: int = 0
    sort: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column is: `number` in the columns given, `start` and `width` in cells."""

    number: int
    column: Column
    start: int
    width: int


def places(columns: Sequence[Column], width: int, gap: int = 2) -> tuple[Place, ...]:
    """Lay out the columns that fit into `width` cells; those that never go stay even when they do not fit."""
    shown = list(range(len(columns)))
    while _needed(columns, shown, gap) > width:
        going = max(shown, key=lambda number: (columns[number].priority, number), default=None)
        if going is None or columns[going].priority == 0:
            break
        shown.remove(going)
    widths = _shared({number: columns[number].width for number in shown}, columns, width - _needed(columns, shown, gap))
    laid: list[Place] = []
    start = 0
    for number in shown:
        laid.append(Place(number, columns[number], start, widths[number]))
        start += widths[number] + gap
    return tuple(laid)


def _needed(columns: Sequence[Column], shown: Sequence[int], gap: int) -> int:
    return sum(columns[number].width for number in shown) + gap * max(0, len(shown) - 1)


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
