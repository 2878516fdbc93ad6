"""The ticket card of a token, with its refusals counted."""

from __future__ import annotations

from datetime import datetime, timedelta

from console.render.cards import ticket_card
from store.opening import Store
from store.reader import Reader
from store.reads.usage import freshness, hours
from store.rows import TokenRow

_HOUR = timedelta(hours=1)
_LONGEST = 24 * 400


def card_of(store: Store, row: TokenRow, now: datetime) -> str:
    """Return the paragraph about a token as it was read at `now`."""
    with store.reading() as reader:
        return ticket_card(row, now, denied_since=_denied_since(reader, row, now), freshness=freshness(reader))


def _denied_since(reader: Reader, row: TokenRow, now: datetime) -> int | None:
    """Return the refusals after the last success; None when the hours they are counted in can't tell them from earlier ones."""
    success = row.last_success_at
    if success is None or row.last_denied_at is None or row.last_denied_at <= success:
        return None if success is None else 0
    steps = (now.replace(minute=0, second=0, microsecond=0) - success.replace(minute=0, second=0, microsecond=0)) // _HOUR + 1
    if steps > _LONGEST:
        return None
    refused = hours(reader, row.key, now, steps).refused
    return sum(refused[1:]) if refused[0] == 0 else None
