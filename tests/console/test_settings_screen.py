"""The Settings screen says what holds, where it comes from, and what in the file can't be understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.setting import SETTINGS
from console.settings import load_settings
from store.opening import Store
from tests.at_console import at_console

FILE = """
[console]
theme = "tokendesk-light"
slwo = true

[console.keys]
sort = "B"
"""


@pytest.fixture
def own_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return where the person's settings are."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = tmp_path / "tokendesk" / "config.toml"
    path.parent.mkdir()
    path.write_text(FILE)
    return path


async def test_every_setting_is_listed_with_its_origin_and_what_is_wrong_is_named(store: Store, own_file: Path) -> None:
    async with at_console(store, (120, 50), own=load_settings()) as hand:
        await hand.press("f11")
        await hand.until_shown("config.toml line 3")
        for setting in SETTINGS:
            assert setting.name in hand.screen()
        assert "keys.sort" in hand.screen()
        assert "1 can't be understood" in hand.screen()
        await hand.until_shown("slwo")


async def test_a_word_narrows_the_list_and_the_theme_says_how_to_change_it(store: Store) -> None:
    async with at_console(store) as hand:
        await hand.press("f11", "slash", *"theme", "enter")
        await hand.until(lambda: hand.desktop.table.total.rows == 1, "one setting")
        await hand.until_shown("TOKENDESK_THEME in your environment")
