"""Bringing a store up to date is all or nothing: after a failure, or a kill at any statement, it is old or new, never between."""

from __future__ import annotations

import os
import signal
import sqlite3
from pathlib import Path

import psycopg
import pytest

from store.address import Address
from store.creation import upgrade_store
from store.errors import Unreachable
from store.opening import Store, open_store
from store.reads.facts import SCHEMA
from tests.faults.children import ask, start
from tests.faults.pool import make_pool
from tests.faults.proof import faults_of
from tests.faults.stepping import NEXT, STEPS, Halted, migrations_with_one_more
from tests.making import revoke_token

OLD, NEW = (SCHEMA, False, False, 6), (NEXT, True, True, 6)


@pytest.fixture(autouse=True)
def one_more(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the program have one migration more than the store was made with."""
    monkeypatch.setattr("store.creation.MIGRATIONS", str(migrations_with_one_more(tmp_path)))


@pytest.fixture
def newer(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Be a program that knows the next schema, with a store of the one before."""
    monkeypatch.setattr("store.reads.facts.SCHEMA", NEXT)


def state_of(address: Address) -> tuple[str, bool, bool, int]:
    """Return the version, whether the new table and the new column are there, and how many tokens."""
    questions = ("SELECT version_num FROM alembic_version", "SELECT count(*) FROM token")
    if address.path is not None:
        connection = sqlite3.connect(address.path)
        version, tokens = (connection.execute(question).fetchone()[0] for question in questions)
        table = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'extra'").fetchone()[0] == 1
        column = "region" in [row[1] for row in connection.execute("PRAGMA table_info(account)")]
        connection.close()
        return version, table, column, tokens
    with psycopg.connect(address.conninfo) as server:
        rows = [server.execute(question.encode()).fetchone() for question in questions]
        columns = server.execute("SELECT table_name, column_name FROM information_schema.columns").fetchall()
    assert rows[0] is not None
    assert rows[1] is not None
    return rows[0][0], ("extra", "id") in columns, ("account", "region") in columns, rows[1][0]


def test_an_upgrade_makes_the_new_schema_and_keeps_every_row(store: Store, newer: None) -> None:
    keys = make_pool(store, 6)
    revoke_token(store, keys[0])
    store.close()
    with pytest.raises(Unreachable, match="older tokendesk"):
        open_store(store.address)
    ask(lambda: upgrade_store(store.address))
    assert state_of(store.address) == NEW
    upgraded = open_store(store.address)
    assert faults_of(upgraded) == []
    revoke_token(upgraded, keys[1])
    assert faults_of(upgraded) == []
    upgraded.close()


def test_a_program_that_is_older_than_the_store_refuses_it_before_and_after(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_pool(store, 6)
    store.close()

    def upgrade() -> None:
        monkeypatch.setattr("store.reads.facts.SCHEMA", NEXT)
        upgrade_store(store.address)

    ask(upgrade)
    for act in (open_store, upgrade_store):
        with pytest.raises(Unreachable, match="made by a newer tokendesk"):
            act(store.address)
    assert state_of(store.address) == NEW


@pytest.mark.parametrize("moment", range(STEPS))
def test_an_upgrade_that_fails_at_any_statement_leaves_the_old_store(
    store: Store, newer: None, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    make_pool(store, 6)
    store.close()
    monkeypatch.setenv("TOKENDESK_TEST_STEP", f"raise:{moment}")
    with pytest.raises(Halted):
        upgrade_store(store.address)
    assert state_of(store.address) == OLD
    monkeypatch.setenv("TOKENDESK_TEST_STEP", "none:")
    upgrade_store(store.address)
    assert state_of(store.address) == NEW


@pytest.mark.slow
@pytest.mark.parametrize("moment", range(STEPS))
def test_an_upgrade_killed_at_any_statement_leaves_the_old_store_and_can_be_repeated(
    store: Store, newer: None, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    make_pool(store, 6)
    store.close()
    monkeypatch.setenv("TOKENDESK_TEST_STEP", f"die:{moment}")
    _, status = os.waitpid(start(lambda: upgrade_store(store.address)), 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
    assert state_of(store.address) == OLD
    monkeypatch.setenv("TOKENDESK_TEST_STEP", "none:")
    upgrade_store(store.address)
    assert state_of(store.address) == NEW
    upgraded = open_store(store.address)
    assert faults_of(upgraded) == []
    upgraded.close()


def test_two_upgrades_at_once_make_one(store: Store, newer: None) -> None:
    make_pool(store, 6)
    store.close()
    children = [start(lambda: upgrade_store(store.address)) for _ in range(2)]
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0]
    assert state_of(store.address) == NEW
