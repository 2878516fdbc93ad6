"""Saved views as rows of a list and as an inspector's sheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from console.render.column import LAST, Column
from console.render.pieces import Cell, Line
from console.render.sheet import Sheet, cut_line, line, wrapped
from store.rules.views import View

COLUMNS = (
    Column("key", "Key", 3, priority=2),
    Column("name", "View", 22, flex=1, most=40, priority=0, snug=True),
    Column("kind", "Whose", 8, priority=3, snug=True),
    Column("count", "Holds", 7, align="right", priority=0),
    Column("sort", "Sorted by", 21, flex=1, most=30, priority=4, snug=True, clauses=True),
    Column("filter", "Filter", 24, flex=8, priority=1, likes=27, snug=True),
    Column("rule", "Rule", 24, flex=3, most=44, priority=LAST, likes=43, snug=True),
)


class Counted(Protocol):
    """A number, or with `more` the least it is."""

    @property
    def number(self) -> int:
        """Return the number."""

    @property
    def more(self) -> bool:
        """Say whether counting stopped there."""


def held_words(count: Counted | None, *, known: bool) -> str:
    """Write how much a view holds; «?» for one that could not be counted."""
    if count is None:
        return "?" if known else "…"
    return f"{count.number:,}{'+' if count.more else ''}"


def view_cells(view: View, counts: Mapping[str, Counted], *, known: bool, order: str) -> tuple[Cell, ...]:
    """Return the cells of a view; `known` says that everything that can be counted has been, `order` how it is sorted."""
    held = held_words(counts.get(view.id), known=known)
    return (
        Cell(view.key, "key"),
        Cell(view.title),
        Cell(view.kind, "quiet" if view.operator is None else "accent"),
        Cell(held, "finding" if held == "?" else ""),
        Cell(order, "quiet"),
        Cell(view.filter or "everything", "accent"),
        Cell(view.rule.removesuffix("."), "quiet"),
    )


def view_sheet(view: View, counts: Mapping[str, Counted], *, known: bool, order: str, width: int, height: int) -> Sheet:
    """Return what there is to say about a view, which is sorted by `order`."""
    held = held_words(counts.get(view.id), known=known)
    of = "accounts" if view.by_account else "tokens"
    lines: list[Line] = [
        *wrapped(line(("Filter   ", "quiet"), (view.filter or "everything", "accent")), width, indent=9),
        line(("Holds    ", "quiet"), (f"{held} {of}", "strong"), ("   sorted by ", "quiet"), order),
        *wrapped(line(("Rule     ", "quiet"), view.rule), width, indent=9),
    ]
    if held == "?":
        lines.append(line(("! ", "finding"), "This filter is not understood any more; edit or delete the view."))
    elif view.operator is not None:
        lines.append(line(("Columns  ", "quiet"), view.columns or "as last chosen"))
    else:
        lines += wrapped("Built in: only views that somebody saved can be changed.", width, "quiet")
    lines += [line(("Command  ", "quiet"), (f":view {view.name}", "accent"))]
    title = line((view.title, "title"), (f" · {view.kind}", "quiet"))
    return Sheet([cut_line(one, width) for one in lines[:height]], title)
