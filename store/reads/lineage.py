"""How tokens belong together: what replaced what, and which others could do the same work."""

from __future__ import annotations

from datetime import datetime

from store.moments import to_ms
from store.reader import Reader
from store.reads.blast import Neighbours
from store.reads.status_sql import live
from store.reads.token_rows import counted, token_rows
from store.rows import TokenKey, TokenRow

LONGEST = 50
"""So many replacements are followed each way, and so many siblings are returned."""

_CHAIN = """
WITH RECURSIVE
older(id, replaces, steps) AS (
    SELECT id, replaces, 0 FROM token WHERE account_id = :account AND id = :token
    UNION ALL SELECT t.id, t.replaces, steps + 1 FROM older JOIN token t ON t.id = older.replaces
    WHERE t.account_id = :account AND steps < :longest),
newer(id, replaced_by, steps) AS (
    SELECT id, replaced_by, 0 FROM token WHERE account_id = :account AND id = :token
    UNION ALL SELECT t.id, t.replaced_by, steps + 1 FROM newer JOIN token t ON t.id = newer.replaced_by
    WHERE t.account_id = :account AND steps < :longest)
SELECT id, -steps FROM older UNION ALL SELECT id, steps FROM newer WHERE steps > 0 ORDER BY 2
"""
_SIBLINGS = f"""
SELECT s.id FROM token t JOIN token s ON s.account_id = t.account_id
WHERE t.account_id = :account AND t.id = :token AND s.closed = 0 AND s.id <> t.id AND s.scopes = t.scopes
AND s.environment = t.environment AND {live("s", open_only=True)} ORDER BY s.id LIMIT :longest
"""


def lineage(reader: Reader, key: TokenKey, now: datetime, *, past: bool = False) -> tuple[TokenRow, ...]:
    """Return the tokens it replaces and those that replaced it, with itself among them, the oldest first."""
    found = reader.rows(_CHAIN, {"account": key[0], "token": key[1], "longest": LONGEST})
    ids = dict.fromkeys(str(row[0]) for row in found)
    return _rows(reader, [TokenKey((key[0], token_id)) for token_id in ids], now, past)


def siblings(reader: Reader, key: TokenKey, now: datetime) -> tuple[TokenRow, ...]:
    """Return the other live tokens of the account that hold the same scopes in the same environment, at most 50."""
    found = reader.rows(_SIBLINGS, {"account": key[0], "token": key[1], "longest": LONGEST, "now": to_ms(now)})
    return _rows(reader, [TokenKey((key[0], str(row[0]))) for row in found], now, False)


def siblings_near(reader: Reader, row: TokenRow, near: Neighbours, now: datetime) -> tuple[TokenRow, ...]:
    """Return the same where the account's other live tokens have been read already.

    Of an account with more of them than were read, siblings are looked for once more where fewer than 50 are among these.
    """
    if not near.whole and len(near.same) < LONGEST:
        return siblings(reader, row.key, now)
    return _rows(reader, [TokenKey((row.account_id, one)) for one in near.same[:LONGEST]], now, False)


def _rows(reader: Reader, keys: list[TokenKey], now: datetime, past: bool) -> tuple[TokenRow, ...]:
    rows = token_rows(reader, keys, now, past=past)
    known = [rows[key] for key in keys if key in rows and not (past and rows[key].created_at > now)]
    return counted(reader, known, now, past=past)
