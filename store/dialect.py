"""How the two databases differ: their settings, their files and their parameter style. Nowhere else."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.errors import BadInput, Refused, Unreachable

if TYPE_CHECKING:
    import psycopg

CHANNEL = "tokendesk"
"""Where PostgreSQL tells everybody who listens that something was changed."""

BUSY_TIMEOUT_MS = 5_000
CONNECT_TIMEOUT_S = 5
STATEMENT_TIMEOUT_MS = 10_000
LOCK_TIMEOUT_MS = 3_000
IDLE_IN_TRANSACTION_MS = 30_000
_SILENCE = {"tcp_user_timeout": 10_000, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
"""A network that swallows everything is noticed in 10 s (ms) while something is asked and in 25 s (10 + 3 * 5) while nothing is;
the system's own limits are 15 minutes and two hours, and no timeout of the server's ever arrives."""
WRITING_CACHE_KIB = 16_000
"""What saving 1,000 requests changes fits into this. Where it does not, some goes to the disk midway, and then nobody can read
until the transaction ends."""

IMPORTING_CACHE_KIB = 4_000
"""Saving 30,000 requests of 5,000 tokens changes 27 MB, so some of it goes to the disk midway however much of this is held: with
four times as much it takes as long, and 12 MB more."""

FIXED_WAL = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
"""The SQLite releases that carry the fix of the WAL reset bug, newest branch first (security.md finding 5)."""

_PARAMETER = re.compile(r"(?<![:\w]):([A-Za-z_]\w*)")
_EXPECTED = {
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "secure_delete": 1,
    "cell_size_check": 1,
    "trusted_schema": 0,
    "mmap_size": 0,
}


@lru_cache(maxsize=512)
def for_psycopg(sql: str) -> str:
    """Turn `:name` parameters into psycopg's `%(name)s`."""
    return _PARAMETER.sub(r"%(\1)s", sql.replace("%", "%%"))


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Say whether this SQLite carries the fix of the WAL reset bug; other branches are judged by the newest fix."""
    if version >= FIXED_WAL[0]:
        return True
    return any(version[:2] == fixed[:2] and version >= fixed for fixed in FIXED_WAL[1:])


def journal_settings(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> tuple[str, int]:
    """Return the journal mode and `synchronous` (2 FULL, 3 EXTRA) that lose no acknowledged revoke (security.md 4.6)."""
    return ("wal", 2) if wal_is_safe(version) else ("truncate", 3)


def connect_sqlite(path: Path, *, writing: bool, busy_ms: int | None = None) -> sqlite3.Connection:
    """Open a SQLite file that is there with our settings, for any one thread at a time; transactions are begun by whoever asks.

    Raises Unreachable when a setting did not take, sqlite3.Error or UnicodeDecodeError otherwise.
    """
    connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None, check_same_thread=False)
    try:
        prepare_sqlite(connection, writing=writing, busy_ms=busy_ms)
    except BaseException:
        connection.close()
        raise
    return connection


def prepare_sqlite(connection: sqlite3.Connection, *, writing: bool, busy_ms: int | None = None) -> None:
    """Give a SQLite connection our settings, read each back, and raise Unreachable if one did not take.

    Where others keep the file locked this waits `busy_ms` as well: even the size of the cache is looked up in the file.
    """
    run = connection.execute
    run(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS if busy_ms is None else busy_ms}")
    for name, value in _EXPECTED.items():
        run(f"PRAGMA {name} = {value}")
    mode, synchronous = journal_settings()
    if writing:
        run(f"PRAGMA journal_mode = {mode}")
        run(f"PRAGMA synchronous = {synchronous}")
        run(f"PRAGMA cache_size = -{WRITING_CACHE_KIB}")
    else:
        run("PRAGMA query_only = ON")
        run("PRAGMA cache_size = -2000")
    wrong = [name for name, value in _EXPECTED.items() if _pragma(connection, name) not in (value, None)]
    if writing and (_pragma(connection, "journal_mode"), _pragma(connection, "synchronous")) != (mode, synchronous):
        wrong.append("journal_mode")
    if wrong:
        raise Unreachable(
            f"SQLite did not accept the setting {', '.join(wrong)}.",
            "Use a local disk and a standard SQLite library; `tokendesk doctor` tells more.",
        )


def _pragma(connection: sqlite3.Connection, name: str) -> object:
    row = connection.execute(f"PRAGMA {name}").fetchone()
    return None if row is None else row[0]


def create_private_folder(path: Path) -> None:
    """Create a folder and those above it that are missing, each for its owner alone whatever the umask; raises OSError.

    `mkdir(parents=True)` would leave the ones above it open to others.
    """
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)


def create_private_file(path: Path) -> None:
    """Create the empty file of a new store, readable by its owner alone; SQLite's side files inherit that.

    The empty file that a cut-short attempt left behind is used. Raises Refused when there is any other file and Unreachable
    when it cannot be made.
    """
    try:
        create_private_folder(path.parent)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        if _is_unfinished(path):
            return
        raise Refused(f"{path} exists already.", "Choose another path, or open the store that is there.") from None
    except OSError as error:
        raise Unreachable(f"{path} cannot be created: {error.strerror}.", "Choose a folder you may write to.") from None


def _is_unfinished(path: Path) -> bool:
    """Say whether this is the empty, private file of a store whose making was cut short: it may be made again."""
    found = path.lstat()
    return stat.S_ISREG(found.st_mode) and found.st_size == 0 and stat.S_IMODE(found.st_mode) == 0o600


def check_private_file(path: Path) -> os.stat_result:
    """Return what is said of `path`; raises Unreachable unless it is a regular file that only its owner can read (security.md
    threat 10).
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        raise Unreachable(
            f"There is no store at {path}.", f"Make one with `tokendesk store init --store {path}`, or try `tokendesk demo`."
        ) from None
    except OSError as error:
        raise Unreachable(f"{path} cannot be opened: {error.strerror}.", "Check the path and its permissions.") from None
    if not stat.S_ISREG(found.st_mode):
        raise Unreachable(f"{path} is not a file.", "Give the path of a store file.")
    if found.st_mode & 0o077:
        raise Unreachable(f"Other users can read {path}.", f"Close it with `chmod 600 {path}` and try again.")
    return found


_DURABLE = """
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local')
"""
"""A server set to answer before a commit is on its disk (or on its standby's) would lose acknowledged revokes."""


def connect_postgresql(conninfo: str, *, writing: bool) -> psycopg.Connection[Any]:
    """Open a PostgreSQL connection with our settings; a reading one is outside any transaction.

    Raises BadInput for an address that can't be read (libpq's own words would repeat the password), psycopg.Error otherwise.
    """
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        conninfo_to_dict(conninfo)
    except psycopg.ProgrammingError:
        raise BadInput(
            "The store address can't be understood.",
            "Give postgresql://user@host/database, and write a special character as % and two hex digits.",
        ) from None
    options = psycopg_options(writing=writing)
    connection = psycopg.connect(conninfo, autocommit=True, **options)  # type: ignore[arg-type]
    if writing:
        try:
            connection.execute(_DURABLE)
        except psycopg.Error:
            connection.close()
            raise
        connection.autocommit = False
    return connection


def psycopg_options(*, writing: bool) -> dict[str, str | int]:
    """Return what every PostgreSQL connection is opened with, so that nothing can hang for long."""
    settings = [
        f"-c statement_timeout={STATEMENT_TIMEOUT_MS}",
        f"-c lock_timeout={LOCK_TIMEOUT_MS}",
        f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_MS}",
    ]
    if not writing:
        settings.append("-c default_transaction_read_only=on")
    return {"application_name": "tokendesk", "connect_timeout": CONNECT_TIMEOUT_S, "options": " ".join(settings), **_SILENCE}
