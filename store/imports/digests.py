"""Which digests of an imported token can be kept, so that it can be proven later (decisions.md, «Secrets»)."""

from __future__ import annotations

import re

_HEX_256 = re.compile(r"[0-9a-fA-F]{64}")
_ARGON2ID = re.compile(r"\$argon2id\$v=\d+\$m=\d{1,9},t=\d{1,4},p=\d{1,4}\$[A-Za-z0-9+/]{8,}\$[A-Za-z0-9+/]{16,}")
_KEYED = re.compile(r"hmac-sha256:[0-9A-Za-z._-]{1,40}")
NONE: tuple[str, bytes | None] = ("none", None)


def kept_digest(scheme: str, digest: str) -> tuple[str, bytes | None] | None:
    """Return scheme and digest as they are stored, or None when `digest` is not one of that scheme: it may be a secret.

    64 hex characters for `sha256` and `hmac-sha256:KEYID`; the whole encoding for `argon2id`, which needs no scheme.
    """
    if not digest:
        return NONE
    if _ARGON2ID.fullmatch(digest) is not None and len(digest) <= 500 and scheme in ("", "argon2id"):
        return "argon2id", digest.encode()
    if _HEX_256.fullmatch(digest) is not None and (scheme == "sha256" or _KEYED.fullmatch(scheme) is not None):
        return scheme, bytes.fromhex(digest)
    return None


def is_foreign_digest(digest: str) -> bool:
    """Say whether this is a digest of a kind that can't be checked here: other hex lengths, or Django's `name$...`."""
    hexadecimal = len(digest) in (32, 40, 56, 64, 96, 128) and all(c in "0123456789abcdefABCDEF" for c in digest)
    return hexadecimal or digest.startswith(("sha512$$", "pbkdf2_", "bcrypt", "scrypt$", "argon2$", "$2b$", "$argon2"))
