"""Listening to what a unit of work sends to its database, and what the two databases raise for a broken constraint."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

import psycopg

from store.connection import Connection, Values
from store.reader import Row

BROKEN_CONSTRAINT = (sqlite3.IntegrityError, psycopg.IntegrityError)
DRIVER_ERROR = (sqlite3.Error, psycopg.Error)
Told = Callable[[str, Any], None]


class Listening(Connection):
    """A connection that tells of every statement, with its values, before it is run; put in the place of a unit's own."""

    def __init__(self, inner: Connection, told: Told) -> None:
        self._inner = inner
        self._told = told
        self.is_sqlite = inner.is_sqlite  # type: ignore[misc]

    def rows(self, sql: str, values: Values | None = None) -> list[Row]:
        self._told(sql, values)
        return self._inner.rows(sql, values)

    def run(self, sql: str, values: Values | None = None) -> int:
        self._told(sql, values)
        return self._inner.run(sql, values)

    def run_each(self, sql: str, rows: Iterable[Values]) -> int:
        rows = list(rows)
        self._told(sql, rows)
        return self._inner.run_each(sql, rows)

    def begin(self) -> None:
        self._inner.begin()

    def notify(self) -> None:
        self._inner.notify()

    def spare_memory(self) -> None:
        self._inner.spare_memory()

    def commit(self) -> None:
        self._inner.commit()

    def rollback(self) -> None:
        self._inner.rollback()

    def is_current(self) -> bool:
        return self._inner.is_current()

    def close(self) -> None:
        self._inner.close()
