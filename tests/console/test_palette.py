"""The palette finds every action, area, view and account by a few letters, and does what the key would have done."""

from __future__ import annotations

import pytest

from console import synonyms
from console.actions import ACTIONS
from console.areas import AREAS
from console.dialogs.palette import Offer, Palette, matching
from console.render.sheet import edge
from console.screens.account import AccountScreen
from console.screens.accounts import AccountsScreen
from console.screens.tokens import TokensScreen
from store.opening import Store
from store.rules.status import Status
from store.rules.views import VIEWS
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
    assert rows[1].endswith("  End the token for good")
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


def test_another_word_for_a_thing_finds_it_behind_those_that_begin_with_it() -> None:
    stale = Offer("view", "Unused > 90 days", "Live and not used.", lambda: None, also="stale idle")
    assert [one.label for one in matching([stale, offer("Stale list")], "stale")] == ["Stale list", "Unused > 90 days"]


def test_a_whole_token_is_taken_away_and_nothing_is_looked_for() -> None:
    asked: list[str] = []
    palette = Palette([offer("Revoke")], asked.append)
    palette.paste(f"tkd_live_{'a' * 12}_{'b' * 38}", 1.0)
    palette.tick(2.0)
    sheet = palette.sheet(76, 10)
    assert "bbbb" not in str(sheet)
    assert "taken away" in "".join(piece.text for piece in edge(sheet.title, sheet.note, 80))
    assert asked == []


def test_other_words_are_of_things_there_are() -> None:
    assert set(synonyms.ACTIONS) <= {action.id for action in ACTIONS}
    assert set(synonyms.AREAS) == {area.id for area in AREAS}
    assert set(synonyms.VIEWS) == {view.name for view in VIEWS} - {"all"}


def test_accounts_are_looked_for_once_typing_rests_and_a_late_answer_is_dropped() -> None:
    asked: list[str] = []
    palette = Palette([offer("Revoke")], asked.append)
    palette.key("a", "a", 1.0)
    palette.key("c", "c", 1.05)
    palette.tick(1.1)
    assert asked == []
    palette.tick(1.3)
    assert (asked, palette.next_tick(1.3)) == (["ac"], None)
    palette.know([offer("Acme", kind="account")], "a")
    assert palette.found == []
    palette.know([offer("Acme", kind="account")], "ac")
    assert [one.label for one in palette.found] == ["Acme"]


@pytest.mark.parametrize(
    "command", ["issue", "report", "export", "verify", "review", "stale", "staff", "case", "save view", "due"]
)
async def test_what_takes_an_argument_what_another_area_does_and_other_words_are_found(filled: Store, command: str) -> None:
    async with at_console(filled) as hand:
        await hand.press("ctrl+p")
        await hand.type(command)
        expected = {"issue": "Issue", "verify": "Check every line", "stale": "Unused > 90 days", "review": "Reviews",
                    "staff": "Operators", "case": "File what follows", "due": "what is due"}  # fmt: skip
        await hand.until_shown(expected.get(command, command.capitalize()))
        assert "Nothing here is called that" not in hand.screen()


async def test_what_is_found_opens_its_form_its_question_or_its_account(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.press("ctrl+p", *"report", "enter")
        await hand.until_shown("its id or name")
        await hand.press("escape", "ctrl+p", *"verify", "enter")
        await hand.until_shown("chain verified")
        assert hand.desktop.PLACE == "audit"
        await hand.press("escape")
        await hand.until(lambda: isinstance(hand.desktop, TokensScreen), "the way back")
        await hand.press("ctrl+p", *"acme")
        hand.watch.wait(1)
        await hand.until_shown("account")
        await hand.press("enter")
        await hand.until(lambda: isinstance(hand.desktop, AccountScreen), "the account")
        await hand.press("escape", "ctrl+p")
        await hand.type("under none")
        await hand.press("enter")
        await hand.until_shown(":case")
        await hand.press("escape", "f3", "ctrl+p", *"revoke", "enter")
        await hand.until_shown("on the row under the cursor")
        assert hand.desktop.PLACE == "tokens"
        assert hand.desktop.dialog is None
        await hand.press("f3", "ctrl+p", *"identify", "enter")
        await hand.until_shown("Whose token is this?")
