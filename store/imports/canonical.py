"""Our own fields, as CSV or JSON, the same as `tokens list --csv` and `--json` write (interfaces.md, «Token fields»)."""

from __future__ import annotations

from collections.abc import Iterator

from store.imports.context import Context
from store.imports.digests import NONE, is_foreign_digest, kept_digest
from store.imports.records import Remark, RowError, TokenRecord
from store.imports.values import NAME_CAP, TEXT_CAP, Row
from store.rules.secrets import ENVIRONMENTS

_MAY_CHANGE = ("name", "owner", "scopes", "expires_at")
_QUOTED = ("'=", "'+", "'-", "'@", "'\t", "'\r")
HINT_LENGTH = 4


def records(row: Row, number: int, context: Context) -> Iterator[TokenRecord]:
    """Read one token; `status` counts only where it says `suspended`, since no other field tells that without an end."""
    digest, dropped = _digest(row)
    until = row.end("suspended_until")
    ahead = until is not None and until > context.now
    suspended = ahead or row.text("status", cap=20).lower() == "suspended"
    retires_at, replaced_by = row.end("retires_at"), row.maybe("replaced_by")
    if retires_at is not None and replaced_by is None:
        raise RowError("retires_at is set, but replaced_by is missing")
    revoked_at = row.moment("revoked_at")
    record = TokenRecord(
        number=number,
        account=context.account_of(row.account_id("account"), own_first=True),
        account_name=_plain(row.text("account_name", cap=NAME_CAP)),
        id=row.token_id("id"),
        given=frozenset(name for name in _MAY_CHANGE if row.has(name)),
        name=_plain(row.text("name", cap=NAME_CAP)),
        environment=_environment(row, context),
        scopes=row.scopes("scopes"),
        owner=row.person("owner"),
        creator=row.person("creator"),
        creator_active=row.flag("creator_active"),
        created_at=context.required(row.moment("created_at"), "created_at"),
        rotated_at=row.moment("rotated_at"),
        expires_at=row.end("expires_at"),
        retires_at=retires_at,
        replaces=row.maybe("replaces"),
        replaced_by=replaced_by,
        suspended=suspended,
        suspended_until=until if ahead else None,
        last_used_at=row.moment("last_used_at"),
        last_success_at=row.moment("last_success_at"),
        revoked_at=revoked_at,
        revoked_by=None if revoked_at is None else row.maybe("revoked_by") or "import",
        revoke_reason="" if revoked_at is None else row.text("revoke_reason", cap=TEXT_CAP),
        rationale=_plain(row.text("rationale", cap=TEXT_CAP)),
        hint=row.text("hint", cap=100)[-HINT_LENGTH:],
        digest_scheme=digest[0],
        digest=digest[1],
        secrets=row.secrets + dropped,
        remarks=frozenset(row.remarks),
    )
    yield record


def _digest(row: Row) -> tuple[tuple[str, bytes | None], int]:
    scheme, digest = row.text("digest_scheme", cap=60), row.text("digest", cap=600)
    if scheme in ("", "none") and not digest:
        return NONE, 0
    kept = kept_digest(scheme, digest)
    if kept is None and is_foreign_digest(digest):
        row.remarks.add(Remark.DIGEST_UNKNOWN)
        return NONE, 0
    if kept is None:
        # What stands in a digest column and is no digest may be the token itself; one of a known form was counted before.
        return NONE, 0 if "***" in digest else 1
    if kept == NONE and scheme not in ("", "none"):
        row.remarks.add(Remark.DIGEST_UNKNOWN)
    return kept, 0


def _environment(row: Row, context: Context) -> str:
    word = row.text("environment", cap=20).lower() or context.environment
    if word not in ENVIRONMENTS:
        raise RowError("environment is neither live nor test")
    return word


def _plain(text: str) -> str:
    """Undo the quote our own CSV puts before a text that a spreadsheet would run as a formula."""
    return text[1:] if text.startswith(_QUOTED) else text
