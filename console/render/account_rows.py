"""Accounts as rows of a list and as an inspector's sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from console.render.column import Column
from console.render.counts import counted
from console.render.member_words import NO_ADDRESS, address_of
from console.render.moments import ago
from console.render.pieces import Cell, Line
from console.render.sheet import Sheet, length, line
from console.render.suspicion import suspicious
from store.rows import AccountLine, MemberRow

SPRAWL = 10
"""An account with more live tokens than this is in the view `sprawl` (decisions.md, «Saved views»)."""

COLUMNS = (
    Column("name", "Name", 18, flex=3, most=36, priority=0, snug=True),
    Column("id", "Account", 10, flex=1, most=20, priority=3, snug=True),
    Column("plan", "Plan", 10, most=14, priority=6, snug=True),
    Column("live", "Live", 7, align="right", priority=0),
    Column("orphaned", "Orphaned", 8, align="right", priority=2),
    Column("never", "Never ends", 10, align="right", priority=4),
    Column("broad", "Too broad", 9, align="right", priority=5),
    Column("day", "Last 24 h", 12, align="right", priority=1, snug=True),
    Column("refused", "Refused", 9, align="right", priority=3),
    Column("used", "Used", 10, priority=0, snug=True),
)


def account_cells(row: AccountLine, now: datetime) -> tuple[Cell, ...]:
    """Return the cells of an account, one for each of COLUMNS."""
    name = row.name or row.id
    return (
        Cell(name, "", "⚠" if suspicious(name) else ""),
        Cell(row.id, "quiet"),
        Cell(row.plan, "quiet"),
        _found(row.live_tokens) if row.live_tokens > SPRAWL else Cell(f"{row.live_tokens:,}"),
        _found(row.orphaned),
        _found(row.never_expires),
        _found(row.broad),
        Cell(f"{row.requests_24h:,}", "" if row.requests_24h else "quiet"),
        Cell(f"{row.refused_24h:,}" if row.refused_24h else "·", "" if row.refused_24h else "quiet"),
        Cell(ago(row.last_used_at, now), "quiet"),
    )


def account_sheet(row: AccountLine, members: Sequence[MemberRow] | None, now: datetime, width: int, height: int) -> Sheet:
    """Return what the inspector says about an account; `members` None while they are being read."""
    admins = ", ".join(_admin(person) for person in members or () if person.admin and person.active)
    left = sum(not person.active for person in members or ())
    who = "…" if members is None else f"{len(members) - left:,} active, {left:,} left"
    admin, people = line(("Admin   ", "quiet"), admins or "nobody is recorded"), line(("People  ", "quiet"), who)
    both = (*admin, *line("   "), *people)
    lines: list[Line] = [
        line(
            (counted(row.live_tokens, "live token"), "strong"),
            (f" · {counted(row.requests_24h, 'request')} in 24 h, {row.refused_24h:,} refused", "quiet"),
        ),
        *([both] if length(both) <= width else [admin, people]),
        line(("Customer since ", "quiet"), f"{row.created_at:%Y-%m-%d}", (f"   plan {row.plan}" if row.plan else "", "quiet")),
    ]
    for count, words in (
        (row.live_tokens if row.live_tokens > SPRAWL else 0, "live tokens: more than ten"),
        (row.orphaned, "whose creator has left"),
        (row.never_expires, "that never expires" if row.never_expires == 1 else "that never expire"),
        (row.broad, "that may do too much"),
    ):
        if count:
            lines.append(line(("! ", "finding"), (f"{count:,} ", "finding"), words))
    return Sheet(lines[:height], line((row.name or row.id, "title"), (f" · {row.id}", "accent")))


def _admin(person: MemberRow) -> str:
    """Return an admin with where they are mailed."""
    name = person.name or person.id
    address = address_of(person)
    return name if address == name else f"{name} <{address}>" if address else f"{name} ({NO_ADDRESS})"


def _found(count: int) -> Cell:
    """Return how many there are of what is a finding, with its sign; those of a column stand below one another up to 99,999."""
    return Cell(f"! {count:>5,}", "finding") if count else Cell("·", "quiet")
