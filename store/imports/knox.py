"""The table `knox_authtoken` of django-rest-knox as CSV; the token's first characters are its id."""

from __future__ import annotations

from collections.abc import Iterator

from store.imports.context import Context
from store.imports.records import Remark, TokenRecord
from store.imports.values import Row


def records(row: Row, number: int, context: Context) -> Iterator[TokenRecord]:
    """Read one token. Its digest is over bytes this store never sees, so it is inventory only."""
    user = row.person("user_id")
    token_id = row.token_id("token_key")
    if row.text("digest"):
        row.remarks.add(Remark.DIGEST_UNKNOWN)
    yield TokenRecord(
        number=number,
        account=context.account_of(None),
        id=token_id,
        given=frozenset({"owner", "expires_at"}),
        name=f"knox token {token_id}",
        environment=context.environment,
        owner=user,
        creator=user,
        created_at=context.required(row.moment("created"), "created"),
        expires_at=row.end("expiry"),
        secrets=row.secrets,
        remarks=frozenset(row.remarks),
    )
