"""How our own people prove who they are: tries, sessions, SSH keys, and what a second person is asked for."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlmodel import Field

from store.tables.base import STRICT, Bytes, Count, Key, Moment, Table, Words


def _open(name: str, where: str, *columns: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class SignIn(Table, table=True):
    """Wrong passphrases in a row under one name, counted before they are judged; and who set the passphrase, when."""

    __tablename__ = "sign_in"
    __table_args__ = (CheckConstraint("failures >= 0", name="failures"), STRICT)

    operator: str = Field(primary_key=True, sa_type=Key)
    failures: int = Field(default=0, sa_type=Count, nullable=False)
    failed_at: int | None = Field(default=None, sa_type=Moment)
    set_at: int | None = Field(default=None, sa_type=Moment)
    set_by: str | None = Field(default=None, sa_type=Words)


class OperatorSession(Table, table=True):
    """One sitting of an operator. `proof` is the SHA-256 of what a kept session is recognised by; a console keeps none."""

    __tablename__ = "operator_session"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
        CheckConstraint("ends_at > began_at", name="ends_at"),
        ForeignKeyConstraint(["operator"], ["operator.name"]),
        _open("ix_operator_session_open", "ended_at IS NULL", "operator", "began_at", "id"),
        STRICT,
    )

    id: str = Field(primary_key=True, sa_type=Key)
    operator: str = Field(sa_type=Key, nullable=False)
    how: str = Field(sa_type=Words, nullable=False)
    host: str = Field(sa_type=Words, nullable=False)
    peer: str = Field(sa_type=Words, nullable=False)
    proof: bytes | None = Field(default=None, sa_type=Bytes, repr=False)
    began_at: int = Field(sa_type=Moment, nullable=False)
    seen_at: int = Field(sa_type=Moment, nullable=False)
    proven_at: int = Field(sa_type=Moment, nullable=False)
    ends_at: int = Field(sa_type=Moment, nullable=False)
    ended_at: int | None = Field(default=None, sa_type=Moment)
    ended_by: str | None = Field(default=None, sa_type=Words)


class OperatorKey(Table, table=True):
    """An SSH key that is an operator's: `SHA256:` and the fingerprint, as ssh-keygen prints it."""

    __tablename__ = "operator_key"
    __table_args__ = (
        ForeignKeyConstraint(["operator"], ["operator.name"]),
        Index("ix_operator_key_operator", "operator", "fingerprint"),
        STRICT,
    )

    fingerprint: str = Field(primary_key=True, sa_type=Key)
    operator: str = Field(sa_type=Key, nullable=False)
    comment: str = Field(sa_type=Words, nullable=False)
    added_at: int = Field(sa_type=Moment, nullable=False)
    added_by: str = Field(sa_type=Words, nullable=False)


class Approval(Table, table=True):
    """Something that waits for a second person: exactly what (`digest`), who asked, and what became of it."""

    __tablename__ = "approval"
    __table_args__ = (
        CheckConstraint("verdict IN ('approved', 'refused', 'broken-glass')", name="verdict"),
        CheckConstraint("(answered_at IS NULL) = (verdict IS NULL)", name="answered"),
        CheckConstraint("verdict IS NULL OR verdict = 'broken-glass' OR answered_by <> operator", name="second"),
        CheckConstraint("used_at IS NULL OR verdict IN ('approved', 'broken-glass')", name="used"),
        Index("ix_approval_asked_at", "asked_at", "id"),
        _open("ix_approval_open", "verdict IS NULL OR (verdict = 'broken-glass' AND reviewed_at IS NULL)", "ends_at", "id"),
        STRICT,
    )

    id: str = Field(primary_key=True, sa_type=Key)
    kind: str = Field(sa_type=Words, nullable=False)
    operator: str = Field(sa_type=Key, nullable=False)
    digest: bytes = Field(sa_type=Bytes, nullable=False)
    summary: str = Field(sa_type=Words, nullable=False)
    reason: str = Field(sa_type=Words, nullable=False)
    asked_at: int = Field(sa_type=Moment, nullable=False)
    ends_at: int = Field(sa_type=Moment, nullable=False)
    answered_at: int | None = Field(default=None, sa_type=Moment)
    answered_by: str | None = Field(default=None, sa_type=Key)
    verdict: str | None = Field(default=None, sa_type=Words)
    used_at: int | None = Field(default=None, sa_type=Moment)
    used_action: str | None = Field(default=None, sa_type=Words)
    reviewed_at: int | None = Field(default=None, sa_type=Moment)
    reviewed_by: str | None = Field(default=None, sa_type=Words)
