"""What a token looks like and how it is recognised without keeping it (decisions.md, «Secrets»)."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import zlib
from dataclasses import dataclass
from typing import NoReturn

from store.rules.token_form import ENVIRONMENTS as ENVIRONMENTS
from store.rules.token_form import FORM
from store.rules.token_form import looks_like_token as looks_like_token

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ID_LENGTH = 12
SECRET_LENGTH = 32
CHECK_LENGTH = 6
BRAND = "tkd"
_BRAND_FORM = re.compile(r"[a-z0-9]{2,12}")
_DOMAIN = b"tokendesk/v1"


class Secret:
    """A value that must not be seen: it prints as `Secret(***)`, cannot be pickled and is never a dictionary key."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value; call it only where it is hashed, compared or shown once."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__
    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not written anywhere")


@dataclass(frozen=True, slots=True)
class Parts:
    """The public parts of a well-formed token, and whether its check characters are right."""

    brand: str
    environment: str
    id: str
    hint: str
    sound: bool


def is_brand(text: str) -> bool:
    """Say whether `text` can be a store's brand: 2 to 12 of a-z and 0-9."""
    return _BRAND_FORM.fullmatch(text) is not None


def new_id() -> str:
    """Return a fresh public id: 12 base62 characters, 71 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(ID_LENGTH))


def new_token(environment: str, token_id: str, brand: str = BRAND) -> Secret:
    """Make a token for an id: 190 random bits and check characters over everything before them."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(SECRET_LENGTH))
    text = f"{brand}_{environment}_{token_id}_{body}"
    return Secret(text + check_characters(text))


def check_characters(text: str) -> str:
    """Return CRC-32 of `text` as six base62 characters, left-padded with zeros."""
    value = zlib.crc32(text.encode())
    characters = ""
    for _ in range(CHECK_LENGTH):
        value, digit = divmod(value, 62)
        characters = ALPHABET[digit] + characters
    return characters


def parse(token: Secret) -> Parts | None:
    """Take a token apart, or return None when it does not have our form. Nothing is looked up."""
    text = token.reveal().strip()
    match = FORM.fullmatch(text)
    if match is None:
        return None
    sound = hmac.compare_digest(check_characters(text[:-CHECK_LENGTH]), text[-CHECK_LENGTH:])
    return Parts(match["brand"], match["env"], match["id"], hint_of(token), sound)


def hint_of(token: Secret) -> str:
    """Return the last four characters, what the customer sees; never a key, never unique."""
    return token.reveal().strip()[-4:]


def digest_of(token: Secret, key: Secret) -> bytes:
    """Return HMAC-SHA-256 of the whole token under the store key (security.md 3); 32 bytes."""
    return hmac.digest(key.reveal().encode(), _DOMAIN + token.reveal().strip().encode(), hashlib.sha256)


def same_digest(one: bytes, other: bytes) -> bool:
    """Compare two digests in constant time, on bytes."""
    return hmac.compare_digest(one, other)


@dataclass(frozen=True, slots=True)
class Mint:
    """What a store makes tokens with: its brand, and its key with the key's id."""

    brand: str
    key_id: str
    key: Secret
