"""Programs that may ask the gateway: what their secrets look like and how they are proven."""

from __future__ import annotations

import re
import secrets

from store.errors import BadInput
from store.rules.secrets import ALPHABET, SECRET_LENGTH, Mint, Secret, check_characters, digest_of

CALLER = "caller:"
"""How the name of a caller starts where it acts, in the audit log."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def refuse_bad_caller(name: str) -> None:
    """Raise BadInput for what can't be a caller's name; it must need no quoting in HTTP Basic and nowhere else."""
    if _NAME.fullmatch(name) is None:
        raise BadInput("This can't be a caller's name.", "Use up to 64 of letters, digits, dots, dashes and underscores.")


def new_caller_secret(brand: str) -> Secret:
    """Make a secret: the brand, `gateway`, 190 random bits and check characters; scanners find it by its beginning."""
    text = f"{brand}_gateway_" + "".join(secrets.choice(ALPHABET) for _ in range(SECRET_LENGTH))
    return Secret(text + check_characters(text))


def caller_digest(name: str, secret: Secret, mint: Mint) -> bytes:
    """Return the digest that is kept: as a token's, with the name in front, so that no caller's secret is another's."""
    return digest_of(Secret(f"gateway/{name}/{secret.reveal()}"), mint.key)
