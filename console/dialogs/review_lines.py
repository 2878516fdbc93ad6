"""A bulk review as lines: its tokens, its counts, and how far a revocation has come."""

from __future__ import annotations

from datetime import datetime

from console.dialogs.review import Item, Review, counted
from console.render.moments import ago
from console.render.pieces import Line, Piece
from console.render.sheet import fit_line, line
from console.render.widths import fit


def item_line(item: Item, here: bool, width: int, now: datetime) -> Line:
    """Return a token of the review: its tick, its end, its account, its name, its last use, and why it may hurt."""
    row = item.row
    tick = "[x]" if item.ticked else "[ ]"
    words = item.outcome or item.why or "-"
    style = item.style if item.outcome else "finding" if item.why else "quiet"
    parts = line(
        (" ▌ " if here else "   ", "accent"),
        (f"{tick}   ", "mark" if item.ticked else "quiet"),
        (f"…{row.hint or row.id[-4:]:<6}", "accent"),
        fit(row.account_name or row.account_id, 18),
        "  ",
        fit(row.name or "(no name)", 26),
        "  ",
        (f"{ago(row.last_used_at, now):<10}  ", "quiet"),
        (words, style),
    )
    return tuple(Piece(piece.text, "cursor") for piece in fit_line(parts, width)) if here else parts


def count_lines(review: Review) -> list[Line]:
    """Say how many are ticked, of how many accounts, and how many of them are in use."""
    ticked = review.ticked
    in_use = sum(item.in_use for item in ticked)
    return [
        line(
            (f"{len(ticked):,} ticked", "strong"),
            f", {len(review.items) - len(ticked):,} left out, {counted(review.accounts, 'account', 'accounts')}. ",
            (f"In use: {in_use} ticked.", "danger" if in_use else "quiet"),
        ),
        line(
            ("Cannot be undone. ", "strong"),
            ("Space ticks, Enter goes on to the reason and the count. Portions of 50; Esc stops between two.", "quiet"),
        ),
    ]


def progress_lines(review: Review, *, over: bool, stopping: bool) -> list[Line]:
    """Say how far it has come."""
    done = sum(item.style == "good" for item in review.items)
    left = sum(bool(item.outcome) and item.style != "good" for item in review.items)
    words = "Done" if over else "Stopping after this portion" if stopping else "Revoking"
    keys = "Esc goes back; R marks what was left over." if over else "Esc stops after this portion."
    return [
        line((f"{words}: ", "strong"), f"{done:,} revoked, {left:,} left alone, {len(review.ticked) - done - left:,} to go."),
        line((keys, "quiet")),
    ]
