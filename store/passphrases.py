"""Passphrases as they are kept: argon2id with the parameters of security.md, re-hashed when those change."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from store.rules.secrets import Secret
from store.rules.signing_in import normal_passphrase

_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4, hash_len=32, salt_len=16)
"""RFC 9106, second recommended option: t=3, 64 MiB, p=4."""

NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$Y46amEqdcHj/GOGtskviEQ$Zv6FO2L0PmTrzjZrfdpqb/Gan4f53GY8lgb1InACsoI"
"""A hash that no passphrase has: who does not exist takes as long to refuse as who does."""


def hashed(secret: Secret) -> str:
    """Return the encoding to keep; takes about 0.2 s and 64 MiB."""
    return _HASHER.hash(normal_passphrase(secret).reveal())


def matches(encoding: str, secret: Secret) -> bool:
    """Say whether this is the passphrase of an encoding; an empty encoding is nobody's, and takes as long."""
    try:
        return _HASHER.verify(encoding or NOBODY, normal_passphrase(secret).reveal())
    except (VerificationError, InvalidHashError):
        return False


def outdated(encoding: str) -> bool:
    """Say whether an encoding was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(encoding)
