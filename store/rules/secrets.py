"""What a token looks like and how it is recognised without keeping it (decisions.md, «Secrets»)."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import zlib
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn

from store.rules.token_form import ENVIRONMENTS as ENVIRONMENTS
from store.rules.token_form import FORM
from store.rules.token_form import looks_like_token as looks_like_token

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ID_LENGTH = 12
SECRET_LENGTH = 32
CHECK_LENGTH = 6
_HINT_LENGTH = 4
BRAND = "tkd"
_BRAND_FORM = re.compile(r"[a-z0-9]{2,12}")
_DOMAIN = b"tokendesk/v1"
_PAIRS = [one + other for one in ALPHABET for other in ALPHABET]
_BLOCK = 64
"""Bytes SHA-256 works on at a time: so long a key is made for HMAC (RFC 2104)."""


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


class Parts(NamedTuple):
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
    value, last = divmod(zlib.crc32(text.encode()), len(_PAIRS))
    first, middle = divmod(value, len(_PAIRS))
    return _PAIRS[first] + _PAIRS[middle] + _PAIRS[last]


def parse(token: Secret) -> Parts | None:
    """Take a token apart, or return None when it does not have our form. Nothing is looked up."""
    text = token.reveal().strip()
    match = FORM.fullmatch(text)
    if match is None:
        return None
    sound = hmac.compare_digest(check_characters(text[:-CHECK_LENGTH]), text[-CHECK_LENGTH:])
    brand, environment, token_id, _ = match.groups()
    return Parts(brand, environment, token_id, text[-_HINT_LENGTH:], sound)


def hint_of(token: Secret) -> str:
    """Return the last four characters, what the customer sees; never a key, never unique."""
    return token.reveal().strip()[-_HINT_LENGTH:]


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
    scheme: str = field(init=False, repr=False, compare=False)
    """What is kept beside a digest: how it was made, and with which key."""

    _begun: tuple[Any, Any] = field(init=False, repr=False, compare=False)
    """The two hashes of HMAC after the key alone: they are the same for every token (RFC 2104, 4)."""

    def __post_init__(self) -> None:
        key = self.key.reveal().encode()
        block = (key if len(key) <= _BLOCK else hashlib.sha256(key).digest()).ljust(_BLOCK, b"\0")
        begun = tuple(hashlib.sha256(bytes(byte ^ pad for byte in block)) for pad in (0x36, 0x5C))
        object.__setattr__(self, "_begun", begun)
        object.__setattr__(self, "scheme", f"hmac-sha256:{self.key_id}")

    def digest_of(self, token: Secret) -> bytes:
        """Return what `digest_of` does under this key, in half the time: for whoever asks again and again."""
        inner, outer = self._begun[0].copy(), self._begun[1].copy()
        inner.update(_DOMAIN + token.reveal().strip().encode())
        outer.update(inner.digest())
        digest: bytes = outer.digest()
        return digest
