"""Tokens that were imported with the SHA-256 of their text: finding them by digest, and by id without sending a whole word."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from store.reader import Reader
from store.rows import TokenKey
from store.rules.secrets import Secret, same_digest

AT_ONCE = 500
"""So many digests are asked for in one query."""

_LONGEST_ID = 200
_MOST_SENT = 8
_DIGESTS = "SELECT digest, account_id, id FROM token WHERE digest IS NOT NULL AND digest_scheme = 'sha256' AND digest IN "
_IDS = "SELECT account_id, id FROM token WHERE id >= :first AND id < :behind AND length(id) = :length"


def has_imported_digests(reader: Reader) -> bool:
    """Say whether a token of another form could be proven here; quick where none was ever imported."""
    if not reader.rows("SELECT 1 FROM audit WHERE action = 'import' LIMIT 1"):
        return False
    return bool(reader.rows("SELECT 1 FROM token WHERE digest_scheme = 'sha256' LIMIT 1"))


def plain_digest(value: Secret) -> bytes:
    """Return the SHA-256 of a word, 32 bytes."""
    return hashlib.sha256(value.reveal().encode("utf-8", "replace")).digest()


def by_digests(reader: Reader, digests: Iterable[bytes]) -> Mapping[bytes, TokenKey]:
    """Return which of some digests are those of imported tokens, at most AT_ONCE of them."""
    params = {f"d{number}": digest for number, digest in enumerate(digests)}
    if not params:
        return {}
    rows = reader.rows(f"{_DIGESTS}({', '.join(f':{name}' for name in params)})", params)
    return {bytes(digest): TokenKey((account, token)) for digest, account, token in rows}


def by_id(reader: Reader, word: Secret) -> TokenKey | None:
    """Return the token whose id a word is; of several accounts' tokens with one id none, as it would be a guess.

    The word may be somebody's secret, so only its beginning is sent: at most half of it, and never more than 8 characters.
    """
    text = word.reveal()
    if not 2 <= len(text) <= _LONGEST_ID or not text.isprintable():
        return None
    first = text[: min(_MOST_SENT, len(text) // 2)]
    behind = f"{first}\U0010ffff"
    given = text.encode("utf-8", "replace")
    rows = reader.rows(_IDS, {"first": first, "behind": behind, "length": len(text)})
    same = [TokenKey((account, token)) for account, token in rows if same_digest(str(token).encode(), given)]
    return same[0] if len(same) == 1 else None
