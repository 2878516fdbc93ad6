"""Reading how far callers have moved from a token to its replacement."""

from __future__ import annotations

from datetime import datetime

from store.reader import Reader
from store.reads.token_rows import counted, token_rows
from store.reads.usage import freshness, rhythm
from store.rows import TokenKey, TokenRow
from store.rules.cutover import CutOver
from store.rules.status import Status


def cutover(reader: Reader, row: TokenRow, now: datetime) -> CutOver | None:
    """Return it for a token that is being replaced, or for the replacement of one; None when no overlap is under way."""
    old_id, new_id = (row.id, row.replaced_by) if row.status is Status.RETIRING else (row.replaces, row.id)
    if not old_id or not new_id:
        return None
    keys = [TokenKey((row.account_id, old_id)), TokenKey((row.account_id, new_id))]
    found = token_rows(reader, keys, now)
    if len(found) < len(keys):
        return None
    old, new = counted(reader, [found[key] for key in keys], now)
    if old.status is not Status.RETIRING:
        return None
    usual, recorded_to = rhythm(reader, old.key), freshness(reader).recorded_to
    return CutOver(old.requests_24h, new.requests_24h, old.last_used_at, new.last_used_at, usual, recorded_to)
