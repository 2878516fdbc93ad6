"""The table `rest_framework_api_key_apikey` of djangorestframework-api-key as CSV; the prefix is the id."""

from __future__ import annotations

from collections.abc import Iterator

from store.imports.context import Context
from store.imports.digests import kept_digest
from store.imports.records import Remark, TokenRecord
from store.imports.values import NAME_CAP, Row

_DJANGO_ARGON2 = "argon2$argon2id$"


def records(row: Row, number: int, context: Context) -> Iterator[TokenRecord]:
    """Read one key. An argon2id digest can be checked here; SHA-512 and Django's other hashers can't, which is said."""
    revoked = bool(row.flag("revoked"))
    if revoked:
        row.remarks.add(Remark.REVOKED_SOMETIME)
    scheme, digest = _digest(row)
    yield TokenRecord(
        number=number,
        account=context.account_of(None),
        id=row.token_id("prefix"),
        given=frozenset({"name", "expires_at"}),
        name=row.text("name", cap=NAME_CAP),
        environment=context.environment,
        created_at=context.required(row.moment("created"), "created"),
        expires_at=row.end("expiry_date"),
        digest_scheme=scheme,
        digest=digest,
        revoked_at=context.now if revoked else None,
        revoked_by="import" if revoked else None,
        revoke_reason="revoked in Django before it was imported" if revoked else "",
        secrets=row.secrets,
        remarks=frozenset(row.remarks),
    )


def _digest(row: Row) -> tuple[str, bytes | None]:
    hashed = row.text("hashed_key", cap=600)
    if hashed.startswith(_DJANGO_ARGON2):
        kept = kept_digest("argon2id", hashed.removeprefix("argon2"))
        if kept is not None:
            return kept
    if hashed:
        row.remarks.add(Remark.DIGEST_UNKNOWN)
    return ("none", None)
