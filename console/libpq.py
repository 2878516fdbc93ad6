"""What libpq adds to a PostgreSQL address: its variables and its service files, for `tokendesk config`. Never a password."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from store.address import Address

HIDDEN = "(set, not shown)"


@dataclass(frozen=True, slots=True)
class Libpq:
    """What it found: rows of name, value and where from, and what is wrong."""

    rows: tuple[tuple[str, str, str], ...] = ()
    problems: tuple[str, ...] = ()


def postgres_rows(address: Address) -> Libpq:
    """Return what libpq takes from its surroundings for this address; nothing for a file."""
    if address.is_sqlite:
        return Libpq()
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        service = conninfo_to_dict(address.conninfo).get("service") or os.environ.get("PGSERVICE", "")
    except ProgrammingError:
        return Libpq(problems=("The store address can't be understood: give postgresql://user@host/database.",))
    rows = list(_variables())
    if not service:
        return Libpq(tuple(rows))
    for path, named in service_files():
        found = section(path, str(service))
        if found:
            rows += [(f"postgresql.{name}", value, f"{path} line {line}{named}") for name, value, line in found]
            return Libpq(tuple(rows))
    looked = ", ".join(str(path) for path, _ in service_files())
    return Libpq(tuple(rows), (f"There is no service “{str(service)[:40]}” in {looked}.",))


def service_files() -> Iterator[tuple[Path, str]]:
    """Return where libpq looks for services, in its order, and by which variable (libpq-pgservice in PostgreSQL's manual)."""
    named = os.environ.get("PGSERVICEFILE")
    yield (Path(named), " (PGSERVICEFILE)") if named else (Path("~/.pg_service.conf").expanduser(), "")
    if os.environ.get("PGSYSCONFDIR"):
        yield Path(os.environ["PGSYSCONFDIR"]) / "pg_service.conf", " (PGSYSCONFDIR)"


def section(path: Path, service: str) -> list[tuple[str, str, int]]:
    """Return what a service file says of a service, with the lines; nothing where it can't be read."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return []
    found: list[tuple[str, str, int]] = []
    here = False
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if text.startswith("["):
            here = text == f"[{service}]"
        elif here and "=" in text and not text.startswith("#"):
            name, _, value = text.partition("=")
            found.append((name.strip(), HIDDEN if "password" in name or "secret" in name else value.strip(), number))
    return found


def _variables() -> Iterator[tuple[str, str, str]]:
    from psycopg.pq import Conninfo

    for option in Conninfo.get_defaults():
        name = option.envvar.decode() if option.envvar else ""
        if name and os.environ.get(name):
            value = HIDDEN if option.dispchar else os.environ[name]
            yield f"postgresql.{option.keyword.decode()}", value, name
