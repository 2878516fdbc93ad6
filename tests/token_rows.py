"""A plain token row for tests of rules that need no store."""

from __future__ import annotations

from datetime import timedelta

from store.rows import TokenRow
from store.rules.scopes import Tier
from store.rules.status import Status
from tests.conftest import NOW


def active_row() -> TokenRow:
    """Return a live token with nothing to find about it: used an hour ago, 30 days old, expiring in 60."""
    used = NOW - timedelta(hours=1)
    return TokenRow(
        account_id="ACME", account_name="Acme", id="T01", name="billing sync", environment="live", scopes=("orders.read",),
        tier=Tier.READ_ONLY, broad=False, status=Status.ACTIVE, owner="mia", owner_name="Mia", owner_active=True,
        creator="raj", creator_name="Raj", creator_active=True, creator_left_at=None, rationale="", source="issued",
        hint="9f3c", digest_scheme="none", created_at=NOW - timedelta(days=30), rotated_at=None,
        expires_at=NOW + timedelta(days=60), retires_at=None, replaces=None, replaced_by=None, suspended_at=None,
        suspended_until=None, suspended_by=None, suspend_message="", exposed_at=None, revoked_at=None, revoked_by=None,
        revoke_reason="", last_used_at=used, last_success_at=used, last_denied_at=None, last_denied_reason="",
        requests_24h=24, requests_30d=720, silent_after=None, new_address_at=None, audit_seq=1,
    )  # fmt: skip
