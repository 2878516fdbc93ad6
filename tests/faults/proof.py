"""What must hold of a store whatever was killed, cut off or filled up: every fact a person was told is there, and no more."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from store.opening import Store
from store.reads.verify import verify

_HALF_DONE = """
SELECT t.id FROM token t LEFT JOIN audit a ON a.account_id = t.account_id AND a.token_id = t.id AND a.action = 'revoke'
WHERE (t.revoked_at IS NULL) <> (a.seq IS NULL) OR (t.revoked_at IS NOT NULL AND (t.audit_seq <> a.seq OR t.closed = 0))
"""
_TWICE = "SELECT token_id FROM audit WHERE action = 'revoke' GROUP BY account_id, token_id HAVING count(*) > 1"
_WITHOUT_REASON = """
SELECT a.seq FROM audit a LEFT JOIN audit_private p ON p.seq = a.seq WHERE (a.private_digest IS NULL) <> (p.seq IS NULL)
"""
_MISCOUNTED = """
SELECT id FROM account WHERE open_tokens <>
(SELECT count(*) FROM token WHERE token.account_id = account.id AND closed = 0)
"""
_HALVES = (
    ("a revocation without its audit line, or the other way round", _HALF_DONE),
    ("revoked twice", _TWICE),
    ("a reason without its line, or the other way round", _WITHOUT_REASON),
    ("an account whose number of open tokens is wrong", _MISCOUNTED),
)


def faults_of(store: Store) -> list[str]:
    """Return what is wrong with a store, in words; nothing when it is whole."""
    with store.reading() as reader:
        found = [f"{words}: {row[0]}" for words, sql in _HALVES for row in reader.rows(sql)[:3]]
        problem = verify(reader).problem
    if store.address.path is not None:
        connection = sqlite3.connect(store.address.path)
        checked = connection.execute("PRAGMA integrity_check").fetchall()
        loose = connection.execute("PRAGMA foreign_key_check").fetchall()
        connection.close()
        found += [f"integrity: {row[0]}" for row in checked if row[0] != "ok"] + [f"loose: {row}" for row in loose]
    return found + ([problem] if problem else [])


def lost_acknowledgements(store: Store, acknowledged: Iterable[tuple[str, int]]) -> list[str]:
    """Return the ids of tokens somebody was told are revoked, with this audit line, and that are not."""
    with store.reading() as reader:
        revoked = {
            str(token_id): int(seq)
            for token_id, seq in reader.rows(
                "SELECT t.id, a.seq FROM token t JOIN audit a ON a.account_id = t.account_id AND a.token_id = t.id "
                "AND a.action = 'revoke' WHERE t.revoked_at IS NOT NULL"
            )
        }
    return [token_id for token_id, seq in acknowledged if revoked.get(token_id) != seq]
