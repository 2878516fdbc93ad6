"""Finds the themes by their names; only those that are wanted are imported."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from textual.app import App
from textual.theme import Theme

from themes import house_names

DARK = "tokendesk-dark"
LIGHT = "tokendesk-light"
TERMINAL = "terminal-16"


def house_theme(name: str) -> Theme:
    """Return our theme of this name; give it to `App.register_theme`. KeyError when there is none."""
    theme = _module(name).THEME
    assert isinstance(theme, Theme)
    return theme


def about(name: str) -> str:
    """Say in a few words whom our theme of this name is for. KeyError when there is none."""
    return str(_module(name).ABOUT)


def house_themes() -> tuple[Theme, ...]:
    """Return our own themes, in order of their names."""
    return tuple(house_theme(name) for name in house_names())


def theme_names(app: App[Any]) -> tuple[str, ...]:
    """Return the names of all themes that can be set: ours, and Textual's own but for the two it is drawn with itself."""
    others = {name for name in app.available_themes if not name.startswith("textual-")}
    return tuple(sorted({*house_names(), *others}))


def starting_theme(wanted: str = "", *, no_color: bool = False) -> str:
    """Return the name of the theme to start with: the terminal's own where colour is unwanted, else the one wanted or dark."""
    if no_color:
        return TERMINAL
    return wanted or DARK


def _module(name: str) -> Any:
    if name not in house_names():
        raise KeyError(name)
    return import_module(f"themes.{name.replace('-', '_')}")
