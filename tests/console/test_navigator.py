"""The saved views beside the list: counts, digits, and choosing one by the keys where it is not shown."""

from __future__ import annotations

from store.opening import Store
from store.rules.views import VIEWS
from tests.at_console import at_console
from tests.scenario import fill_scenario


async def test_every_view_is_listed_with_its_count(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store, size=(140, 40)) as hand:
        text = hand.pane("navigator")
        for view in VIEWS:
            row = next(line for line in text.splitlines() if f" {view.short} " in line)
            assert f"{hand.tokens.counts[view.name].number:,}" in row


async def test_where_it_is_left_out_a_key_brings_it_and_takes_it_away(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store, size=(80, 24)) as hand:
        assert "Views" not in hand.screen().splitlines()[1]
        await hand.press("V")
        await hand.until(lambda: "Views" in hand.screen().splitlines()[1])
        await hand.press("j", "j")
        assert VIEWS[2].rule in hand.pane("inspector")
        await hand.press("enter")
        assert hand.tokens.here.view == VIEWS[2].name
        await hand.until(lambda: "Views" not in hand.screen().splitlines()[1])


async def test_escape_leaves_the_view_as_it_was(store: Store) -> None:
    async with at_console(store) as hand:
        await hand.press("V", "j", "escape")
        assert hand.tokens.here.view == "live"
        assert hand.tokens.dialog is None


async def test_a_click_opens_a_view(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store) as hand:
        await hand.pilot.click("#navigator", offset=(6, 3))
        await hand.until(lambda: hand.tokens.here.view == VIEWS[2].name)
