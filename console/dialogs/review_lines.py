"""A bulk review as lines: its tokens, its counts, and how far a revocation has come."""

from __future__ import annotations

from datetime import datetime

from console.dialogs.review import CHUNK, Item, Review
from console.render.counts import counted
from console.render.moments import ago
from console.render.pieces import Line, Piece
from console.render.sheet import cut_line, fit_line, in_clauses, length, line, wrapped
from console.render.widths import fit, width_of

ROOMY = 104
"""With fewer cells than this the last use has no column of its own: why a token may hurt needs the room."""

TOLD = 2
"""So many lines say of the token under the cursor why it may hurt: what its row had no room for."""


def head_line(width: int, *, over: bool = False) -> Line:
    """Return the titles over the tokens; when it is `over`, each row says what became of its token."""
    account, name = _columns(width)
    used = "Used        " if width >= ROOMY else ""
    last = "What became of it" if over else "Why it may hurt"
    return line((f"   Tick  Last 4  {fit('Account', account)}  {fit('Name', name)}  {used}{last}", "header"))


def item_line(item: Item, here: bool, width: int, now: datetime) -> Line:
    """Return a token of the review: its tick, its end, its account, its name, its last use, and why it may hurt."""
    row = item.row
    account, name = _columns(width)
    tick = "[x]" if item.ticked else "[ ]"
    nothing = "-" if width >= ROOMY else _last_use(item, now)
    words = item.outcome or item.why or nothing
    style = item.style if item.outcome else "finding" if item.why else "quiet"
    parts = line(
        (" ▌ " if here else "   ", "accent"),
        (f"{tick}   ", "mark" if item.ticked else "quiet"),
        (f"…{row.hint or row.id[-4:]:<7}", "accent"),
        fit(row.account_name or row.account_id, account),
        "  ",
        fit(row.name or "(no name)", name),
        "  ",
        (f"{ago(row.last_used_at, now):<10}  " if width >= ROOMY else "", "quiet"),
    )
    room = width - length(parts)
    if not item.outcome and _is_late(item) and width_of(words) > room:
        words = _gravest(item.grave, room)
    parts = (*parts, *in_clauses((Piece(words, style),), room, 8))
    return tuple(Piece(piece.text, "cursor") for piece in fit_line(parts, width)) if here else cut_line(parts, width)


def _is_late(item: Item) -> bool:
    """Say whether the first clause of its reasons is not the only grave one."""
    return len(item.grave) > 1 or (bool(item.grave) and not item.why.startswith(item.grave[0]))


def _gravest(reasons: tuple[str, ...], room: int) -> str:
    """Return as many reasons as fit, the gravest first; it is never the one that is left out."""
    kept = len(reasons)
    while kept > 1 and width_of("; ".join(reasons[:kept])) > room:
        kept -= 1
    return "; ".join(reasons[:kept])


def told_lines(item: Item, width: int, now: datetime) -> list[Line]:
    """Say of the token under the cursor all that may hurt, as much of it as TOLD lines hold whole."""
    row = item.row
    why = item.outcome or item.why or f"{_last_use(item, now)}; nothing is known that would stop with it"
    style = item.style if item.outcome else "finding" if item.why else "quiet"
    whose = (f"{row.name or '(no name)'} of {row.account_name or row.account_id}: ", "quiet")
    lines = wrapped(line(whose, (why, style)), width)
    while len(lines) > TOLD and "; " in why:
        why = why.rpartition("; ")[0]
        lines = wrapped(line(whose, (why, style)), width)
    return [*lines[:TOLD], *[()] * (TOLD - len(lines))]


def _columns(width: int) -> tuple[int, int]:
    return (18, 26) if width >= ROOMY else (9, 25)


def _last_use(item: Item, now: datetime) -> str:
    return f"last used {ago(item.row.last_used_at, now)}" if item.row.last_used_at is not None else "never used"


def count_lines(review: Review, width: int) -> list[Line]:
    """Say how many are ticked, of how many accounts, and how many of them are in use."""
    ticked = review.ticked
    in_use = sum(item.in_use for item in ticked)
    return [
        line(
            (f"{len(ticked):,} ticked", "strong"),
            f", {len(review.items) - len(ticked):,} left out, {counted(review.accounts, 'account')}. ",
            (f"In use: {in_use} ticked.", "danger" if in_use else "quiet"),
        ),
        line(
            ("Cannot be undone. ", "strong"),
            (f"{_KEYS} {_PORTIONS}" if width >= ROOMY + 8 else _KEYS, "quiet"),
        ),
    ]


_KEYS = "Space ticks, Enter goes on to the reason and the count."
_PORTIONS = f"Revokes {CHUNK} at a time; Esc stops it."


def progress_lines(review: Review, *, over: bool, stopping: bool) -> list[Line]:
    """Say how far it has come."""
    done = sum(item.style == "good" for item in review.items)
    left = sum(bool(item.outcome) and item.style != "good" for item in review.items)
    words = "Done" if over else f"Stopping after these {CHUNK}" if stopping else "Revoking"
    keys = "Esc goes back; R marks what was left over." if over else f"Esc stops after these {CHUNK}."
    return [
        line((f"{words}: ", "strong"), f"{done:,} revoked, {left:,} left alone, {len(review.ticked) - done - left:,} to go."),
        line((keys, "quiet")),
    ]
