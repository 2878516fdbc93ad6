"""Bad input of every kind: one clear sentence with a remedy, the right exit code, and nothing lost."""

from __future__ import annotations

import os
import socket
import sqlite3
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from store.address import Address
from store.creation import create_store
from store.opening import Store
from tests.command_line import Ran, run, run_process, url
from tests.conftest import NOW
from tests.making import make_account, make_token

CONTROL = {chr(code) for code in (*range(32), *range(127, 160))} - {"\n"}


@pytest.fixture
def store(old_store: Store) -> Store:
    """A demo store whose clock stands at NOW, with one token."""
    make_account(old_store)
    make_token(old_store)
    return old_store


def explained(ran: Ran, code: int) -> None:
    """Check that a command failed with one sentence for a person and nothing for a program."""
    assert (ran.code, ran.out) == (code, ""), ran
    [sentence] = ran.err.splitlines()
    assert sentence[0].isupper() or sentence[0] in "“/-", sentence
    assert sentence.count(".") >= 2 or "`" in sentence, f"no remedy: {sentence}"
    assert not set(ran.err) & CONTROL
    assert "Traceback" not in ran.err
    assert "fault" not in ran.err


def not_a_store(folder: Path) -> str:
    path = folder / "notes.db"
    path.write_text("dear diary\n" * 200)
    path.chmod(0o600)
    return str(path)


def another_database(folder: Path) -> str:
    path = folder / "shop.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE orders (id INTEGER)")
    path.chmod(0o600)
    return str(path)


def empty_file(folder: Path) -> str:
    path = folder / "empty.db"
    path.touch(0o600)
    return str(path)


def open_to_others(folder: Path) -> str:
    path = folder / "open.db"
    create_store(Address(path=path), NOW).close()
    path.chmod(0o644)
    return str(path)


def pipe(folder: Path) -> str:
    os.mkfifo(folder / "pipe", 0o600)
    return str(folder / "pipe")


PLACES: dict[str, tuple[Callable[[Path], str], int]] = {
    "nothing there": (lambda folder: str(folder / "none.db"), 3),
    "a folder": (str, 3),
    "a folder that is not there": (lambda folder: str(folder / "no" / "such" / "store.db"), 3),
    "not a database": (not_a_store, 3),
    "another database": (another_database, 3),
    "an empty file": (empty_file, 3),
    "readable by others": (open_to_others, 3),
    "a pipe": (pipe, 3),
    "a file used as a folder": (lambda folder: not_a_store(folder) + "/store.db", 3),
    "no scheme of ours": (lambda folder: "mysql://root@localhost/x", 2),
    "no path": (lambda folder: "sqlite:///", 2),
    "memory": (lambda folder: ":memory:", 2),
    "a control character": (lambda folder: str(folder / "a\x1b[31mb.db"), 3),
    "a server that refuses": (lambda folder: "postgresql://dana@127.0.0.1:1/keys", 3),
    "a name nobody has": (lambda folder: "postgresql://dana@no-such-host.invalid/keys", 3),
    "a port that is none": (lambda folder: "postgresql://dana@127.0.0.1:notaport/keys", 3),
    "an option nobody knows": (lambda folder: "postgresql://dana@127.0.0.1:1/keys?colour=red", 2),
    "no socket": (lambda folder: f"postgresql:///keys?host={folder}", 3),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_store_that_can_not_be_opened_is_explained(place: str, tmp_path: Path) -> None:
    make, code = PLACES[place]
    folder = tmp_path / "places"
    folder.mkdir(mode=0o700)
    name = make(folder)
    for command in (["tokens", "list", "--json"], ["tokens", "revoke", "x", "--yes"], ["audit", "verify"], ["store", "info"]):
        explained(run(*command, "--store", name), code)


def test_a_server_that_never_answers_is_given_up_within_seconds(tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(8)
        ran = run("tokens", "list", "--store", f"postgresql://dana@127.0.0.1:{silent.getsockname()[1]}/keys?connect_timeout=1")
    explained(ran, 3)


def test_a_server_that_talks_something_else_is_explained(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(8)

        def greet() -> None:
            for _ in range(2):
                try:
                    connection, _ = other.accept()
                except OSError:
                    return
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                connection.close()

        threading.Thread(target=greet, daemon=True).start()
        ran = run("tokens", "list", "--store", f"postgresql://dana@127.0.0.1:{other.getsockname()[1]}/keys?sslmode=disable")
    explained(ran, 3)


def test_a_database_or_user_that_is_not_there_is_explained(store: Store) -> None:
    if store.address.path is not None:
        return
    conninfo = store.address.conninfo
    name = psycopg.conninfo.conninfo_to_dict(conninfo)["dbname"]
    explained(run("tokens", "list", "--store", conninfo.replace(f"/{name}?", "/nowhere?")), 3)
    explained(run("tokens", "list", "--store", conninfo.replace(f"/{name}?", "/postgres?")), 3)
    explained(run("tokens", "list", "--store", conninfo.replace("postgres:", "nobody:").replace("postgres@", "nobody@")), 3)


@pytest.mark.parametrize(("version", "words"), [("9999", "newer"), ("0000", "older"), ("abcd", "no tokendesk store")])
def test_another_version_of_the_store_is_named_and_left_alone(store: Store, version: str, words: str) -> None:
    statement = f"UPDATE alembic_version SET version_num = '{version}'"
    if store.address.path is not None:
        with sqlite3.connect(store.address.path) as connection:
            connection.execute(statement)
        connection.close()
    else:
        with psycopg.connect(store.address.conninfo) as server:
            server.execute(statement.encode())
    for command in (["tokens", "list"], ["tokens", "revoke", "x", "--yes"], ["store", "check"]):
        ran = run(*command, store=store.address)
        explained(ran, 3)
        assert words in ran.err
    if version == "9999":
        explained(run("store", "upgrade", store=store.address), 3)
    with store.reading() as reader:
        assert reader.value("SELECT count(*) FROM token") == 1


def test_a_file_that_may_not_be_written_can_be_read_and_refuses_changes(tmp_path: Path) -> None:
    path = tmp_path / "store" / "tokens.db"
    made = create_store(Address(path=path), NOW - timedelta(days=400), demo_now=NOW)
    make_account(made)
    token_id = make_token(made).key[1]
    made.close()
    path.chmod(0o400)
    path.parent.chmod(0o500)
    shown = run_process("tokens", "show", token_id, "--json", "--store", str(path), as_anybody=True)
    assert (shown.code, shown.json["status"]) == (0, "active")
    assert "not noted" in shown.err
    explained(run_process("tokens", "revoke", token_id, "--yes", "--store", str(path), as_anybody=True), 1)
    assert run_process("tokens", "list", "--json", "--store", str(path), as_anybody=True).json[0]["status"] == "active"


BAD_ARGUMENTS = [
    ["tokens", "list", "--filter", "nmae:x"],
    ["tokens", "list", "--filter", "idle>yesterday"],
    ["tokens", "list", "--filter", "x" * 600],
    ["tokens", "list", "--filter", "(" * 40],
    ["tokens", "list", "--filter", "a\x00b\x1b]52;c;aGk=\x07:"],
    ["tokens", "list", "--as-of", "tomorrow"],
    ["tokens", "list", "--as-of", "99999-01-01"],
    ["audit", "list", "--limit", "5000000000000000000000"],
    ["audit", "list", "--since", "2026-02-30"],
    ["audit", "list", "--limit", "0"],
    ["tokens", "show"],
    ["tokens", "issue", "--yes"],
    ["import", "usage", "x.log", "--format", "cobol"],
    ["operators", "add", "x", "--role", "king"],
]


def test_what_can_not_be_understood_is_bad_usage_whatever_it_holds(store: Store) -> None:
    for arguments in BAD_ARGUMENTS:
        ran = run(*arguments, store=store.address)
        assert (ran.code, ran.out) == (2, ""), arguments
        assert not set(ran.err) & CONTROL, arguments
        assert "Traceback" not in ran.err
        assert 1 <= len(ran.err.splitlines()) <= 3, ran.err


def test_a_process_says_the_same_with_the_same_codes(tmp_path: Path) -> None:
    explained(run_process("tokens", "list", "--store", str(tmp_path / "none.db")), 3)
    explained(run_process("tokens", "list", "--store", "mysql://x"), 2)
    explained(run_process("tokens", "list", "--store", "postgresql://dana@127.0.0.1:1/keys"), 3)


def test_a_store_taken_by_another_writer_is_busy_and_unchanged(store: Store) -> None:
    """On SQLite a write lock held elsewhere; PostgreSQL's waits are the faults suite's."""
    if store.address.path is None:
        return
    holder = sqlite3.connect(store.address.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with store.reading() as reader:
        token_id = reader.value("SELECT id FROM token")
    ran = run("tokens", "revoke", token_id, "--yes", store=store.address)
    holder.execute("ROLLBACK")
    holder.close()
    explained(ran, 1)
    assert run("tokens", "list", "--json", store=store.address).json[0]["status"] == "active"


def test_an_address_is_never_repeated_with_its_password(store: Store) -> None:
    for place in ("postgresql://dana:hunter2@127.0.0.1:1/keys", "postgresql://dana:hunter2@127.0.0.1:bad/keys"):
        ran = run("store", "info", "--store", place)
        assert ran.code == 3
        assert "hunter2" not in ran.out + ran.err
    assert url(store.address)
