"""What counts as a token's state: the columns an audit line vouches for, and their digest (security.md finding 11)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
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


def state_digest(token: Mapping[str, Any]) -> bytes:
    """Return SHA-256 over the state columns of a token row (moments in milliseconds); 32 bytes."""
    return hashlib.sha256(canonical({name: token[name] for name in STATE_COLUMNS})).digest()


def _hex(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    raise TypeError(f"cannot be written canonically: {type(value).__name__}")
