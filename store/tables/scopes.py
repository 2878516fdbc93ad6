"""The permissions a token can hold, in plain words, and the pairs that deserve a second look."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import Field

from store.tables.base import STRICT, Key, Table, Words


class ScopeRow(Table, table=True):
    """One permission with its «can» and «cannot» sentence (requirement S3)."""

    __tablename__ = "scope"
    __table_args__ = (CheckConstraint("tier IN ('read-only', 'read-write', 'admin')", name="tier"), STRICT)

    name: str = Field(primary_key=True, sa_type=Key)
    tier: str = Field(sa_type=Words, nullable=False)
    can: str = Field(sa_type=Words, nullable=False)
    cannot: str = Field(sa_type=Words, nullable=False)


class ScopePair(Table, table=True):
    """Two scopes that are risky together, and why (requirement S6)."""

    __tablename__ = "scope_pair"
    __table_args__ = (
        ForeignKeyConstraint(["one"], ["scope.name"]),
        ForeignKeyConstraint(["other"], ["scope.name"]),
        STRICT,
    )

    one: str = Field(primary_key=True, sa_type=Key)
    other: str = Field(primary_key=True, sa_type=Key)
    why: str = Field(sa_type=Words, nullable=False)
