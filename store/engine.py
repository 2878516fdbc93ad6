"""Writing to a store: one transaction a time, serialised, with its outcome always known."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from store.address import Address
from store.connection import Connection, Values, driver_errors, open_connection
from store.errors import Denied, OutcomeUnknown, Refused, StoreError, Unreachable
from store.failures import translated
from store.moments import wall
from store.reader import Row
from store.rules.denials import Doing
from store.rules.roles import Actor

T = TypeVar("T")
_ATTEMPTS = 5
_MOST_IDLE = {True: 1, False: 2}
"""How many connections are kept, on SQLite and on PostgreSQL: SQLite's writers can only wait for each other."""

ASKING_S = (0.0, 0.2, 0.8, 1.0, 1.5, 1.5)
"""How long to wait before each question about a commit that broke; PostgreSQL is back in 4 s (security.md 4.6)."""

_LINE = "SELECT seq FROM audit WHERE seq = :seq AND hash = :hash"
_ACTION = "SELECT seq FROM audit WHERE action_id = :id"


@dataclass(slots=True)
class Unit:
    """One transaction in progress, handed to the functions in store.writes. None of them commits.

    `head` is the newest audit line (number, hash) once somebody has asked for it. `wall` tells the time by which sessions end:
    it goes on in a demo store whose clock stands still. `asked` is who was last asked about in it, and what for.
    SQL has `:name` places for a mapping, or `?` places for a tuple (store.connection).
    """

    connection: Connection
    wall: Callable[[], datetime] = wall
    head: tuple[int, bytes] | None = None
    changed: set[str] = field(default_factory=set)
    asked: tuple[Actor, Doing] | None = None

    @property
    def is_sqlite(self) -> bool:
        """Say which database this is, for the two places where the SQL must differ."""
        return self.connection.is_sqlite

    def rows(self, sql: str, values: Values | None = None) -> list[Row]:
        """Run a query and return all its rows."""
        return self.connection.rows(sql, values)

    def value(self, sql: str, values: Values | None = None) -> Any:
        """Return the first column of the first row, or None."""
        found = self.connection.rows(sql, values)
        return found[0][0] if found else None

    def run(self, sql: str, values: Values | None = None) -> int:
        """Run a statement and return how many rows it changed."""
        return self.connection.run(sql, values)

    def run_each(self, sql: str, rows: Iterable[Values]) -> int:
        """Run a statement once for each of several values, and return how many rows that changed in all."""
        return self.connection.run_each(sql, rows)


class Writer:
    """Runs units of work on a store.

    Connections are kept, because to open a file and read its schema costs as much as saving 500 rows; none is after an error
    of the database's, for what was wrong may be over when it is opened anew.
    """

    def __init__(self, address: Address, wall: Callable[[], datetime] = wall) -> None:
        self._wall = wall
        self._address = address
        self._errors, self._integrity = driver_errors(address)
        self._idle: list[Connection] = []
        self._lock = threading.Lock()

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
                with self._lent() as connection:
                    unit = Unit(connection, self._wall)
                    connection.begin()
                    result = work(unit)
                    if unit.changed:
                        connection.notify()
                    committing = True
                    connection.commit()
                    return result
            except Denied as denied:
                if unit is not None and unit.asked is not None:
                    denied.actor, denied.doing = unit.asked
                raise
            except self._errors as error:
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
            if not broken or self._address.is_sqlite or attempt == _ATTEMPTS - 1:
                raise problem
        raise AssertionError("unreachable: the last attempt returns or raises")

    def close(self) -> None:
        """Close every connection that is not in use."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            self._close(connection)

    @contextmanager
    def _lent(self) -> Iterator[Connection]:
        """Lend a connection; what was done with it and not committed is taken back."""
        connection = self._kept() or open_connection(self._address)
        try:
            yield connection
            connection.rollback()
        except BaseException as error:
            if isinstance(error, self._errors):
                self.close()
            if not isinstance(error, StoreError) or not self._rolled_back(connection):
                self._close(connection)
                raise
            self._keep(connection)
            raise
        self._keep(connection)

    def _kept(self) -> Connection | None:
        """Return a connection that was used before and can be used again; raises Unreachable when the store is not there."""
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        current = False
        try:
            current = connection is not None and connection.is_current()
        finally:
            if connection is not None and not current:
                self._close(connection)
        return connection if current else None

    def _keep(self, connection: Connection) -> None:
        with self._lock:
            if len(self._idle) < _MOST_IDLE[self._address.is_sqlite]:
                self._idle.append(connection)
                return
        self._close(connection)

    def _rolled_back(self, connection: Connection) -> bool:
        try:
            connection.rollback()
        except self._errors:
            return False
        return True

    def _close(self, connection: Connection) -> None:
        with suppress(self._errors):
            connection.close()

    def _was_recorded(self, unit: Unit, action_id: str | None) -> bool:
        """Ask whether a commit that broke was recorded; raises OutcomeUnknown when that can't be told.

        It is asked under the lock: a server that has not noticed the broken connection may still be committing.
        A server that crashed needs a few seconds before it can be asked.
        """
        line = unit.head if "audit" in unit.changed else None
        for pause in ASKING_S if line is not None or action_id is not None else ():
            time.sleep(pause)
            try:
                with self._lent() as connection:
                    connection.begin()
                    if line is not None:
                        return bool(connection.rows(_LINE, {"seq": line[0], "hash": line[1]}))
                    return bool(connection.rows(_ACTION, {"id": action_id}))
            except (self._errors, StoreError):
                continue
        raise OutcomeUnknown(
            "The connection broke while saving, and the store can't be asked yet whether it was recorded.",
            "Look at the token again once the store is back, before repeating anything.",
        )

    def _refuse_repetition(self, error: Exception, action_id: str | None) -> None:
        """Raise Refused when a constraint was broken because this very action is on record already."""
        if not isinstance(error, self._integrity) or action_id is None:
            return
        with self._lent() as connection:
            found = connection.rows(_ACTION, {"id": action_id})
        if found:
            raise Refused(
                f"This was recorded before, as audit #{found[0][0]}.", "Nothing was done twice; look at it again."
            ) from None
