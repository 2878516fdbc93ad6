"""Policies as rows of a list and as an inspector's sheet."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from console.render.column import Column
from console.render.pieces import Cell, Line
from console.render.policy_words import amount, changed_words, short
from console.render.sheet import Sheet, cut_line, line, wrapped
from console.render.suspicion import suspicious
from store.rules.policies import LIMITS

if TYPE_CHECKING:
    from store.reads.policies import PolicyLine

EVERYONE = "every account"
COLUMNS = (
    Column("name", "Policy of", 18, flex=3, most=36, priority=0, snug=True),
    Column("id", "Account", 10, flex=1, most=20, priority=4, snug=True),
    Column("max_lifetime_days", "Lifetime", 9, align="right", priority=0),
    Column("rotate_every_days", "Rotate", 8, align="right", priority=1),
    Column("idle_limit_days", "Unused", 8, align="right", priority=1),
    Column("max_overlap_hours", "Overlap", 8, align="right", priority=2),
    Column("token_limit", "Tokens", 8, align="right", priority=2),
    Column("live", "Live now", 9, align="right", priority=3),
    Column("changed", "Set", 12, priority=5, snug=True),
    Column("by", "By", 10, flex=1, most=18, priority=6, snug=True),
)


def policy_cells(row: PolicyLine) -> tuple[Cell, ...]:
    """Return the cells of a policy, one for each of COLUMNS."""
    name = EVERYONE if row.is_default else row.account_name or row.account_id
    over = row.limits.token_limit is not None and row.live_tokens is not None and row.live_tokens > row.limits.token_limit
    live = "" if row.live_tokens is None else f"{'! ' if over else ''}{row.live_tokens:,}"
    return (
        Cell(name, "strong" if row.is_default else "", "⚠" if suspicious(name) else ""),
        Cell("default" if row.is_default else row.account_id, "quiet"),
        *(_limit(short(limit, row.limits.value(limit.name))) for limit in LIMITS),
        Cell(live, "finding" if over else "quiet"),
        Cell(f"{row.updated_at:%Y-%m-%d}" if row.updated_at else "never", "quiet"),
        Cell(row.updated_by, "quiet"),
    )


TALL = 2 * len(LIMITS) + 4
"""From so many lines on each limit may take two, so that what it does is said whole."""


def policy_sheet(row: PolicyLine, now: datetime, width: int, height: int) -> Sheet:
    """Return what the inspector says about a policy: each limit in words, and what it is good for."""
    lines: list[Line] = []
    for limit in LIMITS:
        value = row.limits.value(limit.name)
        if value is not None:
            words = line((f"{limit.title:<18}", "quiet"), (f"{amount(limit, value):<12}", "strong"), (limit.does, "quiet"))
            lines += wrapped(words, width, indent=30) if height >= TALL else [cut_line(words, width)]
    if not lines:
        lines += wrapped("No limits of its own: the product's hold, 365 days and 14 days of overlap.", width, "quiet")
    holds = "Holds for every account; an account's own policy can only be tighter." if row.is_default else ""
    lines += [line((changed_words(row.updated_at, row.updated_by, now), "quiet")), *wrapped(holds, width, "quiet")]
    name = EVERYONE if row.is_default else row.account_name or row.account_id
    about = "the default policy" if row.is_default else row.account_id
    return Sheet(lines[:height], line((name, "title"), (f" · {about}", "accent")))


def _limit(words: str) -> Cell:
    return Cell(words, "quiet" if words == "·" else "")
