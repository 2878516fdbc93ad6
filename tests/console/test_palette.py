"""The palette finds every action, area and view by a few letters, and does what the key would have done."""

from __future__ import annotations

import pytest

from console.dialogs.palette import Offer, Palette, matching
from console.screens.accounts import AccountsScreen
from console.screens.tokens import TokensScreen
from store.opening import Store
from store.rules.status import Status
from tests.at_console import at_console
from tests.scenario import fill_scenario, key_of


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with the 34 tokens of the scenarios."""
    fill_scenario(store)
    return store


def offer(label: str, says: str = "", kind: str = "do") -> Offer:
    return Offer(kind, label, says, lambda: None)


def test_names_that_begin_with_the_word_come_before_others_and_every_word_counts() -> None:
    offers = [offer("Unmark all", "Take every mark away."), offer("Mark all"), offer("Mark"), offer("Revoke", "marked ones")]
    assert [one.label for one in matching(offers, "mark")] == ["Mark all", "Mark", "Unmark all", "Revoke"]
    assert [one.label for one in matching(offers, "all mark")] == ["Mark all", "Unmark all"]
    assert matching(offers, "nothing like it") == []


def test_what_can_not_be_done_now_says_why_and_stays_open() -> None:
    done: list[str] = []
    palette = Palette([Offer("do", "Revoke", "", lambda: done.append("revoke"), "x", "read-only")])
    palette.key("enter", None, 0.0)
    assert (palette.closed, done) == (False, [])
    assert "read-only" in "".join(piece.text for piece in palette.sheet(80, 10).note)


def test_what_an_offer_is_stands_whole_at_the_foot_where_it_is_cut_beside_its_name() -> None:
    says = "End the token for good, or all marked ones; asks first, and says what stops with it."
    palette = Palette([offer("Revoke", says), offer("Short", "It fits.")])
    rows = ["".join(piece.text for piece in row) for row in palette.sheet(76, 9).lines]
    assert rows[1].endswith("…")
    assert " ".join(row.strip() for row in rows[-2:]) == says
    palette.key("down", None, 0.0)
    rows = ["".join(piece.text for piece in row) for row in palette.sheet(76, 9).lines]
    assert sum("It fits." in row for row in rows) == 1


async def test_a_few_letters_open_an_area_a_view_and_an_action(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.press("ctrl+p", *"accounts", "enter")
        await hand.until(lambda: isinstance(hand.app.screen, AccountsScreen), "accounts")
        await hand.until_shown("DELT")
        await hand.press("ctrl+p", *"orph", "enter")
        await hand.until(lambda: isinstance(hand.app.screen, TokensScreen) and hand.tokens.here.view == "orphaned", "the view")
        await hand.until(lambda: hand.tokens.row is not None and hand.tokens.row.key == key_of("T06"), "T06")
        await hand.press("ctrl+p", *"revoke", "enter")
        await hand.until_shown("Revoke this token?")
        await hand.press("escape")
        assert hand.token(key_of("T06")).status is Status.ACTIVE
