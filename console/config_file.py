"""The file a person writes, `config.toml`: read, and everything in it that can't be understood named with its line."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from console.setting import BY_NAME, CONSOLE, MEANT, PROFILE, TABLES, TOP

Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something in the file that can't be used; `meant` is the setting it may have been meant as, "" when that is not clear."""

    keys: Keys
    problem: str
    meant: str = ""


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A file as it was found; `broken` says why nothing of it could be read, else it is empty."""

    path: Path
    text: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    broken: str = ""

    def profiles(self) -> dict[str, Mapping[str, Any]]:
        """Return the profiles by name; what is no table is none."""
        return {name: table for name, table in _table(self.values, "profiles").items() if isinstance(table, dict)}

    def console(self) -> Mapping[str, Any]:
        """Return what is set for every profile."""
        return _table(self.values, "console")

    def line(self, keys: Keys) -> int | None:
        """Return the line on which a key is complete, from 1; None when it is not in the file.

        tomllib tells no lines: the shortest beginning of the file that has the key ends with it.
        """
        lines = self.text.split("\n")
        for end in range(1, len(lines) + 1):
            try:
                found: Any = tomllib.loads("\n".join(lines[:end]) + "\n")
            except ValueError:
                continue
            for key in keys:
                found = (
                    next((value for name, value in found.items() if name.lower() == key.lower()), None)
                    if isinstance(found, dict)
                    else None
                )
            if found is not None:
                return end
        return None

    def at(self, keys: Keys) -> str:
        """Name the place of a key: `config.toml line 3`."""
        line = self.line(keys)
        return f"{self.path.name} line {line}" if line else self.path.name

    def told(self, mistake: Mistake) -> str:
        """Return a mistake as a sentence with its place."""
        return f"{self.at(mistake.keys)}: {mistake.problem}"


def read_config(path: Path) -> ConfigFile:
    """Read the file; raises FileNotFoundError, and returns one that is `broken` for anything else that is wrong."""
    text = ""
    try:
        text = path.read_text(encoding="utf-8")
        return ConfigFile(path, text, tomllib.loads(text))
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        return ConfigFile(path, text, broken=f"{path} can't be read ({error}); the defaults are used.")


def mistakes_in(file: ConfigFile) -> Iterator[Mistake]:
    """Find every key that is unknown and every value that can't be."""
    for name, value in file.values.items():
        if name not in TOP:
            yield unknown((name,), TOP, "at the top")
        elif not isinstance(value, str if name == "profile" else dict):
            yield Mistake((name,), f"“{name}” can't be that: {'a word' if name == 'profile' else 'a table'} is wanted.")
    yield from _in_table(("console",), file.console(), (*CONSOLE, *TABLES))
    for name, table in _table(file.values, "profiles").items():
        if isinstance(table, dict):
            yield from _in_table(("profiles", name), table, PROFILE)
        else:
            yield Mistake(("profiles", name), f"“profiles.{name}” can't be that: a table [profiles.{name}] is wanted.")


def unknown(keys: Keys, known: Sequence[str], where: str, what: str = "setting") -> Mistake:
    """Name a key nobody knows, with the nearest one that is known."""
    name = keys[-1]
    near = nearest(name, known)
    meant = f"; did you mean “{near}”?" if near else f". There are {', '.join(known)}."
    return Mistake(keys, f"there is no {what} “{name[:40]}” {where}{meant}", near)


def nearest(name: str, known: Sequence[str]) -> str:
    """Return the known name that was probably meant; "" when none is near."""
    from difflib import get_close_matches

    plain = name.lower().replace("-", "_")
    meant = MEANT.get(plain.replace("_", ""), MEANT.get(plain, ""))
    begun = [one for one in known if one.startswith(plain)]
    return meant if meant in known else next(iter(begun or get_close_matches(plain, known, 1)), "")


def _in_table(keys: Keys, table: Mapping[str, Any], known: Sequence[str]) -> Iterator[Mistake]:
    for name, value in table.items():
        here = (*keys, name)
        if name not in known:
            yield unknown(here, known, f"in [{'.'.join(keys)}]")
        elif name in TABLES:
            if not isinstance(value, dict):
                yield Mistake(here, f"“{name}” can't be that: a table [{'.'.join(here)}] is wanted.")
            elif wrong := [part for part, inner in value.items() if not isinstance(inner, str)]:
                yield Mistake((*here, wrong[0]), f"“{name}” can't be that: “{wrong[0]}” must be words in quotes.")
        elif not isinstance(value, BY_NAME[name].kind):
            wanted = "true or false, without quotes" if BY_NAME[name].kind is bool else "words in quotes"
            yield Mistake(here, f"“{name}” can't be that: write {wanted}.", name)


def _table(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = values.get(name, {})
    return found if isinstance(found, dict) else {}
