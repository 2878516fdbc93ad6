"""What tokens do: counts by minute, hour and day, the latest requests, addresses, and which log files were read how far.

Time leads every key: new counts land together, and old ones are removed in one piece (performance.md 0.5).
"""

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from store.tables.base import CLUSTERED, STRICT, Count, Key, Moment, Table, Words, by_month


class UsageMinute(Table, table=True):
    """Requests of one token in one minute (minutes since 1970), kept for two days: what the exact last 24 h is made of."""

    __tablename__ = "usage_minute"
    __table_args__ = (CheckConstraint("requests >= refused AND refused >= 0", name="counts"), CLUSTERED)

    minute: int = Field(primary_key=True, sa_type=Count, sa_column_kwargs={"autoincrement": False})
    account_id: str = Field(primary_key=True, sa_type=Key)
    token_id: str = Field(primary_key=True, sa_type=Key)
    requests: int = Field(default=0, sa_type=Count, nullable=False)
    refused: int = Field(default=0, sa_type=Count, nullable=False)


class UsageHour(Table, table=True):
    """Requests of one token in one hour (hours since 1970), by class of answer; `refused` counts the refusals among them."""

    __tablename__ = "usage_hour"
    __table_args__ = (CheckConstraint("requests >= refused AND refused >= 0", name="counts"), by_month("hour"))

    hour: int = Field(primary_key=True, sa_type=Count, sa_column_kwargs={"autoincrement": False})
    account_id: str = Field(primary_key=True, sa_type=Key)
    token_id: str = Field(primary_key=True, sa_type=Key)
    requests: int = Field(default=0, sa_type=Count, nullable=False)
    refused: int = Field(default=0, sa_type=Count, nullable=False)
    status_2xx: int = Field(default=0, sa_type=Count, nullable=False)
    status_3xx: int = Field(default=0, sa_type=Count, nullable=False)
    status_4xx: int = Field(default=0, sa_type=Count, nullable=False)
    status_5xx: int = Field(default=0, sa_type=Count, nullable=False)


class UsageReason(Table, table=True):
    """Refused requests of one token in one hour by outcome word."""

    __tablename__ = "usage_reason"
    __table_args__ = (CheckConstraint("refused > 0", name="counts"), by_month("hour"))

    hour: int = Field(primary_key=True, sa_type=Count, sa_column_kwargs={"autoincrement": False})
    account_id: str = Field(primary_key=True, sa_type=Key)
    token_id: str = Field(primary_key=True, sa_type=Key)
    outcome: str = Field(primary_key=True, sa_type=Key)
    refused: int = Field(default=0, sa_type=Count, nullable=False)


class RecentRequest(Table, table=True):
    """One of the latest requests of a token; the oldest go once there are 200. Times are milliseconds since 1970."""

    __tablename__ = "recent_request"
    __table_args__ = (CLUSTERED,)

    account_id: str = Field(primary_key=True, sa_type=Key)
    token_id: str = Field(primary_key=True, sa_type=Key)
    at: int = Field(primary_key=True, sa_type=Moment, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_type=Count, sa_column_kwargs={"autoincrement": False})
    outcome: str = Field(sa_type=Words, nullable=False)
    status: int | None = Field(default=None, sa_type=Count)
    address: str = Field(default="", sa_type=Words, nullable=False)
    agent: str = Field(default="", sa_type=Words, nullable=False)
    method: str = Field(default="", sa_type=Words, nullable=False)
    path: str = Field(default="", sa_type=Words, nullable=False)
    service: str = Field(default="", sa_type=Words, nullable=False)
    latency_us: int | None = Field(default=None, sa_type=Count)
    request_id: str = Field(default="", sa_type=Words, nullable=False)


class TokenAddress(Table, table=True):
    """An address a token was used from, at most 200 of each token."""

    __tablename__ = "token_address"
    __table_args__ = (CLUSTERED,)

    account_id: str = Field(primary_key=True, sa_type=Key)
    token_id: str = Field(primary_key=True, sa_type=Key)
    address: str = Field(primary_key=True, sa_type=Key)
    first_seen_at: int = Field(sa_type=Moment, nullable=False)
    last_seen_at: int = Field(sa_type=Moment, nullable=False)
    requests: int = Field(default=0, sa_type=Count, nullable=False)


class ReadLog(Table, table=True):
    """How far a usage log was read: a file is known again by the SHA-256 of its first `head` bytes."""

    __tablename__ = "read_log"
    __table_args__ = (STRICT,)

    fingerprint: str = Field(primary_key=True, sa_type=Key)
    head: int = Field(sa_type=Count, nullable=False)
    position: int = Field(sa_type=Count, nullable=False)
    lines: int = Field(default=0, sa_type=Count, nullable=False)
    name: str = Field(default="", sa_type=Words, nullable=False)
    read_at: int = Field(sa_type=Moment, nullable=False)


class LogClock(Table, table=True):
    """By how much the newest events of a log or gateway were ahead of the clock they were counted by, when that was seen last.

    There is no row for a source that is on time.
    """

    __tablename__ = "log_clock"
    __table_args__ = (CheckConstraint("ahead_ms > 0", name="ahead_ms"), STRICT)

    source: str = Field(primary_key=True, sa_type=Key)
    ahead_ms: int = Field(sa_type=Count, nullable=False)
    read_at: int = Field(sa_type=Moment, nullable=False)
