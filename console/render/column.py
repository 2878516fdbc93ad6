"""What a column of a list is: its title, how wide it may be, and when it may go."""

from __future__ import annotations

from typing import Literal

from store.record import record

APART = 2
"""The blanks before a column that stands apart, however little room there is."""

LAST = 9
"""The priority of a column that only comes when all others have the width they like."""


@record
class Column:
    """One column of a list.

    `width` is its least width in cells; what is left over is shared out by `flex` (0: none of it), up to `most` (0: no bound).
    `priority` says what goes first when the screen is narrow: the highest goes first and, of equals, the rightmost; 0 never
    goes (id tail, status, used). `likes` is the width with which what it holds is mostly whole: until every column has what it
    likes a column of priority `LAST` waits. `sort` is the field a click on the title sorts by, None where a click does nothing.
    `clauses`: what is too long for it ends after a whole clause, where it has any. `signed`: its last cell is that of a sign,
    so that the signs of all rows stand below one another; what is set against its right edge ends before that cell in every row.
    `apart`: two blanks stand before it however little room there is, since what is beside it would read as one with it.
    `snug`: it gives room it does not need to the others; what it needs is its title and the longest of the rows that are here.
    """

    id: str
    title: str
    width: int
    flex: int = 0
    most: int = 0
    align: Literal["left", "right"] = "left"
    priority: int = 0
    sort: str | None = None
    likes: int = 0
    snug: bool = False
    clauses: bool = False
    signed: bool = False
    apart: bool = False

    @property
    def reserved(self) -> int:
        """Return the cells at its end that are blank in a row without a sign."""
        return 2 if self.signed and self.align == "right" else 0
