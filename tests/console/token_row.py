"""A token row for tests that need no store: whole, ordinary, and changed where a test says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from store.rows import TokenRow
from store.rules.scopes import Tier
from store.rules.status import Status
from tests.conftest import NOW

_ORDINARY = TokenRow(
    account_id="bolt",
    account_name="Bolt",
    id="7Kq2abcdefgh",
    name="Shopify sync",
    environment="live",
    scopes=("orders.read",),
    tier=Tier.READ_ONLY,
    broad=False,
    status=Status.ACTIVE,
    owner="m1",
    owner_name="Jo",
    owner_active=True,
    creator="m1",
    creator_name="Jo",
    creator_active=True,
    creator_left_at=None,
    rationale="",
    source="issued",
    hint="9f3c",
    digest_scheme="hmac-sha256",
    created_at=NOW - timedelta(days=400),
    rotated_at=None,
    expires_at=NOW + timedelta(days=90),
    retires_at=None,
    replaces=None,
    replaced_by=None,
    suspended_at=None,
    suspended_until=None,
    suspended_by=None,
    suspend_message="",
    exposed_at=None,
    revoked_at=None,
    revoked_by=None,
    revoke_reason="",
    last_used_at=NOW - timedelta(minutes=4),
    last_success_at=NOW - timedelta(minutes=4),
    last_denied_at=None,
    last_denied_reason="",
    requests_24h=1_204,
    requests_30d=30_000,
    silent_after=None,
    new_address_at=None,
    audit_seq=1,
)


def token_row(**changes: Any) -> TokenRow:
    """Return an active read-only token of Bolt, used four minutes ago, with these fields changed."""
    return replace(_ORDINARY, **changes)
