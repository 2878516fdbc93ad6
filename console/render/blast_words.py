"""The blast radius in words: who calls, for what, how often, when next, and what nobody else may do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from console.render.moments import at
from console.render.pieces import Line, Piece
from console.render.rhythm_words import calls_words, quiet_words
from store.rows import Freshness
from store.rules.blast import Blast, Use
from store.rules.cutover import CutOver

NAMED = 3
"""So many integrations and endpoints are named; how many more there are is said."""


def who_calls(blast: Blast, *, short: bool = False) -> Line:
    """Say which integrations call which endpoints, from how many addresses; nothing where the logs did not tell.

    `short` names one of the endpoints, and counts no addresses.
    """
    callers, more = blast.callers, blast.more_callers
    if not callers:
        if blast.requests_7d:
            return (Piece("Who calls is not on record: the log names no program."),)
        return ()
    ends = [use for use in blast.endpoints if use.name]
    verb = "calls" if len(callers) == 1 and not more else "call"
    to = f" {named(ends, 1 if short else NAMED, others=len(ends) < len(blast.endpoints))}" if ends else ""
    least = "at least " if blast.more_addresses else ""
    where = f" from {least}{blast.addresses:,} addresses" if blast.addresses > 1 and not short else ""
    return (Piece(named(callers, others=more), "strong"), Piece(f" {verb}{to}{where}."))


def how_often(blast: Blast, *, day: bool = True) -> Line:
    """Say the calls of the last hour, day (unless that has been said) and week, and the share refused."""
    today = f" · 24 h {blast.requests_24h:,}" if day else ""
    words = f"1 h {blast.requests_1h:,}{today} · 7 d {blast.requests_7d:,} requests"
    if not blast.failing:
        return (Piece(f"{words}, none refused." if blast.requests_7d else f"{words}."),)
    return (Piece(f"{words}, "), Piece(failing_words(blast), "finding"), Piece("."))


def failing_words(blast: Blast) -> str:
    """Say the share of its requests that were refused in the last 7 days; "" where none was."""
    failing = blast.failing
    if not failing:
        return ""
    # Only what was always refused is said to be: nearly all of a million is not.
    share = "under 0.1%" if failing < 0.001 else f"{min(failing, 0.999):.1%}" if failing < 1 else "all"
    return f"{share} refused"


def when_next(blast: Blast, now: datetime, *, quiet: bool = True, short: bool = False) -> Line:
    """Say its rhythm or its pace, when the next call is due, and (with `quiet`) when nothing would notice it gone.

    `short` says its pace without its rhythm.
    """
    gap = blast.gap(now)
    if blast.last_used_at is None or (blast.rhythm is None and gap is None):
        return (Piece("Next expected call: none."),)
    words = f"Calls {calls_words(None if short and gap else blast.rhythm, blast.last_used_at, now, gap)}."
    unnoticed = quiet_words(blast.quiet(now), now) if quiet else ""
    return (Piece(words), *((Piece(f" {unnoticed}", "good"),) if unnoticed else ()))


def nobody_else(blast: Blast, account: str) -> Line:
    """Say which scopes go with it: those no other live token of the account holds. The account may go without a name: ""."""
    if not blast.sole_scopes:
        return ()
    return (
        Piece(f"No other live token{f' of {account}' if account else ''} may: "),
        Piece(", ".join(blast.sole_scopes), "finding"),
        Piece("."),
    )


def moved_words(cut: CutOver, now: datetime) -> Line:
    """Say how far callers have moved to the replacement, and whether the old token can be revoked."""
    whole = cut.old_24h + cut.new_24h
    share = f"{cut.moved:.1%} moved ({cut.new_24h:,} of {whole:,} in 24 h)" if cut.moved is not None else "nothing called in 24 h"
    last = f", last old call {at(cut.last_old_at)}" if cut.last_old_at else ", the old one was never called"
    if cut.safe(now):
        return (Piece(f"{share}{last}: "), Piece("safe to revoke", "good"), Piece(" the old one."))
    return (Piece(f"{share}{last}: "), Piece("NOT yet safe", "finding"), Piece(" to revoke the old one."))


def told_words(blast: Blast, fresh: Freshness) -> str:
    """Say since when callers are recorded, where that is later than the tracking, which is told with every number."""
    if blast.told_since is None or blast.told_since == fresh.tracking_since:
        return ""
    return f"Callers recorded since {at(blast.told_since)}."


def named(uses: Sequence[Use], shown: int = NAMED, *, others: bool = False) -> str:
    """Return the busiest names, and how many more there are; with `others` there are some without a name besides."""
    words = [use.name for use in uses[:shown]]
    more = len(uses) - len(words)
    if more:
        return f"{', '.join(words)} and {'at least ' if others else ''}{more} more"
    if others:
        words.append("others")
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
