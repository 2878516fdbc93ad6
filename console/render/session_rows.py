"""Sessions of operators as rows of a list and as an inspector's sheet."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from console.render.column import Column
from console.render.moments import ago, at, span_words
from console.render.pieces import Cell, Line
from console.render.sheet import Sheet, cut_line, line

if TYPE_CHECKING:
    from store.reads.sessions import SessionRow

COLUMNS = (
    Column("name", "Operator", 14, flex=2, most=30, priority=0),
    Column("how", "Signed in by", 16, flex=2, most=40, priority=1),
    Column("host", "On", 12, flex=1, most=24, priority=3),
    Column("peer", "From", 12, flex=1, most=24, priority=2),
    Column("began", "Since", 17, priority=0),
    Column("seen", "Last change", 11, priority=2),
    Column("ends", "Until", 17, priority=4),
)


def session_cells(row: SessionRow, now: datetime, own: str) -> tuple[Cell, ...]:
    """Return the cells of a session, one for each of COLUMNS; `own` is the id of one's own."""
    return (
        Cell(row.operator, "accent", "(you)") if row.id == own else Cell(row.operator),
        Cell(row.how),
        Cell(row.host, "quiet"),
        Cell(row.peer or "here", "" if row.peer else "quiet"),
        Cell(at(row.times.began_at)),
        Cell(ago(row.times.seen_at, now), "quiet"),
        Cell(at(row.times.ends_at), "quiet"),
    )


def session_sheet(row: SessionRow, now: datetime, own: str, width: int, height: int) -> Sheet:
    """Return what the inspector says about a session: how it is known, and when it ends by itself."""
    kept = "kept between commands: over after ten minutes without one" if row.times.kept else "a console: it locks itself"
    lines: list[Line] = [
        line(("Signed in by ", "quiet"), row.how, (" on ", "quiet"), row.host, (" from ", "quiet"), row.peer or "this machine"),
        line(("Since ", "quiet"), at(row.times.began_at), (", ends in ", "quiet"), span_words(row.times.ends_at - now)),
        line((kept, "quiet")),
        line(("This is you. ", "accent") if row.id == own else "", ("x", "key"), " ends it: what it does next is refused."),
    ]
    title = line((row.operator, "title"), (f" · session {row.id}", "quiet"))
    return Sheet([cut_line(one, width) for one in lines[:height]], title)
