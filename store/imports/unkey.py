"""Keys as Unkey's listKeys answers; times are milliseconds. A plaintext that came along is dropped unread."""

from __future__ import annotations

from collections.abc import Iterator

from store.imports.context import Context
from store.imports.records import Remark, RowError, TokenRecord
from store.imports.values import NAME_CAP, Row, checked_scopes


def records(row: Row, number: int, context: Context) -> Iterator[TokenRecord]:
    """Read one key; its identity is the account unless one is given. A disabled key comes in suspended."""
    roles = [f"role.{name}" for name in row.scopes("roles")]
    enabled = row.flag("enabled")
    if enabled is False:
        row.remarks.add(Remark.INACTIVE)
    created = row.since_1970("createdAt", per_second=1_000)
    yield TokenRecord(
        number=number,
        account=context.account_of(_identity(row)),
        id=row.token_id("keyId"),
        given=frozenset({"name", "scopes", "expires_at"}),
        name=row.text("name", cap=NAME_CAP),
        environment=context.environment,
        scopes=checked_scopes([*row.scopes("permissions"), *roles], "permissions"),
        created_at=context.required(created, "createdAt"),
        expires_at=row.since_1970("expires", per_second=1_000, end=True),
        last_used_at=row.since_1970("lastUsedAt", per_second=1_000),
        suspended=enabled is False,
        suspend_message="disabled in Unkey" if enabled is False else "",
        secrets=row.secrets,
        remarks=frozenset(row.remarks),
    )


def _identity(row: Row) -> str | None:
    identity = row.raw("identity")
    if identity is None:
        return None
    if not isinstance(identity, dict):
        raise RowError("identity is not an object")
    return row.account_id("identity", "externalId") or row.account_id("identity", "id")
