"""Every theme of ours can be read: each word on its ground, in every state; and none lacks a colour that is used."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

import console
import themes
from console.render.glyphs import ascii_glyphs
from console.render.statuses import BADGES
from console.render.styles import LOUD, STYLES
from store.rules.status import Status
from tests.colours import SIGHTS, apart, contrast
from themes import house_names
from themes.loader import DARK, LIGHT, TERMINAL, about, house_themes, starting_theme
from themes.variables import VARIABLES, defaults_for

MEANINGS = (
    ("status-active", "status-retiring", "status-suspended", "status-expired", "status-revoked"),
    ("good", "finding", "danger", "quiet", "foreground"),
    ("tier-read-only", "tier-admin"),
    ("chart-bar", "chart-refused", "chart-axis"),
    ("environment-production", "environment-staging", "environment-test", "environment-demo"),
    ("cursor", "cursor-blurred", "background"),
)
"""Colours that stand beside each other and mean different things."""

TOLD_APART = 12.0
"""How different (CIEDE2000) two such colours must look: about twelve times what is just seen side by side."""

COLOURED = [theme for theme in house_themes() if not theme.ansi]
EVERY = [*house_themes(), *BUILTIN_THEMES.values()]


def values(theme: Theme) -> dict[str, str]:
    """Return every variable as the app would."""
    return {**defaults_for(theme), **theme.to_color_system().generate(), **theme.variables}


def least(theme: Theme) -> float:
    """Return the contrast a theme promises for its words (ux.md behaviour 27)."""
    return 7.0 if theme.name.startswith("high-contrast") else 4.5


def name_of(theme: Theme) -> str:
    """Return a theme's name, for the test's own."""
    return theme.name


def test_the_house_themes_are_found_by_their_files() -> None:
    assert [theme.name for theme in house_themes()] == list(house_names())
    assert {DARK, LIGHT, TERMINAL, "high-contrast-dark", "high-contrast-light", "colour-blind-safe"} <= set(house_names())
    assert all(about(name) for name in house_names())
    files = [path for path in Path(next(iter(themes.__path__))).glob("*.py") if "THEME = Theme(" in path.read_text()]
    assert len(files) == len(house_themes())


@pytest.mark.parametrize("theme", COLOURED, ids=name_of)
@pytest.mark.parametrize("variable", [variable for variable in VARIABLES if variable.on], ids=lambda variable: variable.name)
def test_every_word_stands_out_from_its_ground(theme: Theme, variable: object) -> None:
    from themes.variables import Variable

    assert isinstance(variable, Variable)
    known = values(theme)
    assert contrast(known[variable.name], known[variable.on]) >= least(theme)


@pytest.mark.parametrize("theme", COLOURED, ids=name_of)
def test_ordinary_and_muted_words_key_hints_and_cursor_stand_out_on_every_surface(theme: Theme) -> None:
    known = values(theme)
    for ground in ("background", "surface", "panel", "bar"):
        for word in ("foreground", "quiet", "hint-key", "finding", "danger", "good", "text-muted", "foreground-muted"):
            assert contrast(known[word], known[ground]) >= least(theme), f"{word} on {ground}"
    for ground in ("cursor", "cursor-blurred"):
        assert contrast(known["cursor-loud"], known[ground]) >= least(theme), f"a finding on {ground}"
    assert contrast(known["block-cursor-foreground"], known["block-cursor-background"]) >= least(theme)


@pytest.mark.parametrize("theme", COLOURED, ids=name_of)
def test_the_cursors_row_is_seen_and_so_is_its_absence(theme: Theme) -> None:
    known = values(theme)
    assert contrast(known["cursor"], known["background"]) >= 1.2
    assert known["cursor"] != known["cursor-blurred"]


@pytest.mark.parametrize("theme", [theme for theme in COLOURED if least(theme) > 4.5], ids=name_of)
def test_high_contrast_holds_for_what_is_no_word_as_well(theme: Theme) -> None:
    known = values(theme)
    for part in ("frame", "frame-focus", "thumb", "chart-bar", "chart-refused", "cursor", "cursor-blurred"):
        assert contrast(known[part], known["background"]) >= 3, part


@pytest.mark.parametrize("sight", SIGHTS)
def test_what_means_different_things_is_told_apart_by_eyes_that_see_fewer_colours(sight: str) -> None:
    known = values(next(theme for theme in house_themes() if theme.name == "colour-blind-safe"))
    for group in MEANINGS:
        for one, other in combinations(group, 2):
            assert apart(known[one], known[other], sight) >= TOLD_APART, f"{one} and {other}"


def test_statuses_differ_by_word_and_by_sign_in_every_theme() -> None:
    for part in ("word", "sign"):
        shown = [getattr(badge, part) for badge in BADGES.values()]
        assert len(set(shown)) == len(shown) == len(Status), part
    signs = [ascii_glyphs(badge.sign) for badge in BADGES.values()]
    assert len(set(signs)) == len(signs)


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
