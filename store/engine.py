"""Writing to a store: one transaction a time, serialised, with its outcome always known. Imports SQLAlchemy."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from store.address import Address
from store.dialect import check_private_file, connect_postgresql, prepare_sqlite
from store.errors import Denied, OutcomeUnknown, Refused, StoreError, Unreachable
from store.failures import translated
from store.moments import wall
from store.rules.denials import Doing
from store.rules.roles import Actor

T = TypeVar("T")
CHAIN_LOCK = 0x746B64
"""The advisory lock that puts PostgreSQL's writers in line; SQLite's BEGIN IMMEDIATE does the same."""

CHANNEL = "tokendesk"
_ATTEMPTS = 5
ASKING_S = (0.0, 0.2, 0.8, 1.0, 1.5, 1.5)
"""How long to wait before each question about a commit that broke; PostgreSQL is back in 4 s (security.md 4.6)."""

_LINE = text("SELECT seq FROM audit WHERE seq = :seq AND hash = :hash")
_ACTION = text("SELECT seq FROM audit WHERE action_id = :id")


@dataclass(slots=True)
class Unit:
    """One transaction in progress, handed to the functions in store.writes. None of them commits.

    `head` is the newest audit line (number, hash) once somebody has asked for it. `wall` tells the time by which sessions end:
    it goes on in a demo store whose clock stands still. `asked` is who was last asked about in it, and what for.
    """

    connection: Connection
    wall: Callable[[], datetime] = wall
    head: tuple[int, bytes] | None = None
    changed: set[str] = field(default_factory=set)
    asked: tuple[Actor, Doing] | None = None

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

    def connect() -> Any:
        return connect_postgresql(address.conninfo, writing=True)

    return create_engine(
        "postgresql+psycopg://", creator=connect, pool_pre_ping=True, pool_size=2, max_overflow=8, hide_parameters=True
    )


def _sqlite_engine(address: Address) -> Engine:
    """Return an engine that keeps one connection, because to open a file and read its schema costs as much as saving 500 rows.

    Whenever it is lent the path is looked at as if it were opened: where another file stands there by now, or one with other
    permissions, it is opened anew.
    """
    path = address.path
    assert path is not None
    engine = create_engine("sqlite://", poolclass=QueuePool, pool_size=1, max_overflow=-1, hide_parameters=True)

    @event.listens_for(engine, "do_connect")
    def _open(_: object, record: ConnectionPoolEntry, *__: object) -> sqlite3.Connection:
        record.info["file"] = _identity(check_private_file(path))
        connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None, check_same_thread=False)
        try:
            prepare_sqlite(connection, writing=True)
        except BaseException:
            connection.close()
            raise
        return connection

    @event.listens_for(engine, "checkout")
    def _look(_: object, record: ConnectionPoolEntry, __: object) -> None:
        if record.info["file"] != _identity(check_private_file(path)):
            raise DisconnectionError

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _identity(found: os.stat_result) -> tuple[int, ...]:
    """Return what makes a file another one for a connection that has it open; so does a fork of the process."""
    return os.getpid(), found.st_dev, found.st_ino, found.st_mode, found.st_uid


class Writer:
    """Runs units of work on one engine."""

    def __init__(self, address: Address, wall: Callable[[], datetime] = wall) -> None:
        self._wall = wall
        self._engine = open_engine(address)
        self._is_sqlite = address.is_sqlite

    def run(self, work: Callable[[Unit], T], action_id: str | None = None) -> T:
        """Run `work` in one transaction and return what it returned once that is durable.

        `work` may run again when the connection broke, so it must change nothing outside its unit. When it breaks during
        the commit, the store is asked whether the unit's audit line (or `action_id`) was recorded, and the work is
        repeated only if it was not (security.md finding 7).
        Raises StoreError: what `work` refused, Busy, Unreachable, Refused when `action_id` was recorded by an earlier
        call, or OutcomeUnknown when the store can't be asked.
        """
        for attempt in range(_ATTEMPTS):
            unit: Unit | None = None
            committing = False
            try:
                with self._engine.connect() as connection:
                    unit = Unit(connection, self._wall)
                    _begin(connection)
                    result = work(unit)
                    if unit.changed and not unit.is_sqlite:
                        connection.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})
                    committing = True
                    connection.commit()
                    return result
            except Denied as denied:
                if unit is not None and unit.asked is not None:
                    denied.actor, denied.doing = unit.asked
                raise
            except (DBAPIError, sqlite3.Error) as error:
                if self._is_sqlite:
                    # What was wrong with the file may be over when it is opened anew.
                    self._engine.dispose()
                ours = translated(error)
                if ours is None:
                    self._refuse_repetition(error, action_id)
                    raise
                problem = ours
            # From here on nothing is raised inside the handler: the driver's text must not follow in a traceback.
            broken = isinstance(problem, Unreachable) and unit is not None
            if committing and broken:
                assert unit is not None
                if self._was_recorded(unit, action_id):
                    return result
            if not broken or self._is_sqlite or attempt == _ATTEMPTS - 1:
                raise problem
        raise AssertionError("unreachable: the last attempt returns or raises")

    def close(self) -> None:
        """Close every pooled connection."""
        self._engine.dispose()

    def _was_recorded(self, unit: Unit, action_id: str | None) -> bool:
        """Ask whether a commit that broke was recorded; raises OutcomeUnknown when that can't be told.

        It is asked under the lock: a server that has not noticed the broken connection may still be committing.
        A server that crashed needs a few seconds before it can be asked.
        """
        line = unit.head if "audit" in unit.changed else None
        for pause in ASKING_S if line is not None or action_id is not None else ():
            time.sleep(pause)
            try:
                with self._engine.connect() as connection:
                    _begin(connection)
                    if line is not None:
                        found = connection.execute(_LINE, {"seq": line[0], "hash": line[1]}).scalar()
                    else:
                        found = connection.execute(_ACTION, {"id": action_id}).scalar()
                    return found is not None
            except (DBAPIError, sqlite3.Error, StoreError):
                continue
        raise OutcomeUnknown(
            "The connection broke while saving, and the store can't be asked yet whether it was recorded.",
            "Look at the token again once the store is back, before repeating anything.",
        )

    def _refuse_repetition(self, error: Exception, action_id: str | None) -> None:
        """Raise Refused when a constraint was broken because this very action is on record already."""
        if not isinstance(error, IntegrityError) or action_id is None:
            return
        with self._engine.connect() as connection:
            seq = connection.execute(_ACTION, {"id": action_id}).scalar()
        if seq is not None:
            raise Refused(f"This was recorded before, as audit #{seq}.", "Nothing was done twice; look at it again.") from None


def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.begin()
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CHAIN_LOCK})
