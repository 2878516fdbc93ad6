"""Warnings of several tokens in one message: how far apart such messages are, and what one says."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from store.errors import BadInput
from store.rules.notice_words import NoticeText, day_words, moment_words, one_line, plain_hint

MOST = 2_000
"""So many warnings are held by one message."""

NAMED = 500
"""So many tokens are named in it, the ones that end first."""


class Digest(StrEnum):
    """How often one person gets such a message at most."""

    DAY = "day"
    WEEK = "week"

    @property
    def apart(self) -> timedelta:
        """Return how far apart two are at least: less than the day or week, so that a run at the same hour misses none."""
        return timedelta(hours=20) if self is Digest.DAY else timedelta(days=6)

    @property
    def urgent(self) -> timedelta:
        """Return how long before an end its warning waits for no other one any more."""
        return timedelta(days=1) if self is Digest.DAY else timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Warned:
    """One token of a digest, and when it stops working."""

    name: str
    hint: str
    end: datetime


def digest_of(text: str) -> Digest | None:
    """Read `day` or `week`; None for nothing or `off`. Raises BadInput."""
    word = text.strip().lower()
    if word in ("", "off"):
        return None
    if word not in set(Digest):
        raise BadInput(f"“{text[:20]}” is no digest.", "Write day, week, or off: a message for each token.")
    return Digest(word)


def hold_until(digest: Digest, last: datetime | None, ends: Sequence[datetime], now: datetime) -> datetime | None:
    """Return until when the warnings of one person wait for the next message; None when it goes now.

    `last` is when they got the last one. A warning never waits past the moment from which it would come too late.
    """
    if last is None or now >= last + digest.apart:
        return None
    latest = min(ends, default=now) - digest.urgent
    return None if latest <= now else min(last + digest.apart, latest)


def digest_id(ids: Sequence[str]) -> str:
    """Return the id of a message of several notices: the same for the same ones."""
    return hashlib.sha256("\x1f".join(sorted(ids)).encode()).hexdigest()[:32]


def digest_text(warned: Sequence[Warned], account: str, single: str) -> NoticeText:
    """Return what one person is told of several tokens; `single` is what they would be told of one: who they are, and why."""
    ordered = sorted(warned, key=lambda one: one.end)
    greeting, *_, why = single.rstrip("\n").split("\n\n")
    rows = [
        f"- {moment_words(one.end)}: …{plain_hint(one.hint) or '????'}{f' “{name}”' if (name := one_line(one.name, 60)) else ''}"
        for one in ordered[:NAMED]
    ]
    if len(ordered) > NAMED:
        rows.append(f"- and {len(ordered) - NAMED:,} more")
    what = (
        f"These {len(ordered):,} API tokens of {one_line(account)} stop working, each at its moment. From then on every request "
        "made with it is refused."
    )
    do = (
        "What to do: Make new tokens in your account before those days, put them where the old ones are used, and see that they "
        "work. Of one that was replaced already, the replacement goes on working. If nothing uses a token any more, you need "
        "not do anything."
    )
    subject = f"{len(ordered):,} API tokens stop working, the first on {day_words(ordered[0].end)}"
    return NoticeText(subject, "\n\n".join([greeting, what, "\n".join(rows), do, why]) + "\n")
