"""The README's tables say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from console.areas import AREAS
from console.setting import SETTINGS
from console.settings import load_settings
from store.imports.formats import FORMATS as TOKEN_FORMATS
from store.rules.alerts import RULES
from store.rules.filters import parse
from store.rules.indicators import INDICATORS, Indicator, Unit
from store.rules.views import VIEWS
from store.usage.formats import FORMATS as USAGE_FORMATS
from tests.command_line import run
from themes import house_names
from themes.loader import about

README = (Path(__file__).parents[2] / "README.md").read_text()


def code(word: str) -> str:
    """Return a word as the tables write it."""
    return f"`{word}`" if word else ""


def yes(holds: bool) -> str:
    """Return whether something may stand there, as the tables write it."""
    return "yes" if holds else ""


def target_of(one: Indicator) -> str:
    """Return an indicator's target as the table writes it."""
    if one.target is None:
        return "varies"
    sign = "≥ " if one.at_least else "< " if one.strict else ""
    if one.unit is Unit.SHARE:
        return f"{sign}{one.target * 100:g}%"
    return f"{sign}{one.target:g}" + ("" if one.unit is Unit.NUMBER else f" {one.unit.value}")


ROWS = {
    "views": [f"| `{view.name}` | {view.rule} | `{view.filter}` |" for view in VIEWS if view.filter],
    "token formats": [f"| `{one.name}` | {one.title} |" for one in TOKEN_FORMATS],
    "usage formats": [f"| `{one.name}` | {one.title} | {one.token} |" for one in USAGE_FORMATS],
    "settings": [
        f"| `{one.name}` | {one.about} | {code(one.flag)} | {code(one.variable)} | {yes(one.console)} | {yes(one.profile)} |"
        for one in SETTINGS
    ],
    "areas": [f"| {area.title} | {area.key.upper()} | `{area.letter}` | {area.says} |" for area in AREAS],
    "indicators": [f"| {one.name} {one.title} | {one.about} | {target_of(one)} |" for one in INDICATORS],
    "alerts": [f"| `{one.cause}` | {one.title} | {one.severity.value} | {one.runbook} |" for one in RULES],
    "themes": [f"| `{name}` | {about(name)} |" for name in house_names()],
}


@pytest.mark.parametrize("table", ROWS)
def test_a_table_of_the_readme_has_every_row_and_no_other(table: str) -> None:
    rows = ROWS[table]
    assert "\n".join(rows) in README
    heading = README[: README.index(rows[0])].rsplit("\n\n", 1)[-1]
    assert heading.count("\n") == 2, "only a heading and a rule come before the first row"


def test_every_filter_the_readme_shows_is_understood() -> None:
    section = README[README.index("## Finding tokens") : README.index("## Saved views")]
    filters = [part for line in section.splitlines() if line.startswith("| `") for part in line.split("|")[1].split("`")[1::2]]
    assert len(filters) >= 7
    for text in filters:
        assert parse(text).root.nodes


def test_the_readme_says_how_long_usage_is_kept() -> None:
    from store.rules.retention import LIMITS

    for kind, limit in LIMITS.items():
        assert f"| `{kind.value}` | {limit.about} | {limit.days:,} |" in README


def test_the_readmes_example_of_a_file_works_as_it_says(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    services = own_home / "services"
    services.write_text("[keys]\nhost=db1\n")
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    path = own_home / "config" / "tokendesk" / "config.toml"
    path.parent.mkdir()
    path.write_text(README.partition("```toml\n")[2].partition("```")[0])
    assert run("config", "--check").code == run("config", "--check", "--profile", "production").code == 0
    assert (load_settings().profile, load_settings().theme) == ("staging", "tokendesk-light")
    there = load_settings(profile="production")
    assert (there.read_only, there.theme, dict(there.keys)) == (True, "high-contrast-dark", {"revoke": "X"})


def test_every_picture_the_readme_shows_is_there_and_none_is_left_over() -> None:
    shown = set(re.findall(r"\]\(screenshots/([a-z-]+)\.svg\)", README))
    kept = {path.stem for path in (Path(__file__).parents[2] / "screenshots").glob("*.svg")}
    assert shown == kept
