"""The ticket card of a token, with its refusals counted."""

from __future__ import annotations

from datetime import datetime

from console.render.cards import ticket_card
from store.opening import Store
from store.reads.refusals import refusals_since
from store.reads.usage import freshness
from store.rows import TokenRow


def card_of(store: Store, row: TokenRow, now: datetime) -> str:
    """Return the paragraph about a token as it was read at `now`."""
    with store.reading() as reader:
        refused = refusals_since(reader, row, now).known if row.last_success_at is not None else None
        return ticket_card(row, now, denied_since=refused, freshness=freshness(reader))
