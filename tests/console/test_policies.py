"""Policies: listed in words, edited in a form that loses nothing, previewed before they are saved (scenario A12)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from console.dialogs.form import Form
from console.screens.account import AccountScreen
from console.screens.policies import PoliciesScreen
from console.screens.policy import PolicyScreen
from store.opening import Store
from store.reads.policies import limits_of
from store.rules.policies import DEFAULT, Limits
from store.rules.roles import Role
from store.rules.state import STATE_COLUMNS
from store.writes.people import put_operator
from store.writes.policies import PolicyOrder, put_policy
from tests.at_console import Hand, at_console
from tests.conftest import NOW
from tests.making import PRIYA
from tests.scenario import fill_scenario, key_of


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with the 34 tokens of the scenarios."""
    fill_scenario(store)
    return store


def limits(store: Store, account_id: str = "ACME") -> Limits:
    """Return an account's own limits."""
    with store.reading() as reader:
        own, default = limits_of(reader, account_id)
    return default if account_id == DEFAULT else own


def tokens(store: Store) -> list[tuple[object, ...]]:
    """Return the whole state of every token."""
    with store.reading() as reader:
        return [tuple(row) for row in reader.rows(f"SELECT {', '.join(STATE_COLUMNS)} FROM token ORDER BY account_id, id")]


async def open_form(hand: Hand, account: str) -> PolicyScreen:
    """Open the form on an account's policy by command."""
    await hand.press("f9")
    await hand.until(lambda: isinstance(hand.app.screen, PoliciesScreen) and hand.desktop.table.total.rows, "policies")
    await hand.press("n")
    await hand.type(account)
    await hand.press("enter")
    await hand.until(lambda: isinstance(hand.app.screen, PolicyScreen) and hand.desktop.dialog is not None, "the form")
    screen = hand.app.screen
    assert isinstance(screen, PolicyScreen)
    return screen


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def test_a12_a_policy_says_before_it_is_saved_what_it_would_mean_and_changes_no_token(filled: Store) -> None:
    before = tokens(filled)
    async with at_console(filled, case="SEC-7") as hand:
        screen = await open_form(hand, "ACME")
        await hand.type("90")
        await hand.until_shown("It would say: longest lifetime 90 days.")
        await hand.press("enter")
        await hand.until_shown("6 live tokens: 3 would be past a limit already")
        assert screen.found is not None
        assert {one.token.id[:3]: one.since for one in screen.found.named} == {
            "T02": at("2025-08-30"),
            "T03": at("2026-01-08"),
            "T06": at("2025-12-30"),
        }
        assert [one.token.id[:3] for one in screen.found.named if one.in_use] == ["T06"]
        assert {one.id[:3] for one in screen.found.keeping} == {"T01", "T10", "T11"}
        rows = [" ".join(row.strip("│ ").split()) for row in hand.pane("page").splitlines()]
        assert "! CI deploy bot IN USE 30 min ago longest lifetime since 2025-12-30" in rows
        assert "old import no 90 d ago longest lifetime since 2025-08-30" in rows
        assert "● new tokens only" in hand.pane("page")
        assert limits(filled) == Limits(), "a preview saves nothing"
        await hand.press("s")
        await hand.until_shown("Save this policy?")
        await hand.answer()
        await hand.until_shown("SAVED the policy of Acme")
        assert limits(filled) == Limits(max_lifetime_days=90)
        [line] = hand.audit(action="policy")
        assert (line.account_id, line.case_id) == ("ACME", "SEC-7")
        assert line.detail == {"max_lifetime_days": 90, "was_max_lifetime_days": "none"}
        assert line.actor_role == "admin"
        assert tokens(filled) == before
        await hand.until(lambda: hand.desktop.table.total.rows == 2, "the policy in the list")


async def test_escape_changes_nothing_and_loses_nothing_without_asking(filled: Store) -> None:
    async with at_console(filled) as hand:
        screen = await open_form(hand, "ACME")
        await hand.type("90")
        await hand.press("enter")
        await hand.until_shown("6 live tokens")
        await hand.press("escape")
        form = hand.desktop.dialog
        assert isinstance(form, Form)
        assert form.values["max_lifetime_days"] == "90", "back in the form with what was typed"
        await hand.press("escape")
        assert "Esc again leaves" in hand.pane("page")
        await hand.press("tab")
        await hand.press("escape", "escape")
        await hand.until(lambda: hand.app.screen is not screen, "the list")
        assert limits(filled) == Limits()
        assert not hand.audit(action="policy")


async def test_a_form_that_was_not_touched_is_left_at_once(filled: Store) -> None:
    async with at_console(filled) as hand:
        screen = await open_form(hand, "Acme")
        await hand.press("enter")
        assert "Nothing here differs" in hand.pane("page")
        await hand.press("escape")
        await hand.until(lambda: hand.app.screen is not screen, "the list")


async def test_the_form_says_what_is_wrong_as_it_is_typed_and_does_not_go_on(filled: Store) -> None:
    async with at_console(filled) as hand:
        screen = await open_form(hand, "ACME")
        await hand.type("900")
        assert "no number of days from 1 to 365" in hand.pane("page")
        await hand.press("enter")
        assert screen.wanted is None
        assert hand.desktop.dialog is not None


async def test_escape_on_the_question_saves_nothing(filled: Store) -> None:
    async with at_console(filled) as hand:
        await open_form(hand, "ACME")
        await hand.type("90")
        await hand.press("enter")
        await hand.until_shown("6 live tokens")
        await hand.press("s")
        await hand.until_shown("Save this policy?")
        await hand.press("escape")
        await hand.until_shown("Nothing was saved.")
        assert limits(filled) == Limits()


async def test_a_policy_somebody_else_changed_meanwhile_is_not_overwritten(filled: Store) -> None:
    async with at_console(filled) as hand:
        await open_form(hand, "ACME")
        await hand.type("90")
        await hand.press("enter")
        await hand.until_shown("6 live tokens")
        order = PolicyOrder(account_id="ACME", limits=Limits(30), actor=PRIYA)
        filled.write(lambda unit: put_policy(unit, order, NOW), order.action_id)
        await hand.press("s")
        await hand.until_shown("Save this policy?")
        await hand.answer()
        await hand.until_shown("Somebody else has changed this policy meanwhile.")
        assert limits(filled) == Limits(30)


async def test_the_default_is_previewed_for_every_account_and_edited_from_the_list(filled: Store) -> None:
    async with at_console(filled, (140, 50)) as hand:
        await hand.press("f9")
        await hand.until(lambda: isinstance(hand.app.screen, PoliciesScreen) and hand.desktop.row is not None, "policies")
        await hand.press("enter")
        await hand.until(lambda: isinstance(hand.app.screen, PolicyScreen) and hand.desktop.dialog is not None, "the form")
        await hand.press("tab", "tab")
        await hand.type("90")
        await hand.press("enter")
        await hand.until_shown("32 live tokens: 4 would be past a limit already")
        rows = [" ".join(row.strip("│ ").split()) for row in hand.pane("page").splitlines()]
        assert "Zapier 2025 BOLT no 180 d ago unused at most since 2025-12-16" in rows


async def test_a_limit_of_tokens_that_is_reached_already_says_that_no_new_one_can_be_issued(filled: Store) -> None:
    async with at_console(filled) as hand:
        await open_form(hand, "CRUX")
        await hand.press("up")
        await hand.type("11")
        await hand.press("enter")
        await hand.until_shown("It holds 11 live tokens: with a limit of 11 no new one can be issued.")
        assert "11 live tokens: 0 would be past a limit already" in hand.pane("page")


async def test_an_account_leads_to_its_policy_and_back(filled: Store) -> None:
    async with at_console(filled) as hand:
        hand.tokens.show_account("ACME")
        await hand.until_shown("Policy in force")
        await hand.press("e")
        await hand.until(lambda: isinstance(hand.app.screen, PolicyScreen) and hand.desktop.dialog is not None, "the form")
        await hand.press("escape")
        await hand.until(lambda: isinstance(hand.app.screen, AccountScreen), "the account")


async def test_who_may_not_govern_sees_why(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.actor._os_user", lambda: "sam")
    filled.write(lambda unit: put_operator(unit, "sam", Role.SUPPORT, PRIYA, NOW))
    async with at_console(filled) as hand:
        await hand.press("f9")
        await hand.until(lambda: isinstance(hand.app.screen, PoliciesScreen) and hand.desktop.row is not None, "policies")
        for key in ("e", "n", "enter"):
            await hand.press(key)
            assert "not as support" in hand.pane("status")
            assert hand.desktop.dialog is None
        assert hand.token(key_of("T01")).live


async def preview_90(hand: Hand) -> PolicyScreen:
    """Open the preview of ninety days for ACME."""
    screen = await open_form(hand, "ACME")
    await hand.type("90")
    await hand.press("enter")
    await hand.until_shown("6 live tokens: 3 would be past a limit already")
    return screen


async def test_a12_each_choice_says_what_it_would_change_before_it_is_made(filled: Store) -> None:
    before = tokens(filled)
    async with at_console(filled, (120, 36)) as hand:
        screen = await preview_90(hand)
        rows = [" ".join(row.strip("│ ").split()) for row in hand.pane("page").splitlines()]
        assert "○ cap at now + 30 days 3 given an earlier end, 1 of them IN USE; 0 end today" in rows
        assert "○ revoke idle only 2 revoked for good, none of them in use; 2 end today" in rows
        await hand.press("c")
        await hand.until_shown("What becomes of tokens past a limit?")
        await hand.press("i")
        await hand.until_shown("● revoke idle only")
        await hand.press("escape")
        await hand.press("escape", "escape")
        await hand.until(lambda: hand.app.screen is not screen, "the list")
    assert tokens(filled) == before
    assert limits(filled) == Limits()


async def test_a12_a_cap_is_saved_only_with_the_number_of_tokens_typed(filled: Store) -> None:
    async with at_console(filled, (120, 36), case="SEC-7") as hand:
        await preview_90(hand)
        await hand.press("colon")
        await hand.type("choose cap=14d")
        await hand.press("enter")
        await hand.until_shown("● cap at now + 14 days")
        await hand.press("s")
        await hand.until_shown("Type 3 to save it")
        await hand.type("customer asked")
        await hand.press("tab")
        await hand.type("2")
        await hand.press("enter")
        await hand.until_shown("That is not the number of tokens it changes: 3.")
        assert limits(filled) == Limits()
        await hand.type("3")
        await hand.press("enter")
        await hand.until_shown("3 tokens changed")
        assert limits(filled) == Limits(90)
        told = [line for line in hand.audit(action="expire") if line.case_id == "SEC-7"]
        assert {line.reason for line in told} == {"policy of ACME, cap=14d: customer asked"}
        assert {hand.token(key_of(name)).expires_at for name in ("T02", "T03", "T06")} == {NOW + timedelta(days=14)}
        [policy] = hand.audit(action="policy")
        assert policy.detail["choice"] == "cap=14d"


async def test_a12_idle_only_revokes_two_and_spares_the_one_in_use(filled: Store) -> None:
    async with at_console(filled, (120, 36)) as hand:
        await preview_90(hand)
        await hand.press("c", "i", "s")
        await hand.until_shown("Cannot be undone.")
        await hand.press("tab")
        await hand.type("2")
        await hand.press("enter")
        await hand.until_shown("2 tokens changed")
        assert [hand.token(key_of(name)).live for name in ("T02", "T03", "T06")] == [False, False, True]


async def test_a_small_preview_names_tokens_and_limits_in_full(filled: Store) -> None:
    async with at_console(filled, (80, 24)) as hand:
        await hand.press("f9")
        await hand.until(lambda: isinstance(hand.app.screen, PoliciesScreen) and hand.desktop.row is not None, "policies")
        await hand.press("enter")
        await hand.until(lambda: isinstance(hand.app.screen, PolicyScreen) and hand.desktop.dialog is not None, "the form")
        await hand.type("90")
        await hand.press("enter")
        await hand.until_shown("32 live tokens: 5 would be past a limit already")
        await hand.until_shown("! CI deploy bot ACME    IN USE  30 min ago longest lifetime since 2025-12-30")
