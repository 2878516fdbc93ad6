"""The limits behind the saved views that are no status and no clock (decisions.md, «Saved views»)."""

from __future__ import annotations

from datetime import datetime, timedelta

from store.moments import HOUR_MS
from store.rules.usage import Window

SPRAWL = 10
"""An account with more live tokens than this is sprawl."""

HIGH_VOLUME = 10_000
"""More requests than this in the last 24 h are a high volume."""

RECORDED_WITHIN = timedelta(hours=26)
"""So long nothing may be recorded: a log that is taken in every night is a day old before the next one is."""

LATELY = timedelta(days=7)
HOURS_7D = 168


def is_sprawl(live_tokens: int) -> bool:
    """Say whether an account holds too many live tokens: strictly more than 10."""
    return live_tokens > SPRAWL


def recording_stopped(recorded_to: datetime | None, now: datetime) -> bool:
    """Say whether nothing has been recorded for more than RECORDED_WITHIN: what looks unused may then be in use."""
    return recorded_to is None or now - recorded_to > RECORDED_WITHIN


def is_silent(silent_after: datetime | None, now: datetime) -> bool:
    """Say whether a token is overdue by more than three of its usual intervals (store.rules.rhythm.silent_after)."""
    return silent_after is not None and now > silent_after


def is_new_address(new_address_at: datetime | None, now: datetime) -> bool:
    """Say whether the newest address of a token was first seen less than 7 days ago."""
    return new_address_at is not None and now - new_address_at < LATELY


def hours_7d(now_ms: int) -> Window:
    """Return the 168 hours that end with the current one: «the last 7 d» of counts, in whole steps."""
    last = now_ms // HOUR_MS
    return Window(last - HOURS_7D + 1, last)
