"""A case in words: how long its tokens were known and not ended, what they did meanwhile, and what depended on them.

Where nothing is known it says so: «none recorded», «not known», never a zero that looks like a proof.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from console.render.blast_words import named
from console.render.counts import counted
from console.render.moments import at
from console.render.moments import span as short_span
from store.case_rows import Aftermath, CaseFile, CaseLine, CaseRow, CaseToken
from store.rules.checklist import State
from store.rules.status import Status

SIGNS = {State.DONE: ("✓", "good"), State.PARTLY: ("◐", "finding"), State.OPEN: ("○", "quiet")}
ASCII_SIGNS = {State.DONE: "[x]", State.PARTLY: "[~]", State.OPEN: "[ ]"}
SHOWN_ADDRESSES = 3


def minutes(span: timedelta) -> str:
    """Return a span in whole minutes, as incident reports count: `32 min`; a long one in words besides: `1,412 min (23 h)`."""
    more = f" ({short_span(span)})" if span >= _LONG else ""
    return f"{span // timedelta(minutes=1):,} min{more}"


_LONG = timedelta(hours=2)


def state_words(row: CaseRow) -> str:
    """Say whether a case is open, and since when."""
    return f"open since {at(row.opened_at)}" if row.closed_at is None else f"closed {at(row.closed_at)}"


def steps_words(line: CaseLine) -> str:
    """Say how many of the five steps are done; nothing where the list did not read that far."""
    return "" if line.steps is None else f"{line.steps} of 5"


def discovery_words(found: CaseFile) -> str:
    """Say how long it took from the first discovery to the end of the last token."""
    if found.found_at is None:
        return "Discovery: not known; no token was looked up or found under this case yet."
    begun = f"Discovered {at(found.found_at)}"
    if found.took is not None and found.ended_at is not None:
        if found.took < timedelta(0):
            return f"{begun}; every token had ended before, the last one {at(found.ended_at)}."
        return f"{begun}, last token ended {at(found.ended_at)}: {minutes(found.took)} from discovery to revocation."
    waiting = minutes(found.at - found.found_at)
    left = len(found.working) + len(found.suspended)
    words = "1 token has" if left == 1 else f"{left:,} tokens have"
    return f"{begun}; {words} not ended after {waiting}."


def token_times(token: CaseToken, now: datetime) -> str:
    """Say how long one token was known and not ended."""
    if token.found_at is None:
        return "discovery not known"
    begun = f"{_FOUND[token.found_by]} {at(token.found_at)}"
    if token.took is None:
        return f"{begun}, not ended after {minutes(now - token.found_at)}"
    if token.took < timedelta(0):
        return f"{begun}, had ended before"
    assert token.ended_at is not None
    return f"{begun}, ended {at(token.ended_at)}: {minutes(token.took)}"


_FOUND = {"exposure": "seen in the open", "look-up": "first looked at", "action": "first acted on"}


def status_words(token: CaseToken, now: datetime) -> str:
    """Say how a token stands: a suspension is not an end, and one whose time is over waits for somebody."""
    row = token.row
    match row.status:
        case Status.SUSPENDED:
            if row.suspended_until is None:
                return "suspended, not ended"
            if row.suspended_until <= now:
                return f"suspended, not ended; over since {at(row.suspended_until)}"
            then = "asks" if row.exposed_at is not None else "works again"
            return f"suspended, not ended; {then} at {at(row.suspended_until)}"
        case Status.RETIRING:
            return f"rotated, works until {at(row.retires_at)}" if row.retires_at else "retiring"
        case Status.REVOKED:
            return f"revoked {at(row.revoked_at)} by {row.revoked_by}" if row.revoked_at else "revoked"
        case Status.EXPIRED:
            return "expired" if token.ended_at is None else f"ended {at(token.ended_at)}"
        case Status.ACTIVE:
            return "active: still works"


def step_of(after: Aftermath) -> str:
    """Return the resolution of the counts: `minute` or `hour`."""
    return "minute" if after.step_s == 60 else "hour"


def after_words(after: Aftermath | None) -> str:
    """Say how many calls were accepted after a token was found, how finely that is known, and up to when."""
    if after is None:
        return "not known"
    if after.recorded_to is None:
        return "not known: no usage is recorded"
    if after.accepted is None:
        return f"not known: usage is recorded only to {at(after.recorded_to)}"
    step = step_of(after)
    to = f"counted by the {step}, recorded to {at(after.recorded_to)}"
    since = at(after.since)
    if after.from_at > after.since:
        since = f"{at(after.from_at)} (what came before is not counted)"
    if not after.accepted and not after.within:
        return f"none recorded after {since}; {to}"
    within = f", and {after.within:,} in that very {step}, before or after it" if after.within else ""
    accepted = f"{after.accepted:,} accepted" if after.accepted else f"none recorded in a whole {step}"
    return f"{accepted} after {since}{within}; {to}"


def address_words(after: Aftermath | None, shown: int = SHOWN_ADDRESSES) -> str:
    """Say from which addresses a token was never used before it was found."""
    if after is None:
        return "not known"
    if not after.addresses:
        return "none recorded"
    new = sorted(after.addresses, key=lambda one: one.first_seen_at)
    words = ", ".join(f"{one.address} (first {at(one.first_seen_at)}, {counted(one.requests, 'request')})" for one in new[:shown])
    return f"{words} and {len(new) - shown:,} more" if len(new) > shown else words


def blast_words(token: CaseToken) -> str:
    """Say what depended on a token at the moment it was stopped, or now."""
    found = token.blast
    if found is None or token.blast_at is None:
        return "not told: more tokens than are told of one by one"
    as_of = f"as of {at(token.blast_at)}: "
    if not found.requests_7d:
        return f"{as_of}no request recorded in the 7 days before"
    refused = f", {found.refused_7d:,} refused" if found.refused_7d else ""
    who = f"{named(found.callers, others=found.more_callers)}, " if found.callers else "callers not named, "
    ends = sum(1 for use in found.endpoints if use.name)
    to = f"{counted(ends, 'endpoint', more=ends < len(found.endpoints))}, " if ends else ""
    addresses = f"{counted(found.addresses, 'address', more=found.more_addresses)}, " if found.addresses else ""
    return f"{as_of}{who}{to}{addresses}{counted(found.requests_7d, 'request')} in 7 days{refused}"
