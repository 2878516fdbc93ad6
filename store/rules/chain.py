"""How audit lines are linked, so that an edit, a gap or a swap shows (security.md 4.5).

The hash of a line is SHA-256 over its canonical JSON (store.rules.state.canonical): every column but `hash` itself,
binary columns in hex, moments in whole milliseconds. `prev_hash` is the hash of the line before, 32 zero bytes at first.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from store.rules.state import Form

FIRST_LINK = bytes(32)

LINE_COLUMNS = (
    "seq", "action_id", "at", "actor", "actor_role", "actor_how", "session", "action", "account_id", "token_id",
    "token_name", "scopes", "case_id", "detail", "state_digest", "private_digest", "prev_hash",
)  # fmt: skip
"""The columns a line's hash covers."""


LINE, _PRIVATE = Form(LINE_COLUMNS), Form(("reason", "host", "peer"))


def line_hash(line: Mapping[str, Any]) -> bytes:
    """Return the hash of a line from its columns; 32 bytes."""
    return LINE.digest_of(line)


def private_digest(salt: bytes, reason: str, host: str, peer: str) -> bytes:
    """Return the commitment of a line to its private part: HMAC-SHA-256 under a salt that goes when the part is erased."""
    return hmac.digest(salt, _PRIVATE.text((host, peer, reason)), hashlib.sha256)
