"""The cut-over of a rotation on a token's page: a bar of how much has moved, who still calls, and what can be done now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from console.render.glyphs import LEFT_EIGHTHS
from console.render.moments import ago_words, at
from console.render.pieces import Line, Piece
from console.render.sheet import cut_line, line, wrapped
from console.render.token_facts import TokenFacts
from console.render.widths import fit
from store.rows import AuditRow
from store.rules.cutover import USUAL_WAIT, CutOver
from store.rules.status import Status

BAR, MOST_CALLERS = 24, 5
UPDATED = "integration updated: "
"""How the reason of the audit line begins that notes it."""

NONE_UPDATED: Mapping[str, AuditRow] = {}


def updated_of(rows: Iterable[AuditRow]) -> dict[str, AuditRow]:
    """Return which programs were noted as updated, each with its newest audit line."""
    found: dict[str, AuditRow] = {}
    for row in rows:
        if row.reason.startswith(UPDATED):
            found.setdefault(row.reason.removeprefix(UPDATED), row)
    return found


def meter_words(cut: CutOver, now: datetime) -> Line:
    """Return the meter's sentence: `91.7% moved (1,320 of 1,440), last old call 08:40Z, not yet safe`; counts are of 24 hours."""
    whole = cut.old_24h + cut.new_24h
    moved = f"{cut.moved:.1%} moved ({cut.new_24h:,} of {whole:,})" if cut.moved is not None else "no calls in 24 h"
    last = "never an old call" if cut.last_old_at is None else f"last old call {_short(cut.last_old_at, now)}"
    safe = cut.safe(now)
    return line(
        (moved, "strong"), f", {last}, ", ("safe to revoke" if safe else "not yet safe", "good" if safe else "finding")
    )  # fmt: skip


def meter_bar(moved: float | None, width: int = BAR) -> Line:
    """Return the share that has moved as a bar of `width` cells between two marks."""
    eighths = round((moved or 0.0) * width * 8)
    whole, rest = divmod(eighths, 8)
    filled = "█" * whole + (LEFT_EIGHTHS[rest - 1] if rest else "")
    return (Piece("▕", "axis"), Piece(filled, "bar"), Piece(" " * (width - len(filled))), Piece("▏", "axis"))


def cut_over(facts: TokenFacts, updated: Mapping[str, AuditRow], now: datetime, width: int, old: str = "") -> list[Line]:
    """Return the section of a token that is being replaced, or of its replacement; nothing without a rotation under way.

    `old` is how the token that is replaced ends.
    """
    cut = facts.cutover
    if cut is None:
        return []
    lines = [meter_bar(cut.moved, min(BAR * 2, width - 2)), *wrapped(meter_words(cut, now), width)]
    if facts.row.status is not Status.RETIRING:
        named = f" (…{old})" if old else ""
        return [*lines, line((f"Revoke the old one{named} on its own page: it is in the family below.", "quiet"))]
    callers = facts.blast.callers if facts.blast is not None else ()
    names = [use.name for use in callers]
    for use in callers[:MOST_CALLERS]:
        note = updated.get(use.name)
        since = line((f"last {_short(use.last_at, now)}", "quiet"))
        quiet = now - use.last_at >= USUAL_WAIT
        calls = line(("  no call in 24 h", "quiet")) if quiet else line(("  still calls", "finding"))
        mark = _noted(note, use.last_at) if note is not None else calls
        lines.append(cut_line((Piece(f"{fit(use.name, 20)} "), *since, *mark), width))
    for name, note in updated.items():
        if name not in names:
            lines.append(cut_line((Piece(f"{fit(name, 20)} "), *_noted(note, None)), width))
    return [*lines, line(("x", "key"), " revoke the old one   ", ("i", "key"), " note a program as updated")]


def _noted(note: AuditRow, last_call: datetime | None) -> Line:
    """Say who noted it, and whether the program has called with the old token since."""
    words = line(("  ✓ updated", "good"), (f" {at(note.at)} by {note.actor}", "quiet"))
    return (*words, Piece(", but it called since", "finding")) if last_call is not None and last_call > note.at else words


def _short(moment: datetime, now: datetime) -> str:
    """Return a moment of today as a time, another with its date."""
    return f"{moment:%H:%M}Z" if moment.date() == now.date() else f"{at(moment)}, {ago_words(moment, now)}"
