"""What a notice says: what stops, when, and what to do, in plain words; never a secret, and customers' text on one line.

The subject holds nothing a customer wrote but the last characters of the token, and those only where they are plain.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from store.rules.notices import Because, NoticeKind, Recipient

LONGEST = 120
"""More characters of a name than a notice repeats."""


class Event(StrEnum):
    """What happened, or is going to."""

    EXPIRES = "expires"
    RETIRES = "retires"
    ROTATED = "rotated"
    ROTATION_DUE = "rotation due"
    ORPHANED = "orphaned"
    EXPOSED = "exposed"
    REVOKED = "revoked"


KINDS: Mapping[Event, NoticeKind] = {
    Event.EXPIRES: NoticeKind.EXPIRY,
    Event.RETIRES: NoticeKind.EXPIRY,
    Event.ROTATED: NoticeKind.ROTATION,
    Event.ROTATION_DUE: NoticeKind.ROTATION,
    Event.ORPHANED: NoticeKind.ORPHAN,
    Event.EXPOSED: NoticeKind.EXPOSURE,
    Event.REVOKED: NoticeKind.REVOCATION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is told of a token. `end` is when it stops working, or stopped; None while no end is known."""

    event: Event
    name: str
    hint: str
    environment: str
    account: str
    end: datetime | None = None
    last_used_at: datetime | None = None
    person: str = ""


@dataclass(frozen=True, slots=True)
class NoticeText:
    """A subject of one line and a body of several."""

    subject: str
    body: str


_SUBJECTS: Mapping[Event, str] = {
    Event.EXPIRES: "API token {label} stops working on {day}",
    Event.RETIRES: "Old API token {label} stops working on {day}",
    Event.ROTATED: "API token {label} was replaced and stops working on {day}",
    Event.ROTATION_DUE: "API token {label} is due to be replaced",
    Event.ORPHANED: "API token {label} has nobody behind it any more",
    Event.EXPOSED: "API token {label} was found where others can read it",
    Event.REVOKED: "API token {label} was revoked and no longer works",
}

_WHAT: Mapping[Event, str] = {
    Event.EXPIRES: "It stops working on {moment}. From then on every request made with it is refused.",
    Event.RETIRES: "It was replaced, and the old one stops working on {moment}. From then on every request that is still made "
                   "with it is refused; its replacement goes on working.",
    Event.ROTATED: "It was replaced by a new one. Both work until {moment}; then the old one stops, and every request that is "
                   "still made with it is refused.",
    Event.ROTATION_DUE: "Its secret has been the same for longer than your account's rules allow. Nothing stops today.",
    Event.ORPHANED: "{person} made it and is no longer an active member of your account. It goes on working: nothing stops "
                    "today, but nobody may notice when it fails or is misused.",
    Event.EXPOSED: "A copy of it was found in a place where others can read it. Whoever has read it can use it as you do, until "
                   "it is revoked.",
    Event.REVOKED: "It was revoked on {moment}. Every request made with it is refused, and it can't be brought back.",
}  # fmt: skip

_DO: Mapping[Event, str] = {
    Event.EXPIRES: "Make a new token in your account before that day, put it where the old one is used, and see that it works. "
                   "If nothing uses this token any more, you need not do anything.",
    Event.RETIRES: "Put the new token wherever the old one is still used, before that day. If you have done so, you need not do "
                   "anything.",
    Event.ROTATED: "Put the new token wherever the old one is used, before that day. If you did not expect this, ask our "
                   "support.",
    Event.ROTATION_DUE: "Replace it in your account: the old one goes on working for a while, so that nothing breaks while you "
                        "change over.",
    Event.ORPHANED: "Find out what uses it. If it is needed, give it another owner and replace it; if not, revoke it.",
    Event.EXPOSED: "Replace it at once, put the new one where the old one is used, and revoke the old one. Then look through "
                   "what was done with it, and take the copy away from where it was found.",
    Event.REVOKED: "Whatever used it needs a new token: make one in your account, with only the scopes it needs. If you did not "
                   "expect this, ask our support.",
}  # fmt: skip

_WHY: Mapping[Because, str] = {
    Because.CREATOR: "You are told because you made this token.",
    Because.ADMIN: "You are told because you are an administrator of the account.",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a token, whoever is told: greeting and reason are the recipient's own."""

    subject: str
    paragraphs: str

    def to(self, recipient: Recipient) -> NoticeText:
        """Return what one person is told."""
        name = recipient.name
        greeting = f"Hello {one_line(name)}," if name and "@" not in name else "Hello,"
        return NoticeText(self.subject, f"{greeting}\n\n{self.paragraphs}\n\n{_WHY[recipient.because]} {_NEVER}\n")


_NEVER = "We never ask for the token itself: send it to nobody, not to us either."


def told_of(about: About) -> Told:
    """Return what is told of a token."""
    label = f"…{hint}" if (hint := plain_hint(about.hint)) else "(no last characters on record)"
    day, what = _what(about.event, about.end, one_line(about.person))
    named = f" “{name}”" if (name := one_line(about.name)) else ""
    used = "It has not been used as far as we know."
    if about.last_used_at is not None:
        used = f"It was last used on {moment_words(about.last_used_at)}."
    paragraphs = (
        f"This is about the API token{named} of {one_line(about.account)}. "
        f"It is a {about.environment} token, and ends in {label}.",
        f"What happens: {what} {used}",
        f"What to do: {_DO[about.event]}",
    )
    return Told(_SUBJECTS[about.event].format(label=label, day=day), "\n\n".join(paragraphs))


@lru_cache(1_024)
def _what(event: Event, end: datetime | None, person: str) -> tuple[str, str]:
    """Return the day something stops, and what happens: the same for all tokens of one action."""
    day, moment = ("-", "-") if end is None else (day_words(end), moment_words(end))
    return day, _WHAT[event].format(moment=moment, person=person or "Somebody else")


def text_of(about: About, to: Recipient) -> NoticeText:
    """Return what somebody is told."""
    return told_of(about).to(to)


@lru_cache(1_024)
def one_line(text: str, longest: int = LONGEST) -> str:
    """Return a customer's text as a notice may repeat it: no line ends, controls or hidden characters, no working link."""
    shown = text[: longest * 4]
    if not shown.isprintable():
        shown = "".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in shown)
    shown = " ".join(shown.replace("://", ": //").replace("“", '"').replace("”", '"').split())
    return shown if len(shown) <= longest else shown[: longest - 1].rstrip() + "…"


def plain_hint(hint: str) -> str:
    """Return the last characters of a token where they are plain; "" for anything else somebody may have imported."""
    return hint if hint.isascii() and hint.isalnum() and len(hint) <= 4 else ""


@lru_cache(1_024)
def day_words(moment: datetime) -> str:
    """Write a day: `5 April 2026`."""
    return f"{moment.day} {moment:%B %Y}"


@lru_cache(1_024)
def moment_words(moment: datetime) -> str:
    return f"{day_words(moment)} at {moment:%H:%M} UTC"
