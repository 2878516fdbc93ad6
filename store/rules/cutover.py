"""How far callers have moved from a token to its replacement, and whether the old one can go (requirement R11, scenario A6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from store.rules.rhythm import HOUR, Rhythm, expected
from store.rules.signals import recording_stopped

USUAL_WAIT = timedelta(hours=24)
"""Without a rhythm, so long must pass without an old call before the old token counts as left."""


@dataclass(frozen=True, slots=True)
class CutOver:
    """The calls of the last 24 hours with the old token and with the new one, the last old call, and how far calls are known."""

    old_24h: int
    new_24h: int
    last_old_at: datetime | None
    last_new_at: datetime | None
    old_rhythm: Rhythm | None
    recorded_to: datetime | None

    @property
    def moved(self) -> float | None:
        """Return the share that has moved, 0 to 1; None when neither was called."""
        whole = self.old_24h + self.new_24h
        return self.new_24h / whole if whole else None

    def safe(self, now: datetime) -> bool:
        """Say whether the old token can be revoked: the new one is used, and the old one has missed its own next call.

        One full interval of its rhythm must have passed without it, at least an hour; a day where it has no rhythm. Where
        recording has stopped nothing says so: nobody knows who has called since.
        """
        if self.last_new_at is None or recording_stopped(self.recorded_to, now):
            return False
        if self.last_old_at is None:
            return True
        due = expected(self.old_rhythm, self.last_old_at) if self.old_rhythm else self.last_old_at + USUAL_WAIT
        return now > max(due, self.last_old_at + HOUR)
