"""Scopes as rows of a list and as an inspector's sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.render.column import LAST, Column
from console.render.pieces import Cell, Line
from console.render.sheet import Sheet, cut_line, line, wrapped
from console.render.suspicion import suspicious

if TYPE_CHECKING:
    from store.reads.scopes import Holder, ScopeLine

COLUMNS = (
    Column("name", "Scope", 15, flex=1, most=32, priority=0, snug=True),
    Column("tier", "Access", 12, priority=1, snug=True),
    Column("live", "Live", 5, align="right", priority=0),
    Column("risky", "Risky with", 16, flex=1, most=40, priority=3, likes=19, snug=True),
    Column("can", "Can", 24, flex=5, most=44, priority=2, likes=37, snug=True),
    Column("cannot", "Cannot", 24, flex=3, most=48, priority=LAST, likes=31, snug=True),
)


def scope_cells(row: ScopeLine) -> tuple[Cell, ...]:
    """Return the cells of a scope, one for each of COLUMNS."""
    strange = row.known is None
    others = [pair.other if pair.one == row.name else pair.one for pair in row.pairs]
    more = f" +{len(others) - 1}" if others[1:] else ""
    broad = row.wildcard or row.tier.value == "admin"
    return (
        Cell(row.name, "finding" if strange else "", "⚠" if suspicious(row.name) else ""),
        Cell(f"{'!' if broad else ' '} {row.tier.value}", "finding" if broad else row.tier.value),
        Cell(f"{row.live_tokens:,}" if row.live_tokens else "·", "" if row.live_tokens else "quiet"),
        Cell(f"! {others[0]}{more}" if others else "", "finding"),
        Cell(row.known.can if row.known else "! not in the catalogue", "finding" if strange else ""),
        Cell(row.known.cannot if row.known else "", "quiet"),
    )


def scope_sheet(row: ScopeLine, held: tuple[Sequence[Holder], int] | None, width: int, height: int) -> Sheet:
    """Return what the inspector says about a scope; `held` None while it is being read who holds it."""
    lines: list[Line] = []
    if row.known is not None:
        lines += wrapped(line(("Can     ", "good"), row.known.can), width, indent=8)
        if row.known.cannot:
            lines += wrapped(line(("Cannot  ", "finding"), (row.known.cannot, "quiet")), width, indent=8)
    elif row.wildcard:
        lines += wrapped(line(("! ", "finding"), "Stands for everything of a kind; no new token can be given it."), width)
    else:
        why = f"it came in with an import, and its access ({row.tier.value}) is judged by its name"
        lines += wrapped(line(("! ", "finding"), f"Not in the catalogue: {why}. No new token can be given it."), width)
    risky = []
    for pair in row.pairs:
        other = pair.other if pair.one == row.name else pair.one
        risky += wrapped(line(("! ", "finding"), "risky with ", (other, "accent"), f": such a token {pair.why}"), width, indent=2)
    room = max(1, height - len(lines) - len(risky))
    named = len(held[0]) if held is not None else 0
    told = (wrapped(_holders(row, held, count), width) for count in range(named, -1, -1))
    lines += [*next((who for who in told if len(who) <= room), [cut_line(_holders(row, held, 0), width)]), *risky]
    return Sheet(lines[:height], line((row.name, "title"), (f" · {row.tier.value}", row.tier.value)))


def _holders(row: ScopeLine, held: tuple[Sequence[Holder], int] | None, named: int) -> Line:
    """Say how many live tokens hold it, and in which accounts: so many of them by name, the others by number."""
    count = row.live_tokens
    words = [(f"{count:,}", "strong"), " live token holds it" if count == 1 else " live tokens hold it"]
    if held is None or not count:
        return line(*words, (" …" if count else "", "quiet"))
    found, accounts = held
    names = ", ".join(f"{one.account_name or one.account_id} {one.live_tokens:,}" for one in found[:named])
    more = f", and {accounts - named:,} more" if accounts > named else ""
    where = f" in {accounts:,} account{'s' * (accounts != 1)}"
    return line(*words, f"{where}: ", (names + more, "quiet")) if names else line(*words, where)
