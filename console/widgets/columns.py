"""Which columns of a list fit into a width, and how wide each becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from console.render.column import APART, LAST, Column

__all__ = ["Column", "Place", "places"]


class Place(NamedTuple):
    """Where a column is: `number` in the columns given, `start` and `width` in cells."""

    number: int
    column: Column
    start: int
    width: int


def places(
    columns: Sequence[Column], width: int, gaps: Sequence[int] = (2, 1), needs: Mapping[int, int] | None = None
) -> tuple[Place, ...]:
    """Lay out the columns that fit into `width` cells; those that never go stay even when they do not fit.

    The first gap is taken unless a later, narrower one lets more columns in, or leaves more to a snug one that is cut; where
    short rows leave room for it, it is taken all the same, for a column that ends where the next begins is hard to read. `needs`
    says for the number of a snug column how many cells its title and rows take: what it has beyond that goes to the others,
    first to those that need it. It decides nothing about which columns are shown, so that none comes or goes with the rows.
    """
    chosen, fits = max(((_fitting(columns, width, gap), gap) for gap in gaps), key=lambda each: (len(each[0]), each[1]))
    needs = needs or {}
    fixed = {number: _snug(columns[number], needs.get(number, 0)) for number in chosen}
    tight = {number: _tight(column, needs.get(number, 0)) for number, column in fixed.items()}
    tries = ((gaps[0], fixed), (gaps[0], tight), (fits, fixed), (gaps[-1], fixed), (gaps[-1], tight))
    for gap, held in tries if needs else ((fits, fixed),):
        room = width - sum(_blanks(columns, chosen, gap))
        wanted = _wanted(held, room)
        whole = all(not column.flex or wanted[n] >= min(needs.get(n, 0), column.most) for n, column in held.items())
        if whole and sum(wanted.values()) <= room:
            break
    widths = _shared(wanted, columns, room - sum(wanted.values()))
    laid: list[Place] = []
    start = 0
    for number, blanks in zip(chosen, _blanks(columns, chosen, gap), strict=True):
        laid.append(Place(number, columns[number], start + blanks, widths[number]))
        start += blanks + widths[number]
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
    return sum(widths) + sum(_blanks(columns, shown, gap))


def _blanks(columns: Sequence[Column], shown: Sequence[int], gap: int) -> list[int]:
    """Return the blanks before each column; a column that stands apart has two however narrow the others are set."""
    return [max(gap, APART) if place and columns[number].apart else gap * bool(place) for place, number in enumerate(shown)]


def _wanted(fixed: Mapping[int, Column], room: int) -> dict[int, int]:
    least = {number: column.width for number, column in fixed.items()}
    return _shared(least, fixed, room - sum(least.values()))


def _snug(column: Column, need: int) -> Column:
    """Return a column that takes no more than it needs; one that shares in what is left over keeps its least width."""
    if not column.snug or not need:
        return column
    if column.flex:
        return replace(column, most=min(column.most or need, max(need, column.width)))
    return replace(column, width=min(need, column.width))


def _tight(column: Column, need: int) -> Column:
    """Return a column that does without what it need not have even of its least width."""
    if not column.snug or not need:
        return column
    return replace(column, width=min(column.width, need), most=min(column.most, need) if column.flex else column.most)


def _shared(widths: dict[int, int], columns: Mapping[int, Column] | Sequence[Column], spare: int) -> dict[int, int]:
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
