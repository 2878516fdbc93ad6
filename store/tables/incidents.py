"""Where our tokens were found in the open, and the proof that a revocation held (requirements F2, F3, V8)."""

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlmodel import Field

from store.tables.base import CLUSTERED, STRICT, Count, Key, Moment, Table, Words


class Exposure(Table, table=True):
    """A place one of our tokens was seen in, as a report or a scan told it; never a word of what was read.

    `source` says what was read (a file's name, `standard input`, `paste`), `place` where in it, masked and without a query.
    `times` counts how often it stood there. `verdict` is a word of store.rules.leaks.
    """

    __tablename__ = "exposure"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "token_id"], ["token.account_id", "token.id"]),
        Index("ix_exposure_found_at", "found_at", "account_id", "token_id"),
        Index(
            "ix_exposure_case",
            "case_id",
            "found_at",
            sqlite_where=text("case_id IS NOT NULL"),
            postgresql_where=text("case_id IS NOT NULL"),
        ),
        STRICT,
    )

    account_id: str = Field(primary_key=True, sa_type=Key)
    token_id: str = Field(primary_key=True, sa_type=Key)
    source: str = Field(primary_key=True, sa_type=Key)
    place: str = Field(primary_key=True, sa_type=Key)
    verdict: str = Field(sa_type=Words, nullable=False)
    found_at: int = Field(sa_type=Moment, nullable=False)
    reported_at: int | None = Field(default=None, sa_type=Moment)
    times: int = Field(default=1, sa_type=Count, nullable=False)
    case_id: str | None = Field(default=None, sa_type=Key)
    recorded_by: str = Field(sa_type=Words, nullable=False)


class RevocationProof(Table, table=True):
    """What was seen of a token after its revocation: the first call that was refused; a token without a row has none yet."""

    __tablename__ = "revocation_proof"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "token_id"], ["token.account_id", "token.id"]),
        CLUSTERED,
    )

    account_id: str = Field(primary_key=True, sa_type=Key)
    token_id: str = Field(primary_key=True, sa_type=Key)
    first_refused_at: int = Field(sa_type=Moment, nullable=False)
    first_refused_reason: str = Field(default="", sa_type=Words, nullable=False)
