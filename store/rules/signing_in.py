"""What makes a good passphrase, and how long to wait after wrong ones. Figures are those of security.md 2."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

from store.errors import BadInput
from store.rules.secrets import Secret

LEAST, MOST = 15, 1_024
"""Characters of a passphrase, counted after NFKC (NIST SP 800-63B-4)."""

FREE_TRIES = 5
LONGEST_WAIT = timedelta(seconds=900)
SWITCHED_OFF_AFTER = 100
"""Consecutive wrong passphrases after which only an admin can give a new one."""

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
