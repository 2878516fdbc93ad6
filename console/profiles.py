"""Which profile is in use: a store with its word, its colours and its lock, under one name."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_config_path

from console.setting import Origin, Source

if TYPE_CHECKING:
    from console.config_file import ConfigFile


def config_path() -> Path:
    """Return where a person's own file is looked for."""
    return user_config_path("tokendesk") / "config.toml"


def which_profile(file: ConfigFile | None, flags: Mapping[str, Any], problems: list[str]) -> tuple[str, Origin]:
    """Return the profile in use: one asked for, or the file's own unless a store was named; raises BadInput."""
    named = {
        Origin(Source.FLAG, "--profile"): flags.get("profile", ""),
        Origin(Source.VARIABLE, "TOKENDESK_PROFILE"): os.environ.get("TOKENDESK_PROFILE", ""),
    }
    known = {} if file is None else file.profiles()
    for origin, name in named.items():
        if name in known:
            return name, origin
        if name:
            raise _no_profile(name, origin, file)
    default = "" if file is None else file.values.get("profile", "")
    if not default or not isinstance(default, str) or flags.get("store") or os.environ.get("TOKENDESK_STORE"):
        return "", Origin()
    if default not in known and file is not None:
        problems.append(f"{file.at(('profile',))}: {_missing(default, file)}")
        return "", Origin()
    return default, Origin(Source.FILE, "", ("profile",))


def _no_profile(name: str, origin: Origin, file: ConfigFile | None) -> Exception:
    from store.errors import BadInput

    where = f"Profiles are tables [profiles.NAME] in {config_path()}."
    if file is not None and file.broken:
        return BadInput(f"{origin.name} names the profile “{name[:40]}”, but {file.broken}", "Mend it, or name a store.")
    return BadInput(f"{origin.name}: {_missing(name, file)}", where)


def _missing(name: str, file: ConfigFile | None) -> str:
    from console.config_file import nearest

    known = tuple(file.profiles()) if file is not None else ()
    near = nearest(name, known)
    others = f" There are {', '.join(known)}." if known else " There are none yet."
    return f"there is no profile “{name[:40]}”" + (f"; did you mean “{near}”?" if near else f".{others}")
