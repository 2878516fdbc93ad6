"""One transaction a time, all of it or nothing, and connections that come back after the server was gone."""

from __future__ import annotations

import sqlite3
import threading
import time
import traceback
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from store.address import Address, parse_address
from store.creation import create_store
from store.dialect import connect_postgresql, prepare_sqlite
from store.engine import Unit, Writer
from store.errors import Busy, Refused, StoreError, Unreachable
from store.opening import Store
from store.reader import Reader, open_reader
from store.writes.editing import rename
from store.writes.ending import revoke
from store.writes.orders import RenameOrder, RevokeOrder
from store.writes.people import MemberFacts, put_account, put_member
from tests.conftest import NOW
from tests.making import PRIYA, make_account, make_token, revoke_token
from tests.statements import BROKEN_CONSTRAINT

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def accounts(store: Store) -> int:
    with store.reading() as reader:
        return int(reader.value("SELECT count(*) FROM account"))


def end_every_connection(address: Address) -> None:
    """Do to the others what a restart of the server does."""
    with psycopg.connect(address.conninfo, autocommit=True) as server:
        server.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.parametrize("error", [Refused("No.", "Never."), ValueError("a bug"), KeyboardInterrupt()])
def test_what_is_raised_in_a_unit_takes_all_of_it_back(store: Store, error: BaseException) -> None:
    def work(unit: Unit) -> None:
        put_account(unit, "ACME", "Acme", NOW)
        raise error

    with pytest.raises(type(error)) as caught:
        store.write(work)
    assert caught.value is error
    assert accounts(store) == 0
    make_account(store)
    assert accounts(store) == 1


def test_a_read_sees_nothing_of_a_unit_before_its_end(store: Store) -> None:
    seen: list[int] = []

    def work(unit: Unit) -> None:
        put_account(unit, "ACME", "Acme", NOW)
        seen.append(accounts(store))

    store.write(work)
    assert (seen, accounts(store)) == ([0], 1)


def test_an_action_that_is_on_record_is_refused_and_not_done_twice(store: Store) -> None:
    make_account(store)
    key = make_token(store).key
    order = RenameOrder(key=key, actor=PRIYA, name="monthly export")
    first = store.write(lambda unit: rename(unit, order, NOW), order.action_id)
    with pytest.raises(Refused, match=f"^This was recorded before, as audit #{first.seq}.") as caught:
        store.write(lambda unit: rename(unit, order, NOW), order.action_id)
    assert "UNIQUE" not in "".join(traceback.format_exception(caught.value))
    with store.reading() as reader:
        assert reader.value("SELECT count(*) FROM audit WHERE action = 'rename'") == 1


def test_a_revoke_that_is_on_record_answers_with_its_own_proof(store: Store) -> None:
    make_account(store)
    order = RevokeOrder(key=make_token(store).key, actor=PRIYA)
    first = store.write(lambda unit: revoke(unit, order, NOW), order.action_id)
    again = store.write(lambda unit: revoke(unit, order, NOW), order.action_id)
    assert (again.seq, again.by, again.already) == (first.seq, "priya", True)


def test_writers_in_threads_take_their_turns(store: Store) -> None:
    inside: list[str] = []

    def run(name: str) -> None:
        def work(unit: Unit) -> None:
            put_account(unit, name, name, NOW)
            inside.append(name)
            unit.rows("SELECT count(*) FROM account")
            inside.append(name)

        store.write(work)

    threads = [threading.Thread(target=run, args=(f"A{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(inside) == 8
    assert inside[::2] == inside[1::2]


@on_postgresql
def test_others_are_notified_of_a_change_and_of_nothing_else(store: Store) -> None:
    make_account(store)
    key = make_token(store).key
    with psycopg.connect(store.address.conninfo, autocommit=True) as listener:
        listener.execute("LISTEN tokendesk")
        store.write(lambda unit: unit.rows("SELECT 1"))
        revoke_token(store, key)
        revoke_token(store, key)
        store.write(lambda unit: unit.rows("SELECT 1"))
        assert [notice.channel for notice in listener.notifies(timeout=0.2)] == ["tokendesk"]


@on_postgresql
def test_a_write_works_at_once_after_the_server_was_restarted(store: Store) -> None:
    make_account(store)
    keys = [make_token(store, f"number {number}").key for number in range(2)]
    revoke_token(store, keys[0])
    end_every_connection(store.address)
    assert not revoke_token(store, keys[1]).already


@on_postgresql
def test_one_failed_read_after_a_restart_is_enough(store: Store) -> None:
    with store.reading(), store.reading(), store.reading():
        pass
    end_every_connection(store.address)
    with pytest.raises(Unreachable), store.reading() as reader:
        reader.value("SELECT 1")
    for _ in range(3):
        assert accounts(store) == 0


def test_a_read_that_fails_leaves_the_other_connections_alone(store: Store) -> None:
    with store.reading() as one, store.reading() as other:
        assert one is not other
    with pytest.raises(ValueError, match="a bug"), store.reading() as failed:
        raise ValueError("a bug")
    with store.reading() as next_one:
        assert next_one is not failed
        assert next_one in (one, other)


def test_a_read_can_be_stopped_from_another_thread(store: Store) -> None:
    slow = {
        True: "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) SELECT count(*) FROM n",
        False: "SELECT pg_sleep(60)",
    }[store.address.is_sqlite]
    begun = threading.Event()
    errors: list[BaseException] = []

    def run() -> None:
        try:
            with store.reading() as reader:
                begun.set()
                reader.rows(slow)
        except StoreError as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    begun.wait()
    until = time.monotonic() + 20
    while thread.is_alive() and time.monotonic() < until:
        store.cancel_reads()
        thread.join(0.05)
    assert [error.problem for error in errors if isinstance(error, StoreError)] == ["The question took too long and was stopped."]
    assert accounts(store) == 0


def a_reader(store: Store) -> Reader:
    return open_reader(store.address)


def test_stopping_a_read_that_is_over_does_nothing(store: Store) -> None:
    reader = a_reader(store)
    reader.cancel()
    assert reader.value("SELECT 1") == 1
    reader.close()
    reader.cancel()


@on_postgresql
def test_stopping_reads_of_a_server_that_is_gone_does_nothing(store: Store) -> None:
    reader = a_reader(store)
    end_every_connection(store.address)
    reader.cancel()
    reader.close()


@on_postgresql
def test_a_server_that_can_not_be_reached_is_told_after_one_try(address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[str] = []

    def connect(conninfo: str, *, writing: bool) -> object:
        tries.append(conninfo)
        return connect_postgresql("postgresql://127.0.0.1:1/db", writing=writing)

    monkeypatch.setattr("store.connection.connect_postgresql", connect)
    writer = Writer(address)
    with pytest.raises(Unreachable) as caught:
        writer.run(lambda unit: unit.value("SELECT 1"), "an action")
    assert len(tries) == 1
    assert "psycopg" not in "".join(traceback.format_exception(caught.value))
    writer.close()


@on_sqlite
def test_a_failed_commit_takes_the_unit_back_and_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a write-ahead log, a reader in the middle of its rows keeps SQLite from changing the file."""
    monkeypatch.setattr("store.dialect.journal_settings", lambda: ("truncate", 3))
    monkeypatch.setattr("store.dialect.BUSY_TIMEOUT_MS", 50)
    make_account(store)
    with store.reading() as reader:
        connection = reader._connection  # type: ignore[attr-defined]
        rows = connection.execute("SELECT seq FROM audit UNION ALL SELECT 1 UNION ALL SELECT 2")
        rows.fetchone()
        with pytest.raises(Busy, match="Another operator is writing"):
            store.write(lambda unit: put_account(unit, "NEXT", "Next", NOW))
        rows.close()
    assert accounts(store) == 1
    store.write(lambda unit: put_account(unit, "NEXT", "Next", NOW))
    assert accounts(store) == 2


def test_links_are_checked_at_every_write(store: Store) -> None:
    with pytest.raises(BROKEN_CONSTRAINT):
        store.write(lambda unit: put_member(unit, MemberFacts("NOBODY", "leo")))


def test_closing_a_store_that_was_never_written_to_is_fine(tmp_path: Path) -> None:
    create_store(parse_address(str(tmp_path / "tokens.db")), NOW).close()
    opened = Store(parse_address(str(tmp_path / "tokens.db")))
    opened.close()
    opened.close()


def test_a_server_that_answers_too_early_is_told_to_wait_for_its_disk(postgres: str) -> None:
    for asked, kept in (("off", "on"), ("local", "on"), ("remote_apply", "remote_apply")):
        with psycopg.connect(postgres, autocommit=True) as server:
            server.execute(f"CREATE ROLE early_{asked} LOGIN SUPERUSER".encode())
            server.execute(f"ALTER ROLE early_{asked} SET synchronous_commit = {asked}".encode())
        try:
            connection = connect_postgresql(postgres.replace("postgres:@", f"early_{asked}:@"), writing=True)
            try:
                assert connection.execute("SHOW synchronous_commit").fetchone() == (kept,)
            finally:
                connection.close()
        finally:
            with psycopg.connect(postgres, autocommit=True) as server:
                server.execute(f"DROP ROLE early_{asked}".encode())


def test_what_a_guard_of_the_database_refuses_is_said_in_one_sentence(store: Store) -> None:
    make_account(store)
    key = make_token(store).key
    with pytest.raises(Refused, match="The database refused this: no change of a token without its audit line"):
        store.write(lambda unit: unit.run("UPDATE token SET name = 'x' WHERE id = :id", {"id": key[1]}))


@on_sqlite
def test_a_store_is_opened_for_writing_once_however_often_it_is_written_to(store: Store, opened: list[Path]) -> None:
    make_account(store, "ACME")
    make_account(store, "BETA")
    assert len(opened) == 1


@on_sqlite
def test_what_is_written_goes_to_the_file_that_stands_there_now(store: Store, tmp_path: Path, opened: list[Path]) -> None:
    path = store.address.path
    assert path is not None
    make_account(store, "ACME")
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    copy.chmod(0o600)
    path.rename(tmp_path / "aside.db")
    copy.rename(path)
    make_account(store, "BETA")
    with closing(sqlite3.connect(path)) as now:
        assert now.execute("SELECT count(*) FROM account").fetchone() == (2,)
    assert len(opened) == 2


@on_sqlite
def test_a_store_that_others_may_read_by_now_is_written_to_no_more(store: Store) -> None:
    path = store.address.path
    assert path is not None
    make_account(store, "ACME")
    path.chmod(0o644)
    with pytest.raises(Unreachable, match="Other users can read"):
        make_account(store, "BETA")
    path.chmod(0o600)
    make_account(store, "BETA")
    assert accounts(store) == 2


@on_sqlite
def test_a_connection_that_failed_is_used_no_more(store: Store, opened: list[Path]) -> None:
    make_account(store, "ACME")
    with pytest.raises(BROKEN_CONSTRAINT):
        store.write(lambda unit: unit.rows("INSERT INTO account (id) VALUES (NULL)"))
    make_account(store, "BETA")
    assert (accounts(store), len(opened)) == (2, 2)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return what is opened for writing from now on, each time it is."""
    found: list[Path] = []

    def connect(connection: sqlite3.Connection, **how: Any) -> None:
        if how["writing"]:
            found.append(Path(connection.execute("PRAGMA database_list").fetchone()[2]))
        prepare_sqlite(connection, **how)

    monkeypatch.setattr("store.dialect.prepare_sqlite", connect)
    return found
