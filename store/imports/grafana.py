"""Service account tokens as Grafana's API answers; it tells neither scopes nor an owner."""

from __future__ import annotations

from collections.abc import Iterator

from store.imports.context import Context
from store.imports.records import Remark, TokenRecord
from store.imports.values import NAME_CAP, Row


def records(row: Row, number: int, context: Context) -> Iterator[TokenRecord]:
    """Read one token; revoked without a moment is revoked now."""
    revoked = bool(row.flag("isRevoked"))
    if revoked:
        row.remarks.add(Remark.REVOKED_SOMETIME)
    yield TokenRecord(
        number=number,
        account=context.account_of(None),
        id=row.token_id("id"),
        given=frozenset({"name", "expires_at"}),
        name=row.text("name", cap=NAME_CAP),
        environment=context.environment,
        created_at=context.required(row.moment("created"), "created"),
        expires_at=row.end("expiration"),
        last_used_at=row.moment("lastUsedAt"),
        revoked_at=context.now if revoked else None,
        revoked_by="import" if revoked else None,
        revoke_reason="revoked in Grafana before it was imported" if revoked else "",
        secrets=row.secrets,
        remarks=frozenset(row.remarks),
    )
