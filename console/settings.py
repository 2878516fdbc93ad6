"""How this console is to look and behave: each value from the nearest of a flag, a variable, a profile and the file.

`config.toml` is the person's to edit. A broken file is told in one sentence and the defaults are used; but what may have
been meant as `read_only` counts as that.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from platformdirs import user_config_path

from console.memory import KEPT_COMMANDS, Memory, load_memory
from console.setting import BY_NAME, OTHER_VARIABLES, SETTINGS, Origin, Source, boolean
from store.record import open_record

if TYPE_CHECKING:
    from console.config_file import ConfigFile, Mistake

__all__ = ["KEPT_COMMANDS", "Memory", "Settings", "load_memory", "load_settings"]

_OURS = "TOKENDESK_"
FIXED = (Source.FLAG, Source.VARIABLE, Source.PROFILE)
"""Words that are nearer than the environment a theme is bound to."""


@open_record
class Settings:
    """What holds. `themes` ties themes to environments, `origins` says where each value comes from.

    `slow` saves bytes, `plain_characters` draws with ASCII only. `store` is "" for the file in the person's data folder,
    `operator` whom --operator names: it comes from nowhere else.
    """

    theme: str = ""
    themes: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    slow: bool = False
    plain_characters: bool = False
    read_only: bool = False
    case: str | None = None
    profile: str = ""
    store: str = ""
    environment: str = ""
    mail_server: str = ""
    mail_from: str = ""
    mail_password_file: str = ""
    webhook: str = ""
    webhook_secret_file: str = ""
    warn_days: str = ""
    digest: str = ""
    lock_minutes: str = ""
    operator: str = ""
    problems: tuple[str, ...] = ()
    origins: dict[str, Origin] = field(default_factory=dict)
    file: ConfigFile | None = None

    def origin(self, name: str) -> Origin:
        """Say where a value comes from."""
        return self.origins.get(name, Origin())

    @property
    def theme_is_fixed(self) -> bool:
        """Say whether a nearer word than the environment chose the theme."""
        return self.origins["theme"].source in FIXED if "theme" in self.origins else bool(self.theme)

    def tied_theme(self, words: Iterable[str]) -> str:
        """Return the theme tied to the first of these environment words that has one; "" when another word is nearer."""
        tied = [self.themes[word.lower()] for word in words if word.lower() in self.themes]
        return tied[0] if tied and not self.theme_is_fixed else ""

    def decides_theme(self, words: Iterable[str]) -> str:
        """Say what will choose the theme at the next start whatever is remembered; "" when nothing will."""
        origin = self.origin("theme")
        match origin.source:
            case Source.VARIABLE:
                return origin.name
            case Source.PROFILE:
                return f"the profile {origin.name}"
            case _:
                tied = [word for word in words if word.lower() in self.themes]
                return f"what is tied to {tied[0].upper()}" if tied else ""


def load_settings(remembered: str = "", **given: Any) -> Settings:
    """Work out what holds; `given` comes from the command line and counts where it is neither None nor "".

    `remembered` is the theme that was chosen in the console last. Raises BadInput when a profile is asked for that is not there.
    """
    file = own_file()
    settings = Settings(file=file, case=given.pop("case", None))
    mistakes = _mistakes(file)
    problems = _unknown_variables()
    if file is not None:
        problems = [*([file.broken] if file.broken else []), *(file.told(mistake) for mistake in mistakes), *problems]
    flags = {name: value for name, value in given.items() if value not in (None, "")}
    if file is not None or flags.get("profile") or os.environ.get("TOKENDESK_PROFILE"):
        from console.profiles import which_profile

        settings.profile, settings.origins["profile"] = which_profile(file, flags, problems)
    profile = file.profiles()[settings.profile] if file is not None and settings.profile else {}
    console: Mapping[str, Any] = {} if file is None else file.console()
    for table in ("themes", "keys"):
        values = console.get(table)
        if isinstance(values, dict) and all(isinstance(value, str) for value in values.values()):
            setattr(settings, table, {name.lower(): value for name, value in values.items()} if table == "themes" else values)
    for setting in SETTINGS[1:]:
        layers = [
            (flags.get(setting.name), Origin(Source.FLAG, setting.flag)),
            (_variable(setting.variable, setting.kind, problems), Origin(Source.VARIABLE, setting.variable)),
            (
                profile.get(setting.name) if setting.profile else None,
                Origin(Source.PROFILE, settings.profile, ("profiles", settings.profile, setting.name)),
            ),
            (console.get(setting.name) if setting.console else None, Origin(Source.FILE, "", ("console", setting.name))),
        ]
        found = [(value, origin) for value, origin in layers if isinstance(value, setting.kind)]
        if found:
            setattr(settings, setting.name, found[0][0])
            settings.origins[setting.name] = found[0][1]
    if settings.profile or mistakes:
        from console.profiles import keep_together, lock

        keep_together(settings, profile, mistakes)
        lock(settings, mistakes)
    _choose_theme(settings, remembered)
    settings.problems = tuple(problems)
    return settings


def own_file() -> ConfigFile | None:
    """Return the person's file; None when there is none."""
    path = user_config_path("tokendesk") / "config.toml"
    if not os.path.lexists(path):
        return None
    from console.config_file import read_config

    try:
        return read_config(path)
    except FileNotFoundError:
        return None


def _mistakes(file: ConfigFile | None) -> list[Mistake]:
    if file is None:
        return []
    from console.config_file import mistakes_in

    return list(mistakes_in(file))


def _unknown_variables() -> list[str]:
    """Return a sentence for each variable that was probably meant to be one of ours."""
    known = {name.removeprefix(_OURS): name for name in (*(one.variable for one in SETTINGS if one.variable), *OTHER_VARIABLES)}
    others = sorted(name for name in os.environ if name.startswith(_OURS) and name.removeprefix(_OURS) not in known)
    if not others:
        return []
    from difflib import get_close_matches

    near = {name: next(iter(get_close_matches(name.removeprefix(_OURS), known, 1)), "") for name in others}
    return [f"There is no variable {name[:60]}; did you mean {known[meant]}?" for name, meant in near.items() if meant]


def _variable(name: str, kind: type, problems: list[str]) -> str | bool | None:
    """Return what a variable says; one that can't be understood is told, and locks where it is about locking."""
    text = os.environ.get(name, "") if name else ""
    if not text or kind is str:
        return text or None
    value = boolean(text)
    if value is None:
        problems.append(f"{name} can't be “{text[:20]}”: it is 1 or 0.")
        return True if name == BY_NAME["read_only"].variable else None
    return value


def _choose_theme(settings: Settings, remembered: str) -> None:
    """Take the theme tied to the environment, the one chosen last, or one for the terminal's ground, where nothing is nearer."""
    settings.origins.setdefault("theme", Origin())
    tied = settings.tied_theme([settings.environment]) if settings.environment else ""
    if tied:
        origin = Origin(Source.BOUND, settings.environment.lower(), ("console", "themes", settings.environment.lower()))
        settings.theme, settings.origins["theme"] = tied, origin
    elif settings.theme_is_fixed:
        return
    elif remembered and not settings.slow:
        settings.theme, settings.origins["theme"] = remembered, Origin(Source.REMEMBERED, ":theme")
    elif not settings.theme and not settings.slow and light_ground(os.environ.get("COLORFGBG", "")):
        settings.theme, settings.origins["theme"] = "tokendesk-light", Origin(Source.SURROUNDINGS, "COLORFGBG")


def light_ground(colours: str) -> bool:
    """Say whether a terminal that names its colours (`COLORFGBG=0;15`, ink and ground) has a light ground, as vim judges it."""
    return colours.rpartition(";")[2] in {"7", *map(str, range(9, 16))}
