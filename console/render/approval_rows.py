"""Requests for a second person as rows of a list and as an inspector's sheet."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from console.render.column import Column
from console.render.moments import ago, at, span_words
from console.render.pieces import Cell, Line
from console.render.sheet import Sheet, line, wrapped
from store.rules.second_person import BREAK_AFTER, Verdict

if TYPE_CHECKING:
    from store.reads.approvals import ApprovalRow

COLUMNS = (
    Column("what", "Asks to", 26, flex=4, priority=0),
    Column("who", "Asked by", 10, flex=1, most=20, priority=0),
    Column("at", "When", 11, priority=1),
    Column("state", "State", 26, flex=1, most=40, priority=0),
    Column("id", "#", 6, priority=2),
)


def state_words(row: ApprovalRow, wall: datetime) -> str:
    """Say what became of a request, or how long it still waits."""
    match row.verdict:
        case Verdict.APPROVED.value:
            return f"approved by {row.answered_by}" + ("" if row.used_at is None else ", done")
        case Verdict.REFUSED.value:
            return f"refused by {row.answered_by}"
        case Verdict.BROKEN_GLASS.value:
            return "GLASS BROKEN, " + (f"reviewed by {row.reviewed_by}" if row.reviewed_at is not None else "not reviewed")
        case _:
            return f"waits {span_words(row.ends_at - wall)}" if row.waits(wall) else "nobody answered"


def _style(row: ApprovalRow, wall: datetime) -> str:
    if row.unreviewed:
        return "danger"
    return "finding" if row.waits(wall) else "quiet"


def approval_cells(row: ApprovalRow, wall: datetime) -> tuple[Cell, ...]:
    """Return the cells of a request, one for each of COLUMNS."""
    return (
        Cell(row.summary, "" if row.waits(wall) or row.unreviewed else "quiet"),
        Cell(row.operator),
        Cell(ago(row.asked_at, wall), "quiet"),
        Cell(state_words(row, wall), _style(row, wall)),
        Cell(row.id, "quiet"),
    )


def approval_sheet(row: ApprovalRow, wall: datetime, own: str, width: int, height: int) -> Sheet:
    """Return what the inspector says: who asks to do what, what became of it, and what can be done about it here."""
    lines: list[Line] = [
        *wrapped(line((row.operator, "strong"), (" asks to ", "quiet"), row.summary, (".", "quiet")), width),
        line(("Asked ", "quiet"), at(row.asked_at), (" · ", "quiet"), (state_words(row, wall), _style(row, wall))),
    ]
    if row.reason:
        lines += wrapped(line(("Reason ", "quiet"), row.reason), width)
    if row.waits(wall) and row.operator != own:
        lines += wrapped(line(("A", "key"), " approve it: they can do exactly this, once    ", ("R", "key"), " refuse it"), width)
    elif row.waits(wall):
        left = row.asked_at + BREAK_AFTER - wall
        when = "now" if left.total_seconds() <= 0 else f"in {span_words(left)}"
        lines += wrapped(
            line("Another operator has to answer. ", ("B", "key"), f" breaks the glass {when}, to end tokens."), width
        )
    elif row.unreviewed and row.operator != own:
        lines += wrapped(line(("v", "key"), " note that you have looked at it"), width)
    return Sheet(lines[:height], line((f"Request {row.id}", "title"), (f" · {row.kind}", "accent")))
