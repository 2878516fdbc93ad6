"""The columns of the token list and what each shows of a token; console, command line and reports read the same table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from console.render.column import Column
from console.render.moments import MINUTE, ago, end_of, span
from console.render.pieces import Cell
from console.render.sparks import spark_piece
from console.render.statuses import BADGES
from console.render.suspicion import suspicious
from console.render.titles import NARROW_SPARK, titles
from store.lines import TokenKey, TokenLine
from store.record import record
from store.rules.status import Status, refused_since_end
from store.rules.tiers import Tier

if TYPE_CHECKING:
    from store.rows import TokenKey

SOON = timedelta(days=7)
LONG_UNUSED = timedelta(days=90)
WARNING, WRITES, ODD = "!", "◆", "⚠"


@record
class Seen:
    """What a cell may need besides the token: the present, and the requests of the last 24 hours (None: not known yet)."""

    now: datetime
    spark: Sequence[int] | None = None
    spark_width: int = NARROW_SPARK


@record
class TokenColumn:
    """A column of the token list and the cell it makes of a token."""

    column: Column
    cell: Callable[[TokenLine, Seen], Cell]


def name_cell(row: TokenLine, seen: Seen) -> Cell:
    """Return the name, with a warning sign when it may be meant to be mistaken for another."""
    if not row.name.strip():
        return Cell("(no name)", "quiet")
    return Cell(row.name, "", ODD if suspicious(row.name) else "")


def account_cell(row: TokenLine, seen: Seen) -> Cell:
    """Return the account's name, with the same sign."""
    name = row.account_name or row.account_id
    return Cell(name, "quiet", ODD if suspicious(name) else "")


def access_cell(row: TokenLine, seen: Seen) -> Cell:
    """Return the tier, and before it `!` for admin access, a wildcard or a risky pair, `◆` for one that may change things."""
    sign = WARNING if row.broad else WRITES if row.tier is not Tier.READ_ONLY else " "
    return Cell(f"{sign} {row.tier.value}", "finding" if row.broad else row.tier.value)


def status_cell(row: TokenLine, seen: Seen) -> Cell:
    """Return sign and word of the status."""
    badge = BADGES[row.status]
    return Cell(badge.text, badge.style)


def spark_cell(row: TokenLine, seen: Seen) -> Cell:
    """Return the last 24 hours as blocks."""
    return Cell(*spark_piece(seen.spark, seen.spark_width))


def used_cell(row: TokenLine, seen: Seen) -> Cell:
    """Return how long ago it was last used; a finding, with `!`, when it is live and that is more than 90 days.

    A call at or after its end got nothing: that one was `tried`.
    """
    if not row.live and row.last_used_at is not None and refused_since_end(row.moments, row.last_used_at, seen.now):
        idle = seen.now - row.last_used_at
        return Cell("tried now" if abs(idle) < MINUTE else f"tried {span(idle).replace(' ', '').replace('min', 'm')}", "refused")
    idle = seen.now - (row.last_used_at or row.created_at)
    unused = row.live and idle > LONG_UNUSED
    return Cell(ago(row.last_used_at, seen.now), "finding" if unused else "quiet", WARNING if unused else "")


def expires_cell(row: TokenLine, seen: Seen) -> Cell:
    """Return when it ends; `!` for a live token that never does, or does within 7 days."""
    end = end_of(row.expires_at, row.retires_at)
    if row.status is Status.REVOKED:
        return Cell("", "quiet")
    if end is None:
        return Cell("never", "finding", WARNING) if row.live else Cell("never", "quiet")
    if end <= seen.now:
        return Cell(ago(end, seen.now), "expired")
    soon = row.status is Status.ACTIVE and end - seen.now <= SOON
    return Cell(f"in {span(end - seen.now)}", "finding" if soon else "quiet", WARNING if soon else "")


def tail_cell(row: TokenLine, seen: Seen) -> Cell:
    """Return the last four characters as the customer sees them, or those of the id where no hint is known."""
    return Cell(row.hint or row.id[-4:], "quiet")


_CELLS: dict[str, Callable[[TokenLine, Seen], Cell]] = {
    "name": name_cell,
    "account": account_cell,
    "env": lambda row, seen: Cell(row.environment, "quiet"),
    "access": access_cell,
    "status": status_cell,
    "spark": spark_cell,
    "used": used_cell,
    "expires": expires_cell,
    "tail": tail_cell,
}


def token_columns(spark_width: int = NARROW_SPARK) -> tuple[TokenColumn, ...]:
    """Return the token list's columns, from the left, each with its cell."""
    return tuple(TokenColumn(column, _CELLS[column.id]) for column in titles(spark_width))


def cells_of(
    table: Sequence[TokenColumn],
    now: Callable[[], datetime],
    sparks: Callable[[TokenKey], Sequence[int] | None],
    spark_width: int = NARROW_SPARK,
) -> Callable[[TokenLine], tuple[Cell, ...]]:
    """Return what makes a token's cells, for the list widget: it is called for visible rows only."""

    def cells(row: TokenLine) -> tuple[Cell, ...]:
        seen = Seen(now(), sparks(row.key), spark_width)
        return tuple(entry.cell(row, seen) for entry in table)

    return cells
