"""Customers and the people in them."""

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, text
from sqlmodel import Field

from store.rules.emails import CHARACTERS, MOST
from store.tables.base import STRICT, Count, Flag, Key, Moment, Table, Words

_EMAIL = (
    f"email IS NULL OR (length(email) <= {MOST} AND length(replace(email, '@', '')) = length(email) - 1 "
    "AND substr(email, 1, 1) <> '@' AND substr(email, length(email), 1) <> '@' "
    f"AND ltrim(email, '{CHARACTERS}') = '')"
)
"""No space, control character or line end can stand in an address, whoever writes it: it becomes the header of a mail."""


class Account(Table, table=True):
    """A customer. `open_tokens` counts its tokens that are not closed: never fewer than its live ones."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("length(id) BETWEEN 1 AND 200", name="id"),
        CheckConstraint("open_tokens >= 0", name="open_tokens"),
        Index(
            "ix_account_sprawl",
            "id",
            unique=True,
            sqlite_where=text("open_tokens > 10"),
            postgresql_where=text("open_tokens > 10"),
        ),
        STRICT,
    )

    id: str = Field(primary_key=True, sa_type=Key)
    name: str = Field(sa_type=Key, nullable=False)
    plan: str = Field(default="", sa_type=Words, nullable=False)
    created_at: int = Field(sa_type=Moment, nullable=False)
    open_tokens: int = Field(default=0, sa_type=Count, nullable=False)


class Member(Table, table=True):
    """A person in an account: an owner or creator of its tokens. `active` is False once they have left.

    `email` is where notices to them go; None where no address is on record.
    """

    __tablename__ = "member"
    __table_args__ = (
        ForeignKeyConstraint(["account_id"], ["account.id"]),
        CheckConstraint("length(id) BETWEEN 1 AND 200", name="id"),
        CheckConstraint("active IN (0, 1) AND admin IN (0, 1)", name="flags"),
        CheckConstraint("active = 0 OR left_at IS NULL", name="left_at"),
        STRICT,
    )

    account_id: str = Field(primary_key=True, sa_type=Key)
    id: str = Field(primary_key=True, sa_type=Key)
    name: str = Field(default="", sa_type=Key, nullable=False)
    admin: bool = Field(default=False, sa_type=Flag, nullable=False)
    active: bool = Field(default=True, sa_type=Flag, nullable=False)
    joined_at: int | None = Field(default=None, sa_type=Moment)
    left_at: int | None = Field(default=None, sa_type=Moment)
    email: str | None = Field(default=None, sa_column=Column("email", Key, CheckConstraint(_EMAIL, name="email")))
