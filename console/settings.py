"""What a person chose for their console, and what it remembers between two sessions: two small files of their own.

`config.toml` is theirs to edit; `console.json` holds the last commands and how each view was last sorted. Neither ever
holds anything that looks like a token. A broken file is told in one sentence and the defaults are used.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from platformdirs import user_config_path, user_state_path

KEPT_COMMANDS = 50


@dataclass(slots=True)
class Settings:
    """How this console is to look and behave.

    `themes` ties themes to environments. `slow` saves bytes, `plain_characters` draws with ASCII only.
    """

    theme: str = ""
    themes: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    slow: bool = False
    plain_characters: bool = False
    read_only: bool = False
    case: str | None = None
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class Memory:
    """What the console remembers: commands, oldest first, and the sort of each view."""

    commands: list[str] = field(default_factory=list)
    sorts: dict[str, str] = field(default_factory=dict)
    wide: bool = False
    path: Path | None = None

    def remember(self, line: str) -> None:
        """Keep a command or filter for the next time; one that looks like a token is never kept."""
        from store.rules.token_form import looks_like_token

        line = line.strip()
        if not line or looks_like_token(line):
            return
        self.commands = [*(old for old in self.commands if old != line), line][-KEPT_COMMANDS:]

    def save(self) -> None:
        """Write the file, readable by its owner alone; a full or read-only disk is no reason to stop working."""
        if self.path is None:
            return
        import json

        kept = {"commands": self.commands, "sorts": self.sorts, "wide": self.wide}
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = self.path.with_suffix(".new")
            handle = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(kept, file, ensure_ascii=False)
            draft.replace(self.path)
        except OSError:
            return


def load_settings(**given: Any) -> Settings:
    """Read the person's settings; `given` (from the command line) wins over the file where it is not None."""
    path = user_config_path("tokendesk") / "config.toml"
    settings = Settings()
    try:
        text = path.read_text(encoding="utf-8")
        import tomllib

        settings = _read(tomllib.loads(text), path)
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        settings.problems = (f"{path} can't be read ({error}); the defaults are used.",)
    for name, value in given.items():
        if value is not None:
            setattr(settings, name, value)
    return settings


def load_memory() -> Memory:
    """Read what was remembered; a missing or damaged file is an empty memory."""
    path = user_state_path("tokendesk") / "console.json"
    memory = Memory(path=path)
    try:
        text = path.read_text(encoding="utf-8")
        import json

        kept = json.loads(text)
        memory.commands = [line for line in kept["commands"] if isinstance(line, str)][-KEPT_COMMANDS:]
        memory.sorts = {str(name): str(sort) for name, sort in kept["sorts"].items()}
        memory.wide = kept["wide"] is True
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Memory(path=path)
    return memory


_KINDS: dict[str, type] = {"theme": str, "themes": dict, "keys": dict, "slow": bool, "plain_characters": bool, "read_only": bool}


def _read(values: Mapping[str, Any], path: Path) -> Settings:
    settings, problems = Settings(), []
    for name, value in values.get("console", {}).items() if isinstance(values.get("console", {}), dict) else ():
        kind = _KINDS.get(name)
        if kind is None:
            problems.append(f"{path}: there is no setting “{name}”.")
        elif not isinstance(value, kind) or (
            isinstance(value, dict) and not all(isinstance(part, str) for part in value.values())
        ):
            problems.append(f"{path}: “{name}” can't be that.")
        else:
            setattr(settings, name, value)
    settings.problems = tuple(problems)
    return settings
