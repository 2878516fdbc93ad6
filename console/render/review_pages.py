"""Reviews as rows of a list, and one review's queue as a page: each token, what is known of it, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from console.render.column import Column
from console.render.counts import counted, many
from console.render.items import Item, cut_name, items, opened
from console.render.moments import ago, at
from console.render.pieces import Cell, Line
from console.render.sheet import Sheet, cut_line, line, wrapped
from console.render.suspicion import suspicious
from console.render.widths import fit, width_of
from store.rules.reviews import Progress

if TYPE_CHECKING:
    from store.reads.reviews import ReviewItem, ReviewLine

COLUMNS = (
    Column("review", "Review", 16, flex=1, most=30, priority=0),
    Column("about", "About", 20, flex=2, most=60, priority=1),
    Column("account", "Account", 10, most=20, priority=3),
    Column("decided", "Decided", 12, align="right", priority=0),
    Column("state", "State", 10, priority=0),
    Column("reviewer", "Signed by", 14, flex=1, most=24, priority=2),
    Column("opened", "Opened", 10, priority=4),
)
BAR = 24


def review_cells(row: ReviewLine) -> tuple[Cell, ...]:
    """Return the cells of a review, one for each of COLUMNS."""
    about = row.title or row.filter
    signed = row.signed_at is not None
    return (
        Cell(row.id, "quiet" if signed else "accent"),
        Cell(about, "quiet" if signed else "", "⚠" if suspicious(about) else ""),
        Cell(row.account_id or "every", "quiet"),
        Cell(f"{row.progress.decided:,} / {row.progress.tokens:,}", "good" if not row.progress.left else "finding"),
        Cell("signed off" if signed else "open", "good" if signed else "finding"),
        Cell(row.reviewer or "·", "quiet"),
        Cell(f"{row.opened_at:%Y-%m-%d}", "quiet"),
    )


def review_sheet(row: ReviewLine, now: datetime, width: int, height: int) -> Sheet:
    """Return what the inspector says of a review."""
    lines: list[Line] = [progress_line(row.progress, width)]
    lines += wrapped(
        line(("Frozen ", "quiet"), f"{at(row.opened_at)} by {row.opened_by}", (" from: ", "quiet"), row.filter), width
    )
    lines.append(state_line(row))
    return Sheet(
        [cut_line(one, width) for one in lines[:height]],
        line((row.id, "title"), (f" · {row.title}" if row.title else "", "accent")),
    )


def state_line(row: ReviewLine) -> Line:
    """Say whether it is signed off, by whom, or what it still needs."""
    if row.signed_at is not None:
        return line(
            ("Signed off ", "good"), f"by {row.reviewer} on {at(row.signed_at)}", ("; nothing of it can be changed", "quiet")
        )
    if row.progress.left:
        return line(
            (f"{counted(row.progress.left, 'token')} {many(row.progress.left, 'is')} undecided", "finding"),
            ("; it can be left and gone on with", "quiet"),
        )
    return line(("Every token is decided: ", "good"), ("s", "key"), " signs it off")


def progress_line(progress: Progress, width: int) -> Line:
    """Return a bar of what is decided, with its numbers."""
    room = max(8, min(BAR, width - 40))
    full = room * progress.decided // max(1, progress.tokens)
    numbers = f" {progress.decided:,} of {progress.tokens:,} decided, {progress.percent}%"
    return line(("█" * full, "good"), ("░" * (room - full), "quiet"), (numbers, "strong"))


def queue_items(row: ReviewLine, queue: Sequence[ReviewItem], now: datetime, width: int) -> list[Item]:
    """Return the page: progress, then every token with its decision, the undecided ones marked."""
    longest = max((width_of(item.name or item.id) for item in queue), default=0)
    told = 24 if any(item.decision or item.changed for item in queue) else 12  # a decision stands with its reason
    name = max(14, min(64, width - 76 if width >= 100 else min(longest, width - 37 - told)))
    where = width >= 100 and row.account_id is None
    account = f"{'Account':<16} " if where else ""
    shown = items([progress_line(row.progress, width), state_line(row), ()])
    shown.append(Item(line((f"  {'Token':<{name}} {account}{'Access':<11}{'Used':<11}{'Ends':<12}Decision", "header"))))
    for item in queue:
        mark = ("▸ ", "finding") if item.decision is None else ("  ", "")
        ends = "revoked" if item.revoked_at else "never !" if item.expires_at is None else f"{item.expires_at:%Y-%m-%d}"
        words = line(
            mark, f"{fit(item.name or item.id, name)} ", (f"{fit(item.account_id, 16)} " if where else "", "quiet"),
            (f"{item.tier:<11}", "quiet"),
            (f"{ago(item.last_used_at, now):<11}", "quiet"), (f"{ends:<12}", "finding" if ends == "never !" else "quiet"),
            _decision(item),
        )  # fmt: skip
        shown.append(opened(words, width, "token", item.account_id, item.id, whole=cut_name(item.name or item.id, name)))
    return shown


def _decision(item: ReviewItem) -> tuple[str, str]:
    if item.decision is None:
        return ("undecided, changed since it was frozen" if item.changed else "undecided"), "finding"
    again = f" until {item.again_at:%Y-%m-%d}" if item.again_at is not None else ""
    return f"{item.decision}{again}: {item.reason}", "good" if item.decision == "keep" else ""
