"""Where a store is: a SQLite file or a PostgreSQL server, read from what a person typed."""

from __future__ import annotations

import re
from dataclasses import field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from store.errors import BadInput
from store.record import record

_PASSWORD = re.compile(r"\b\w*password\s*=\s*('(?:\\.|[^'\\])*'?|(?:\\.|\S)+)\s*")
"""A password in libpq's own notation, where a backslash keeps the next character."""


@record
class Address:
    """A store's address. Exactly one of `path` (SQLite) and `conninfo` (PostgreSQL, for libpq) is set."""

    path: Path | None = None
    conninfo: str = field(default="", repr=False)

    @property
    def is_sqlite(self) -> bool:
        """Say whether this is a SQLite file."""
        return self.path is not None

    @property
    def label(self) -> str:
        """Name the store for people: the file, or user, host and database. Never a password."""
        if self.path is not None:
            return str(self.path)
        if "://" not in self.conninfo:
            return _PASSWORD.sub("", self.conninfo).strip()
        try:
            parts = urlsplit(self.conninfo, allow_fragments=False)
            query = dict(parse_qsl(parts.query))
            host = parts.hostname or query.get("service") or query.get("host") or "local"
        except ValueError:
            return "postgresql://"
        if "@" in parts.path:  # a password with a slash in it: nothing before the last @ is safe to show
            return f"postgresql://{parts.path.rpartition('@')[2]}"
        user = f"{parts.username}@" if parts.username else ""
        return f"postgresql://{user}{host}{parts.path}"

    @property
    def holds_password(self) -> bool:
        """Say whether a password stands in it; also when that can't be told."""
        try:
            parts = urlsplit(self.conninfo, allow_fragments=False)
            return bool(parts.password) or "@" in parts.path or "password" in dict(parse_qsl(parts.query))
        except ValueError:
            return True


def parse_address(text: str) -> Address:
    """Read a path, `sqlite:///path` or `postgresql://...`.

    Raises BadInput for another scheme, an empty path or an in-memory database (it would be another one in each thread).
    """
    text = text.strip()
    scheme, found, rest = text.partition("://")
    if not found:
        return _file(text)
    base = scheme.split("+")[0].lower()
    if base == "sqlite":
        return _file(rest.removeprefix("/"))
    if base in {"postgresql", "postgres"}:
        return Address(conninfo=f"postgresql://{rest}")
    raise BadInput(
        f"The store address starts with “{scheme[:20]}://”, which is not a kind of store.",
        "Give a file path, sqlite:///path or postgresql://user@host/database.",
    )


def _file(text: str) -> Address:
    if not text or text.startswith(":memory:") or "\0" in text:
        raise BadInput("The store address names no file.", "Give a path such as ./tokens.db or sqlite:////var/lib/tokens.db.")
    return Address(path=Path(text).expanduser().absolute())
