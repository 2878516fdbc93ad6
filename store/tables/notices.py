"""What customers are to be told, or were: an outbox that is written with the change it tells of."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from store.tables.base import STRICT, Count, Key, Moment, Table, Words


def _partial(name: str, where: str, *columns: str) -> Index:
    return Index(f"ix_notice_{name}", *columns, sqlite_where=text(where), postgresql_where=text(where))


class Notice(Table, table=True):
    """One thing told to one person, once: the unique key holds for ever, however often somebody looks for what is due.

    `id` follows from that key. `recipient` is the member's id, "" for nobody in particular. `queued_at` is when it was put in
    line, `lease_until` until when the process `holder` has it. `way` says how it went out, `answer` what the other side said.
    """

    __tablename__ = "notice"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "token_id"], ["token.account_id", "token.id"]),
        UniqueConstraint("account_id", "token_id", "kind", "occasion", "recipient", name="uq_notice_occasion"),
        CheckConstraint("kind IN ('expiry', 'rotation', 'orphan', 'exposure', 'revocation')", name="kind"),
        CheckConstraint("state IN ('waiting', 'sending', 'sent', 'dead', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at"),
        CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name="lease_until"),
        CheckConstraint("tries >= 0", name="tries"),
        _partial("waiting", "state IN ('waiting', 'sending')", "next_try_at", "id"),
        _partial("dead", "state = 'dead'", "queued_at", "id"),
        Index("ix_notice_queued", "queued_at", "id"),
        STRICT,
    )

    id: str = Field(primary_key=True, sa_type=Key)
    account_id: str = Field(sa_type=Key, nullable=False)
    token_id: str = Field(sa_type=Key, nullable=False)
    kind: str = Field(sa_type=Words, nullable=False)
    occasion: str = Field(sa_type=Key, nullable=False)
    recipient: str = Field(default="", sa_type=Key, nullable=False)
    address: str = Field(default="", sa_type=Words, nullable=False)
    subject: str = Field(sa_type=Words, nullable=False)
    body: str = Field(sa_type=Words, nullable=False)
    case_id: str | None = Field(default=None, sa_type=Key)
    queued_at: int = Field(sa_type=Moment, nullable=False)
    next_try_at: int = Field(sa_type=Moment, nullable=False)
    state: str = Field(default="waiting", sa_type=Words, nullable=False)
    tries: int = Field(default=0, sa_type=Count, nullable=False)
    lease_until: int | None = Field(default=None, sa_type=Moment)
    holder: str = Field(default="", sa_type=Words, nullable=False)
    sent_at: int | None = Field(default=None, sa_type=Moment)
    way: str = Field(default="", sa_type=Words, nullable=False)
    answer: str = Field(default="", sa_type=Words, nullable=False)
