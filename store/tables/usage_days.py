"""What tokens did, a day at a time: how much and in which hours, by whom, from where and for what; and accounts by the hour.

Like all usage it is keyed by time first. PostgreSQL keeps each month in a partition of its own.
"""

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from store.tables.base import CLUSTERED, Count, Key, Moment, Table, Words, by_month


class UsageDay(Table, table=True):
    """Requests of one token on one day (days since 1970, UTC). `hours` has a bit for each active hour, 1 for 00:00.

    `repeated` counts requests whose request id had been seen before: retries, or a replay (requirement F7).
    """

    __tablename__ = "usage_day"
    __table_args__ = (
        CheckConstraint("requests >= refused AND refused >= 0 AND requests >= repeated AND repeated >= 0", name="counts"),
        CheckConstraint("hours BETWEEN 0 AND 16777215", name="hours"),
        by_month("day"),
    )

    day: int = Field(primary_key=True, sa_type=Count, sa_column_kwargs={"autoincrement": False})
    account_id: str = Field(primary_key=True, sa_type=Key)
    token_id: str = Field(primary_key=True, sa_type=Key)
    requests: int = Field(default=0, sa_type=Count, nullable=False)
    refused: int = Field(default=0, sa_type=Count, nullable=False)
    repeated: int = Field(default=0, sa_type=Count, nullable=False)
    hours: int = Field(default=0, sa_type=Count, nullable=False)


class UsagePart(Table, table=True):
    """A part of a token's day: the requests of one integration, from one address, to one endpoint or with one scope.

    `value` is what `kind` names; endpoints and scopes are counted for each `integration` apart. An empty value holds what
    is beyond the cap of store.rules.callers and what the log did not say, so that each kind adds up to the day.
    """

    __tablename__ = "usage_part"
    __table_args__ = (
        CheckConstraint("kind IN ('integration', 'address', 'endpoint', 'scope')", name="kind"),
        CheckConstraint("requests >= refused AND refused >= 0", name="counts"),
        by_month("day"),
    )

    day: int = Field(primary_key=True, sa_type=Count, sa_column_kwargs={"autoincrement": False})
    account_id: str = Field(primary_key=True, sa_type=Key)
    token_id: str = Field(primary_key=True, sa_type=Key)
    kind: str = Field(primary_key=True, sa_type=Key)
    value: str = Field(primary_key=True, sa_type=Key)
    integration: str = Field(primary_key=True, sa_type=Key)
    requests: int = Field(default=0, sa_type=Count, nullable=False)
    refused: int = Field(default=0, sa_type=Count, nullable=False)
    last_at: int = Field(sa_type=Moment, nullable=False)


class UsageTotal(Table, table=True):
    """Requests of all tokens of one account in one hour (hours since 1970); the empty account is the whole store."""

    __tablename__ = "usage_total"
    __table_args__ = (CheckConstraint("requests >= refused AND refused >= 0", name="counts"), by_month("hour"))

    hour: int = Field(primary_key=True, sa_type=Count, sa_column_kwargs={"autoincrement": False})
    account_id: str = Field(primary_key=True, sa_type=Key)
    requests: int = Field(default=0, sa_type=Count, nullable=False)
    refused: int = Field(default=0, sa_type=Count, nullable=False)


class TokenRhythm(Table, table=True):
    """A token's usual rhythm as store.rules.rhythm writes it; it follows from the days alone and can be found anew."""

    __tablename__ = "token_rhythm"
    __table_args__ = (CLUSTERED,)

    account_id: str = Field(primary_key=True, sa_type=Key)
    token_id: str = Field(primary_key=True, sa_type=Key)
    rhythm: str = Field(sa_type=Words, nullable=False)


class Retention(Table, table=True):
    """For how many days usage of one kind is kept; a kind without a row is kept as long as store.rules.retention says."""

    __tablename__ = "retention"
    __table_args__ = (
        CheckConstraint("kind IN ('raw', 'hourly', 'daily')", name="kind"),
        CheckConstraint("days >= 1", name="days"),
        CLUSTERED,
    )

    kind: str = Field(primary_key=True, sa_type=Key)
    days: int = Field(sa_type=Count, nullable=False)
    updated_at: int = Field(sa_type=Moment, nullable=False)
    updated_by: str = Field(sa_type=Words, nullable=False)
