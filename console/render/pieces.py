"""What rendered text is made of before any widget sees it: visible words with the name of a style, never a colour."""

from __future__ import annotations

from typing import NamedTuple


class Piece(NamedTuple):
    """Some words in one style; `style` is a name from `console.render.styles`, "" for ordinary text."""

    text: str
    style: str = ""


Line = tuple[Piece, ...]
"""One line of pieces, left to right."""


class Cell(NamedTuple):
    """What one column of a list shows for one row.

    `text` is cut to the column's width with «…»; `tail` (a warning sign) is kept whole at the end of it.
    """

    text: str
    style: str = ""
    tail: str = ""
