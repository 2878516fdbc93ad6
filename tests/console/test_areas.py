"""Going from area to area: by key, by command and by letter, each with a stack of its own, and back again."""

from __future__ import annotations

import pytest

from console.areas import AREAS, Trail
from console.screens.accounts import AccountsScreen
from console.screens.detail import DetailScreen
from console.screens.tokens import TokensScreen
from store.opening import Store
from tests.at_console import Hand, at_console
from tests.scenario import fill_scenario


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with the 34 tokens of the scenarios."""
    fill_scenario(store)
    return store


def on_top(hand: Hand) -> type[object]:
    """Return which screen is on top."""
    return type(hand.desktop)


def test_no_two_areas_share_a_letter_a_key_or_a_name() -> None:
    for part in ("id", "title", "letter", "key"):
        values = [getattr(area, part) for area in AREAS]
        assert len(values) == len(set(values)), part


def test_the_trail_goes_back_and_forward_and_forgets_what_was_ahead() -> None:
    trail = Trail()
    trail.go("accounts")
    trail.go("accounts")
    assert (trail.here, trail.last()) == ("accounts", "tokens")
    assert trail.step(-1) == "tokens"
    assert trail.step(-1) is None
    assert trail.step(1) == "accounts"
    trail.step(-1)
    trail.go("audit")
    assert trail.areas == ["tokens", "audit"]


async def test_keys_commands_and_letters_go_to_an_area_and_what_was_open_stays(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.press("enter")
        assert on_top(hand) is DetailScreen
        await hand.press("f3")
        await hand.until_shown("DELT")
        assert on_top(hand) is AccountsScreen
        await hand.press("f2")
        assert on_top(hand) is DetailScreen
        await hand.press("o", "a")
        assert on_top(hand) is AccountsScreen
        await hand.press("left_square_bracket")
        assert on_top(hand) is DetailScreen
        await hand.press("minus")
        assert on_top(hand) is AccountsScreen
        await hand.press("q")
        assert on_top(hand) is DetailScreen
        await hand.press("q")
        assert on_top(hand) is TokensScreen


async def test_a_command_with_words_behind_it_finds_them_there(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.press("colon")
        await hand.press(*"accounts", "space", *"bolt")
        await hand.press("enter")
        await hand.until(lambda: isinstance(hand.app.screen, AccountsScreen) and hand.desktop.table.total.rows == 1, "BOLT")
        await hand.press("colon")
        await hand.press(*"tokens", "space", *"acct", "equals_sign", *"CRUX")
        await hand.press("enter")
        await hand.until(lambda: isinstance(hand.app.screen, TokensScreen) and hand.tokens.table.total.rows == 11, "CRUX")


async def test_a_click_on_the_top_line_goes_to_an_area_and_on_the_dots_offers_the_others(filled: Store) -> None:
    async with at_console(filled, (100 if filled.address.is_sqlite else 130, 30)) as hand:
        top = hand.pane("top")
        await hand.pilot.click("#top", offset=(top.index("Accounts") + 2, 0))
        await hand.until(lambda: on_top(hand) is AccountsScreen, "accounts")
        await hand.pilot.click("#top", offset=(hand.pane("top").rindex("…"), 0))
        await hand.until(lambda: hand.desktop.dialog is not None, "the areas")
        await hand.press("t")
        await hand.until(lambda: on_top(hand) is TokensScreen, "the token list")
