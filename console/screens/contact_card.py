"""Reads what a ticket card about a token to call about says: the token as it is now, and whom to call."""

from __future__ import annotations

from datetime import datetime

from console.render.cards import ticket_card
from store.errors import NotFound
from store.reader import Reader
from store.reads.contacts import contact_of
from store.reads.refusals import refusals_since
from store.reads.tokens import token
from store.reads.usage import freshness
from store.rows import TokenKey


def contact_card(reader: Reader, key: TokenKey, finding: str, now: datetime, case: str | None) -> str:
    """Return the card's text; raises NotFound when the token is no longer there."""
    row = token(reader, key, now)
    if row is None:
        raise NotFound("This token is no longer in the store.", "ctrl-r counts again.")
    refused = refusals_since(reader, row, now).known
    contact = contact_of(reader, row, finding, now)
    return ticket_card(row, now, denied_since=refused, freshness=freshness(reader), case=case, contact=contact)
