"""What `tokendesk doctor` finds out. Nothing here fails: what can't be found out is said in its place."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import sys
import time
from importlib.metadata import PackageNotFoundError, version

from platformdirs import user_config_path, user_data_path, user_state_path

from console.cli.place import Place
from console.render.freshness import ahead_words
from console.reports.cells import Value, stamped
from store.dialect import journal_settings, wal_is_safe
from store.errors import StoreError
from store.keys import key_file
from store.opening import Store

_PACKAGES = ("tokendesk", "textual", "sqlmodel", "sqlalchemy", "alembic", "psycopg", "argon2-cffi", "typer", "pydantic")


def facts_of(place: Place) -> dict[str, dict[str, Value]]:
    """Return what is known, in parts."""
    return {"versions": _versions(), "paths": _paths(place), "terminal": _terminal(), "store": _store(place)}


def _versions() -> dict[str, Value]:
    found: dict[str, Value] = {"python": platform.python_version(), "system": f"{platform.system()} {platform.release()}"}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = None
    mode, _ = journal_settings()
    return {
        **found,
        "sqlite": sqlite3.sqlite_version,
        "wal_is_safe": wal_is_safe(sqlite3.sqlite_version_info),
        "journal_mode": mode,
    }


def _paths(place: Place) -> dict[str, Value]:
    return {
        "store": _label(place),
        "settings": str(user_config_path("tokendesk") / "config.toml"),
        "data": str(user_data_path("tokendesk")),
        "state": str(user_state_path("tokendesk")),
        "program": sys.prefix,
    }


def _terminal() -> dict[str, Value]:
    size = shutil.get_terminal_size((0, 0))
    return {
        "term": os.environ.get("TERM"),
        "colorterm": os.environ.get("COLORTERM"),
        "no_color": bool(os.environ.get("NO_COLOR")),
        "columns": size.columns or None,
        "lines": size.lines or None,
        "encoding": sys.stdout.encoding,
        "is_terminal": sys.stdout.isatty(),
        "over_ssh": bool(os.environ.get("SSH_CONNECTION")),
        "in_tmux": bool(os.environ.get("TMUX")),
    }


def _store(place: Place) -> dict[str, Value]:
    try:
        before = time.perf_counter()
        with place.open() as store:
            opened = time.perf_counter() - before
            return {**_facts(store), "open_ms": round(opened * 1000, 1), "read_ms": _read_ms(store)}
    except StoreError as error:
        return {"problem": str(error)}


def _facts(store: Store) -> dict[str, Value]:
    facts = store.facts
    try:
        store.mint()
        key: Value = True
    except StoreError:
        key = False
    return {
        "kind": "sqlite" if store.address.is_sqlite else "postgresql",
        "schema": facts.schema,
        "demo": facts.demo_now is not None,
        "rights": _rights(store),
        "key_present": key,
        "key_file": "TOKENDESK_KEY" if os.environ.get("TOKENDESK_KEY") else str(key_file(facts.store_id, facts.key_id)),
        "usage_recorded_to": stamped(facts.freshness.recorded_to),
        "events_ahead": ahead_words(facts.freshness) or None,
    }


def _rights(store: Store) -> Value:
    """Say which database roles are in force; None on SQLite, where the file's permissions decide."""
    from store.reads.rights import rights

    if store.address.is_sqlite:
        return None
    with store.reading() as reader:
        found = rights(reader)
    return found.problem or found.words


def _read_ms(store: Store) -> float:
    """Return the milliseconds of one small read on a connection that is open."""
    from store.reads.audit import head

    with store.reading() as reader:
        before = time.perf_counter()
        head(reader)
        return round((time.perf_counter() - before) * 1000, 2)


def _label(place: Place) -> str:
    try:
        return place.address().label
    except StoreError as error:
        return error.problem
