"""One line of a list as runs of text: the titles, a row, a row that is still to come. No widget, no colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from console.render.pieces import Cell, Piece
from console.render.sheet import in_clauses
from console.render.widths import fit, fit_with_sign, fit_with_tail, width_of, width_with_tail
from console.widgets.columns import Column, Place
from console.widgets.ink import Run, on_cursor

UP, DOWN = "▲", "▼"
SIDES = 5
"""The cells beside the columns: three for cursor and mark on the left, a blank and the scroll bar on the right."""


class Look(NamedTuple):
    """How a list is laid out: three cells for cursor and mark on the left, a blank and the scroll bar on the right."""

    places: tuple[Place, ...]
    width: int = 0

    def column_at(self, x: int) -> Column | None:
        """Return the column of a title at `x`, counted from the left edge of the list."""
        return next((place.column for place in self.places if 0 <= x - 3 - place.start < place.width), None)

    def gap_before(self, place: Place) -> int:
        """Return the blanks between a column and the one before it."""
        before = [each.start + each.width for each in self.places if each.start < place.start]
        return place.start - max(before, default=0)


class RowLook(NamedTuple):
    """What one line shows. `cells` is None for a row still to come, `exists` False for a line behind the last row."""

    cells: Sequence[Cell | tuple[str, str]] | None
    exists: bool = True
    marked: bool = False
    cursor: str = ""
    thumb: bool = False


def header_runs(look: Look, sort: tuple[str, bool] | None) -> list[Run]:
    """Return the line of titles; the sorted one has an arrow."""
    runs: list[Run] = [("   ", "header")]
    for place in look.places:
        column = place.column
        title, style = column.title, "header"
        if sort is not None and column.sort is not None and sort[0] == column.sort:
            arrow = DOWN if sort[1] else UP
            if width_of(title) + 2 + column.reserved > place.width:  # the arrow is not what gives way
                title = title.replace(" hours", " h")
            title, style = (f"{arrow} {title}" if column.align == "right" else f"{title} {arrow}"), "header-sorted"
        right = column.align == "right"
        words = fit_with_sign(title, "", place.width, right=right) if column.signed else fit(title, place.width, right=right)
        runs += [(" " * look.gap_before(place), "header"), (words, style)]
    return _to_width(runs, look, "header")


def row_runs(look: Look, row: RowLook) -> list[Run]:
    """Return the line of a row."""
    if not row.exists:
        return _to_width([], look, "")
    runs: list[Run] = [("▌" if row.cursor else " ", ""), ("✓ " if row.marked else "  ", "mark" if row.marked else "")]
    for place in look.places:
        runs += [(" " * look.gap_before(place), ""), *_cell_runs(place, row.cells)]
    runs = _to_width(runs, look, "", 1)
    if row.cursor:
        runs = on_cursor(runs, row.cursor)
    return [*runs, ("▐" if row.thumb else " ", "thumb" if row.thumb else row.cursor)]


def empty_runs(look: Look, words: str) -> list[Run]:
    """Return a line of an empty list with `words` in its middle."""
    return [(fit(fit(words, min(len(words), look.width)).center(look.width), look.width), "quiet")]


def cell_width(cell: Cell | tuple[str, str], column: Column) -> int:
    """Return the cells a column needs to show this one whole, its warning sign or the place of one included."""
    cell = Cell(*cell)
    return width_with_tail(cell.text, cell.tail, column.reserved)


def _cell_runs(place: Place, cells: Sequence[Cell | tuple[str, str]] | None) -> list[Run]:
    if cells is None:
        return [(fit("…" if place.start == 0 else "", place.width), "faint")]
    cell = Cell(*cells[place.number])
    if place.column.signed:
        words = fit_with_sign(cell.text, cell.tail, place.width, right=place.column.align == "right")
        return [(words, cell.style)]
    if cell.tail:
        room = place.width - len(cell.tail)
        return [(fit_with_tail(cell.text, cell.tail, place.width), cell.style)] if room > 1 else [(cell.tail, cell.style)]
    if place.column.clauses:
        cell = Cell(in_clauses((Piece(cell.text),), place.width, 1)[0].text, cell.style)
    return [(fit(cell.text, place.width, right=place.column.align == "right"), cell.style)]


def _to_width(runs: list[Run], look: Look, style: str, less: int = 0) -> list[Run]:
    """Fill up, or cut, to the list's width."""
    room = look.width - less
    line: list[Run] = []
    for text, run_style in runs:
        text = text if len(text) <= room and text.isascii() else fit(text, min(room, width_of(text)))
        room -= width_of(text)
        line.append((text, run_style))
    return [*line, (" " * room, style)] if room > 0 else line
