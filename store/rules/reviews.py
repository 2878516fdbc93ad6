"""Reviews of tokens: what can be decided about one, and what a review still needs before it is signed off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from store.errors import Refused

MOST = 10_000
"""The most tokens of one review: more is more than people decide about."""

LONGEST_KEEP = timedelta(days=365)
"""A token that is kept is looked at again within a year at the latest."""

USUAL_KEEP = timedelta(days=92)
"""About a quarter: what is offered for the next look."""


class Decision(StrEnum):
    """What a reviewer can decide; all but the first and the last change the token in the same transaction."""

    KEEP = "keep"
    REOWN = "re-own"
    ROTATE = "rotate"
    NARROW = "narrow"
    REVOKE = "revoke"
    ENDED = "ended"


MEANS = {
    Decision.KEEP: "goes on as it is until the date of the next look",
    Decision.REOWN: "gets another owner",
    Decision.ROTATE: "gets a replacement; the old one goes on for an overlap",
    Decision.NARROW: "gets a replacement with fewer scopes",
    Decision.REVOKE: "ends for good",
    Decision.ENDED: "had ended by itself before it was looked at",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a review is."""

    tokens: int
    decided: int

    @property
    def left(self) -> int:
        """Return how many are undecided."""
        return self.tokens - self.decided

    @property
    def percent(self) -> int:
        """Return the whole percents decided; 100 only when nothing is left."""
        return 100 if not self.left else min(99, self.decided * 100 // self.tokens)


def decision_of(text: str) -> Decision:
    """Read a decision; raises Refused."""
    try:
        return Decision(text.strip().lower().replace("reown", "re-own"))
    except ValueError:
        raise Refused(f"“{text[:20]}” is no decision.", f"Decide one of {', '.join(Decision)}.") from None


def checked_id(text: str) -> str:
    """Return a review's name in its one form; raises Refused for what cannot be one."""
    name = text.strip()
    if not name or len(name) > 60 or not name.isprintable() or " " in name:
        raise Refused("This can't be a review's name.", "Use up to 60 visible characters without spaces, such as 2026-Q1-acme.")
    return name


def checked_again(again_at: datetime | None, now: datetime) -> datetime:
    """Return when a kept token is looked at again; raises Refused for none, the past, or more than a year ahead."""
    if again_at is None:
        raise Refused("A token is kept until a date.", "Say when it is looked at again, such as 90d.")
    if not now < again_at <= now + LONGEST_KEEP:
        raise Refused("The next look is not within a year from now.", "Choose a date in the next 365 days.")
    return again_at


def checked_reason(reason: str) -> str:
    """Return the reason without spaces around it; raises Refused for an empty one."""
    if not reason.strip():
        raise Refused("A decision needs a reason.", "Say why in a few words; it is kept as evidence.")
    return reason.strip()
