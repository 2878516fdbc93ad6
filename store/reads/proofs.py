"""Whether revocations held: what is known of the calls after each, for one token and for the latest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from store.indicator_rows import Proof
from store.lines import TokenKey
from store.moments import from_ms, maybe_from_ms, to_ms
from store.reader import Reader

_COLUMNS = """
t.account_id, t.id, (SELECT a.name FROM account a WHERE a.id = t.account_id), t.name, t.revoked_at, t.revoked_by, t.revoke_reason,
t.last_success_at,
(SELECT p.first_refused_at FROM revocation_proof p WHERE p.account_id = t.account_id AND p.token_id = t.id),
(SELECT p.first_refused_reason FROM revocation_proof p WHERE p.account_id = t.account_id AND p.token_id = t.id)
"""
_ONE = f"SELECT {_COLUMNS} FROM token t WHERE t.account_id = :account AND t.id = :token AND t.revoked_at IS NOT NULL"
_LATEST = f"""
SELECT {_COLUMNS} FROM token t WHERE t.revoked_at IS NOT NULL AND t.revoked_at > :since AND t.revoked_at <= :now
ORDER BY t.revoked_at DESC, t.account_id DESC, t.id DESC LIMIT :limit
"""


def proof_of(reader: Reader, key: TokenKey) -> Proof | None:
    """Return what is proven of a token's revocation; None when it is not revoked."""
    rows = reader.rows(_ONE, {"account": key[0], "token": key[1]})
    return _proof(rows[0]) if rows else None


def recent_proofs(reader: Reader, since: datetime, now: datetime, limit: int) -> tuple[Proof, ...]:
    """Return those of the latest revocations between two moments, the newest first."""
    return tuple(map(_proof, reader.rows(_LATEST, {"since": to_ms(since), "now": to_ms(now), "limit": limit})))


def _proof(row: Sequence[Any]) -> Proof:
    account, token, account_name, name, revoked, by, why, success, refused, reason = row
    return Proof(
        TokenKey((account, token)),
        account_name or account,
        name,
        from_ms(revoked),
        by or "",
        why or "",
        maybe_from_ms(success),
        maybe_from_ms(refused),
        reason or "",
    )
