"""Filling the tables of a new store in bulk, on either database: the guards hold, the indexes are made at the end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from store.address import Address
from store.dialect import check_private_file, connect_sqlite, psycopg_options
from store.tables import metadata
from store.text_index import INDEX_DUE
from store.usage.partitions import months_between, partition_statements

if TYPE_CHECKING:
    import psycopg

Row = Sequence[Any]
COLUMNS = {
    name: tuple(column.name for column in table.columns if column.computed is None) for name, table in metadata.tables.items()
}
"""The columns of each table that are written, in order."""

_INDEXED = ("token", "audit", "recent_request", "account")
_TEXTS = "ix_token_text"
"""PostgreSQL's index of what tokens are called is none of those of `metadata`."""


class Loader(ABC):
    """One transaction that fills a store. Rows are tuples in the order of COLUMNS, with 1 and 0 for yes and no."""

    def begin(self, first_ms: int, last_ms: int) -> None:
        """Start, take the indexes away that can be made faster at the end, and make room for usage between two moments."""
        self._make_room(first_ms, last_ms)
        self._indexes = self._found_indexes(
            [*(index.name for name in _INDEXED for index in metadata.tables[name].indexes), _TEXTS]
        )
        for name, _ in self._indexes:
            self.run(f"DROP INDEX {name}")

    def finish(self) -> None:
        """Make the indexes again, as they were, and commit; then let the database look at what it holds."""
        for _, statement in self._indexes:
            self.run(statement)
        self.commit()

    @abstractmethod
    def _make_room(self, first_ms: int, last_ms: int) -> None:
        """Make what usage of this time is kept in, where that is more than its tables."""

    @abstractmethod
    def add(self, table: str, rows: Iterable[Row]) -> None:
        """Insert rows."""

    @abstractmethod
    def run(self, sql: str, values: Row = ()) -> None:
        """Run one statement, with `?` for its values."""

    @abstractmethod
    def commit(self) -> None:
        """Make all of it durable and analyse it."""

    @abstractmethod
    def close(self) -> None:
        """Close the connection; what was not committed is gone."""

    @abstractmethod
    def _found_indexes(self, wanted: Sequence[Any]) -> list[tuple[str, str]]:
        """Return the wanted indexes that exist, each with the statement that makes it."""


class SqliteLoader(Loader):
    """Fills a SQLite file. It keeps no journal: when it fails the file is of no use and must be removed."""

    def __init__(self, address: Address) -> None:
        assert address.path is not None
        check_private_file(address.path)
        self._connection = connect_sqlite(address.path, writing=True)
        for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -128000", "locking_mode = EXCLUSIVE"):
            self._connection.execute(f"PRAGMA {setting}")
        self._connection.execute("BEGIN IMMEDIATE")

    def _make_room(self, first_ms: int, last_ms: int) -> None:
        """Have room already: a table is all there is."""

    def add(self, table: str, rows: Iterable[Row]) -> None:
        names = COLUMNS[table]
        places = ", ".join("?" * len(names))
        self._connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", rows)

    def run(self, sql: str, values: Row = ()) -> None:
        self._connection.execute(sql, values)

    def commit(self) -> None:
        for statement in INDEX_DUE:
            self.run(statement)
        self._connection.execute("COMMIT")
        self._connection.execute("ANALYZE")

    def close(self) -> None:
        self._connection.close()

    def _found_indexes(self, wanted: Sequence[Any]) -> list[tuple[str, str]]:
        rows = self._connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        return [(name, sql) for name, sql in rows if name in wanted]


class PostgresLoader(Loader):
    """Fills a PostgreSQL database with COPY; when it fails nothing is left of it."""

    def __init__(self, address: Address) -> None:
        import psycopg

        self._connection: psycopg.Connection[Any] = psycopg.connect(
            address.conninfo,
            **psycopg_options(writing=True),  # type: ignore[arg-type]
        )
        for setting in ("statement_timeout = 0", "idle_in_transaction_session_timeout = 0", "maintenance_work_mem = '256MB'"):
            self._connection.execute(f"SET LOCAL {setting}".encode())
        self._connection.execute(b"SET CONSTRAINTS ALL IMMEDIATE")

    def _make_room(self, first_ms: int, last_ms: int) -> None:
        for _, statement in partition_statements(months_between(first_ms, last_ms)):
            self._connection.execute(statement.encode())

    def add(self, table: str, rows: Iterable[Row]) -> None:
        statement = f"COPY {table} ({', '.join(COLUMNS[table])}) FROM STDIN"
        with self._connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            for row in rows:
                copy.write_row(row)

    def run(self, sql: str, values: Row = ()) -> None:
        self._connection.execute(sql.replace("?", "%s").encode(), values or None)

    def commit(self) -> None:
        self._connection.commit()
        self._connection.autocommit = True
        self._connection.execute(b"SET statement_timeout = 0")
        self._connection.execute(b"ANALYZE")

    def close(self) -> None:
        self._connection.close()

    def _found_indexes(self, wanted: Sequence[Any]) -> list[tuple[str, str]]:
        rows = self._connection.execute(b"SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()")
        return [(name, sql) for name, sql in rows if name in wanted]


def open_loader(address: Address) -> Loader:
    """Return a loader on a store that was just made."""
    return SqliteLoader(address) if address.is_sqlite else PostgresLoader(address)
