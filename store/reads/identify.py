"""Whose a leaked string is: look-up by its public id, proof by its digest, and never a word of the string itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from store.reader import Reader, Row
from store.reads.imported import AT_ONCE, by_digests, by_id, has_imported_digests, plain_digest
from store.reads.tokens import token
from store.rows import Identified, TokenKey, TokenRow
from store.rules.leaks import LONGEST, Suspect, Verdict
from store.rules.pastes import suspects
from store.rules.secrets import Mint, Secret, digest_of, parse, same_digest
from store.rules.status import Status
from store.rules.words import Words

MOST = 200
"""So many tokens of one paste are identified; more are for `tokendesk triage`."""

MOST_WORDS = 20_000
"""So many words of one paste are compared with imported tokens; more are for `tokendesk triage`."""

_DEAD = frozenset({Status.REVOKED, Status.EXPIRED})


def identify(reader: Reader, text: Secret, now: datetime, mint: Mint) -> tuple[Identified, ...]:
    """Return a verdict for each token that `text` seems to hold, at most MOST, in the order they stand there.

    Check characters first (no query), then one indexed look-up each, then a constant-time compare of digests. Behind them
    stand the imported tokens of other forms that are in it.
    """
    judged = [(suspect.id, judge(reader, suspect, now, mint)) for suspect in islice(suspects(text, mint.brand), MOST)]
    others = _others(reader, text, now, mint, {one.row.key for _, one in judged if one.row is not None})
    return (*(one for own, one in judged if own or one.row is not None or not others), *others)[:MOST]


def _others(reader: Reader, text: Secret, now: datetime, mint: Mint, known: set[TokenKey]) -> list[Identified]:
    """Return the imported tokens among the first MOST_WORDS words of a text, except those that are known."""
    if not has_imported_digests(reader):
        return []
    words = islice(Words(mint.brand).feed(text.reveal()[:LONGEST], last=True), MOST_WORDS)
    digests = list(dict.fromkeys(plain_digest(word.value) for word in words))
    found: dict[TokenKey, None] = {}
    for start in range(0, len(digests), AT_ONCE):
        some = digests[start : start + AT_ONCE]
        held = by_digests(reader, some)
        found |= {held[digest]: None for digest in some if digest in held and held[digest] not in known}
    return [proven(token(reader, key, now)) for key in islice(found, MOST)]


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
            return proven(token(reader, TokenKey((account_id, suspect.id)), now))
    why = "its secret was made under another store key" if _other_key(kept, mint) else "its secret is wrong"
    return _named(row, Verdict.ID_ONLY, why)


def _imported(reader: Reader, value: Secret, now: datetime) -> Identified:
    """Judge a word that has not our form: an imported token's own id, or one whose plain SHA-256 is kept."""
    digest = plain_digest(value)
    key = by_digests(reader, [digest]).get(digest)
    if key is not None:
        return proven(token(reader, key, now))
    named = by_id(reader, value)
    return _named(None if named is None else token(reader, named, now), Verdict.ID_ONLY, "only its id was given")


def proven(row: TokenRow | None) -> Identified:
    """Return the verdict on a token whose secret was right."""
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
