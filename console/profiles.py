"""Which profile is in use: a store with its word, its colours and its lock, under one name, and never half of it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_config_path

from console.setting import Origin, Source
from store.errors import BadInput

if TYPE_CHECKING:
    from console.config_file import ConfigFile, Mistake
    from console.settings import Settings


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


def lock(settings: Settings, mistakes: Iterable[Mistake]) -> None:
    """Change nothing where a mistake may have meant that."""
    holding = [mistake.keys for mistake in mistakes if mistake.meant == "read_only" and _concerns(mistake, settings)]
    if holding and not settings.read_only:
        settings.read_only = True
        settings.origins["read_only"] = Origin(Source.FILE, "can't be understood", holding[0])


def keep_together(settings: Settings, profile: Mapping[str, Any], mistakes: Iterable[Mistake]) -> None:
    """Never open one store in place of another, nor call it by another's name: a profile's word is for its own store.

    Raises BadInput for two stores at once, and for a profile whose store can't be understood.
    """
    chosen, store = settings.origin("profile"), settings.origin("store")
    own = profile.get("store")
    lost = [mistake for mistake in mistakes if mistake.meant == "store" and _concerns(mistake, settings)]
    if not settings.store and lost and settings.file is not None:
        raise BadInput(
            f"{settings.file.told(lost[0])}",
            f"Mend it, or name a store: without its own, the profile {settings.profile} would open another one.",
        )
    if not own or store.source is Source.PROFILE:
        return
    if chosen.source is Source.FLAG and store.source is Source.VARIABLE and own != settings.store:
        raise BadInput(
            f"--profile {settings.profile} and {store.name} name two different stores.",
            f"Unset {store.name} to open the profile's, or name the store you mean with --store.",
        )
    if settings.origin("environment").source is Source.PROFILE:
        settings.environment = ""
        settings.origins.pop("environment")


def _concerns(mistake: Mistake, settings: Settings) -> bool:
    return mistake.keys[0] == "console" or mistake.keys[:2] == ("profiles", settings.profile)
