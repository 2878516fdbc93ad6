"""Personal, group and project access tokens as GitLab's API answers; `expires_at` is a day."""

from __future__ import annotations

from collections.abc import Iterator

from store.imports.context import Context
from store.imports.records import Remark, TokenRecord
from store.imports.values import NAME_CAP, TEXT_CAP, Row


def records(row: Row, number: int, context: Context) -> Iterator[TokenRecord]:
    """Read one token. Revoked without a moment is revoked now; not active for no other reason comes in suspended."""
    user, expires_at = row.person("user_id"), row.end("expires_at")
    revoked = bool(row.flag("revoked"))
    expired = expires_at is not None and expires_at <= context.now
    inactive = row.flag("active") is False and not revoked and not expired
    row.remarks |= {Remark.REVOKED_SOMETIME} if revoked else {Remark.INACTIVE} if inactive else set()
    yield TokenRecord(
        number=number,
        account=context.account_of(None),
        id=row.token_id("id"),
        given=frozenset({"name", "owner", "scopes", "expires_at"}),
        name=row.text("name", cap=NAME_CAP),
        environment=context.environment,
        scopes=row.scopes("scopes"),
        owner=user,
        creator=user,
        rationale=row.text("description", cap=TEXT_CAP),
        created_at=context.required(row.moment("created_at"), "created_at"),
        expires_at=expires_at,
        last_used_at=row.moment("last_used_at"),
        suspended=inactive,
        suspend_message="not active in GitLab" if inactive else "",
        revoked_at=context.now if revoked else None,
        revoked_by="import" if revoked else None,
        revoke_reason="revoked in GitLab before it was imported" if revoked else "",
        secrets=row.secrets,
        remarks=frozenset(row.remarks),
    )
