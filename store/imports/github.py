"""Fine-grained personal access tokens of an organisation as GitHub's API answers."""

from __future__ import annotations

from collections.abc import Iterator

from store.imports.context import Context
from store.imports.records import RowError, TokenRecord
from store.imports.values import NAME_CAP, Row, checked_scopes

_LEVELS = ("organization", "repository", "other")


def records(row: Row, number: int, context: Context) -> Iterator[TokenRecord]:
    """Read one token; its permissions become scopes such as `repository.contents.write`."""
    owner = row.person("owner", "login")
    yield TokenRecord(
        number=number,
        account=context.account_of(None),
        id=row.token_id("token_id") if row.raw("token_id") is not None else row.token_id("id"),
        given=frozenset({"name", "owner", "scopes", "expires_at"}),
        name=row.text("token_name", cap=NAME_CAP),
        environment=context.environment,
        scopes=_scopes(row),
        owner=owner,
        creator=owner,
        created_at=context.required(row.moment("access_granted_at"), "access_granted_at"),
        expires_at=row.end("token_expires_at"),
        last_used_at=row.moment("token_last_used_at"),
        secrets=row.secrets,
        remarks=frozenset(row.remarks),
    )


def _scopes(row: Row) -> tuple[str, ...]:
    found = []
    for level in _LEVELS:
        granted = row.raw("permissions", level) or {}
        if not isinstance(granted, dict) or not all(isinstance(access, str) for access in granted.values()):
            raise RowError("permissions is not what GitHub gives")
        found += [f"{level}.{name}.{access}" for name, access in granted.items()]
    return checked_scopes(found, "permissions")
