"""Key-auth credentials as Kong's admin API answers; the key itself comes in plain and is dropped unread."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from store.imports.context import Context
from store.imports.records import RowError, TokenRecord
from store.imports.values import Row


def records(row: Row, number: int, context: Context) -> Iterator[TokenRecord]:
    """Read one credential; its consumer is the account unless one is given, and it has no name of its own."""
    created = context.required(row.since_1970("created_at", per_second=1), "created_at")
    life = row.raw("ttl")
    if life is not None and (isinstance(life, bool) or not isinstance(life, int) or not 0 < life < 10**9):
        raise RowError("ttl is not a number of seconds")
    consumer = row.account_id("consumer", "id")
    token_id = row.token_id("id")
    yield TokenRecord(
        number=number,
        account=context.account_of(consumer),
        id=token_id,
        given=frozenset({"expires_at"}),
        name=f"Kong key {token_id[:8]}",
        environment=context.environment,
        created_at=created,
        expires_at=None if life is None else created + timedelta(seconds=life),
        secrets=row.secrets,
        remarks=frozenset(row.remarks),
    )
