"""How long a session of an operator holds, and how one is known. Figures are those of security.md 2."""

from __future__ import annotations

from datetime import datetime, timedelta

from store.record import record

STEP_UP = timedelta(minutes=5)
"""How long a passphrase proves who is acting, for what is asked for again."""

IDLE = timedelta(minutes=10)
SHORTEST_IDLE, LONGEST_IDLE = timedelta(minutes=2), timedelta(minutes=15)
ABSOLUTE = timedelta(hours=12)
SESSIONS = 2
"""How many sessions one operator may have at once; a further one ends the oldest."""

CLAIMED = "claimed"
"""How somebody is known who only says who they are: nothing may be done under a name that was not proven."""

PASSPHRASE, SSH_KEY = "passphrase", "ssh key"


@record
class SessionTimes:
    """When a session began, was last used and was last proven; `kept` is one that outlives its program."""

    began_at: datetime
    seen_at: datetime
    proven_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None
    ended_by: str = ""
    kept: bool = False

    def over(self, now: datetime) -> str:
        """Say why it does not hold any more at `now`; "" while it does. Ends are exclusive: over at the moment itself.

        A console locks itself when nobody is there; what is kept between commands is over once nothing used it for a while.
        """
        if self.ended_at is not None:
            return f"it was ended by {self.ended_by}" if self.ended_by else "it was ended"
        if now >= self.ends_at:
            return "it was twelve hours old"
        if self.kept and now >= self.seen_at + IDLE:
            return "nothing was done for ten minutes"
        return ""

    def proven(self, now: datetime) -> bool:
        """Say whether the passphrase was given within the last five minutes; exactly five are too many."""
        return self.proven_at <= now < self.proven_at + STEP_UP


def idle_limit(minutes: str) -> timedelta:
    """Return after how long a console locks itself; raises ValueError outside of 2 to 15 minutes."""
    if not (minutes.isascii() and minutes.isdigit()):
        raise ValueError("a number of minutes from 2 to 15")
    found = timedelta(minutes=int(minutes[:4]))
    if not SHORTEST_IDLE <= found <= LONGEST_IDLE:
        raise ValueError("a number of minutes from 2 to 15")
    return found
