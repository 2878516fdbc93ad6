"""«Live» is said of a token that works and of nothing else: not of the console, and of an environment only behind its name."""

from __future__ import annotations

import re

import pytest

from store.opening import Store
from tests.at_console import at_console
from tests.scenario import fill_scenario


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with the 34 tokens of the scenarios."""
    fill_scenario(store)
    return store


async def test_the_console_follows_changes_and_is_not_live(filled: Store) -> None:
    async with at_console(filled) as hand:
        assert "● following" in hand.pane("top")
        assert "live" not in hand.pane("top")
        await hand.press("p")
        assert "‖ paused" in hand.pane("top")


async def test_the_environment_is_named_as_one_wherever_it_stands_in_a_sentence(filled: Store) -> None:
    async with at_console(filled) as hand:
        row = hand.tokens.row
        assert row is not None
        alone = re.compile(rf"(?<!env )\b{row.environment}\b(?! environment| token)")
        await hand.until_shown(f"env {row.environment}")
        assert not alone.search(hand.pane("inspector"))
        await hand.press("x")
        assert f"env {row.environment}" in hand.screen()
        await hand.press("escape", "C")
        await hand.until_shown(f"({row.environment} environment, ")
