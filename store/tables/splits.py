"""Which tokens were made out of one that several programs share: the progress of a split, kept so that it can be resumed."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import Field

from store.tables.base import CLUSTERED, Count, Key, Table


class TokenSplit(Table, table=True):
    """That `child_id` was issued for `program`, which called with `parent_id` until then; `audit_seq` is the child's first line.

    A program may have several: one for each half of a risky pair, or another where the first was lost and revoked.
    """

    __tablename__ = "token_split"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "parent_id"], ["token.account_id", "token.id"], name="fk_token_split_parent"),
        ForeignKeyConstraint(["account_id", "child_id"], ["token.account_id", "token.id"], name="fk_token_split_child"),
        ForeignKeyConstraint(
            ["audit_seq", "account_id", "child_id"],
            ["audit.seq", "audit.account_id", "audit.token_id"],
            name="fk_token_split_audit",
        ),
        CheckConstraint("length(program) BETWEEN 1 AND 500", name="program"),
        CheckConstraint("child_id <> parent_id", name="child"),
        CLUSTERED,
    )

    account_id: str = Field(primary_key=True, sa_type=Key)
    parent_id: str = Field(primary_key=True, sa_type=Key)
    child_id: str = Field(primary_key=True, sa_type=Key)
    program: str = Field(sa_type=Key, nullable=False)
    audit_seq: int = Field(sa_type=Count, nullable=False)
