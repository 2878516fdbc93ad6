"""Writing to a store: one transaction a time, serialised, with its outcome always known. Imports SQLAlchemy."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from store.address import Address
from store.dialect import check_private_file, prepare_sqlite, psycopg_options, translated
from store.errors import Busy, OutcomeUnknown, StoreError, Unreachable

T = TypeVar("T")
CHAIN_LOCK = 0x746B64
"""The advisory lock that puts PostgreSQL's writers in line; SQLite's BEGIN IMMEDIATE does the same."""

CHANNEL = "tokendesk"
_ATTEMPTS = 5


@dataclass(slots=True)
class Unit:
    """One transaction in progress, handed to the functions in store.writes. None of them commits.

    `head` is the newest audit line (number, hash) once somebody has asked for it.
    """

    connection: Connection
    head: tuple[int, bytes] | None = None
    changed: set[str] = field(default_factory=set)

    @property
    def is_sqlite(self) -> bool:
        """Say which database this is, for the two places where the SQL must differ."""
        return self.connection.dialect.name == "sqlite"

    def rows(self, sql: str, params: Mapping[str, Any] | None = None) -> Sequence[Sequence[Any]]:
        """Run a query with `:name` parameters and return all its rows."""
        return self.connection.execute(text(sql), dict(params or {})).fetchall()

    def value(self, sql: str, params: Mapping[str, Any] | None = None) -> Any:
        """Return the first column of the first row, or None."""
        return self.connection.execute(text(sql), dict(params or {})).scalar()


def open_engine(address: Address) -> Engine:
    """Return an engine whose connections carry our settings; nothing is opened yet."""
    if address.is_sqlite:
        return _sqlite_engine(address)
    options = psycopg_options(writing=True)
    url = "postgresql+psycopg://"

    def connect() -> Any:
        import psycopg

        return psycopg.connect(address.conninfo, **options)  # type: ignore[arg-type]

    return create_engine(url, creator=connect, pool_pre_ping=True, pool_size=2, max_overflow=8, hide_parameters=True)


def _sqlite_engine(address: Address) -> Engine:
    path = address.path
    assert path is not None

    def connect() -> sqlite3.Connection:
        check_private_file(path)
        connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None, check_same_thread=False)
        prepare_sqlite(connection, writing=True)
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


class Writer:
    """Runs units of work on one engine."""

    def __init__(self, address: Address) -> None:
        self._engine = open_engine(address)

    def run(self, work: Callable[[Unit], T], action_id: str | None = None) -> T:
        """Run `work` in one transaction and return what it returned once that is durable.

        `work` may run again when another operator was in the way or the connection broke, so it must change nothing
        outside its unit. When the connection breaks during the commit, the audit log is asked whether `action_id`
        was recorded, and the work is repeated only if it was not (security.md finding 7).
        Raises StoreError: what `work` refused, Busy, Unreachable, or OutcomeUnknown when the store can't be asked.
        """
        for attempt in range(_ATTEMPTS):
            committing = False
            try:
                with self._engine.connect() as connection:
                    unit = self._begin(connection)
                    result = work(unit)
                    if unit.changed and not unit.is_sqlite:
                        connection.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})
                    committing = True
                    connection.commit()
                    return result
            except (DBAPIError, sqlite3.Error) as error:
                ours = translated(error)
                if ours is None:
                    raise
                if committing and not isinstance(ours, Busy) and self._was_recorded(action_id, ours):
                    return result
                last = attempt == _ATTEMPTS - 1
                if last or not self._worth_repeating(ours, committing, action_id):
                    raise ours from None
        raise AssertionError("unreachable: the last attempt returns or raises")

    def close(self) -> None:
        """Close every pooled connection."""
        self._engine.dispose()

    @staticmethod
    def _begin(connection: Connection) -> Unit:
        unit = Unit(connection)
        if unit.is_sqlite:
            connection.begin()
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CHAIN_LOCK})
        return unit

    @staticmethod
    def _worth_repeating(error: StoreError, committing: bool, action_id: str | None) -> bool:
        if isinstance(error, Busy):
            return False
        return isinstance(error, Unreachable) and (not committing or action_id is not None)

    def _was_recorded(self, action_id: str | None, error: StoreError) -> bool:
        """Ask the audit log about a commit that broke; raises OutcomeUnknown when it can't be asked."""
        if action_id is None:
            raise error
        try:
            with self._engine.connect() as connection:
                found = connection.execute(text("SELECT 1 FROM audit WHERE action_id = :id"), {"id": action_id}).scalar()
                return found is not None
        except (DBAPIError, sqlite3.Error, StoreError):
            raise OutcomeUnknown(
                "The connection broke while saving, and the store can't be asked yet whether it was recorded.",
                "Look at the token again once the store is back, before repeating anything.",
            ) from None
