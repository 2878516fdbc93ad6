"""What the gateway knows and tells: who may ask it, how it is doing, what it measured and which checks failed."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import Field

from store.tables.base import CLUSTERED, STRICT, Bytes, Count, Flag, Key, Moment, Table, Words


class GatewayCaller(Table, table=True):
    """A program that may ask the gateway (RFC 7662 2.1, RFC 7009 2.1); its secret is kept as tokens' are."""

    __tablename__ = "gateway_caller"
    __table_args__ = (CheckConstraint("active IN (0, 1) AND may_revoke IN (0, 1)", name="flags"), STRICT)

    name: str = Field(primary_key=True, sa_type=Key)
    digest_scheme: str = Field(sa_type=Words, nullable=False)
    digest: bytes = Field(sa_type=Bytes, nullable=False, repr=False)
    may_revoke: bool = Field(default=False, sa_type=Flag, nullable=False)
    active: bool = Field(default=True, sa_type=Flag, nullable=False)
    created_at: int = Field(sa_type=Moment, nullable=False)
    created_by: str = Field(sa_type=Words, nullable=False)


class GatewayState(Table, table=True):
    """A gateway's last word about itself: since when it runs, how long it answers from memory, and how it has fared.

    `cache_ms` is the longest a revocation can go unnoticed while the store is there, `grace_ms` how long known answers are
    given while it is away. `stale` counts answers given that way, `unsaved` the events not yet counted.
    """

    __tablename__ = "gateway_state"
    __table_args__ = (STRICT,)

    name: str = Field(primary_key=True, sa_type=Key)
    address: str = Field(default="", sa_type=Words, nullable=False)
    version: str = Field(default="", sa_type=Words, nullable=False)
    started_at: int = Field(sa_type=Moment, nullable=False)
    seen_at: int = Field(sa_type=Moment, nullable=False)
    stopped_at: int | None = Field(default=None, sa_type=Moment)
    cache_ms: int = Field(sa_type=Count, nullable=False)
    grace_ms: int = Field(default=0, sa_type=Count, nullable=False)
    checks: int = Field(default=0, sa_type=Count, nullable=False)
    cache_hits: int = Field(default=0, sa_type=Count, nullable=False)
    stale: int = Field(default=0, sa_type=Count, nullable=False)
    unsaved: int = Field(default=0, sa_type=Count, nullable=False)


class TokenRule(Table, table=True):
    """From which addresses a token may be used: networks apart by spaces; none says from anywhere (requirement D7)."""

    __tablename__ = "token_rule"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "token_id"], ["token.account_id", "token.id"]),
        STRICT,
    )

    account_id: str = Field(primary_key=True, sa_type=Key)
    token_id: str = Field(primary_key=True, sa_type=Key)
    allowed_addresses: str = Field(default="", sa_type=Words, nullable=False)
    updated_at: int = Field(sa_type=Moment, nullable=False)
    updated_by: str = Field(sa_type=Words, nullable=False)


class MeasureMinute(Table, table=True):
    """How many operations of a kind ended how, and how long they took, in one minute (minutes since 1970); kept two days.

    `kind` is a word of store.rules.indicators, `outcome` an outcome word or `OK` and `FAILED`, `bucket` the number of the
    latency bucket there (-1: not timed), `service` what was called, "" where that is not known.
    """

    __tablename__ = "measure_minute"
    __table_args__ = (CheckConstraint("operations > 0", name="operations"), CLUSTERED)

    minute: int = Field(primary_key=True, sa_type=Count, sa_column_kwargs={"autoincrement": False})
    kind: str = Field(primary_key=True, sa_type=Key)
    service: str = Field(primary_key=True, sa_type=Key)
    outcome: str = Field(primary_key=True, sa_type=Key)
    bucket: int = Field(primary_key=True, sa_type=Count, sa_column_kwargs={"autoincrement": False})
    operations: int = Field(sa_type=Count, nullable=False)


class MeasureHour(Table, table=True):
    """The same in one hour (hours since 1970), kept for 400 days."""

    __tablename__ = "measure_hour"
    __table_args__ = (CheckConstraint("operations > 0", name="operations"), CLUSTERED)

    hour: int = Field(primary_key=True, sa_type=Count, sa_column_kwargs={"autoincrement": False})
    kind: str = Field(primary_key=True, sa_type=Key)
    service: str = Field(primary_key=True, sa_type=Key)
    outcome: str = Field(primary_key=True, sa_type=Key)
    bucket: int = Field(primary_key=True, sa_type=Count, sa_column_kwargs={"autoincrement": False})
    operations: int = Field(sa_type=Count, nullable=False)


class FailedCheck(Table, table=True):
    """A check the gateway refused, for the page that shows it step by step; the newest 10,000 are kept.

    `account_id` and `token_id` are empty where no token of ours was proven; `step` is the first that failed
    (store.gateway.steps), empty where the gateway did not tell. Nothing of the secret is kept.
    """

    __tablename__ = "failed_check"
    __table_args__ = (CLUSTERED,)

    at: int = Field(primary_key=True, sa_type=Moment, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_type=Count, sa_column_kwargs={"autoincrement": False})
    gateway: str = Field(primary_key=True, sa_type=Key)
    outcome: str = Field(sa_type=Words, nullable=False)
    account_id: str = Field(default="", sa_type=Words, nullable=False)
    token_id: str = Field(default="", sa_type=Words, nullable=False)
    service: str = Field(default="", sa_type=Words, nullable=False)
    method: str = Field(default="", sa_type=Words, nullable=False)
    path: str = Field(default="", sa_type=Words, nullable=False)
    scope: str = Field(default="", sa_type=Words, nullable=False)
    address: str = Field(default="", sa_type=Words, nullable=False)
    agent: str = Field(default="", sa_type=Words, nullable=False)
    latency_us: int | None = Field(default=None, sa_type=Count)
    request_id: str = Field(default="", sa_type=Words, nullable=False)
    step: str = Field(default="", sa_type=Words, nullable=False)


class Alert(Table, table=True):
    """Something that needs a person, one line for each root cause and time it came up (requirement W4)."""

    __tablename__ = "alert"
    __table_args__ = (CheckConstraint("severity IN ('page', 'ticket')", name="severity"), STRICT)

    cause: str = Field(primary_key=True, sa_type=Key)
    opened_at: int = Field(primary_key=True, sa_type=Moment, sa_column_kwargs={"autoincrement": False})
    severity: str = Field(sa_type=Words, nullable=False)
    detail: str = Field(default="", sa_type=Words, nullable=False)
    closed_at: int | None = Field(default=None, sa_type=Moment)
    told_at: int | None = Field(default=None, sa_type=Moment)
