"""Read connections on the bare driver: what a list shows is fetched without importing SQLAlchemy (performance.md 0.7)."""

from __future__ import annotations

import re
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

from store.address import Address
from store.dialect import check_private_file, connect_postgresql, connect_sqlite, for_psycopg
from store.failures import translated

if TYPE_CHECKING:
    import psycopg

Row = Sequence[Any]
Params = Mapping[str, Any]

_BY_THE_MONTH = re.compile(r"usage_(?!minute)")
"""How the tables kept by the month are called. PostgreSQL plans a query that is asked for often once for all values, and then
looks into every month that is kept: 55 ms where planning it for the months asked for, each time, takes 2."""


class Reader(ABC):
    """A connection that only reads. One thread at a time; `cancel` may be called from another.

    SQL is written with `:name` parameters and gives the same rows on both databases. Every method raises StoreError
    in our words when the database fails.
    """

    @abstractmethod
    def rows(self, sql: str, params: Params | None = None) -> list[Row]:
        """Run a query and return all its rows."""

    @abstractmethod
    def version(self) -> int | None:
        """Return a number that changes when someone else has committed, or None where the database can't tell."""

    @abstractmethod
    def cancel(self) -> None:
        """Stop the query that another thread is waiting for; does nothing when it, or the connection, is gone."""

    @abstractmethod
    def close(self) -> None:
        """Close the connection."""

    def one(self, sql: str, params: Params | None = None) -> Row | None:
        """Return the first row, or None."""
        found = self.rows(sql, params)
        return found[0] if found else None

    def value(self, sql: str, params: Params | None = None) -> Any:
        """Return the first column of the first row, or None."""
        row = self.one(sql, params)
        return None if row is None else row[0]


class SqliteReader(Reader):
    """Reads a SQLite file."""

    def __init__(self, address: Address, busy_ms: int | None = None) -> None:
        assert address.path is not None
        check_private_file(address.path)
        try:
            self._connection = connect_sqlite(address.path, writing=False, busy_ms=busy_ms)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            self._raise(error)

    def rows(self, sql: str, params: Params | None = None) -> list[Row]:
        try:
            return self._connection.execute(sql, dict(params or {})).fetchall()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            self._raise(error)

    def version(self) -> int | None:
        return int(self.value("PRAGMA data_version"))

    def cancel(self) -> None:
        with suppress(sqlite3.ProgrammingError):  # closed since it was asked to stop
            self._connection.interrupt()

    def close(self) -> None:
        self._connection.close()

    @staticmethod
    def _raise(error: Exception) -> NoReturn:
        ours = translated(error)
        if ours is None:
            raise error
        raise ours from None


class PostgresReader(Reader):
    """Reads a PostgreSQL database, outside any transaction."""

    def __init__(self, address: Address) -> None:
        import psycopg

        try:
            self._connection: psycopg.Connection[Any] = connect_postgresql(address.conninfo, writing=False)
            self._plans_anew = False
        except psycopg.Error as error:
            self._raise(error)

    def rows(self, sql: str, params: Params | None = None) -> list[Row]:
        import psycopg

        try:
            if not self._plans_anew and _BY_THE_MONTH.search(sql):
                self._connection.execute("SET plan_cache_mode = force_custom_plan")
                self._plans_anew = True
            return self._connection.execute(for_psycopg(sql).encode(), params or {}).fetchall()
        except psycopg.Error as error:
            self._raise(error)

    def version(self) -> int | None:
        return None

    def cancel(self) -> None:
        import psycopg

        with suppress(psycopg.Error):
            self._connection.cancel_safe(timeout=1)

    def close(self) -> None:
        self._connection.close()

    @staticmethod
    def _raise(error: Exception) -> NoReturn:
        ours = translated(error)
        if ours is None:
            raise error
        raise ours from None


def open_reader(address: Address) -> Reader:
    """Open a read connection; raises Unreachable when that fails."""
    return SqliteReader(address) if address.is_sqlite else PostgresReader(address)
