"""What the database itself refuses, even to someone who writes SQL by hand."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest

from store.address import Address
from store.opening import Store
from tests.making import make_account, make_token, revoke_token

Broken = (sqlite3.IntegrityError, psycopg.errors.IntegrityError)


def by_hand(address: Address, *statements: str) -> None:
    """Run SQL as any other program would, in one transaction."""
    if address.path is not None:
        connection = sqlite3.connect(address.path)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            with connection:
                for statement in statements:
                    connection.execute(statement)
        finally:
            connection.close()
        return
    server = psycopg.connect(address.conninfo)
    try:
        for statement in statements:
            server.execute(statement.encode())
        server.commit()
    finally:
        server.close()


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with one live token (lines 1 and 3: issue of it and of the other) and one revoked."""
    make_account(store)
    make_token(store, "live one")
    gone = make_token(store, "gone one")
    revoke_token(store, gone.key)
    return store


LIVE = "name = 'live one'"
GONE = "name = 'gone one'"

ATTACKS = {
    "un-revoke": (f"UPDATE token SET revoked_at = NULL, revoked_by = NULL WHERE {GONE}", "without its audit line"),
    "un-revoke with a line": (
        f"UPDATE token SET revoked_at = NULL, revoked_by = NULL, audit_seq = audit_seq + 1 WHERE {GONE}",
        "final",
    ),
    "blame another": (f"UPDATE token SET revoked_by = 'marco', audit_seq = audit_seq + 1 WHERE {GONE}", "final"),
    "move the moment": (f"UPDATE token SET revoked_at = revoked_at - 1, audit_seq = audit_seq + 1 WHERE {GONE}", "final"),
    "swap the secret of a revoked token": (
        f"UPDATE token SET digest = NULL, digest_scheme = 'none', audit_seq = audit_seq + 1 WHERE {GONE}",
        "final",
    ),
    "open again": (f"UPDATE token SET closed = 0 WHERE {GONE}", "stays closed"),
    "revoke without a line": (
        f"UPDATE token SET revoked_at = 1, revoked_by = 'x', closed = 1 WHERE {LIVE}",
        "without its audit line",
    ),
    "rename without a line": (f"UPDATE token SET name = 'x' WHERE {LIVE}", "without its audit line"),
    "more scopes without a line": (f"UPDATE token SET scopes = 'users.manage' WHERE {LIVE}", "without its audit line"),
    "longer life without a line": (f"UPDATE token SET expires_at = expires_at + 1 WHERE {LIVE}", "without its audit line"),
    "a line that does not exist": (f"UPDATE token SET name = 'x', audit_seq = 999 WHERE {LIVE}", "(?i)foreign key"),
    "the line of another token": (f"UPDATE token SET name = 'x', audit_seq = 3 WHERE {LIVE}", "(?i)foreign key"),
    "an older line": (f"UPDATE token SET audit_seq = audit_seq - 1 WHERE {GONE}", "without its audit line"),
    "delete a token": (f"DELETE FROM token WHERE {LIVE}", "never deleted"),
    "change a line": ("UPDATE audit SET actor = 'nobody' WHERE seq = 1", "never changed"),
    "delete a line": ("DELETE FROM audit WHERE seq = 3", "never changed"),
    "skip a number": (
        "INSERT INTO audit SELECT 99, 'new', at, actor, actor_role, actor_how, session, action, account_id, "
        "token_id, token_name, scopes, case_id, detail, state_digest, private_digest, hash, hash FROM audit WHERE seq = 3",
        "follow the newest",
    ),
    "fork the chain": (
        "INSERT INTO audit SELECT 4, 'new', at, actor, actor_role, actor_how, session, action, account_id, "
        "token_id, token_name, scopes, case_id, detail, state_digest, private_digest, prev_hash, hash FROM audit WHERE seq = 3",
        "follow the newest",
    ),
    "a revocation by nobody": (f"UPDATE token SET revoked_at = 1, closed = 1, audit_seq = 3 WHERE {LIVE}", "revoked_by"),
    "a third environment": (f"UPDATE token SET environment = 'prod', audit_seq = 3 WHERE {LIVE}", "environment"),
    "a fourth tier": (f"UPDATE token SET tier = 'root', audit_seq = 3 WHERE {LIVE}", "tier"),
    "retiring without a replacement": (f"UPDATE token SET retires_at = 99, audit_seq = 3 WHERE {LIVE}", "retires"),
    "an owner from another account": (f"UPDATE token SET owner_id = 'stranger', audit_seq = 3 WHERE {LIVE}", "(?i)foreign key"),
    "a digest without a scheme": (f"UPDATE token SET digest_scheme = 'none', audit_seq = 3 WHERE {LIVE}", "ck_token_digest"),
    "requests below nothing": (f"UPDATE token SET requests_24h = -1 WHERE {LIVE}", "requests"),
    "a flag that is neither": (f"UPDATE token SET broad = 7 WHERE {LIVE}", "flags"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses(filled: Store, attack: str) -> None:
    statement, why = ATTACKS[attack]
    with pytest.raises(Broken, match=why):
        by_hand(filled.address, statement)


def test_a_line_is_not_replaced_or_upserted_away(filled: Store) -> None:
    columns = "1, 'new', at, actor, actor_role, actor_how, session, action, account_id, token_id, token_name, scopes, case_id, "
    columns += "detail, state_digest, private_digest, prev_hash, hash"
    statement = f"INSERT OR REPLACE INTO audit SELECT {columns} FROM audit WHERE seq = 1"
    if filled.address.path is None:
        statement = f"INSERT INTO audit SELECT {columns} FROM audit WHERE seq = 1 ON CONFLICT (seq) DO UPDATE SET actor = 'x'"
    with pytest.raises(Broken):
        by_hand(filled.address, statement)


@pytest.mark.parametrize("postgres_only", ["TRUNCATE audit CASCADE", "TRUNCATE token CASCADE"])
def test_postgresql_refuses_to_empty_a_table(filled: Store, postgres_only: str) -> None:
    statement = postgres_only if filled.address.path is None else f"DELETE FROM {postgres_only.split()[1]}"
    with pytest.raises(Broken):
        by_hand(filled.address, statement)


def test_usage_columns_change_without_a_line(filled: Store) -> None:
    by_hand(filled.address, f"UPDATE token SET last_used_at = 5, requests_24h = 7 WHERE {LIVE}")
    with filled.reading() as reader:
        assert reader.rows(f"SELECT seen_at, requests_24h FROM token WHERE {LIVE}") == [(5, 7)]


def test_a_superuser_on_a_replica_is_refused_too(filled: Store) -> None:
    if filled.address.path is not None:
        with pytest.raises(Broken):
            by_hand(filled.address, "PRAGMA recursive_triggers = OFF", "DELETE FROM audit WHERE seq = 1")
        return
    with pytest.raises(Broken):
        by_hand(filled.address, "SET session_replication_role = replica", "DELETE FROM audit WHERE seq = 1")


def test_nothing_of_a_refused_attack_stays(filled: Store) -> None:
    with pytest.raises(Broken):
        by_hand(filled.address, f"UPDATE token SET last_used_at = 5 WHERE {LIVE}", ATTACKS["rename without a line"][0])
    with filled.reading() as reader:
        assert reader.value(f"SELECT last_used_at FROM token WHERE {LIVE}") is None
        assert reader.value("SELECT count(*) FROM audit") == 3
