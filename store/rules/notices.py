"""Notices to customers: of what, when, how often they are tried, and when it is too late for one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from store.errors import BadInput
from store.moments import to_ms


class NoticeKind(StrEnum):
    """What a notice is about."""

    EXPIRY = "expiry"
    ROTATION = "rotation"
    ORPHAN = "orphan"
    EXPOSURE = "exposure"
    REVOCATION = "revocation"


class NoticeState(StrEnum):
    """How far a notice is: `waiting` for its (next) try, `sending` right now, or at one of its three ends."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    WITHDRAWN = "withdrawn"


class Because(StrEnum):
    """Why somebody is told."""

    CREATOR = "creator"
    ADMIN = "admin"


WARN_DAYS = (30, 7, 1)
"""So many days before its end a token's people are warned, once each (decisions.md, «Lifecycle»)."""

RETIRING_DAYS = 1
"""A rotated token is warned of once more, this many days before it ends: its rotation was told with its end."""

BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6),
            timedelta(hours=12))  # fmt: skip
"""How long to wait after each failed try; a server that greylists takes the second or third."""

MOST_TRIES = len(BACK_OFF) + 1
LEASE = timedelta(minutes=5)
"""How long a notice stays with the process that took it; much longer than any one delivery may last."""

TOO_OLD = timedelta(days=7)
"""Nobody is told of something that long ago: a notice that could not be sent meanwhile is withdrawn."""

KEPT = timedelta(days=400)
"""How long finished notices are kept."""

MOST_ADMINS = 10
"""At most so many administrators of an account are told."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to tell; `id` is "" for nobody in particular: an account without an active creator or admin."""

    id: str = ""
    name: str = ""
    because: Because = Because.ADMIN
    email: str = ""

    @property
    def address(self) -> str:
        """Return their e-mail address: the one on record, else the id or the name where that is one; "" for none."""
        return next((word for word in (self.email, self.id, self.name) if is_address(word)), "")


@lru_cache(4_096)
def is_address(word: str) -> bool:
    """Say whether a word can be used as a mail address as it stands: ASCII, one `@`, nothing that a header would take apart."""
    local, at, domain = word.partition("@")
    if not at:
        return False
    plain = word.isascii() and word.isprintable() and not set(word) & set(' "(),:;<>[]\\')
    return bool(local and domain) and plain and "@" not in domain and len(word) <= 254 and ".." not in word


def notice_id(account_id: str, token_id: str, kind: NoticeKind, occasion: str, recipient: str) -> str:
    """Return the id of a notice: the same for the same occasion and person, however often it is made."""
    about = "\x1f".join((account_id, token_id, kind.value, occasion, recipient))
    return hashlib.sha256(about.encode()).hexdigest()[:32]


def occasion_of(days: int, end: datetime) -> str:
    """Return the occasion of a warning: how many days before which end. Another end is another occasion."""
    return f"{days}d@{to_ms(end)}"


def next_try(tries: int, now: datetime) -> datetime | None:
    """Return when to try again after so many failed tries; None when it has been tried often enough."""
    return None if tries >= MOST_TRIES else now + BACK_OFF[tries - 1]


def warn_days(text: str) -> tuple[int, ...]:
    """Read days such as `30 7 1`, the longest first; raises BadInput."""
    words = text.replace(",", " ").split()
    if not words or not all(word.isascii() and word.isdigit() and 1 <= int(word) <= 365 for word in words):
        raise BadInput(f"“{text[:40]}” are no days to warn before an expiry.", "Write numbers from 1 to 365, such as 30 7 1.")
    return tuple(sorted({int(word) for word in words}, reverse=True))
