"""Finds the themes: every module of this folder that has a THEME is one."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from textual.theme import Theme

import themes

DARK = "tokendesk-dark"
LIGHT = "tokendesk-light"
TERMINAL = "terminal-16"


@cache
def house_themes() -> tuple[Theme, ...]:
    """Return our own themes, in order of their names; give each to `App.register_theme`."""
    modules = (import_module(f"themes.{module.name}") for module in pkgutil.iter_modules(themes.__path__))
    return tuple(sorted((m.THEME for m in modules if isinstance(getattr(m, "THEME", None), Theme)), key=lambda theme: theme.name))


def starting_theme(wanted: str = "", *, no_color: bool = False) -> str:
    """Return the name of the theme to start with: the terminal's own where colour is unwanted, else the one wanted or dark."""
    if no_color:
        return TERMINAL
    return wanted or DARK
