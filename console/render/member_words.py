"""The people in accounts in words: where notices to each of them go."""

from __future__ import annotations

from store.rows import MemberRow
from store.rules.notices import Recipient

NO_ADDRESS = "no address"


def address_of(row: MemberRow) -> str:
    """Return where notices to somebody go: the address on record, else their id or name where that is one; "" for nowhere."""
    return Recipient(row.id, row.name, email=row.email).address


def address_words(row: MemberRow) -> str:
    """Say where notices to somebody go."""
    if row.email:
        return row.email
    found = address_of(row)
    return f"{found} (their {'id' if found == row.id else 'name'}; no address of their own is on record)" if found else NO_ADDRESS
