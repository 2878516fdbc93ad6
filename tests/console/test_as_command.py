"""Copying as a command from every screen and every dialog: nothing is done by it, and what is copied says the very same."""

from __future__ import annotations

import shlex

import pytest

from console.areas import AREAS, Area
from console.command_lines import SHOWN
from console.dialogs.choice import Choice
from console.dialogs.form import Form
from console.dialogs.question import Question
from console.screens.card import CommandScreen
from store.opening import Store
from tests.at_console import Hand, at_console
from tests.scenario import fill_scenario, key_of


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with the 34 tokens of the scenarios."""
    fill_scenario(store)
    return store


async def copied(hand: Hand, *keys: str) -> list[str]:
    """Press keys, and return the words that are on the clipboard then."""
    hand.app.copy_to_clipboard("")
    await hand.press(*keys)
    await hand.until(lambda: hand.app.clipboard, "the clipboard")
    return shlex.split(hand.app.clipboard)


@pytest.mark.parametrize("area", [area for area in AREAS if area.id != "leaks"], ids=lambda area: area.id)
async def test_every_area_copies_what_it_shows(filled: Store, area: Area) -> None:
    async with at_console(filled) as hand:
        await hand.press(area.key)
        await hand.until(lambda: hand.app.screen_stack and area.id == hand.desktop.PLACE, "the area")
        before = hand.audit()
        await hand.press("K")
        if isinstance(hand.desktop.dialog, Choice):
            assert "What is shown" in hand.screen()
            await hand.press("K")
        words = shlex.split(hand.app.clipboard)
        assert words[0] == "tokendesk"
        assert words[1] == SHOWN[area.id].split()[0]
        assert "Sent to the terminal's clipboard" in hand.screen()
        assert hand.audit() == before


async def test_the_list_is_copied_with_its_view_its_filter_and_its_sort(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.press("2", "slash")
        await hand.type("tier:admin")
        await hand.press("enter", "s", "n")
        assert await copied(hand, "K", "K") == [
            "tokendesk", "tokens", "list", "--view", "unused-90d", "--filter", "tier:admin", "--sort", "name",
        ]  # fmt: skip


async def test_an_action_on_the_row_is_copied_under_its_own_key(filled: Store) -> None:
    async with at_console(filled) as hand:
        row = hand.tokens.row
        assert row is not None
        hand.app.session.case = "INC-204"
        words = await copied(hand, "K", "T")
        assert words == ["tokendesk", "tokens", "timeline", f"{row.account_id}/{row.id}", "--case", "INC-204"]


async def test_a_question_is_copied_and_neither_answered_nor_closed_by_it(filled: Store) -> None:
    async with at_console(filled) as hand:
        row = hand.tokens.row
        assert row is not None
        await hand.press("x")
        assert "ctrl-o as command" in hand.screen()
        assert await copied(hand, "ctrl+o") == ["tokendesk", "tokens", "revoke", f"{row.account_id}/{row.id}"]
        assert isinstance(hand.desktop.dialog, Question)
        hand.watch.wait(0.1)
        await hand.pilot.press("y")
        hand.watch.wait(0.2)
        await hand.pilot.pause(0.1)
        assert isinstance(hand.desktop.dialog, Question), "a key right behind another one answers nothing"
        assert hand.token(row.key).revoked_at is None
        await hand.press("escape")
        assert hand.token(row.key).revoked_at is None


async def test_a_form_is_copied_as_it_is_filled_in_and_so_is_the_question_behind_it(filled: Store) -> None:
    async with at_console(filled) as hand:
        row = hand.tokens.row
        assert row is not None
        await hand.press("S")
        assert isinstance(hand.desktop.dialog, Form)
        assert "ctrl-o As command" in hand.screen()
        await hand.type("call us")
        wanted = ["tokendesk", "tokens", "suspend", f"{row.account_id}/{row.id}", "--until", "4h", "--message", "call us"]
        assert await copied(hand, "ctrl+o") == wanted
        assert isinstance(hand.desktop.dialog, Form)
        await hand.press("enter")
        assert isinstance(hand.desktop.dialog, Question)
        assert await copied(hand, "ctrl+o") == wanted
        assert hand.token(row.key).suspended_at is None


async def test_a_bulk_review_is_copied_as_a_command_for_each_ticked_token(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.press("2", "asterisk", "x")
        await hand.until_shown("Why it may hurt")
        await hand.until(lambda: hand.desktop.review.items, "the review")
        ticked = [item.row for item in hand.desktop.review.ticked]
        assert len(ticked) > 1
        before = hand.audit()
        await hand.press("K")
        lines = [shlex.split(line) for line in hand.app.clipboard.splitlines()]
        assert lines == [["tokendesk", "tokens", "revoke", f"{row.account_id}/{row.id}"] for row in ticked]
        assert isinstance(hand.app.screen, CommandScreen), "all of them are there to be read and selected"
        await hand.press("escape", "enter")
        await hand.type("old")
        await hand.press("ctrl+o")
        lines = [shlex.split(line) for line in hand.app.clipboard.splitlines()]
        assert lines[0][-2:] == ["--reason", "old"]
        assert hand.audit() == before


async def test_a_command_longer_than_the_line_is_shown_in_full(filled: Store) -> None:
    async with at_console(filled, size=(80, 24)) as hand:
        await hand.press("slash")
        await hand.type("tier:admin status:active env:live idle>1d exp>1d")
        await hand.press("enter")
        words = await copied(hand, "K", "K")
        assert isinstance(hand.app.screen, CommandScreen)
        shown = "".join(line.strip("│ ") for line in hand.pane("card").splitlines()[1:-1])
        assert shown.replace(" ", "") == hand.app.clipboard.replace(" ", "")
        assert words[-1] == "tier:admin status:active env:live idle>1d exp>1d"
        await hand.press("escape")
        assert hand.desktop.PLACE == "tokens"


async def test_a_choice_is_not_taken_by_a_letter_behind_escape(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.press("K", "alt+x")
        assert hand.desktop.dialog is None
        assert hand.app.clipboard == ""


async def test_a_suspended_token_is_copied_as_resumed(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.press("S")
        await hand.press("enter")
        await hand.answer()
        await hand.until_shown("SUSPENDED")
        row = hand.tokens.row
        assert row is not None
        assert await copied(hand, "K", "S") == ["tokendesk", "tokens", "resume", f"{row.account_id}/{row.id}"]


async def test_an_accounts_page_is_copied_and_its_audit_too(filled: Store) -> None:
    account = key_of("T01")[0]
    async with at_console(filled) as hand:
        await hand.press("colon")
        await hand.type(f"accounts {account}")
        await hand.press("enter")
        await hand.until(lambda: hand.desktop.PLACE == "accounts" and hand.desktop.row is not None, "the account")
        await hand.press("enter")
        await hand.until_shown("Policy in force")
        account = hand.desktop.account_id
        assert await copied(hand, "K", "K") == ["tokendesk", "accounts", "show", account]
        assert await copied(hand, "K", "4") == ["tokendesk", "audit", "list", "--filter", f'acct="{account}"']
