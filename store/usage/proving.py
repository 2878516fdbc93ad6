"""The first refused call after a revocation, kept when it is counted: the earliest one, in whatever order lines come in."""

from __future__ import annotations

from collections.abc import Iterable

from store.engine import Unit
from store.rows import TokenKey
from store.rules.indicators import PROVES
from store.usage.batches import run_many

_REVOKED = "SELECT revoked_at FROM token WHERE account_id = :account AND id = :token AND revoked_at <= :latest"
_PROOF = """
INSERT INTO revocation_proof (account_id, token_id, first_refused_at, first_refused_reason) VALUES (?, ?, ?, ?)
ON CONFLICT (account_id, token_id) DO UPDATE
SET first_refused_at = excluded.first_refused_at, first_refused_reason = excluded.first_refused_reason
WHERE excluded.first_refused_at < revocation_proof.first_refused_at
"""
CODES = {word: number for number, word in enumerate(PROVES)}
"""A refusal is kept as one number while it is counted: its moment and which of the words that prove something it was."""

STEP = 8


def save_proofs(unit: Unit, refused: Iterable[tuple[TokenKey, Iterable[int]]]) -> None:
    """Keep the first refusal at or after its revocation of each token; costs a look-up for each token that was refused."""
    rows = []
    for key, packed in refused:
        latest = max(packed, default=-1) // STEP
        revoked_at = unit.value(_REVOKED, {"account": key[0], "token": key[1], "latest": latest})
        if revoked_at is not None:
            first = min(one for one in packed if one // STEP >= revoked_at)
            rows.append((*key, first // STEP, PROVES[first % STEP]))
    run_many(unit, _PROOF, rows)
