"""What reads of notices return: frozen facts, free of sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.lines import TokenKey
from store.rules.notices import MOST_TRIES, NoticeKind, NoticeState


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice as it is now. `recipient` is a member's id, "" for nobody; `address` their e-mail address, "" for none.

    `next_try_at` counts while it waits, `lease_until` while a process has it; `answer` is the last word of the other side.
    """

    id: str
    account_id: str
    token_id: str
    token_name: str
    hint: str
    kind: NoticeKind
    recipient: str
    address: str
    subject: str
    body: str
    case_id: str | None
    queued_at: datetime
    next_try_at: datetime
    state: NoticeState
    tries: int
    lease_until: datetime | None
    sent_at: datetime | None
    way: str
    answer: str

    @property
    def key(self) -> TokenKey:
        """Return what names its token."""
        return TokenKey((self.account_id, self.token_id))

    @property
    def tries_left(self) -> int:
        """Return how often it is still tried."""
        return max(0, MOST_TRIES - self.tries)


@dataclass(frozen=True, slots=True)
class Unaddressed:
    """A member with no e-mail address on record, and how many notices to them wait, or are dead."""

    account_id: str
    recipient: str
    name: str
    waiting: int
    dead: int


@dataclass(frozen=True, slots=True)
class Ending:
    """An end of a live token that is still to come, for a calendar. `replaced`: its replacement works already."""

    account_id: str
    account_name: str
    token_id: str
    name: str
    hint: str
    environment: str
    end: datetime
    replaced: bool
