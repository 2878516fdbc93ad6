"""The audit log: a chain of lines that can only grow (security.md 4)."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from store.tables.base import STRICT, Bytes, Count, Key, Moment, Table, Words


class Audit(Table, table=True):
    """One action, in the order it was recorded; `seq` has no gaps and `hash` covers every column and `prev_hash`.

    `state_digest` is the digest of the token's state after the action, `private_digest` a keyed commitment to the
    side row in `audit_private`, which may be erased without breaking the chain (security.md 4.1).
    """

    __tablename__ = "audit"
    __table_args__ = (
        UniqueConstraint("action_id"),
        UniqueConstraint("seq", "account_id", "token_id"),
        CheckConstraint("seq >= 1", name="seq"),
        CheckConstraint("token_id IS NULL OR account_id IS NOT NULL", name="account"),
        CheckConstraint("length(hash) = 32 AND length(prev_hash) = 32", name="hashes"),
        Index("ix_audit_token", "account_id", "token_id", "seq"),
        Index("ix_audit_at", "at"),
        Index("ix_audit_actor", "actor", "seq"),
        Index("ix_audit_action", "action", "seq"),
        Index(
            "ix_audit_case",
            "case_id",
            "seq",
            sqlite_where=text("case_id IS NOT NULL"),
            postgresql_where=text("case_id IS NOT NULL"),
        ),
        STRICT,
    )

    seq: int = Field(primary_key=True, sa_type=Count, sa_column_kwargs={"autoincrement": False})
    action_id: str = Field(sa_type=Words, nullable=False)
    at: int = Field(sa_type=Moment, nullable=False)
    actor: str = Field(sa_type=Words, nullable=False)
    actor_role: str = Field(sa_type=Words, nullable=False)
    actor_how: str = Field(sa_type=Words, nullable=False)
    session: str = Field(default="", sa_type=Words, nullable=False)
    action: str = Field(sa_type=Words, nullable=False)
    account_id: str | None = Field(default=None, sa_type=Key)
    token_id: str | None = Field(default=None, sa_type=Key)
    token_name: str = Field(default="", sa_type=Words, nullable=False)
    scopes: str = Field(default="", sa_type=Words, nullable=False)
    case_id: str | None = Field(default=None, sa_type=Key)
    detail: str = Field(default="{}", sa_type=Words, nullable=False)
    state_digest: bytes | None = Field(default=None, sa_type=Bytes)
    private_digest: bytes | None = Field(default=None, sa_type=Bytes)
    prev_hash: bytes = Field(sa_type=Bytes, nullable=False)
    hash: bytes = Field(sa_type=Bytes, nullable=False)


class AuditPrivate(Table, table=True):
    """The personal part of an audit line: a free-text reason, a host, an address. May be erased; the chain still holds."""

    __tablename__ = "audit_private"
    __table_args__ = (ForeignKeyConstraint(["seq"], ["audit.seq"]), STRICT)

    seq: int = Field(primary_key=True, sa_type=Count, sa_column_kwargs={"autoincrement": False})
    salt: bytes = Field(sa_type=Bytes, nullable=False)
    reason: str = Field(default="", sa_type=Words, nullable=False)
    host: str = Field(default="", sa_type=Words, nullable=False)
    peer: str = Field(default="", sa_type=Words, nullable=False)
