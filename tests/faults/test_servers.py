"""Servers that are no store, or not ours to use: each is told in one sentence, in our words and without the password."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from store.address import Address, parse_address
from store.creation import create_store, upgrade_store
from store.errors import BadInput, NotGranted, Refused, StoreError, Unreachable
from store.opening import Store, open_store
from tests.conftest import NOW
from tests.faults.pool import make_pool
from tests.faults.words import CANARY, assert_in_our_words
from tests.making import revoke_token

NO_STORE = "This database holds no tokendesk store."


@contextmanager
def a_person(postgres: str, rule: str = "") -> Iterator[str]:
    """Give a user of the server; `rule` is how the server lets them in, by default without a password."""
    name = f"person{time.monotonic_ns()}"
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'right'".encode())
        found = server.execute("SHOW hba_file").fetchone()
        assert found is not None
        rules = Path(found[0])
        before = rules.read_text()
        if rule:
            rules.write_text(f"local all {name} {rule}\n{before}")
            server.execute("SELECT pg_reload_conf()")
            _until_read(server, name)
        try:
            yield name
        finally:
            rules.write_text(before)
            server.execute("SELECT pg_reload_conf()")
            server.execute(f"DROP OWNED BY {name}".encode())
            server.execute(f"DROP ROLE {name}".encode())


def _until_read(server: psycopg.Connection, name: str) -> None:
    while True:
        rows = server.execute("SELECT 1 FROM pg_hba_file_rules WHERE %s = ANY (user_name)", [name]).fetchall()
        if rows:
            time.sleep(0.05)
            return


def as_person(address: Address, name: str, password: str = CANARY) -> Address:
    return parse_address(address.conninfo.replace("postgres:@", f"{name}:{password}@"))


def assert_refused(address: Address, kind: type[StoreError], problem: str, exit_code: int) -> None:
    for act in (lambda: open_store(address), lambda: upgrade_store(address), lambda: create_store(address, NOW)):
        with pytest.raises(StoreError) as caught:
            act()
        assert_in_our_words(caught.value, kind, problem, exit_code)
        assert CANARY not in repr(address)
        assert CANARY not in address.label


@pytest.mark.parametrize(
    ("rule", "problem"),
    [("scram-sha-256", "The database refused the password."), ("reject", "The database refused the user.")],
)
def test_a_person_the_server_does_not_let_in_is_told_so(postgres: str, server_address: Address, rule: str, problem: str) -> None:
    with a_person(postgres, rule) as name:
        assert_refused(as_person(server_address, name), Unreachable, problem, 3)


def test_a_missing_password_is_asked_for(postgres: str, server_address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSFILE", "/nonexistent")
    with a_person(postgres, "scram-sha-256") as name:
        address = parse_address(server_address.conninfo.replace("postgres:@", f"{name}@"))
        assert_refused(address, Unreachable, "The database wants a password.", 3)


SERVERS = {
    "an unknown user": ("postgres:@", f"nobody_at_all:{CANARY}@", Unreachable, "The database refused the user."),
    "an unknown database": ("?", "_not_there?", Unreachable, "There is no database of that name."),
    "a socket that is not there": (
        "host=",
        f"password={CANARY}&host=/nonexistent",
        Unreachable,
        "The database can't be reached.",
    ),
}


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_that_can_not_be_used_is_told_in_one_sentence(server_address: Address, name: str) -> None:
    old, new, kind, problem = SERVERS[name]
    assert_refused(parse_address(server_address.conninfo.replace(old, new, 1)), kind, problem, kind.exit_code)


ADDRESSES = {
    f"postgresql://u:{CANARY}@127.0.0.1:1/db": (Unreachable, "The database can't be reached."),
    f"postgresql://u:{CANARY}@host.invalid/db": (Unreachable, "The database can't be reached."),
    f"postgresql://u:{CANARY}@127.0.0.1:99999/db": (Unreachable, "The database can't be reached."),
    f"postgresql://u:{CANARY}%zz@host/db": (BadInput, "The store address can't be understood."),
    f"postgresql://u:1/{CANARY}@host/db": (Unreachable, "The database can't be reached."),
    f"postgresql://u:a@host/db?pasword={CANARY}": (BadInput, "The store address can't be understood."),
    f"postgresql://[::1/{CANARY}": (BadInput, "The store address can't be understood."),
}


@pytest.mark.parametrize("text", ADDRESSES)
def test_an_address_that_leads_nowhere_is_told_without_its_password(text: str) -> None:
    kind, problem = ADDRESSES[text]
    assert_refused(parse_address(text), kind, problem, kind.exit_code)


def test_a_server_that_only_reads_is_read_and_says_why_it_takes_no_writes(server_store: Store, server_address: Address) -> None:
    key = make_pool(server_store, 2)[0]
    with psycopg.connect(server_address.conninfo, autocommit=True) as server:
        name = server.info.dbname
        server.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
    desk = Store(server_address)
    with pytest.raises(StoreError) as caught:
        revoke_token(desk, key)
    assert_in_our_words(caught.value, StoreError, "This PostgreSQL server takes no writes", 1)
    with desk.reading() as reader:
        assert reader.value("SELECT count(*) FROM token") == 2
    desk.close()


def test_a_person_who_may_only_read_is_told_at_the_write(postgres: str, server_store: Store, server_address: Address) -> None:
    key = make_pool(server_store, 2)[0]
    with a_person(postgres) as name:
        with psycopg.connect(server_address.conninfo, autocommit=True) as server:
            server.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}".encode())
        desk = Store(as_person(server_address, name))
        with pytest.raises(StoreError) as caught:
            revoke_token(desk, key)
        assert_in_our_words(caught.value, NotGranted, "The database user may not do this.", 1)
        desk.close()
        with psycopg.connect(server_address.conninfo, autocommit=True) as server:
            server.execute(f"DROP OWNED BY {name}".encode())


def test_a_database_without_a_store_or_with_a_newer_one_is_told(server_address: Address) -> None:
    for act in (open_store, upgrade_store):
        with pytest.raises(StoreError) as caught:
            act(server_address)
        assert_in_our_words(caught.value, Unreachable, NO_STORE, 3)
    create_store(server_address, NOW).close()
    with psycopg.connect(server_address.conninfo, autocommit=True) as server:
        server.execute("UPDATE alembic_version SET version_num = '9999'")
    for act in (open_store, upgrade_store):
        with pytest.raises(StoreError) as caught:
            act(server_address)
        assert_in_our_words(caught.value, Unreachable, "This store was made by a newer tokendesk.", 3)
    with pytest.raises(Refused, match="holds a store already"):
        create_store(server_address, NOW)
