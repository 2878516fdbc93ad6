"""Whatever is changed behind the log's back, the check of the log says so."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest

from store.address import Address
from store.opening import Store
from store.reads.verify import verify
from tests.making import make_account, make_token, revoke_token


def tamper(address: Address, *statements: str) -> None:
    """Do what somebody who owns the database can do: switch the guards off and rewrite rows."""
    if address.path is not None:
        connection = sqlite3.connect(address.path)
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for statement in (*(f"DROP TRIGGER {name}" for name in names), *statements):
            connection.execute(statement)
        connection.commit()
        connection.close()
        return
    with psycopg.connect(address.conninfo) as server:
        for table in ("token", "audit"):
            server.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL".encode())
        for statement in statements:
            server.execute(statement.encode())


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with five audit lines: issue, issue, revoke, issue, revoke."""
    make_account(store)
    make_token(store, "live one")
    revoke_token(store, make_token(store, "gone one").key)
    revoke_token(store, make_token(store, "last one").key)
    return store


def test_an_untouched_log_is_whole_and_names_its_head(filled: Store) -> None:
    with filled.reading() as reader:
        found = verify(reader)
        newest = bytes(reader.value("SELECT hash FROM audit WHERE seq = 5")).hex()
    assert (found.whole, found.lines, found.head) == (True, 5, newest)


TAMPERING = {
    "an actor": ("UPDATE audit SET actor = 'nobody' WHERE seq = 2", 2),
    "a time": ("UPDATE audit SET at = at - 1000 WHERE seq = 3", 3),
    "a detail": ("UPDATE audit SET detail = '{}' WHERE seq = 1", 1),
    "a state digest": ("UPDATE audit SET state_digest = NULL WHERE seq = 4", 4),
    "a hash": ("UPDATE audit SET hash = prev_hash WHERE seq = 2", 2),
    "a reason": ("UPDATE audit_private SET reason = 'another' WHERE seq = 3", 3),
    "a missing line": ("DELETE FROM audit WHERE seq = 2", 2),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_the_first_bad_line_is_named(filled: Store, what: str) -> None:
    statement, line = TAMPERING[what]
    with filled.reading() as reader:
        assert verify(reader).whole
    tamper(filled.address, statement)
    with filled.reading() as reader:
        found = verify(reader)
    assert found.broken_at == line
    assert str(line) in found.problem


def test_two_swapped_lines_are_found(filled: Store) -> None:
    tamper(
        filled.address,
        "UPDATE audit SET seq = 90 WHERE seq = 2",
        "UPDATE audit SET seq = 2 WHERE seq = 4",
        "UPDATE audit SET seq = 4 WHERE seq = 90",
    )
    with filled.reading() as reader:
        assert verify(reader).broken_at == 2


@pytest.mark.parametrize(
    "change",
    [
        "revoked_at = NULL, revoked_by = NULL, revoke_reason = '', closed = 0",
        "name = 'innocent'",
        "scopes = 'users.manage'",
        "audit_seq = 2",
    ],
)
def test_a_token_changed_behind_the_log_is_named(filled: Store, change: str) -> None:
    tamper(filled.address, f"UPDATE token SET {change} WHERE name = 'gone one'")
    with filled.reading() as reader:
        found = verify(reader)
        key = reader.value("SELECT token_id FROM audit WHERE seq = 3")
    assert not found.whole
    assert key in found.problem


def test_erasing_a_private_part_leaves_the_log_whole(filled: Store) -> None:
    tamper(filled.address, "DELETE FROM audit_private")
    with filled.reading() as reader:
        assert verify(reader).whole
