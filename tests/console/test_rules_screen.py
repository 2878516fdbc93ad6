"""The rules of a policy besides its limits: read in plain words, judged as they are typed, previewed, then saved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.dialogs.form import Form
from console.screens.account import AccountScreen
from console.screens.policies import PoliciesScreen
from console.screens.rules import RulesScreen
from store.opening import Store
from store.reads.policy_rules import rules_of
from store.rules.policies import DEFAULT
from store.writes.policy_rules import RulesOrder, put_rules
from tests.at_console import Hand, at_console
from tests.conftest import NOW
from tests.making import PRIYA
from tests.rowmaker import Use, put_usage
from tests.scenario import fill_scenario, key_of


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with the 34 tokens of the scenarios."""
    fill_scenario(store)
    return store


def put(store: Store, account_id: str, **rules: str) -> None:
    """Give an account rules."""
    order = RulesOrder(account_id=account_id, rules=rules, actor=PRIYA)
    store.write(lambda unit: put_rules(unit, order, NOW))


def own_rules(store: Store, account_id: str = "ACME") -> dict[str, str]:
    """Return an account's own rules."""
    with store.reading() as reader:
        own, default = rules_of(reader, account_id)
    return default if account_id == DEFAULT else own


async def rules_page(hand: Hand, account: str = "ACME") -> RulesScreen:
    """Open the rules of an account by command."""
    await hand.press("f9")
    await hand.until(lambda: isinstance(hand.app.screen, PoliciesScreen) and hand.desktop.table.total.rows, "policies")
    await hand.press("colon")
    await hand.type(f"rules {account}")
    await hand.press("enter")
    await hand.until(lambda: isinstance(hand.app.screen, RulesScreen) and hand.desktop.known, "the rules")
    screen = hand.app.screen
    assert isinstance(screen, RulesScreen)
    return screen


def page(hand: Hand) -> str:
    """Return the page with its line ends taken out."""
    return " ".join(" ".join(row.strip("│ ").split()) for row in hand.pane("page").splitlines())


async def test_the_page_says_in_plain_words_what_holds_and_whose_it_is(filled: Store) -> None:
    put(filled, DEFAULT, overlap_admin="24", warn_days="14", allowed_addresses="203.0.113.0/24")
    put(filled, "ACME", overlap_admin="48", idle_action="revoke=14d", allowed_scopes="orders.read", warn_days="3 1")
    async with at_console(filled) as hand:
        await rules_page(hand)
        shown = page(hand)
    assert "Overlap, admin an old token may go on 1 day beside its replacement the default policy (its own says 48)" in shown
    assert "Allowed scopes orders.read its own policy" in shown
    assert "Allowed addresses 203.0.113.0/24 the default policy" in shown
    assert "people are told 14 days, 3 days and 1 day before a token ends its own and the default together" in shown
    assert "no token is too long unused: no limit is set (then: given notice, and revoked 14 days later" in shown


async def test_a_rule_is_judged_as_it_is_typed_and_a_wrong_one_goes_no_further(filled: Store) -> None:
    async with at_console(filled) as hand:
        screen = await rules_page(hand)
        await hand.press("e")
        await hand.type("337")
        assert "is not a number of hours from 0 to 336" in hand.screen()
        await hand.press("enter")
        assert screen.given is None
        assert isinstance(hand.desktop.dialog, Form)
        await hand.press("escape", "escape")
        await hand.until(lambda: hand.desktop.dialog is None, "the page")
        assert hand.app.screen is screen, "the page stays open"
        assert own_rules(filled) == {}


async def test_rules_are_saved_after_their_preview_with_an_audit_line_and_no_token_changes(filled: Store) -> None:
    key = key_of("T06")
    put_usage(filled, [Use(key, NOW - timedelta(days=2), address="198.51.100.7")])
    before = token_ends(filled)
    async with at_console(filled, case="SEC-7") as hand:
        screen = await rules_page(hand)
        await hand.press("e", "tab", "tab")
        await hand.type("24")
        await hand.press("tab", "tab", "tab")
        await hand.type("203.0.113.0/24")
        await hand.until_shown("It would say: overlap, admin 24; allowed addresses 203.0.113.0/24.")
        await hand.press("enter")
        await hand.until_shown("Used from elsewhere")
        assert screen.means is not None
        assert [one.addresses for one in screen.means.elsewhere if (one.account_id, one.id) == key] == [("198.51.100.7",)]
        assert own_rules(filled) == {}, "a preview saves nothing"
        await hand.press("s")
        await hand.until_shown("Save these rules?")
        assert "refused at once" in hand.screen()
        await hand.answer()
        await hand.until_shown("SAVED the rules of Acme")
        assert own_rules(filled) == {"overlap_admin": "24", "allowed_addresses": "203.0.113.0/24"}
        [line] = hand.audit(action="policy")
        assert (line.account_id, line.case_id) == ("ACME", "SEC-7")
        assert line.detail["allowed_addresses"] == "203.0.113.0/24"
        await hand.until(lambda: "Allowed addresses 203.0.113.0/24 its own policy" in page(hand), "the new rule on the page")
    assert token_ends(filled) == before


def token_ends(store: Store) -> list[tuple[object, ...]]:
    """Return when every token ends."""
    with store.reading() as reader:
        return [tuple(row) for row in reader.rows("SELECT account_id, id, expires_at, revoked_at FROM token ORDER BY 1, 2")]


async def test_a_cap_ends_tokens_with_other_scopes_only_with_their_number_typed(filled: Store) -> None:
    async with at_console(filled) as hand:
        screen = await rules_page(hand)
        await hand.press("e", *("tab",) * 4)
        await hand.type("orders.read")
        await hand.press("enter")
        await hand.until_shown("hold a scope that would not be allowed")
        await hand.press("colon")
        await hand.type("choose cap=14d")
        await hand.press("enter")
        does = screen.chosen_effects()
        assert does
        await hand.press("s")
        await hand.until_shown("Type ")
        await hand.press("tab")
        await hand.type(str(len(does) + 1))
        await hand.press("enter")
        assert own_rules(filled) == {}, "another number saves nothing"
        await hand.type(str(len(does)))
        await hand.press("enter")
        await hand.until_shown(f"{len(does)} tokens changed")
        assert own_rules(filled) == {"allowed_scopes": "orders.read"}
        ends = {(row[0], row[1]): row[2] for row in token_ends(filled)}
        assert {ends[one.account_id, one.id] for one in does} == {int((NOW + timedelta(days=14)).timestamp() * 1_000)}
        [line] = [one for one in hand.audit(action="policy") if "choice" in one.detail]
        assert line.detail["choice"] == "cap=14d"
        assert len(hand.audit(action="expire")) == len(does)


async def test_somebody_elses_change_meanwhile_is_not_overwritten(filled: Store) -> None:
    async with at_console(filled) as hand:
        await rules_page(hand)
        await hand.press("e")
        await hand.type("24")
        await hand.press("enter")
        await hand.until_shown("A preview: nothing is saved.")
        await hand.until(lambda: hand.desktop.means, "the preview")
        put(filled, "ACME", overlap_admin="12")
        await hand.press("s")
        await hand.until_shown("Save these rules?")
        await hand.answer()
        await hand.until_shown("Somebody else has changed this policy meanwhile.")
        assert own_rules(filled) == {"overlap_admin": "12"}


async def test_the_list_and_an_account_lead_to_the_rules_and_escape_back(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.press("f9")
        await hand.until(lambda: isinstance(hand.app.screen, PoliciesScreen) and hand.desktop.table.visible_rows, "policies")
        await hand.press("r")
        await hand.until_shown("Rules of every account")
        await hand.press("escape")
        await hand.until(lambda: isinstance(hand.app.screen, PoliciesScreen), "the list")
        await hand.press("f3")
        await hand.until(lambda: hand.desktop.table.visible_rows, "accounts")
        await hand.press("enter")
        await hand.until(lambda: isinstance(hand.app.screen, AccountScreen), "the account")
        await hand.press("r")
        await hand.until(lambda: isinstance(hand.app.screen, RulesScreen) and hand.desktop.known, "its rules")


async def test_read_only_shows_the_rules_and_says_why_nothing_can_be_changed(filled: Store) -> None:
    async with at_console(filled, read_only=True) as hand:
        await rules_page(hand)
        await hand.press("e")
        await hand.until_shown("read-only")
        assert hand.desktop.dialog is None
