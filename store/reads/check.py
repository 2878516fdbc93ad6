"""Checking a token the way an API would: is it real, is it live, and if not, why (requirement L23)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.moments import maybe_from_ms
from store.reader import Reader
from store.rows import TokenKey
from store.rules.secrets import Mint, Secret, digest_of, parse, same_digest
from store.rules.status import Moments, Status, status_of
from store.rules.usage import Outcome

_BY_ID = """
SELECT account_id, id, digest_scheme, digest, revoked_at, expires_at, retires_at, suspended_at, suspended_until, exposed_at,
suspend_message FROM token WHERE id = :id
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a check says. `key` is set only when the secret was proven; `reason` is a few plain words."""

    outcome: Outcome
    key: TokenKey | None = None
    reason: str = ""


def check(reader: Reader, token: Secret, now: datetime, mint: Mint) -> Answer:
    """Judge a presented token. Check characters first (no query), then one indexed look-up, then a constant-time compare."""
    parts = parse(token)
    if parts is None or parts.brand != mint.brand:
        return Answer(Outcome.NOT_FOUND, reason="not a token of this store")
    if not parts.sound:
        return Answer(Outcome.BAD_CHECKSUM, reason="damaged copy")
    digest = digest_of(token, mint.key)
    for row in reader.rows(_BY_ID, {"id": parts.id}):
        account_id, token_id, scheme, kept = row[:4]
        if scheme != f"hmac-sha256:{mint.key_id}" or not same_digest(bytes(kept), digest):
            continue
        key = TokenKey((account_id, token_id))
        return _judged(key, Moments(*(maybe_from_ms(value) for value in row[4:10])), str(row[10]), now)
    same_digest(digest, digest)
    return Answer(Outcome.NOT_FOUND, reason="no such token")


def _judged(key: TokenKey, moments: Moments, message: str, now: datetime) -> Answer:
    match status_of(moments, now):
        case Status.ACTIVE | Status.RETIRING:
            return Answer(Outcome.VALID, key)
        case Status.REVOKED:
            return Answer(Outcome.REVOKED, key, "revoked")
        case Status.SUSPENDED:
            return Answer(Outcome.SUSPENDED, key, message or "suspended")
        case Status.EXPIRED:
            retired = moments.retires_at is not None and now >= moments.retires_at
            return Answer(Outcome.EXPIRED, key, "overlap ended" if retired else "expired")
