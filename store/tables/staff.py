"""Our own people and what they set up: operators, policies, saved views, cases, and facts about the store."""

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from store.tables.base import STRICT, Count, Flag, Key, Moment, Table, Words


def _partial(name: str, where: str, *columns: str) -> Index:
    return Index(f"ix_case_file_{name}", *columns, sqlite_where=text(where), postgresql_where=text(where))


class Operator(Table, table=True):
    """One of our staff; `passphrase` is an argon2id encoding, never the words themselves."""

    __tablename__ = "operator"
    __table_args__ = (
        CheckConstraint("role IN ('auditor', 'support', 'on-call', 'security', 'admin')", name="role"),
        CheckConstraint("active IN (0, 1)", name="active"),
        STRICT,
    )

    name: str = Field(primary_key=True, sa_type=Key)
    role: str = Field(sa_type=Words, nullable=False)
    active: bool = Field(default=True, sa_type=Flag, nullable=False)
    passphrase: str = Field(default="", sa_type=Words, nullable=False, repr=False)
    created_at: int = Field(sa_type=Moment, nullable=False)


class Policy(Table, table=True):
    """The rules of one account, or of every account where `account_id` is empty; None leaves a rule to the default."""

    __tablename__ = "policy"
    __table_args__ = (
        CheckConstraint("max_lifetime_days IS NULL OR max_lifetime_days BETWEEN 1 AND 365", name="max_lifetime_days"),
        STRICT,
    )

    account_id: str = Field(primary_key=True, sa_type=Key)
    max_lifetime_days: int | None = Field(default=None, sa_type=Count)
    rotate_every_days: int | None = Field(default=None, sa_type=Count)
    idle_limit_days: int | None = Field(default=None, sa_type=Count)
    max_overlap_hours: int | None = Field(default=None, sa_type=Count)
    token_limit: int | None = Field(default=None, sa_type=Count)
    updated_at: int = Field(sa_type=Moment, nullable=False)
    updated_by: str = Field(sa_type=Words, nullable=False)


class SavedView(Table, table=True):
    """A view somebody saved: a filter, a sort and columns. An empty `operator` shares it with everyone."""

    __tablename__ = "saved_view"
    __table_args__ = (STRICT,)

    operator: str = Field(primary_key=True, sa_type=Key)
    name: str = Field(primary_key=True, sa_type=Key)
    filter: str = Field(default="", sa_type=Words, nullable=False)
    sort: str = Field(default="", sa_type=Words, nullable=False)
    columns: str = Field(default="", sa_type=Words, nullable=False)
    created_at: int = Field(sa_type=Moment, nullable=False)


class Case(Table, table=True):
    """An incident or ticket that actions are filed under; one that audit lines name is opened by the first of them."""

    __tablename__ = "case_file"
    __table_args__ = (
        _partial("open", "closed_at IS NULL", "opened_at", "id"),
        _partial("closed", "closed_at IS NOT NULL", "closed_at", "id"),
        STRICT,
    )

    id: str = Field(primary_key=True, sa_type=Key)
    title: str = Field(default="", sa_type=Words, nullable=False)
    opened_at: int = Field(sa_type=Moment, nullable=False)
    opened_by: str = Field(sa_type=Words, nullable=False)
    closed_at: int | None = Field(default=None, sa_type=Moment)


class Fact(Table, table=True):
    """Something about the store itself: its id, brand, key id, since when and up to when usage is recorded, its demo clock."""

    __tablename__ = "fact"
    __table_args__ = (STRICT,)

    name: str = Field(primary_key=True, sa_type=Key)
    value: str = Field(sa_type=Words, nullable=False)
