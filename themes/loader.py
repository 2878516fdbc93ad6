"""Finds the themes: every module of this folder that has a THEME is one."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from textual.theme import Theme

import themes

DARK = "tokendesk-dark"
LIGHT = "tokendesk-light"
TERMINAL = "terminal-16"


@cache
def house_themes() -> tuple[Theme, ...]:
    """Return our own themes, in order of their names; give each to `App.register_theme`."""
    names = {file.stem for folder in themes.__path__ for file in Path(folder).glob("*.py")}
    modules = (import_module(f"themes.{name}") for name in names if name != "__init__")
    return tuple(sorted((m.THEME for m in modules if isinstance(getattr(m, "THEME", None), Theme)), key=lambda theme: theme.name))


def starting_theme(wanted: str = "", *, no_color: bool = False) -> str:
    """Return the name of the theme to start with: the terminal's own where colour is unwanted, else the one wanted or dark."""
    if no_color:
        return TERMINAL
    return wanted or DARK
