"""How often somebody was refused the same thing since it was last put on the audit log."""

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from store.tables.base import STRICT, Count, Key, Moment, Table


class Denial(Table, table=True):
    """One operator ("" for all who are none), one action and one target: when that was written, and how often it came since.

    An empty action and target stand for whatever else they were refused when they had caused too many lines already.
    """

    __tablename__ = "denial"
    __table_args__ = (
        CheckConstraint("unwritten >= 0", name="unwritten"),
        Index("ix_denial_written_at", "operator", "written_at"),
        STRICT,
    )

    operator: str = Field(primary_key=True, sa_type=Key)
    action: str = Field(primary_key=True, sa_type=Key)
    target: str = Field(primary_key=True, sa_type=Key)
    written_at: int = Field(sa_type=Moment, nullable=False)
    unwritten: int = Field(sa_type=Count, nullable=False)
