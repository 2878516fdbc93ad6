"""How long a token may live, and how that is said (decisions.md, «Lifecycle»)."""

from __future__ import annotations

from datetime import datetime, timedelta

from store.errors import Refused
from store.rules.scopes import Tier

PRESETS = {"24h": timedelta(hours=24), "30d": timedelta(days=30), "90d": timedelta(days=90), "180d": timedelta(days=180)}
"""The choices offered, by the word typed for them (requirement E1)."""

LONGEST = timedelta(days=365)


def preset_for(tier: Tier, environment: str) -> str:
    """Return the word of the preselected preset: 90 days for live read-write and admin, else 30."""
    return "30d" if tier is Tier.READ_ONLY or environment == "test" else "90d"


def longest_for(policy_days: int | None) -> timedelta:
    """Return the longest lifetime allowed: 365 days or the account's policy, whichever is shorter."""
    return LONGEST if policy_days is None else min(LONGEST, timedelta(days=policy_days))


def checked_expiry(expires_at: datetime, now: datetime, policy_days: int | None) -> datetime:
    """Return `expires_at` if a token may be given it at `now`.

    Raises Refused when it is not in the future, or later than the longest lifetime from `now`.
    """
    if expires_at <= now:
        raise Refused("The expiry is not in the future.", "Choose a later date, or revoke the token instead.")
    longest = longest_for(policy_days)
    if expires_at > now + longest:
        source = "the account's policy" if longest < LONGEST else "the longest lifetime"
        raise Refused(
            f"The expiry is {(expires_at - now).days} days away; {source} allows {longest.days}.",
            f"Choose a date up to {_words(now + longest)}.",
        )
    return expires_at


def expiry_sentence(expires_at: datetime, now: datetime) -> str:
    """Say an expiry in full: «Expires on 14 June 2026, in 90 days» (requirement L11)."""
    days, rest = divmod(expires_at - now, timedelta(days=1))
    if days < 1:
        hours = rest // timedelta(hours=1)
        return f"Expires on {_words(expires_at)} at {expires_at:%H:%M} UTC, in {hours} hour{'s' * (hours != 1)}"
    return f"Expires on {_words(expires_at)}, in {days} day{'s' * (days != 1)}"


def _words(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
