"""Operators as rows of a list and as an inspector's sheet, and what each role may do as a small table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from console.render.column import Column
from console.render.counts import counted
from console.render.moments import ago, ago_words, at
from console.render.pieces import Cell, Line
from console.render.sheet import Sheet, cut_line, fit_line, line, wrapped
from store.rules.roles import ALLOWED, Permission, Role

if TYPE_CHECKING:
    from store.reads.operators import OperatorLine, OperatorRow

COLUMNS = (
    Column("name", "Operator", 18, flex=2, most=36, priority=0),
    Column("role", "Role", 9, priority=0),
    Column("active", "State", 15, priority=0),
    Column("proof", "Signs in by", 16, priority=2),
    Column("since", "Since", 10, priority=3),
    Column("last", "Last action", 12, flex=1, most=20, priority=1),
    Column("when", "When", 10, priority=1),
    Column("count", "30 days", 8, align="right", priority=2),
)
CELL, LEAST_TABLE = 10, 72
NOBODY = (
    "No operators are set up: whoever can open this store here is its admin, as local:NAME, without proof of who it is.",
    "n adds the first one. Make it yourself, as admin: from then on only operators can change anything.",
)


def operator_cells(row: OperatorLine, now: datetime) -> tuple[Cell, ...]:
    """Return the cells of an operator, one for each of COLUMNS."""
    return (
        Cell(row.name, "" if row.active else "quiet"),
        Cell(row.role.value, "admin" if row.role is Role.ADMIN and row.active else ""),
        Cell("● active", "active") if row.active else Cell("✕ switched off", "dead"),
        Cell(sign_in_words(row)) if row.passphrase or row.keys else Cell(sign_in_words(row), "finding", "!"),
        Cell(f"{row.created_at:%Y-%m-%d}", "quiet"),
        Cell(row.last_action or "nothing yet", "" if row.last_action else "quiet"),
        Cell(ago(row.last_at, now) if row.last_at else "", "quiet"),
        Cell(f"{row.actions_30d:,}" if row.actions_30d else "·", "" if row.actions_30d else "quiet"),
    )


def sign_in_words(row: OperatorRow) -> str:
    """Say in two words how an operator is told from anybody else."""
    if row.passphrase:
        return "both" if row.keys else "passphrase"
    return "ssh key" if row.keys else "user name only"


def operator_sheet(row: OperatorLine, now: datetime, width: int, height: int) -> Sheet:
    """Return what the inspector says about an operator: what they did last, and what the role may do."""
    if row.last_at is None:
        last = line(("Nothing on record yet.", "quiet"))
    else:
        last = line(
            ("Last ", "quiet"), f"{row.last_action}, {at(row.last_at)}", (f", {ago_words(row.last_at, now)}", "quiet"),
            (f"   {counted(row.actions_30d, 'action')} in 30 days", "strong"),
        )  # fmt: skip
    state = "" if row.active else "Switched off: may do nothing. "
    state += "" if row.passphrase else "No passphrase: whoever is this machine's user of that name is believed. "
    may = ", ".join(permission.value for permission in Permission if row.role in ALLOWED[permission])
    lines = [cut_line(last, width), *wrapped(line((state, "finding"), (f"{row.role.value} may ", "quiet"), may), width)]
    table = role_table(width, row.role)
    if len(table) + 2 <= height and width >= LEAST_TABLE:
        lines = [lines[0], (), *table]
    return Sheet(lines[:height], line((row.name, "title"), (f" · {row.role.value}", "accent")))


def role_table(width: int, of: Role | None = None) -> list[Line]:
    """Return what each role may do; the column of one role stands out, and a long permission goes on in the next line."""
    label = max(20, min(max(len(permission.value) for permission in Permission) + 2, width - CELL * len(Role)))
    head: list[tuple[str, str] | str] = ["".ljust(label)]
    head += [(f"{role.value:<{CELL}}", "key" if role is of else "header") for role in Role]
    lines = [line(*head)]
    for permission in Permission:
        first, *more = wrapped(permission.value, label - 1, "quiet")
        cells: list[tuple[str, str] | str] = []
        for role in Role:
            may = role in ALLOWED[permission]
            style = ("key" if role is of else "good") if may else "quiet"
            cells.append((f"{'✓ yes' if may else '· no':<{CELL}}", style))
        lines += [(*fit_line(first, label), *line(*cells)), *more]
    return lines


def nobody_sheet(width: int, height: int) -> Sheet:
    """Return what the inspector says until operators are set up."""
    lines: list[Line] = [one for words in NOBODY for one in wrapped(line((words, "finding")), width)]
    table: Sequence[Line] = [(), *role_table(width)]
    if len(lines) + len(table) <= height and width >= LEAST_TABLE:
        lines += table
    return Sheet(lines[:height], line(("Operators", "title"), (" · not set up", "finding")))
