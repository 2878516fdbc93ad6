"""Notices in words: what they are about, whom they go to and how far they are."""

from __future__ import annotations

from store.notice_rows import NoticeRow
from store.rules.notices import NoticeState

SHORT = 8
"""So many characters of a notice's id are shown; they name it everywhere."""


def short_id(row: NoticeRow) -> str:
    """Return the beginning of an id that stands for it."""
    return row.id[:SHORT]


def recipient_words(row: NoticeRow) -> str:
    """Say whom it goes to."""
    return row.address or row.recipient or "(nobody to tell)"


def to_words(row: NoticeRow) -> str:
    """Say whom it goes to, and of what is still to be told where they have no address that it can be mailed to."""
    if row.address or not row.recipient or row.state in (NoticeState.SENT, NoticeState.WITHDRAWN):
        return recipient_words(row)
    return f"{row.recipient} (no address)"


def moved_words(number: int) -> str:
    """Say how many notices follow a new address, to stand behind a sentence; "" for none."""
    if number == 1:
        return "; 1 notice still to be told goes there"
    return f"; {number:,} notices still to be told go there" if number else ""


def unaddressed_words(number: int) -> str:
    """Say of how many people in line no address is on record."""
    return (
        f"{number:,} {'person' if number == 1 else 'people'} to be told {'has' if number == 1 else 'have'} no address on record"
    )


def state_words(row: NoticeRow) -> str:
    """Say how far it is, with the last word of the other side."""
    said = f": {row.answer}" if row.answer else ""
    match row.state:
        case NoticeState.WAITING if not row.tries:
            return f"waits{said}"
        case NoticeState.WAITING:
            return f"tried {_tried(row.tries)}, again {row.next_try_at:%Y-%m-%d %H:%M}Z{said}"
        case NoticeState.SENDING:
            until = f", or again after {row.lease_until:%H:%M:%S}Z" if row.lease_until is not None else ""
            return f"being sent{until}"
        case NoticeState.SENT:
            at = f"{row.sent_at:%Y-%m-%d %H:%M}Z" if row.sent_at is not None else ""
            return f"sent {at} by {row.way}"
        case NoticeState.DEAD:
            return f"dead after {_times(row.tries)}{said}"
        case NoticeState.WITHDRAWN:
            return f"withdrawn{said}"


def _tried(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _times(number: int) -> str:
    return "1 try" if number == 1 else f"{number} tries"
