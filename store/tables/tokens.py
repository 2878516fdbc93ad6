"""Tokens: one row each, holding its moments; its status is derived from them and never stored."""

from typing import Any

from sqlalchemy import CheckConstraint, Column, Computed, ForeignKeyConstraint, Index, text
from sqlmodel import Field

from store.moments import FAR_MS
from store.tables.base import STRICT, Bytes, Count, Flag, Key, Moment, Table, Words


def _partial(name: str, where: str, *columns: str) -> Index:
    """An index over the few rows a view wants. A query must repeat `where` literally, or SQLite will not use it."""
    return Index(f"ix_token_{name}", *columns, sqlite_where=text(where), postgresql_where=text(where))


_MAY_WORK = "(suspended_at IS NULL OR suspended_until IS NOT NULL)"
"""False for what is suspended until somebody ends it: such a token works at no moment, whatever the others are."""


def _generated(expression: str) -> Column[Any]:
    return Column(Moment, Computed(expression, persisted=True))


class Token(Table, table=True):
    """A customer's API credential.

    `closed` is True once the token can never be live again (revoked, or past its end and swept): it only narrows what an
    index holds, the exact rule always follows. `creator_active`, `owner_active`, `tier` and `broad` follow from other
    tables and are kept up to date by the writes. What follows from usage (`last_*`, `requests_*`, `silent_after`,
    `new_address_at`) is no state of the token: it changes without an audit line.
    `audit_seq` names the audit line of the last change of state; the database refuses a change without a new one.
    """

    __tablename__ = "token"
    __table_args__ = (
        ForeignKeyConstraint(["account_id"], ["account.id"]),
        ForeignKeyConstraint(["account_id", "owner_id"], ["member.account_id", "member.id"], name="fk_token_owner"),
        ForeignKeyConstraint(["account_id", "creator_id"], ["member.account_id", "member.id"], name="fk_token_creator"),
        ForeignKeyConstraint(
            ["audit_seq", "account_id", "id"],
            ["audit.seq", "audit.account_id", "audit.token_id"],
            name="fk_token_audit",
            deferrable=True,
            initially="DEFERRED",
        ),
        CheckConstraint("length(id) BETWEEN 1 AND 200 AND length(name) <= 500", name="sizes"),
        CheckConstraint("environment IN ('live', 'test')", name="environment"),
        CheckConstraint("tier IN ('read-only', 'read-write', 'admin')", name="tier"),
        CheckConstraint(
            "closed IN (0, 1) AND broad IN (0, 1) AND creator_active IN (0, 1) AND owner_active IN (0, 1)", name="flags"
        ),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked_by"),
        CheckConstraint("revoked_at IS NULL OR closed = 1", name="revoked_closed"),
        CheckConstraint("suspended_at IS NOT NULL OR (suspended_until IS NULL AND suspended_by IS NULL)", name="suspended"),
        CheckConstraint("suspended_until IS NULL OR suspended_until > suspended_at", name="suspended_until"),
        CheckConstraint("retires_at IS NULL OR replaced_by IS NOT NULL", name="retires"),
        CheckConstraint("owner_id IS NOT NULL OR owner_active = 0", name="owner"),
        CheckConstraint(
            "digest_scheme = 'none' OR digest_scheme IN ('sha256', 'argon2id') OR digest_scheme LIKE 'hmac-sha256%'",
            name="digest_scheme",
        ),
        CheckConstraint("(digest_scheme = 'none') = (digest IS NULL)", name="digest"),
        CheckConstraint("requests_24h >= 0 AND requests_30d >= 0", name="requests"),
        _partial("open_seen", "closed = 0", "seen_at", "account_id", "id"),
        _partial("open_account", "closed = 0", "account_id", "id"),
        _partial("open_expires", "closed = 0", "expires_key", "account_id", "id"),
        _partial("open_secret", "closed = 0", "secret_since", "account_id", "id"),
        _partial("never_expires", "closed = 0 AND expires_at IS NULL", "seen_at", "account_id", "id"),
        _partial("never_used", "closed = 0 AND last_used_at IS NULL", "created_at", "account_id", "id"),
        _partial("orphaned", "closed = 0 AND creator_active = 0", "seen_at", "account_id", "id"),
        _partial("no_owner", "closed = 0 AND owner_active = 0", "seen_at", "account_id", "id"),
        _partial("too_broad", "closed = 0 AND broad = 1", "seen_at", "account_id", "id"),
        _partial("retiring", "closed = 0 AND retires_at IS NOT NULL", "retires_at", "account_id", "id"),
        _partial("suspended", "closed = 0 AND suspended_at IS NOT NULL", "suspended_at", "account_id", "id"),
        _partial("high_volume", "requests_24h > 10000", "requests_24h", "account_id", "id"),
        _partial("busy", "requests_24h > 0", "requests_24h", "account_id", "id"),
        _partial("silent", f"closed = 0 AND silent_after IS NOT NULL AND {_MAY_WORK}", "silent_after", "account_id", "id"),
        _partial("new_address", "closed = 0 AND new_address_at IS NOT NULL", "new_address_at", "account_id", "id"),
        _partial("denied", "last_denied_at IS NOT NULL", "last_denied_at", "account_id", "id"),
        _partial(
            "used_after_revoke",
            "revoked_at IS NOT NULL AND last_success_at > revoked_at",
            "last_success_at",
            "account_id",
            "id",
        ),
        _partial("revoked", "revoked_at IS NOT NULL", "revoked_at", "account_id", "id"),
        _partial("digest", "digest IS NOT NULL", "digest"),
        Index("ix_token_seen", "seen_at", "account_id", "id"),
        Index("ix_token_created", "created_at", "account_id", "id"),
        Index("ix_token_secret", "secret_since", "account_id", "id"),
        Index("ix_token_expires", "expires_key", "account_id", "id"),
        Index("ix_token_name", "name", "account_id", "id"),
        Index("ix_token_id", "id"),
        Index("ix_token_hint", "hint", "account_id", "id"),
        Index("ix_token_creator", "account_id", "creator_id"),
        Index("ix_token_owner", "account_id", "owner_id"),
        STRICT,
    )

    account_id: str = Field(primary_key=True, sa_type=Key)
    id: str = Field(primary_key=True, sa_type=Key)
    name: str = Field(default="", sa_type=Key, nullable=False)
    environment: str = Field(default="live", sa_type=Words, nullable=False)
    scopes: str = Field(default="", sa_type=Key, nullable=False)
    tier: str = Field(default="read-only", sa_type=Words, nullable=False)
    broad: bool = Field(default=False, sa_type=Flag, nullable=False)
    owner_id: str | None = Field(default=None, sa_type=Key)
    owner_active: bool = Field(default=False, sa_type=Flag, nullable=False)
    creator_id: str | None = Field(default=None, sa_type=Key)
    creator_active: bool = Field(default=True, sa_type=Flag, nullable=False)
    rationale: str = Field(default="", sa_type=Words, nullable=False)
    source: str = Field(default="issued", sa_type=Words, nullable=False)
    hint: str = Field(default="", sa_type=Key, nullable=False)
    digest_scheme: str = Field(default="none", sa_type=Words, nullable=False)
    digest: bytes | None = Field(default=None, sa_type=Bytes)

    created_at: int = Field(sa_type=Moment, nullable=False)
    rotated_at: int | None = Field(default=None, sa_type=Moment)
    expires_at: int | None = Field(default=None, sa_type=Moment)
    retires_at: int | None = Field(default=None, sa_type=Moment)
    replaces: str | None = Field(default=None, sa_type=Words)
    replaced_by: str | None = Field(default=None, sa_type=Words)
    suspended_at: int | None = Field(default=None, sa_type=Moment)
    suspended_until: int | None = Field(default=None, sa_type=Moment)
    suspended_by: str | None = Field(default=None, sa_type=Words)
    suspend_message: str = Field(default="", sa_type=Words, nullable=False)
    exposed_at: int | None = Field(default=None, sa_type=Moment)
    revoked_at: int | None = Field(default=None, sa_type=Moment)
    revoked_by: str | None = Field(default=None, sa_type=Words)
    revoke_reason: str = Field(default="", sa_type=Words, nullable=False)

    last_used_at: int | None = Field(default=None, sa_type=Moment)
    last_success_at: int | None = Field(default=None, sa_type=Moment)
    last_denied_at: int | None = Field(default=None, sa_type=Moment)
    last_denied_reason: str = Field(default="", sa_type=Words, nullable=False)
    requests_24h: int = Field(default=0, sa_type=Count, nullable=False)
    requests_30d: int = Field(default=0, sa_type=Count, nullable=False)
    silent_after: int | None = Field(default=None, sa_type=Moment)
    new_address_at: int | None = Field(default=None, sa_type=Moment)

    closed: bool = Field(default=False, sa_type=Flag, nullable=False)
    audit_seq: int = Field(sa_type=Count, nullable=False)
    seen_at: int | None = Field(default=None, sa_column=_generated("coalesce(last_used_at, created_at)"))
    secret_since: int | None = Field(default=None, sa_column=_generated("coalesce(rotated_at, created_at)"))
    expires_key: int | None = Field(default=None, sa_column=_generated(f"coalesce(expires_at, {FAR_MS})"))
