"""How the two databases differ: their settings, their errors in our words, their parameter style. Nowhere else."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
from functools import lru_cache
from pathlib import Path

from store.errors import Busy, Refused, StoreError, Unreachable

BUSY_TIMEOUT_MS = 5_000
CONNECT_TIMEOUT_S = 5
STATEMENT_TIMEOUT_MS = 10_000
LOCK_TIMEOUT_MS = 3_000
IDLE_IN_TRANSACTION_MS = 30_000

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


def prepare_sqlite(connection: sqlite3.Connection, *, writing: bool) -> None:
    """Give a SQLite connection our settings, read each back, and raise Unreachable if one did not take."""
    run = connection.execute
    run(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    for name, value in _EXPECTED.items():
        run(f"PRAGMA {name} = {value}")
    mode, synchronous = journal_settings()
    if writing:
        run(f"PRAGMA journal_mode = {mode}")
        run(f"PRAGMA synchronous = {synchronous}")
    else:
        run("PRAGMA query_only = ON")
        run("PRAGMA cache_size = -16000")
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


def create_private_file(path: Path) -> None:
    """Create the empty file of a new store, readable by its owner alone; SQLite's side files inherit that.

    Raises Refused when the file exists already and Unreachable when it cannot be made.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        raise Refused(f"{path} exists already.", "Choose another path, or open the store that is there.") from None
    except OSError as error:
        raise Unreachable(f"{path} cannot be created: {error.strerror}.", "Choose a folder you may write to.") from None


def check_private_file(path: Path) -> None:
    """Raise Unreachable unless `path` is a regular file that only its owner can read (security.md threat 10)."""
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


def psycopg_options(*, writing: bool) -> dict[str, str | int]:
    """Return what every PostgreSQL connection is opened with, so that nothing can hang for long."""
    settings = [
        f"-c statement_timeout={STATEMENT_TIMEOUT_MS}",
        f"-c lock_timeout={LOCK_TIMEOUT_MS}",
        f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_MS}",
    ]
    if not writing:
        settings.append("-c default_transaction_read_only=on")
    return {"application_name": "tokendesk", "connect_timeout": CONNECT_TIMEOUT_S, "options": " ".join(settings)}


_SQLITE_WORDS: tuple[tuple[str, type[StoreError], str, str], ...] = (
    ("locked", Busy, "Another operator is writing to this store.", "Nothing was changed; try again in a moment."),
    ("busy", Busy, "Another operator is writing to this store.", "Nothing was changed; try again in a moment."),
    ("disk is full", StoreError, "The disk is full, so nothing was changed.", "Free some space and try again."),
    ("readonly", StoreError, "The store file can't be written, so nothing was changed.",
     "Check its permissions and the number of open files, or start with --read-only."),
    ("disk i/o", Unreachable, "The disk reported an error.", "Check the disk before going on; run `tokendesk store check`."),
    ("unable to open", Unreachable, "The store file can't be opened.", "Check the path and its permissions."),
    ("not a database", Unreachable, "This file is not a tokendesk store.", "Give the path of a store file."),
    ("malformed", Unreachable, "The store file is damaged.", "Restore a backup; `tokendesk store check` shows what is wrong."),
    ("no such table", Unreachable, "This database holds no tokendesk store.", "Make one with `tokendesk store init`."),
    ("interrupted", StoreError, "The question took too long and was stopped.", "Narrow the filter and try again."),
)  # fmt: skip

_SQLSTATES: dict[str, tuple[type[StoreError], str, str]] = {
    "25006": (StoreError, "This PostgreSQL server takes no writes (it is a standby, or read-only).",
              "Connect to the primary, or start with --read-only."),
    "55P03": (Busy, "Another operator is writing to this store.", "Nothing was changed; try again in a moment."),
    "40001": (Busy, "Another operator changed the same thing first.", "Nothing was changed; try again."),
    "40P01": (Busy, "Another operator changed the same thing first.", "Nothing was changed; try again."),
    "57014": (StoreError, "The question took too long and was stopped.", "Narrow the filter and try again."),
    "42501": (StoreError, "The database user may not do this.", "Ask for the rights, or start with --read-only."),
    "42P01": (Unreachable, "This database holds no tokendesk store.", "Make one with `tokendesk store init`."),
    "53100": (StoreError, "The disk of the database server is full, so nothing was changed.", "Free some space and try again."),
    "28P01": (Unreachable, "The database refused the password.", "Check the user and the password (PGPASSFILE)."),
    "28000": (Unreachable, "The database refused the user.", "Check the user in the store address."),
    "3D000": (Unreachable, "There is no database of that name.", "Create it first: `createdb NAME`."),
}  # fmt: skip


def translated(error: BaseException) -> StoreError | None:
    """Return a driver's error in our words, or None when it is a bug of ours and must crash loudly.

    The driver's own text is never repeated: it can hold an address or a customer's words.
    """
    original = getattr(error, "orig", None) or error
    state = getattr(original, "sqlstate", None)
    module = type(original).__module__.split(".")[0]
    if module == "psycopg":
        return _translated_postgresql(original, state)
    if isinstance(original, sqlite3.Error):
        text = str(original).lower()
        for word, kind, problem, remedy in _SQLITE_WORDS:
            if word in text:
                return kind(problem, remedy)
    return None


def _translated_postgresql(error: BaseException, state: str | None) -> StoreError | None:
    if state in _SQLSTATES:
        kind, problem, remedy = _SQLSTATES[state]
        return kind(problem, remedy)
    name = type(error).__name__
    lost = state is None and name in {"OperationalError", "InterfaceError", "ConnectionTimeout"}
    if lost or (state or "").startswith(("08", "57P")):
        return Unreachable("The database can't be reached.", "Check the address, the network and that the server runs.")
    return None
