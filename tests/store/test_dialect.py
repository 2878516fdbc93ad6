"""The settings every connection carries, read back from the database itself, and the databases' errors in our words."""

from __future__ import annotations

import sqlite3
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

import store.dialect as dialect
from store.dialect import for_psycopg, journal_settings, prepare_sqlite, wal_is_safe
from store.engine import Unit
from store.errors import Busy, NotGranted, StoreError, Unreachable
from store.failures import translated
from store.opening import Store

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 7, 0), False),
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 44, 99), True),
        ((3, 45, 0), False),
        ((3, 49, 2), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_a_write_ahead_log_is_used_only_where_sqlite_carries_the_fix(version: tuple[int, ...], safe: bool) -> None:
    assert wal_is_safe(version) is safe
    assert journal_settings(version) == (("wal", 2) if safe else ("truncate", 3))


SAME = {
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "secure_delete": 1,
    "cell_size_check": 1,
    "trusted_schema": 0,
    "busy_timeout": 5_000,
}


def pragmas(run: Any, names: list[str]) -> dict[str, object]:
    return {name: run(f"PRAGMA {name}") for name in names}


@on_sqlite
def test_a_sqlite_connection_that_writes_carries_every_setting(store: Store) -> None:
    mode, synchronous = journal_settings()
    expected = {**SAME, "journal_mode": mode, "synchronous": synchronous, "query_only": 0}
    found = store.write(lambda unit: pragmas(unit.value, list(expected)))
    assert found == expected
    assert store.write(lambda unit: unit.value("PRAGMA mmap_size")) in (0, None)


@on_sqlite
def test_a_sqlite_connection_that_reads_carries_every_setting_and_can_not_write(store: Store) -> None:
    expected = {**SAME, "query_only": 1}
    with store.reading() as reader:
        assert pragmas(reader.value, list(expected)) == expected
    with pytest.raises(StoreError, match="can't be written"), store.reading() as reader:
        reader.rows("DELETE FROM fact")


def test_a_setting_that_sqlite_does_not_accept_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.dialect.journal_settings", lambda: ("wal", 2))
    connection = sqlite3.connect(":memory:", isolation_level=None)
    with pytest.raises(Unreachable, match="did not accept the setting journal_mode"):
        prepare_sqlite(connection, writing=True)
    monkeypatch.setitem(dialect._EXPECTED, "cell_size_check", 7)
    with pytest.raises(Unreachable, match="cell_size_check"):
        prepare_sqlite(connection, writing=False)
    connection.close()


def settings(ask: Any) -> dict[str, object]:
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "application_name")
    return {name: ask(f"SHOW {name}") for name in (*names, "default_transaction_read_only")}


@on_postgresql
def test_a_postgresql_connection_carries_every_setting_and_one_that_reads_can_not_write(store: Store) -> None:
    expected = {
        "statement_timeout": "10s",
        "lock_timeout": "3s",
        "idle_in_transaction_session_timeout": "30s",
        "application_name": "tokendesk",
    }
    assert store.write(lambda unit: settings(unit.value)) == {**expected, "default_transaction_read_only": "off"}
    with store.reading() as reader:
        assert settings(reader.value) == {**expected, "default_transaction_read_only": "on"}
    with pytest.raises(StoreError, match="takes no writes"), store.reading() as reader:
        reader.rows("DELETE FROM fact RETURNING name")


@on_postgresql
def test_what_postgresql_is_asked_to_keep_is_on(store: Store) -> None:
    """A test server that is not durable would prove nothing about lost revokes."""
    with store.reading() as reader:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            assert reader.value(f"SHOW {name}") == "on"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT :a", "SELECT %(a)s"),
        ("SELECT :a_1, :b", "SELECT %(a_1)s, %(b)s"),
        ("SELECT x::text", "SELECT x::text"),
        ("SELECT '50%' LIKE :a", "SELECT '50%%' LIKE %(a)s"),
        ("SELECT a:b", "SELECT a:b"),
    ],
)
def test_parameters_are_written_the_way_psycopg_wants_them(sql: str, expected: str) -> None:
    assert for_psycopg(sql) == expected


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (sqlite3.OperationalError("database is locked"), Busy, "Another operator is writing"),
        (sqlite3.OperationalError("database or disk is full"), StoreError, "disk is full"),
        (sqlite3.OperationalError("disk I/O error"), Unreachable, "The disk reported an error"),
        (sqlite3.OperationalError("attempt to write a readonly database"), StoreError, "can't be written"),
        (sqlite3.DatabaseError("database disk image is malformed"), Unreachable, "damaged"),
        (sqlite3.DatabaseError("file is not a database"), Unreachable, "not a tokendesk store"),
        (sqlite3.OperationalError("Could not decode to UTF-8 column 'name' with text 'locked\\ufffd'"), Unreachable, "damaged"),
        (UnicodeDecodeError("utf-8", b"\xa8", 0, 1, "invalid start byte"), Unreachable, "damaged"),
        (sqlite3.OperationalError("interrupted"), StoreError, "stopped"),
        (psycopg.errors.ReadOnlySqlTransaction(), StoreError, "takes no writes"),
        (psycopg.errors.LockNotAvailable(), Busy, "Another operator is writing"),
        (psycopg.errors.SerializationFailure(), Busy, "changed the same thing first"),
        (psycopg.errors.DeadlockDetected(), Busy, "changed the same thing first"),
        (psycopg.errors.QueryCanceled(), StoreError, "stopped"),
        (psycopg.errors.InsufficientPrivilege(), NotGranted, "may not do this"),
        (psycopg.errors.DiskFull(), StoreError, "is full, so nothing was changed"),
        (psycopg.errors.TooManyConnections(), Unreachable, "no free connection"),
        (psycopg.errors.AdminShutdown(), Unreachable, "can't be reached"),
        (psycopg.errors.CrashShutdown(), Unreachable, "can't be reached"),
        (psycopg.errors.CannotConnectNow(), Unreachable, "can't be reached"),
        (psycopg.errors.IdleInTransactionSessionTimeout(), Unreachable, "idle too long"),
        (psycopg.errors.IdleSessionTimeout(), Unreachable, "can't be reached"),
        (psycopg.errors.ConnectionException(), Unreachable, "can't be reached"),
        (psycopg.errors.IoError(), Unreachable, "The disk of the database server"),
        (psycopg.errors.DataCorrupted(), Unreachable, "damaged"),
        (
            psycopg.OperationalError("connection failed: FATAL:  the database system is starting up"),
            Unreachable,
            "starting or stop",
        ),
        (
            psycopg.OperationalError("connection failed: FATAL:  sorry, too many clients already"),
            Unreachable,
            "no free connection",
        ),
        (psycopg.OperationalError("server does not support SSL, but SSL was required"), Unreachable, "no safe connection"),
        (psycopg.OperationalError("SSL error: certificate verify failed"), Unreachable, "prove who it is"),
        (psycopg.OperationalError("consuming input failed: certificate"), Unreachable, "can't be reached"),
        (psycopg.errors.ConnectionTimeout("connection timeout expired"), Unreachable, "can't be reached"),
    ],
)
def test_a_failure_of_the_database_is_said_in_our_words(error: Exception, kind: type[StoreError], words: str) -> None:
    for raised in (error, OperationalError("SELECT", {}, error)):
        ours = translated(raised)
        assert type(ours) is kind
        assert words in ours.problem
        assert ours.remedy.endswith(".")
        assert not str(error) or str(error) not in str(ours)


@pytest.mark.parametrize(
    "error",
    [
        sqlite3.OperationalError('near "SELEC": syntax error'),
        sqlite3.IntegrityError("UNIQUE constraint failed: audit.seq"),
        sqlite3.ProgrammingError("Cannot operate on a closed database."),
        psycopg.errors.SyntaxError(),
        psycopg.errors.UniqueViolation(),
        psycopg.ProgrammingError("the query has 1 placeholder but 0 parameters were passed"),
        ValueError("locked"),
    ],
)
def test_a_bug_of_ours_is_not_dressed_up_as_a_failure_of_the_database(error: Exception) -> None:
    assert translated(error) is None


def test_a_unit_knows_its_database(store: Store) -> None:
    def work(unit: Unit) -> bool:
        return unit.is_sqlite

    assert store.write(work) is store.address.is_sqlite
