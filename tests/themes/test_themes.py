"""Every theme of ours can be read: each word on its ground, in every state; and none lacks a colour that is used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

import console
import themes
from console.render.styles import LOUD, STYLES
from themes.loader import DARK, LIGHT, TERMINAL, house_themes, starting_theme
from themes.variables import VARIABLES, defaults_for

LEAST = 4.5
COLOURED = [theme for theme in house_themes() if not theme.ansi]
EVERY = [*house_themes(), *BUILTIN_THEMES.values()]


def values(theme: Theme) -> dict[str, str]:
    """Return every variable as the app would."""
    return {**defaults_for(theme), **theme.to_color_system().generate(), **theme.variables}


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2.2, 1.4.3)."""
    lighter, darker = sorted((_luminance(Color.parse(one)), _luminance(Color.parse(other))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Color) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def name_of(theme: Theme) -> str:
    """Return a theme's name, for the test's own."""
    return theme.name


def test_the_house_themes_are_found_by_their_files() -> None:
    assert {theme.name for theme in house_themes()} >= {DARK, LIGHT, TERMINAL}
    files = [path for path in Path(next(iter(themes.__path__))).glob("*.py") if "THEME = Theme(" in path.read_text()]
    assert len(files) == len(house_themes())


@pytest.mark.parametrize("theme", COLOURED, ids=name_of)
@pytest.mark.parametrize("variable", [variable for variable in VARIABLES if variable.on], ids=lambda variable: variable.name)
def test_every_word_stands_out_from_its_ground(theme: Theme, variable: object) -> None:
    from themes.variables import Variable

    assert isinstance(variable, Variable)
    known = values(theme)
    assert contrast(known[variable.name], known[variable.on]) >= LEAST


@pytest.mark.parametrize("theme", COLOURED, ids=name_of)
def test_ordinary_and_muted_words_key_hints_and_cursor_stand_out_on_every_surface(theme: Theme) -> None:
    known = values(theme)
    for ground in ("background", "surface", "panel", "bar"):
        for word in ("foreground", "quiet", "hint-key", "finding", "danger", "good", "text-muted", "foreground-muted"):
            assert contrast(known[word], known[ground]) >= LEAST, f"{word} on {ground}"
    assert contrast(known["block-cursor-foreground"], known["block-cursor-background"]) >= LEAST


@pytest.mark.parametrize("theme", COLOURED, ids=name_of)
def test_the_cursors_row_is_seen_and_so_is_its_absence(theme: Theme) -> None:
    known = values(theme)
    assert contrast(known["cursor"], known["background"]) >= 1.2
    assert known["cursor"] != known["cursor-blurred"]


@pytest.mark.parametrize("theme", house_themes(), ids=name_of)
def test_a_house_theme_sets_every_variable_of_ours(theme: Theme) -> None:
    assert {variable.name for variable in VARIABLES} <= set(theme.variables)


@pytest.mark.parametrize("theme", EVERY, ids=name_of)
def test_every_variable_has_a_real_colour_in_every_theme(theme: Theme) -> None:
    known = values(theme)
    for variable in VARIABLES:
        Color.parse(known[variable.name])


@pytest.mark.parametrize("theme", EVERY, ids=name_of)
def test_every_variable_in_our_style_sheets_is_known_in_every_theme(theme: Theme) -> None:
    folder = Path(next(iter(console.__path__)))
    texts = [path.read_text() for pattern in ("*.tcss", "*.py") for path in folder.rglob(pattern)]
    used = {name for text in texts for sheet in _sheets(text) for name in re.findall(r"\$([a-z][a-z0-9-]*)", sheet)}
    assert used <= set(values(theme))


def _sheets(text: str) -> list[str]:
    """Return the style sheets of a file: all of a .tcss, the CSS strings of a module."""
    found = re.findall(r'CSS(?:: ClassVar\[str\])? = f?"""(.*?)"""', text, re.DOTALL)
    return found if "import" in text else [text]


def test_every_style_of_words_has_its_variables() -> None:
    names = {variable.name for variable in VARIABLES} | {"foreground", "accent"}
    assert {style.colour for style in STYLES} <= names
    assert {style.background for style in STYLES} - {""} <= names
    assert {style.name for style in STYLES} >= LOUD


def test_without_colour_the_terminals_own_theme_is_taken() -> None:
    assert starting_theme("tokendesk-light", no_color=True) == TERMINAL
    assert starting_theme("tokendesk-light") == LIGHT
    assert starting_theme() == DARK


def test_the_terminal_theme_reverses_the_cursor_and_uses_only_the_terminals_colours() -> None:
    theme = next(theme for theme in house_themes() if theme.name == TERMINAL)
    assert theme.variables["cursor-attributes"] == "reverse"
    colours = [value for name, value in theme.variables.items() if not name.endswith(("attributes", "text-style"))]
    assert all(value.startswith("ansi_") for value in colours)
