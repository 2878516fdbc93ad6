"""Escape goes back to where one came from, whichever area opened what is shown."""

from __future__ import annotations

import pytest

from console.screens.account import AccountScreen
from console.screens.detail import DetailScreen
from store.opening import Store
from tests.at_console import Hand, at_console
from tests.scenario import fill_scenario


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with the 34 tokens of the scenarios."""
    fill_scenario(store)
    return store


async def on(hand: Hand, place: str) -> None:
    """Wait until a screen is on top."""
    await hand.until(lambda: place == hand.desktop.PLACE, place)


async def open_a_number(hand: Hand) -> None:
    """Go to the dashboard and open its first number that has a list behind it."""
    await hand.press("f4")
    await on(hand, "dashboard")
    await hand.until(lambda: hand.desktop.spot is not None and hand.desktop.dashboard.mix is not None, "the numbers")
    while not hand.desktop.spot.target.view:
        await hand.press("j")
    await hand.press("enter")
    await on(hand, "tokens")


async def test_a_list_opened_from_a_number_goes_back_to_the_dashboard_and_to_its_number(filled: Store) -> None:
    async with at_console(filled) as hand:
        await open_a_number(hand)
        assert hand.tokens.here.view != "live"
        assert "q Back" in hand.pane("hints")
        await hand.press("escape")
        await on(hand, "dashboard")
        assert hand.desktop.spot is not None
        await hand.press("escape")
        await on(hand, "tokens")


async def test_a_filter_typed_there_goes_first_and_a_page_opened_there_before_it(filled: Store) -> None:
    async with at_console(filled) as hand:
        await open_a_number(hand)
        landed = hand.tokens.here
        await hand.press("slash")
        await hand.type("tier:admin")
        await hand.press("enter")
        assert hand.tokens.here.filter == "tier:admin"
        await hand.press("escape")
        assert hand.tokens.here == landed
        await hand.until(lambda: hand.tokens.row is not None, "a row")
        await hand.press("enter")
        await hand.until(lambda: isinstance(hand.app.screen, DetailScreen), "the token")
        await hand.press("escape")
        await on(hand, "tokens")
        await hand.press("escape")
        await on(hand, "dashboard")


async def test_going_on_to_another_view_or_by_an_areas_key_forgets_what_opened_the_list(filled: Store) -> None:
    async with at_console(filled) as hand:
        await open_a_number(hand)
        await hand.press("1")
        assert "q Quit" in hand.pane("hints")
        await hand.press("escape")
        await on(hand, "tokens")
        await open_a_number(hand)
        await hand.press("f3")
        await on(hand, "accounts")
        await hand.press("f2")
        await on(hand, "tokens")
        await hand.press("escape")
        await on(hand, "tokens")
        assert hand.tokens.here.view == "live"


async def test_an_account_opened_from_a_token_goes_back_to_the_token(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.press("enter")
        await hand.until(lambda: isinstance(hand.app.screen, DetailScreen), "the token")
        await hand.press("A")
        await hand.until(lambda: isinstance(hand.app.screen, AccountScreen), "the account")
        await hand.press("escape")
        await hand.until(lambda: isinstance(hand.app.screen, DetailScreen), "the token again")
        await hand.press("f3")
        await on(hand, "accounts")


async def test_an_area_gone_to_by_its_key_goes_back_through_the_areas_before(filled: Store) -> None:
    async with at_console(filled) as hand:
        for key, place in (("f6", "audit"), ("f8", "scopes")):
            await hand.press(key)
            await on(hand, place)
        for place in ("audit", "tokens", "tokens"):
            await hand.press("escape")
            await on(hand, place)
        assert hand.app.is_running


async def test_the_tokens_behind_a_scope_go_back_to_the_scopes(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.press("f8")
        await on(hand, "scopes")
        await hand.until(lambda: hand.desktop.row is not None, "a scope")
        await hand.press("enter")
        await on(hand, "tokens")
        await hand.press("escape")
        await on(hand, "scopes")
