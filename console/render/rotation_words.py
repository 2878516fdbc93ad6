"""A rotation in words: what each scope was seen to be used for, what narrowing would break, and the steps of the move."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from console.render.blast_words import named
from console.render.issue_pages import steps
from console.render.moments import at
from console.render.pieces import Line
from store.rules.blast import Use as Caller
from store.rules.splitting import Use

MOST_NAMED = 2


def seen_words(scope: str, use: Use, days: int) -> tuple[str, str]:
    """Return who was seen to need a scope, and the style of it: unused is worth a look, but only where all is told."""
    users = [share.integration or "a caller without a name" for share in use.shares if scope in share.scopes]
    if users:
        more = f" and {len(users) - MOST_NAMED} more" if len(users) > MOST_NAMED else ""
        return f"used by {', '.join(users[:MOST_NAMED])}{more}", "good"
    if not use.shares:
        return f"nothing has called in {days} days", "quiet"
    if use.untold:
        return "not seen, but the log does not tell all", "quiet"
    return f"not used in {days} days", "finding"


def narrowing_words(held: Sequence[str], kept: Sequence[str], use: Use, *, split: bool = False) -> str:
    """Say what the replacement no longer may do, and whether somebody would notice; "" when it keeps everything.

    In a `split` the other callers have tokens of their own.
    """
    gone = [scope for scope in held if scope not in kept]
    if not gone:
        return ""
    needed = [scope for scope in gone if scope in use.exercised]
    words = f"The new one no longer holds {', '.join(gone)}."
    if needed and split:
        return f"{words} Who needs that has a token of its own, and must use it before the old one ends."
    if needed:
        return f"{words} {', '.join(needed)} was seen in use: those calls will be refused."
    if use.untold:
        return f"{words} {use.untold:,} requests do not tell what they needed: it is not proven that nobody needs it."
    return words


def offer_words(use: Use, days: int) -> str:
    """Offer a narrower replacement where it is proven that scopes are not needed, or say why that can't be told.

    "" where every scope was seen in use.
    """
    if not use.shares:
        return f"Nothing has called with it in {days} days: which scopes it needs is not known."
    if use.untold and use.unused:
        many = f"{use.untold:,} request{' names' if use.untold == 1 else 's name'}"
        return f"Which scopes it needs is not proven: {many} neither a scope nor an endpoint that tells it."
    if not use.unused or not use.exercised:
        return ""
    return f"It holds {', '.join(use.unused)}, which nobody was seen to need in {days} days: untick to narrow it now."


def move_steps(owner: str, callers: Sequence[Caller], ends_at: datetime, now: datetime, width: int) -> list[Line]:
    """Return what is to be done with a replacement, in order; `callers` are the programs that use the old token."""
    where = "every program that uses the old one (the log names none)"
    if callers:
        where = f"the program{'s' * (len(callers) > 1)} that use{'s' * (len(callers) == 1)} the old one: {named(callers)}"
    after = (
        (f"The old one has ended: whoever still uses it is refused since {at(now)}.",)
        if ends_at <= now
        else (
            "Watch the cut-over: the old token's page says how many calls have moved, and i marks a program as updated.",
            f"Revoke the old one there (x) once it says “safe to revoke”; it ends by itself {at(ends_at)}.",
        )
    )
    hand_over = (
        f"Copy it (c) and hand it to {owner}."
        if owner
        else ("Its owner has left or is missing: copy it (c) for the account's admin, and give it another owner (O) afterwards.")
    )
    return steps((hand_over, f"Put it into {where}.", *after), width)
