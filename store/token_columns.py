"""The columns of a token as a write sees them; a test keeps them equal to `store.tables.tokens`.

To import SQLModel's tables takes longer than a whole revocation.
"""

from __future__ import annotations

from typing import Any

DEFAULTS: dict[str, Any] = {
    "name": "",
    "environment": "live",
    "scopes": "",
    "tier": "read-only",
    "broad": False,
    "owner_id": None,
    "owner_active": False,
    "creator_id": None,
    "creator_active": True,
    "rationale": "",
    "source": "issued",
    "hint": "",
    "digest_scheme": "none",
    "digest": None,
    "rotated_at": None,
    "expires_at": None,
    "retires_at": None,
    "replaces": None,
    "replaced_by": None,
    "suspended_at": None,
    "suspended_until": None,
    "suspended_by": None,
    "suspend_message": "",
    "exposed_at": None,
    "revoked_at": None,
    "revoked_by": None,
    "revoke_reason": "",
    "last_used_at": None,
    "last_success_at": None,
    "last_denied_at": None,
    "last_denied_reason": "",
    "requests_24h": 0,
    "requests_30d": 0,
    "silent_after": None,
    "new_address_at": None,
    "closed": False,
}
"""What the columns of a token hold when nothing is said."""

DERIVED = ("seen_at", "secret_since", "expires_key")
"""What the database works out by itself from the other columns."""

COLUMNS = ("account_id", "id", "created_at", "audit_seq", *DEFAULTS, *DERIVED)
FLAGS = tuple(name for name, value in DEFAULTS.items() if isinstance(value, bool))
"""A yes or no, which is kept as 1 or 0."""
