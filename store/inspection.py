"""Looking a whole store over: schema, settings, file, key, damage and audit log, each with what is wrong with it."""

from __future__ import annotations

import re
import sqlite3
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from store.dialect import journal_settings
from store.errors import StoreError
from store.opening import Store
from store.reader import Reader
from store.reads.rights import rights
from store.reads.verify import verify
from store.tables import metadata
from store.tables.guards import postgresql_guards
from store.tables.texts import POSTGRESQL

_SAFE_SETTINGS = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_apply", "remote_write"),
    "data_checksums": ("on",),
}
"""What PostgreSQL must be set to so that no acknowledged revocation is lost (security.md 4.6)."""

_TRIGGER = re.compile(r"CREATE TRIGGER (\w+) (?:BEFORE|AFTER) .* ON (\w+) FOR EACH")
_TEXTS = {"column token_text.account_id": "", "column token_text.id": "", "column token_text.text": "", "index ix_token_text": ""}
"""What PostgreSQL keeps what tokens are called in (store.tables.texts)."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `problem` is empty when it is as it should be, and `note` says how it is set up."""

    name: str
    problem: str = ""
    note: str = ""


def inspect(store: Store, progress: Callable[[int], None] | None = None) -> tuple[Check, ...]:
    """Look an open store over. Reads the whole audit log and every token; `progress` takes the lines checked so far."""
    with store.reading() as reader:
        path = store.address.path
        return (
            Check("file", "" if path is None else file_problem(path)),
            Check("schema", _sqlite_schema(reader) if path else _postgresql_schema(reader)),
            Check("settings", _sqlite_settings(reader)) if path else _server_settings(reader),
            Check("damage", _damage(reader) if path else ""),
            Check("key", _key_problem(store)),
            Check("audit log", verify(reader, progress).problem),
        )


def file_problem(path: Path) -> str:
    """Say who else could read or replace a store's files; "" when nobody can."""
    for side in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))):
        if side.exists() and side.stat().st_mode & 0o077:
            return f"Other users can read {side}; close it with `chmod 600 {side}`."
    mode = path.parent.stat().st_mode
    if mode & 0o022 and not mode & stat.S_ISVTX:
        return f"Other users can replace files in {path.parent}; close it with `chmod go-w {path.parent}`."
    return ""


def _sqlite_schema(reader: Reader) -> str:
    engine = create_engine("sqlite://", poolclass=StaticPool, creator=lambda: sqlite3.connect(":memory:"))
    with engine.begin() as connection:
        metadata.create_all(connection)
        expected = dict(_statements(list(connection.exec_driver_sql(_SCHEMA).fetchall())))
    engine.dispose()
    found = dict(_statements(reader.rows(_SCHEMA)))
    return _difference(expected, found)


_SCHEMA = (
    "SELECT type || ' ' || name, sql FROM sqlite_master "
    "WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%' AND name NOT LIKE 'sqlite%' "
    "AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')"
)
"""What SQLite keeps a virtual table in is its own affair, and may look different in another release."""


def _statements(rows: object) -> list[tuple[str, str]]:
    return [(str(name), re.sub(r"\s+", " ", str(sql)).strip()) for name, sql in rows]  # type: ignore[attr-defined]


def _postgresql_schema(reader: Reader) -> str:
    expected = {f"column {table.name}.{column.name}": "" for table in metadata.tables.values() for column in table.columns} | {
        f"index {index.name}": "" for table in metadata.tables.values() for index in table.indexes
    }
    kept = (*postgresql_guards(), *POSTGRESQL)
    expected |= _TEXTS | {f"trigger {match[1]}": "A" for text in kept if (match := _TRIGGER.match(text))}
    columns = reader.rows(
        "SELECT 'column ' || t.relname || '.' || a.attname, '' FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid "
        "WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind IN ('r', 'p', 'v', 'f') AND NOT t.relispartition "
        "AND t.relname <> 'alembic_version' AND a.attnum > 0 AND NOT a.attisdropped"
    )
    indexes = reader.rows(
        "SELECT 'index ' || i.relname, '' FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid "
        "JOIN pg_class t ON t.oid = x.indrelid WHERE t.relnamespace = current_schema()::regnamespace AND x.indisvalid "
        "AND NOT t.relispartition "
        "AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.oid)"
    )
    triggers = reader.rows(
        "SELECT 'trigger ' || g.tgname, g.tgenabled::text FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid "
        "WHERE t.relnamespace = current_schema()::regnamespace AND NOT g.tgisinternal"
    )
    found = {str(name): str(value) for name, value in [*columns, *indexes, *triggers]}
    return _difference(expected, found)


def _difference(expected: dict[str, str], found: dict[str, str]) -> str:
    missing = sorted(expected.keys() - found.keys())
    changed = sorted(name for name in expected.keys() & found.keys() if expected[name] != found[name])
    added = sorted(found.keys() - expected.keys())
    parts = [f"{word}: {', '.join(names[:12])}" for word, names in
             (("missing", missing), ("changed", changed), ("not ours", added)) if names]  # fmt: skip
    if not parts:
        return ""
    return f"The schema is not the one this program made ({'; '.join(parts)}); find out who changed it."


def _sqlite_settings(reader: Reader) -> str:
    mode = str(reader.value("PRAGMA journal_mode"))
    safe, _ = journal_settings()
    if mode == "wal" and safe != "wal":
        return f"The file is in WAL mode, which SQLite {sqlite3.sqlite_version} can lose data in; run `tokendesk doctor`."
    return ""


def _postgresql_settings(reader: Reader) -> str:
    rows = reader.rows(f"SELECT name, setting FROM pg_settings WHERE name IN ({', '.join(map(repr, _SAFE_SETTINGS))})")
    found = {str(name): str(value) for name, value in rows}
    wrong = [f"{name} is {found.get(name)}" for name, safe in _SAFE_SETTINGS.items() if found.get(name) not in safe]
    if not wrong:
        return ""
    return f"The server could lose a revocation it has acknowledged ({', '.join(wrong)}); ask its administrator."


def _server_settings(reader: Reader) -> Check:
    """Look over how the server is set, and what the roles of its users may do."""
    found = rights(reader)
    return Check("settings", " ".join(filter(None, (_postgresql_settings(reader), found.problem))), found.words)


def _damage(reader: Reader) -> str:
    found = reader.value("PRAGMA integrity_check(1)")
    if found != "ok":
        return "The file is damaged; restore a backup."
    if reader.rows("PRAGMA foreign_key_check"):
        return "Some rows point at rows that are not there; restore a backup."
    return ""


def _key_problem(store: Store) -> str:
    try:
        store.mint()
    except StoreError as error:
        return str(error)
    return ""
