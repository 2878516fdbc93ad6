"""What `tokendesk config` and the Settings screen show: what holds, where it comes from, and what is wrong."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from console.checks import key_problems, theme_problems
from console.cli.place import default_store
from console.libpq import HIDDEN, postgres_rows
from console.profiles import config_path
from console.reports.cells import Value
from console.setting import SETTINGS, Origin, Source
from console.settings import Settings
from store.address import Address, parse_address
from store.errors import StoreError
from themes import house_names

TERMINAL = "terminal-16"
_DEFAULTS = {"theme": "tokendesk-dark", "environment": "the store's own", "warn_days": "30 7 1", "lock_minutes": "10"}
_SECRETS = {"TOKENDESK_MAIL_PASSWORD": "mail_password", "TOKENDESK_WEBHOOK_SECRET": "webhook_secret"}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that holds. `where` names the flag, the variable or the profile; `line` is that of the file, from 1."""

    name: str
    value: str
    source: Source = Source.DEFAULT
    where: str = ""
    line: int | None = None

    @property
    def words(self) -> str:
        """Say where it comes from."""
        at = f"config.toml line {self.line}" if self.line else ""
        match self.source:
            case Source.DEFAULT:
                return "default"
            case Source.PROFILE:
                return f"profile {self.where}, {at}"
            case Source.REMEMBERED:
                return "chosen in the console"
            case Source.BOUND:
                return f"tied to {self.where}, {at}"
            case Source.FILE:
                return f"{at}: {self.where}" if self.where else at
            case Source.FLAG | Source.VARIABLE | Source.SURROUNDINGS:
                return self.where

    def record(self) -> dict[str, Value]:
        """Return it for JSON."""
        return {
            "name": self.name,
            "value": self.value,
            "source": self.source.value,
            "from": self.where or None,
            "line": self.line,
        }


@dataclass(frozen=True, slots=True)
class Effective:
    """Everything the command shows."""

    file: Path
    exists: bool
    rows: tuple[Row, ...]
    profiles: tuple[dict[str, Value], ...]
    problems: tuple[str, ...]

    def record(self) -> dict[str, Value]:
        """Return it for JSON."""
        return {
            "file": str(self.file),
            "exists": self.exists,
            "settings": [row.record() for row in self.rows],
            "profiles": list(self.profiles),
            "problems": list(self.problems),
        }


def effective(settings: Settings, address: Address | StoreError) -> Effective:
    """Work out what holds; `address` is the store these settings lead to, or why they lead to none."""
    problems = [*settings.problems, *theme_problems(settings, _known_themes(settings)), *key_problems(settings)]
    rows = list(_rows(settings))
    if isinstance(address, StoreError):
        problems.append(f"{_of(settings, 'store')}{address}")
    else:
        libpq = postgres_rows(address)
        rows += [Row(name, value, Source.SURROUNDINGS, where) for name, value, where in libpq.rows]
        problems += libpq.problems
    if settings.file is not None and _open_password(settings):
        problems.append(
            f"Others can read {settings.file.path}, which holds a password: close it with `chmod 600`, or use PGPASSFILE."
        )
    return Effective(config_path(), settings.file is not None, tuple(rows), tuple(_profiles(settings)), tuple(problems))


def _rows(settings: Settings) -> Iterator[Row]:
    for setting in SETTINGS:
        value, origin = getattr(settings, setting.name), settings.origin(setting.name)
        if setting.name == "theme" and not value and settings.slow:
            value, origin = TERMINAL, settings.origin("slow")
        shown = ("yes" if value else "no") if setting.kind is bool else _shown(setting.name, value)
        yield _row(setting.name, shown, origin, settings)
    if os.environ.get("NO_COLOR"):
        yield Row("colour", "no", Source.SURROUNDINGS, "NO_COLOR")
    for table, values in (("themes", settings.themes), ("keys", settings.keys)):
        for name, value in values.items():
            yield _row(f"{table}.{name}", value, Origin(Source.FILE, "", ("console", table, name)), settings)
    for variable, name in _SECRETS.items():
        if os.environ.get(variable):
            yield Row(name, HIDDEN, Source.VARIABLE, variable)
    if os.environ.get("TOKENDESK_KEY"):
        yield Row("store_key", HIDDEN, Source.VARIABLE, "TOKENDESK_KEY")
    elif os.environ.get("TOKENDESK_KEY_FILE"):
        yield Row("store_key", os.environ["TOKENDESK_KEY_FILE"], Source.VARIABLE, "TOKENDESK_KEY_FILE")


def _row(name: str, value: str, origin: Origin, settings: Settings) -> Row:
    line = settings.file.line(origin.keys) if settings.file is not None and origin.keys else None
    return Row(name, value, origin.source, origin.name, line)


def _shown(name: str, value: str) -> str:
    if name in ("mail_server", "webhook") and value:
        return _without_secrets(value)
    if name != "store":
        return value or _DEFAULTS.get(name, "-")
    return label_of(value) if value else str(default_store())


def _without_secrets(url: str) -> str:
    """Return an address up to its host: what follows may be a secret of its own, and so may a password in front."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "(can't be read)"
    if not parts.scheme or not parts.hostname:
        return "(can't be read)"
    user = f"{parts.username}@" if parts.username and parts.password is None else ""
    rest = "/…" if parts.path.strip("/") or parts.query else ""
    return f"{parts.scheme}://{user}{parts.hostname}{port}{rest}"


def label_of(text: str) -> str:
    """Return a store's address without its password; nothing of one that can't be read, which might hold one."""
    try:
        return parse_address(text).label
    except StoreError:
        return "(can't be read)"


def _of(settings: Settings, name: str) -> str:
    origin = settings.origin(name)
    return f"{settings.file.at(origin.keys)}: " if settings.file is not None and origin.keys else f"{origin.name}: "


def _profiles(settings: Settings) -> Iterator[dict[str, Value]]:
    for name, table in (settings.file.profiles() if settings.file is not None else {}).items():
        store = table.get("store")
        yield {
            "name": name,
            "used": name == settings.profile,
            "store": label_of(store) if isinstance(store, str) else None,
            "environment": _text(table.get("environment")),
            "theme": _text(table.get("theme")),
            "read_only": table.get("read_only") is True,
        }


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _known_themes(settings: Settings) -> tuple[str, ...]:
    """Return the themes there are; Textual is asked for its own only when something else than ours is named."""
    named = {settings.theme, *settings.themes.values()}
    tables = [] if settings.file is None else [settings.file.console(), *settings.file.profiles().values()]
    named |= {theme for table in tables if isinstance(theme := table.get("theme"), str)}
    if named - {""} <= set(house_names()):
        return house_names()
    from textual.theme import BUILTIN_THEMES

    return (*house_names(), *(name for name in BUILTIN_THEMES if not name.startswith("textual-")))


def _open_password(settings: Settings) -> bool:
    file = settings.file
    if file is None or not file.path.stat().st_mode & 0o077:
        return False
    stores = [store for table in file.profiles().values() if isinstance(store := table.get("store"), str)]
    return any(_holds_password(store) for store in stores)


def _holds_password(text: str) -> bool:
    try:
        address: Address = parse_address(text)
    except StoreError:
        return False
    return address.holds_password
