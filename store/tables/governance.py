"""What policies say besides their limits, the notices they gave, and reviews of tokens with their decisions."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlmodel import Field

from store.tables.base import CLUSTERED, STRICT, Count, Key, Moment, Table, Words


class PolicyRule(Table, table=True):
    """One rule of an account's policy, or of every account's where `account_id` is empty; see store.rules.policy_rules."""

    __tablename__ = "policy_rule"
    __table_args__ = (CheckConstraint("length(value) BETWEEN 1 AND 10000", name="value"), STRICT)

    account_id: str = Field(primary_key=True, sa_type=Key)
    name: str = Field(primary_key=True, sa_type=Key)
    value: str = Field(sa_type=Words, nullable=False)
    updated_at: int = Field(sa_type=Moment, nullable=False)
    updated_by: str = Field(sa_type=Words, nullable=False)


class PolicyNotice(Table, table=True):
    """That a token unused for too long will be revoked: since when that is on record, and from when on it may be done."""

    __tablename__ = "policy_notice"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "token_id"], ["token.account_id", "token.id"]),
        CheckConstraint("due_at > noticed_at", name="due_at"),
        CLUSTERED,
    )

    account_id: str = Field(primary_key=True, sa_type=Key)
    token_id: str = Field(primary_key=True, sa_type=Key)
    noticed_at: int = Field(sa_type=Moment, nullable=False)
    due_at: int = Field(sa_type=Moment, nullable=False)
    audit_seq: int = Field(sa_type=Count, nullable=False)


class Review(Table, table=True):
    """A review of tokens: what was frozen into it by `filter` at `opened_at`, and who signed it off; then it is final."""

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint("(signed_at IS NULL) = (signed_by IS NULL)", name="signed_by"),
        Index("ix_review_opened_at", "opened_at", "id"),
        STRICT,
    )

    id: str = Field(primary_key=True, sa_type=Key)
    title: str = Field(default="", sa_type=Words, nullable=False)
    account_id: str | None = Field(default=None, sa_type=Key)
    filter: str = Field(default="", sa_type=Words, nullable=False)
    opened_at: int = Field(sa_type=Moment, nullable=False)
    opened_by: str = Field(sa_type=Words, nullable=False)
    signed_at: int | None = Field(default=None, sa_type=Moment)
    signed_by: str | None = Field(default=None, sa_type=Words)
    reviewer: str = Field(default="", sa_type=Words, nullable=False)


class ReviewItem(Table, table=True):
    """One token of a review in its place, as it was when frozen, and what was decided about it."""

    __tablename__ = "review_item"
    __table_args__ = (
        ForeignKeyConstraint(["review_id"], ["review.id"]),
        ForeignKeyConstraint(["account_id", "token_id"], ["token.account_id", "token.id"]),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided"),
        CheckConstraint("decision IS NULL OR length(reason) > 0", name="reason"),
        Index(
            "ix_review_item_open",
            "review_id",
            "place",
            sqlite_where=text("decision IS NULL"),
            postgresql_where=text("decision IS NULL"),
        ),
        STRICT,
    )

    review_id: str = Field(primary_key=True, sa_type=Key)
    place: int = Field(primary_key=True, sa_type=Count)
    account_id: str = Field(sa_type=Key, nullable=False)
    token_id: str = Field(sa_type=Key, nullable=False)
    frozen_seq: int = Field(sa_type=Count, nullable=False)
    decision: str | None = Field(default=None, sa_type=Words)
    reason: str = Field(default="", sa_type=Words, nullable=False)
    again_at: int | None = Field(default=None, sa_type=Moment)
    decided_at: int | None = Field(default=None, sa_type=Moment)
    decided_by: str | None = Field(default=None, sa_type=Words)
    audit_seq: int | None = Field(default=None, sa_type=Count)
