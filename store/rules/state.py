"""What counts as a token's state: the columns an audit line vouches for, and their digest (security.md finding 11)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from json.encoder import encode_basestring_ascii
from operator import itemgetter
from typing import Any

STATE_COLUMNS = (
    "account_id", "id", "name", "environment", "scopes", "tier", "owner_id", "creator_id", "rationale", "source", "hint",
    "digest_scheme", "digest", "created_at", "rotated_at", "expires_at", "retires_at", "replaces", "replaced_by",
    "suspended_at", "suspended_until", "suspended_by", "suspend_message", "exposed_at", "revoked_at", "revoked_by",
    "revoke_reason",
)  # fmt: skip
"""Changing any of these without a new audit line is refused by the database itself."""


def canonical(values: Mapping[str, Any]) -> bytes:
    """Write values in the one form that is hashed: JSON, keys sorted, ASCII, no spaces, bytes as hex, no floats.

    Raises TypeError for a value of any other kind.
    """
    return json.dumps(values, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=_hex, allow_nan=False).encode()


class Form:
    """Writes rows that all have the same columns as `canonical` would, three times as fast: the keys are sorted only once.

    `columns` are in the order in which `text` takes their values; there are at least two.
    """

    def __init__(self, columns: Iterable[str]) -> None:
        self.columns = tuple(sorted(columns))
        self._pattern = "{" + ",".join(f'"{name}":%s' for name in self.columns) + "}"
        self._values = itemgetter(*self.columns)

    def text(self, values: Sequence[Any]) -> bytes:
        """Return the canonical form of a row from its values in the order of `columns`."""
        return (self._pattern % tuple([_WORDS[type(value)](value) for value in values])).encode()

    def digest(self, values: Sequence[Any]) -> bytes:
        """Return SHA-256 over the canonical form of these values; 32 bytes."""
        return hashlib.sha256(self.text(values)).digest()

    def digest_of(self, row: Mapping[str, Any]) -> bytes:
        """Return the same for a row by name, which may have other columns too."""
        return self.digest(self._values(row))


STATE = Form(STATE_COLUMNS)


def state_digest(token: Mapping[str, Any]) -> bytes:
    """Return SHA-256 over the state columns of a token row (moments in milliseconds); 32 bytes."""
    return STATE.digest_of(token)


def _hex(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    raise TypeError(f"cannot be written canonically: {type(value).__name__}")


class _Words(dict[type, Callable[[Any], str]]):
    """How a value of each type is written; one of no listed type as `canonical` writes it, or refuses to."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        return lambda value: json.dumps(value, separators=(",", ":"), sort_keys=True, default=_hex, allow_nan=False)


_WORDS = _Words(
    {
        str: encode_basestring_ascii,
        int: int.__repr__,
        type(None): lambda value: "null",
        bytes: lambda value: f'"{value.hex()}"',
    }
)
