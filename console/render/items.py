"""Lines of a page of which some can be opened: what a page with a cursor is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from console.render.pieces import Line, Piece
from console.render.plain import plain
from console.render.sheet import cut_line, fit_line
from console.render.widths import width_of


class Item(NamedTuple):
    """A line of a page. `opens` names what Enter opens, empty for a line that is only read; `chosen` is it under the cursor.

    `whole` is a name that had no room on it: it is said below the page while the cursor is there.
    """

    line: Line
    opens: tuple[str, ...] = ()
    chosen: Line = ()
    whole: str = ""


def items(lines: Iterable[Line]) -> list[Item]:
    """Return lines that are only read."""
    return [Item(line) for line in lines]


def opened(line: Line, width: int, *opens: str, whole: str = "") -> Item:
    """Return a line that can be opened, in at most `width` cells; under the cursor all of them are coloured."""
    return Item(cut_line(line, width), opens, tuple(Piece(piece.text, "cursor") for piece in fit_line(line, width)), whole)


def cut_name(name: str, room: int) -> str:
    """Return a name that has no room in so many cells; "" where it has."""
    return name if width_of(plain(name)) > room else ""


def beside(left: Sequence[Item], right: Sequence[Line], width: int, gap: int = 3) -> list[Item]:
    """Return two columns: on the left `width` cells of what can be opened, on the right what is read beside it."""
    rows = max(len(left), len(right))
    filled = [*left, *[Item(())] * (rows - len(left))]
    others = [*right, *[()] * (rows - len(right))]
    space = Piece(" " * gap)
    return [
        Item((*fit_line(one.line, width), space, *other), one.opens, (*one.chosen, space, *other) if one.opens else ())
        for one, other in zip(filled, others, strict=True)
    ]
