"""Connections that write, on the bare drivers: the same few calls for both databases, one transaction at a time.

Neither imports SQLAlchemy: that takes twice as long as a revocation takes in all (performance.md 0.7).
"""

from __future__ import annotations

import os
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from store.address import Address
from store.dialect import CHANNEL, IMPORTING_CACHE_KIB, check_private_file, connect_postgresql, connect_sqlite, for_psycopg
from store.reader import Row

if TYPE_CHECKING:
    import psycopg

Values = Mapping[str, Any] | tuple[Any, ...]

CHAIN_LOCK = 0x746B64
"""The advisory lock that puts PostgreSQL's writers in line; SQLite's BEGIN IMMEDIATE does the same."""


class Connection(ABC):
    """A connection that writes. One thread at a time; nothing is durable before `commit`.

    SQL is written with `:name` places and a mapping, or with `?` places and a tuple; without values nothing in it is a place.
    A literal `?` or `%` is not possible beside `?` places. Every method raises the driver's own errors: `store.engine.Writer`
    puts them into words.
    """

    is_sqlite: ClassVar[bool]

    @abstractmethod
    def begin(self) -> None:
        """Start a transaction as soon as nobody else is writing."""

    @abstractmethod
    def rows(self, sql: str, values: Values | None = None) -> list[Row]:
        """Run a statement and return all rows it gives."""

    @abstractmethod
    def run(self, sql: str, values: Values | None = None) -> int:
        """Run a statement and return how many rows it changed."""

    @abstractmethod
    def run_each(self, sql: str, rows: Iterable[Values]) -> int:
        """Run a statement once for each of several values, and return how many rows that changed in all."""

    @abstractmethod
    def notify(self) -> None:
        """Have everybody who listens told of the change once it is durable; nobody can listen to SQLite."""

    @abstractmethod
    def spare_memory(self) -> None:
        """Hold less of the store in memory from here on: large transactions change more than is held anyhow."""

    @abstractmethod
    def commit(self) -> None:
        """Make what was done durable."""

    @abstractmethod
    def rollback(self) -> None:
        """Take back what was done since `begin`."""

    @abstractmethod
    def is_current(self) -> bool:
        """Say whether it can be used once more; raises Unreachable when the store is not there, or open to others."""

    @abstractmethod
    def close(self) -> None:
        """Close it; what was not committed is gone."""


class SqliteConnection(Connection):
    """Writes to a SQLite file, for as long as that same file stands in its place with the same permissions."""

    is_sqlite = True

    def __init__(self, address: Address) -> None:
        assert address.path is not None
        self._path = address.path
        self._file = _identity(check_private_file(self._path))
        self._connection = connect_sqlite(self._path, writing=True)

    def begin(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def rows(self, sql: str, values: Values | None = None) -> list[Row]:
        return self._connection.execute(sql, values or ()).fetchall()

    def run(self, sql: str, values: Values | None = None) -> int:
        return self._connection.execute(sql, values or ()).rowcount

    def run_each(self, sql: str, rows: Iterable[Values]) -> int:
        return self._connection.executemany(sql, rows).rowcount

    def notify(self) -> None:
        pass

    def spare_memory(self) -> None:
        self._connection.execute(f"PRAGMA cache_size = -{IMPORTING_CACHE_KIB}")

    def commit(self) -> None:
        self._connection.commit()

    def rollback(self) -> None:
        self._connection.rollback()

    def is_current(self) -> bool:
        return self._file == _identity(check_private_file(self._path))

    def close(self) -> None:
        self._connection.close()


class PostgresConnection(Connection):
    """Writes to a PostgreSQL database."""

    is_sqlite = False

    def __init__(self, address: Address) -> None:
        self._connection: psycopg.Connection[Any] = connect_postgresql(address.conninfo, writing=True)

    def begin(self) -> None:
        self.rows("SELECT pg_advisory_xact_lock(:lock)", {"lock": CHAIN_LOCK})

    def rows(self, sql: str, values: Values | None = None) -> list[Row]:
        return self._connection.execute(_sql(sql, values), values).fetchall()

    def run(self, sql: str, values: Values | None = None) -> int:
        return self._connection.execute(_sql(sql, values), values).rowcount

    def run_each(self, sql: str, rows: Iterable[Values]) -> int:
        rows = list(rows)
        if len(rows) < 2:  # a pipeline for one row takes another round trip, and the server's idle limit does not count after it
            return sum(self.run(sql, values) for values in rows)
        with self._connection.cursor() as cursor:
            cursor.executemany(_sql(sql, rows[0]), rows)
            return cursor.rowcount

    def notify(self) -> None:
        self.rows("SELECT pg_notify(:channel, '')", {"channel": CHANNEL})

    def spare_memory(self) -> None:
        pass

    def commit(self) -> None:
        self._connection.commit()

    def rollback(self) -> None:
        self._connection.rollback()

    def is_current(self) -> bool:
        return not self._connection.closed

    def close(self) -> None:
        self._connection.close()


def open_connection(address: Address) -> Connection:
    """Open a connection that writes; raises StoreError for a file that is not there or not private, and the driver's errors."""
    return SqliteConnection(address) if address.is_sqlite else PostgresConnection(address)


def driver_errors(address: Address) -> tuple[type[Exception], type[Exception]]:
    """Return what the driver of a store raises: anything at all, and for a constraint that would be broken."""
    if address.is_sqlite:
        return sqlite3.Error, sqlite3.IntegrityError
    import psycopg

    return psycopg.Error, psycopg.IntegrityError


def _identity(found: os.stat_result) -> tuple[int, ...]:
    """Return what makes a file another one for a connection that has it open; so does a fork of the process."""
    return os.getpid(), found.st_dev, found.st_ino, found.st_mode, found.st_uid


def _sql(sql: str, values: Values | None) -> bytes:
    """Return a statement with psycopg's places."""
    if values is None:
        return sql.encode()
    return (sql.replace("?", "%s") if isinstance(values, tuple) else for_psycopg(sql)).encode()
