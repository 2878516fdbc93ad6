"""Whose a leaked string is: look-up by its public id, proof by its digest, and never a word of the string itself."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from store.reader import Reader, Row
from store.reads.tokens import token
from store.rows import Identified, TokenKey, TokenRow
from store.rules.leaks import Suspect, Verdict, suspects
from store.rules.secrets import Mint, Secret, digest_of, parse, same_digest
from store.rules.status import Status

MOST = 200
"""So many tokens of one paste are identified; more are for `tokendesk triage`."""

_DEAD = frozenset({Status.REVOKED, Status.EXPIRED})


def identify(reader: Reader, text: Secret, now: datetime, mint: Mint) -> tuple[Identified, ...]:
    """Return a verdict for each token that `text` seems to hold, at most MOST, in the order they stand there.

    Check characters first (no query), then one indexed look-up each, then a constant-time compare of digests.
    """
    return tuple(judge(reader, suspect, now, mint) for suspect in islice(suspects(text, mint.brand), MOST))


def judge(reader: Reader, suspect: Suspect, now: datetime, mint: Mint) -> Identified:
    """Return the verdict on one candidate; its digest is made only when its check characters are right."""
    if not suspect.id:
        return _imported(reader, suspect.value, now)
    row = _by_id(reader, suspect.id, now)
    if not suspect.whole:
        return _named(row, Verdict.ID_ONLY, "the secret is missing or cut")
    parts = parse(suspect.value)
    if parts is None or not parts.sound:
        return _named(row, Verdict.DAMAGED, "its check characters are wrong")
    kept = reader.rows("SELECT account_id, digest_scheme, digest FROM token WHERE id = :id", {"id": suspect.id})
    digest = digest_of(suspect.value, mint.key)
    for account_id, scheme, value in kept:
        if scheme == f"hmac-sha256:{mint.key_id}" and same_digest(bytes(value), digest):
            return _proven(token(reader, TokenKey((account_id, suspect.id)), now))
    why = "its secret was made under another store key" if _other_key(kept, mint) else "its secret is wrong"
    return _named(row, Verdict.ID_ONLY, why)


def _imported(reader: Reader, value: Secret, now: datetime) -> Identified:
    """Judge a word that has not our form: an imported token's own id, or one whose plain SHA-256 is kept."""
    digest = hashlib.sha256(value.reveal().encode("utf-8", "replace")).digest()
    found = reader.one(
        "SELECT account_id, id FROM token WHERE digest IS NOT NULL AND digest = :digest AND digest_scheme = 'sha256' LIMIT 1",
        {"digest": digest},
    )
    if found is not None:
        return _proven(token(reader, TokenKey((found[0], found[1])), now))
    row = _by_id(reader, value.reveal(), now) if len(value.reveal()) <= 200 else None
    return _named(row, Verdict.ID_ONLY, "only its id was given")


def _proven(row: TokenRow | None) -> Identified:
    if row is None:
        return Identified(Verdict.NOT_OURS, None, "it left the store this moment")
    return Identified(Verdict.DEAD if row.status in _DEAD else Verdict.VERIFIED, row)


def _named(row: TokenRow | None, verdict: Verdict, why: str) -> Identified:
    if row is None:
        return Identified(Verdict.NOT_OURS, None, "no token here has its id" if verdict is not Verdict.DAMAGED else why)
    return Identified(verdict, row, why)


def _by_id(reader: Reader, token_id: str, now: datetime) -> TokenRow | None:
    """Return the token of an id; of several accounts' tokens with one imported id none, as it would be a guess."""
    found = reader.rows("SELECT account_id FROM token WHERE id = :id LIMIT 2", {"id": token_id})
    return token(reader, TokenKey((found[0][0], token_id)), now) if len(found) == 1 else None


def _other_key(kept: Sequence[Row], mint: Mint) -> bool:
    schemes = [str(scheme) for _, scheme, _ in kept]
    return any(scheme.startswith("hmac-sha256:") and scheme != f"hmac-sha256:{mint.key_id}" for scheme in schemes)
