"""Settings as rows: what holds, where each comes from, and how to change it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from console.render.column import Column
from console.render.pieces import Cell, Line
from console.render.sheet import Sheet, line, wrapped

COLUMNS = (
    Column("name", "Setting", 18, flex=1, most=34, priority=0, snug=True),
    Column("value", "Value", 22, flex=3, most=60, priority=0, snug=True),
    Column("from", "From", 8, flex=1, most=60, priority=1, snug=True),
)


class Shown(Protocol):
    """What a row needs of a setting."""

    @property
    def name(self) -> str:
        """Return its name in the file."""

    @property
    def value(self) -> str:
        """Return what holds."""

    @property
    def words(self) -> str:
        """Say where it comes from."""


def setting_cells(row: Shown) -> tuple[Cell, ...]:
    """Return the cells of a setting, one for each of COLUMNS."""
    set_here = row.words != "default"
    return (
        Cell(row.name, "strong" if set_here else ""),
        Cell(row.value, "accent" if set_here else "quiet"),
        Cell(row.words, "quiet"),
    )


def setting_sheet(
    row: Shown, about: str, change: Sequence[str], file: str, problems: Sequence[str], width: int, height: int
) -> Sheet:
    """Return what a setting does, how to change it, and everything in the file that can't be understood."""
    lines: list[Line] = [line((row.value, "strong"), (f"   {row.words}", "quiet"))]
    lines += wrapped(f"{about[:1].upper()}{about[1:]}." if about else "A key or a theme of your own.", width)
    for way in change:
        lines += wrapped(line(("change it  ", "quiet"), (way, "accent")), width, indent=11)
    lines += wrapped(line(("your file  ", "quiet"), (file, "")), width, indent=11)
    for problem in problems:
        lines += wrapped(line(("! ", "finding"), problem), width, indent=2)
    return Sheet(lines[:height], line((row.name, "title")))
