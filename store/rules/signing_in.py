"""How operators prove who they are: limits of sessions, waiting after wrong passphrases, and what makes a good one.

Figures are those of security.md 2; the hash is argon2id (store.passphrases).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.errors import BadInput
from store.rules.secrets import Secret

LEAST, MOST = 15, 1_024
"""Characters of a passphrase, counted after NFKC (NIST SP 800-63B-4)."""

FREE_TRIES = 5
LONGEST_WAIT = timedelta(seconds=900)
SWITCHED_OFF_AFTER = 100
"""Consecutive wrong passphrases after which only an admin can give a new one."""

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

_COMMON = (
    "password", "passphrase", "passwort", "letmein", "welcome", "qwertyuiop", "qwerty", "qwertz", "asdfghjkl", "asdfgh",
    "iloveyou", "changeme", "secret", "administrator", "admin", "monkey", "dragon", "football", "baseball", "sunshine",
    "princess", "trustno1", "master", "tokendesk", "token", "desk", "login", "correcthorsebatterystaple",
    "01234567890", "1234567890", "123456789", "12345678", "1234567", "123456", "12345", "abcdefghij", "abcdef", "abc123",
)  # fmt: skip
_LEFT, _DIFFERENT = 8, 5
"""What must be left of a passphrase, and how many different characters, once everybody's words are taken out."""


def wait_after(failures: int) -> timedelta:
    """Return how long to wait after so many wrong passphrases in a row: nothing for five, then 1, 2, 4 … 900 seconds."""
    if failures < FREE_TRIES:
        return timedelta()
    return min(LONGEST_WAIT, timedelta(seconds=2 ** min(failures - FREE_TRIES, 10)))


def normal_passphrase(secret: Secret) -> Secret:
    """Return a passphrase in the one form it is hashed in (NFKC): however a keyboard writes é, it is the same."""
    return Secret(unicodedata.normalize("NFKC", secret.reveal()))


def refuse_weak(secret: Secret, name: str) -> None:
    """Raise BadInput for a passphrase that is too short, too long or guessed at once; no rules about kinds of characters."""
    words = normal_passphrase(secret).reveal()
    if not LEAST <= len(words) <= MOST:
        raise BadInput(
            f"A passphrase has {LEAST} to {MOST:,} characters; this one has {len(words):,}.",
            "Four or five words make a good one.",
        )
    left = words.casefold()
    for word in (*filter(None, (name.casefold(),)), *_COMMON):
        left = left.replace(word, "")
    if len(left) < _LEFT or len(set(left)) < _DIFFERENT:
        raise BadInput(
            "This passphrase is among the first that are tried.", "Take four or five words that have nothing in common."
        )


@dataclass(frozen=True, slots=True)
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
