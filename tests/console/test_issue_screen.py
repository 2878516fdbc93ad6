"""Where the issue form can be opened from, what it is filled in with, and what keeps it from going on."""

from __future__ import annotations

import pytest

from console.screens.accounts import AccountsScreen
from console.screens.help import HelpScreen
from console.screens.issue import IssueScreen
from store.opening import Store
from tests.at_console import Hand, at_console
from tests.making import make_account, make_token


async def on_form(hand: Hand) -> None:
    await hand.until(lambda: isinstance(hand.app.screen, IssueScreen), "the form")


async def test_the_command_takes_an_account_and_an_unknown_one_is_searched_for(store: Store) -> None:
    make_account(store, "BOLT")
    async with at_console(store) as hand:
        await hand.press("colon")
        await hand.type("issue BOLT")
        await hand.press("enter")
        await on_form(hand)
        await hand.until_shown("Account      Bolt")
        await hand.press("escape")
        await hand.press("colon")
        await hand.type("issue nonsense")
        await hand.press("enter")
        await on_form(hand)
        await hand.until_shown("No account has this in its name or id.")


async def test_an_account_and_a_token_fill_the_form_in(store: Store) -> None:
    make_account(store)
    make_token(store, "old sync")
    async with at_console(store) as hand:
        await hand.press("enter", "n")
        await on_form(hand)
        await hand.until_shown("orders.read  ✓")
        for words in ("Acme", "old sync", "leo"):
            assert words in hand.pane("page")
        await hand.press("escape", "escape", "f3")
        await hand.until(lambda: isinstance(hand.app.screen, AccountsScreen) and hand.app.screen.row is not None, "accounts")
        await hand.press("n")
        await on_form(hand)
        await hand.until_shown("Account      Acme")


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_what_is_looked_over_has_a_frame_of_one_colour(store: Store, size: tuple[int, int]) -> None:
    make_account(store)
    make_token(store, "old sync")
    async with at_console(store, size) as hand:
        await hand.press("enter", "n")
        await on_form(hand)
        await hand.until_shown("orders.read  ✓")
        await hand.press("enter")
        await hand.until_shown("Look it over")
        frame = [next(iter(strip)).style for strip in hand.desktop.dock()._lines]
        assert len(frame) == hand.desktop.dock().outer_size.height
        assert len({style.color for style in frame if style is not None}) == 1


async def test_help_and_another_area_leave_the_form_as_it_was(store: Store) -> None:
    make_account(store)
    async with at_console(store) as hand:
        await hand.press("colon")
        await hand.type("issue ACME")
        await hand.press("enter")
        await on_form(hand)
        await hand.until_shown("Account      Acme")
        await hand.press("enter")
        await hand.type("half typed")
        await hand.press("f1")
        await hand.until(lambda: isinstance(hand.app.screen, HelpScreen), "the help")
        await hand.press("escape")
        await on_form(hand)
        await hand.press("f3")
        await hand.until(lambda: isinstance(hand.app.screen, AccountsScreen), "accounts")
        await hand.press("f2")
        await on_form(hand)
        await hand.until_shown("half typed")


async def test_an_account_at_its_limit_and_a_console_that_may_only_look_are_refused(store: Store) -> None:
    make_account(store)
    make_token(store)
    limit = "INSERT INTO policy (account_id, token_limit, updated_at, updated_by) VALUES ('ACME', 1, 0, 'priya')"
    store.write(lambda unit: unit.run(limit))
    async with at_console(store) as hand:
        await hand.press("colon")
        await hand.type("issue ACME")
        await hand.press("enter")
        await on_form(hand)
        await hand.until_shown("The account ACME holds 1 token; its policy")
    async with at_console(store, read_only=True) as hand:
        await hand.press("n")
        assert "Issue: read-only." in hand.pane("status")
