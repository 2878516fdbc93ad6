"""Scenario A10 at the console, without the leak triage: suspend for four hours with a message, resume, and ask when exposed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.engine import Unit
from store.moments import to_ms
from store.opening import Store
from store.reads.check import Answer, check
from store.rows import TokenKey
from store.rules.actions import Action
from store.rules.status import Status
from store.rules.usage import Outcome
from store.writes.orders import new_action_id
from store.writes.tokens import Change, apply, hold
from tests.at_console import Hand, at_console
from tests.conftest import NOW
from tests.making import PRIYA
from tests.scenario import fill_scenario, key_of, secret_of

OVER = NOW + timedelta(hours=4)


@pytest.fixture
def store(demo_store: Store) -> Store:
    """The scenarios' store; its clock stands at NOW."""
    fill_scenario(demo_store)
    return demo_store


def answer(store: Store, after: timedelta = timedelta(0)) -> Answer:
    with store.reading() as reader:
        return check(reader, secret_of("T08"), NOW + after, store.mint())


def expose(store: Store, key: TokenKey) -> None:
    """Put an exposure on record, as leak triage does."""

    def work(unit: Unit) -> None:
        held = hold(unit, key)
        apply(unit, [Change(held, {"exposed_at": to_ms(NOW)}, Action.UPDATE, PRIYA, new_action_id(), "found in a dump")], NOW)

    store.write(work)


async def on_t08(hand: Hand) -> None:
    await hand.press("colon")
    await hand.type("view all")
    await hand.press("enter")
    await hand.until(lambda: hand.tokens.here.view == "all", "all tokens")
    await hand.press("slash")
    await hand.type("id:T08")
    await hand.press("enter")
    await hand.until(lambda: [row.id for row in hand.tokens.table.visible_rows] == [key_of("T08")[1]], "T08")
    await hand.until(lambda: hand.tokens.facts is not None and hand.tokens.facts.complete, "what is known about it")


async def suspend(hand: Hand, message: str) -> None:
    await on_t08(hand)
    await hand.press("S")
    await hand.until_shown("Message to callers")
    await hand.type(message)
    await hand.press("enter")
    await hand.until_shown("Suspend this token?")
    await hand.answer()
    await hand.until(lambda: hand.token(key_of("T08")).suspended_at == NOW, "the suspension")


async def test_a10_suspended_for_four_hours_with_a_message_and_resumed_by_the_same_key(store: Store) -> None:
    async with at_console(store, (80, 24)) as hand:
        await suspend(hand, "call us about INC 204")
        row = hand.token(key_of("T08"))
        assert (row.status, row.suspended_until) == (Status.SUSPENDED, OVER)
        assert (answer(store).outcome, answer(store).reason) == (Outcome.SUSPENDED, "call us about INC 204")
        assert answer(store, timedelta(hours=4) - timedelta(seconds=1)).outcome is Outcome.SUSPENDED
        assert answer(store, timedelta(hours=4)).outcome is Outcome.VALID
        await hand.until(lambda: hand.tokens.row is not None and hand.tokens.row.status is Status.SUSPENDED, "the row")
        await hand.press("S")
        await hand.until_shown("Let this token work again?")
        await hand.answer()
        await hand.until_shown("RESUMED")
        assert hand.token(key_of("T08")).status is Status.ACTIVE
        assert answer(store).outcome is Outcome.VALID
        assert [one.action for one in hand.audit(key_of("T08"))][:2] == ["resume", "suspend"]


async def test_a10_an_exposed_token_asks_when_the_time_is_over_and_never_resumes_by_itself(store: Store) -> None:
    async with at_console(store, (120, 36)) as hand:
        await suspend(hand, "call us")
    expose(store, key_of("T08"))
    later = OVER + timedelta(minutes=1)
    assert answer(store, later - NOW).outcome is Outcome.SUSPENDED
    async with at_console(store, (120, 36), now=later) as hand:
        await on_t08(hand)
        await hand.press("enter")
        await hand.until_shown("Waits for a decision")
        await hand.press("S")
        await hand.until_shown("The time is over. Let this token work again?")
        assert "An exposure is on record" in hand.screen()
        await hand.press("escape")
        await hand.until_shown("Kept")
        assert answer(store, later - NOW).outcome is Outcome.SUSPENDED
        await hand.press("S")
        await hand.until_shown("The time is over")
        await hand.answer()
        await hand.until_shown("RESUMED")
        assert answer(store, later - NOW).outcome is Outcome.VALID


async def test_escape_from_the_question_finds_the_message_again(store: Store) -> None:
    async with at_console(store) as hand:
        await on_t08(hand)
        await hand.press("S")
        await hand.until_shown("Message to callers")
        await hand.type("call us")
        await hand.press("enter")
        await hand.until_shown("Suspend this token?")
        await hand.press("escape")
        await hand.until_shown("call us")
        await hand.press("escape")
        await hand.until_shown("Leave it and lose what was typed?")
        await hand.press("escape")
        await hand.until(lambda: hand.desktop.dialog is None, "the list")
        assert hand.token(key_of("T08")).suspended_at is None
