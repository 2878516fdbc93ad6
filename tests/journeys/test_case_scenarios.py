"""Scenario A10 by keyboard at 80x24: a suspect is pasted, suspended with a message and resumed, all under one case."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from textual import events

from console.screens.case_file import CaseScreen
from console.screens.leaks import LeaksScreen
from store.case_rows import CaseFile
from store.opening import Store
from store.reads.case_file import case_file
from store.reads.check import Answer, check
from store.reads.verify import verify
from store.rules.checklist import State, Step
from store.rules.status import Status
from store.rules.usage import Outcome
from tests.at_console import Hand, at_console
from tests.conftest import NOW
from tests.scenario import fill_scenario, key_of, secret_of

INC = "INC-204"
OVER = NOW + timedelta(hours=4)
SMALL = (80, 24)


@pytest.fixture
def store(demo_store: Store) -> Store:
    """The scenarios' store; its clock stands at NOW."""
    fill_scenario(demo_store)
    return demo_store


def answer(store: Store, now: datetime = NOW) -> Answer:
    with store.reading() as reader:
        return check(reader, secret_of("T08"), now, store.mint())


def the_case(store: Store, now: datetime = NOW) -> CaseFile:
    with store.reading() as reader:
        found = case_file(reader, INC, now)
    assert found is not None
    return found


def states(store: Store, now: datetime = NOW) -> dict[Step, State]:
    return {step.step: step.state for step in the_case(store, now).steps}


async def paste_t08(hand: Hand) -> None:
    """Join the case, and paste the suspect into the masked box."""
    await hand.press("colon")
    await hand.type(f"case {INC}")
    await hand.press("enter")
    await hand.until_shown("A new case: the next action opens it.")
    await hand.press("f5")
    await hand.until_shown("Whose token is this?")
    secret = secret_of("T08").reveal()
    hand.app.post_message(events.Paste(f"curl -H 'Authorization: Bearer {secret}' https://api.example\n"))
    await hand.until_shown("received")
    assert secret not in hand.screen()
    await hand.press("enter")
    hand.watch.wait(0.2)
    await hand.until_shown("VERIFIED")


async def put_on_record(hand: Hand) -> None:
    await hand.press("W")
    await hand.until_shown("Where was it seen?")
    await hand.type("chat of the vendor")
    await hand.press("enter")
    await hand.until_shown("ON RECORD.")


async def suspend(hand: Hand) -> None:
    """Suspend the token under the cursor for what the form offers: four hours."""
    await hand.press("S")
    await hand.until_shown("Message to callers")
    await hand.type("call us about INC 204")
    await hand.press("enter")
    await hand.until_shown("Suspend this token?")
    await hand.answer()
    await hand.until(lambda: hand.token(key_of("T08")).suspended_at == NOW, "the suspension")


async def to_case(hand: Hand) -> None:
    await hand.press("f12")
    await hand.until(lambda: hand.desktop.PLACE == "cases" and hand.desktop.row is not None, "the list of cases")
    await hand.press("enter")
    await hand.until(lambda: isinstance(hand.desktop, CaseScreen) and hand.desktop.found is not None, "the case")
    await hand.until_shown(f"Case {INC}")


async def test_a10_a_suspect_is_pasted_suspended_with_a_message_and_resumed_by_keyboard_at_80x24(store: Store) -> None:
    async with at_console(store, SMALL) as hand:
        await paste_t08(hand)
        await hand.until_shown("Crux")
        screen = hand.screen()
        assert isinstance(hand.desktop, LeaksScreen)
        for words in ("VERIFIED", "runaway sync", "Crux", INC, "S suspend it first"):
            assert words in screen, words
        hints = screen.splitlines()[-1]
        assert 0 < hints.index("S Suspend") < hints.index("x Revoke")  # what can be undone comes first
        assert the_case(store).row.opened_at == NOW
        await put_on_record(hand)
        await suspend(hand)
        row = hand.token(key_of("T08"))
        assert (row.status, row.suspended_until) == (Status.SUSPENDED, OVER)
        assert (answer(store).outcome, answer(store).reason) == (Outcome.SUSPENDED, "call us about INC 204")
        await to_case(hand)
        await hand.until_shown("suspended, not ended; asks at 2026-03-16 13:00Z")
        assert states(store) == {
            Step.IDENTIFY: State.DONE, Step.END: State.PARTLY, Step.USAGE: State.OPEN, Step.NOTIFY: State.OPEN,
            Step.POST_MORTEM: State.OPEN,
        }  # fmt: skip
        await hand.press("S")
        await hand.until_shown("Let this token work again?")
        assert INC in hand.screen().splitlines()[0]
        await hand.answer()
        await hand.until_shown("RESUMED")
        assert answer(store).outcome is Outcome.VALID
        await hand.until_shown("active: still works")
    assert states(store)[Step.END] is State.OPEN
    lines = [(line.action, line.token_id) for line in the_case(store).events]
    t08 = key_of("T08")[1]
    assert lines == [("case", None), *((action, t08) for action in ("look-up", "expose", "suspend", "resume"))]
    with store.reading() as reader:
        assert verify(reader).whole


async def test_a10_after_four_hours_the_case_asks_and_the_exposed_token_never_resumes_by_itself(store: Store) -> None:
    async with at_console(store, SMALL) as hand:
        await paste_t08(hand)
        await put_on_record(hand)
        await suspend(hand)
    later = OVER + timedelta(minutes=1)
    assert answer(store, later).outcome is Outcome.SUSPENDED
    async with at_console(store, SMALL, now=later) as hand:
        await to_case(hand)
        await hand.until_shown("over since 2026-03-16 13:00Z")
        await hand.press("S")
        await hand.until_shown("The time is over. Let this token work again?")
        await hand.press("escape")
        await hand.until_shown("Kept")
        assert answer(store, later).outcome is Outcome.SUSPENDED
        await hand.press("x")
        await hand.until_shown("Revoke this token?")
        assert INC in hand.screen().splitlines()[0]
        hand.watch.wait(1.0)
        await hand.answer()
        await hand.until_shown("REVOKED")
    assert answer(store, later).outcome is Outcome.REVOKED
    found = the_case(store, later)
    assert (states(store, later)[Step.END], found.took) == (State.DONE, timedelta(hours=4, minutes=1))


async def test_a_whole_incident_is_worked_through_on_the_page_of_its_case(store: Store) -> None:
    async with at_console(store, SMALL) as hand:
        await paste_t08(hand)
        await hand.press("x")
        await hand.until_shown("Revoke this token?")
        hand.watch.wait(1.0)
        await hand.answer()
        await hand.until(lambda: hand.token(key_of("T08")).status is Status.REVOKED, "the revocation")
        await to_case(hand)
        await hand.press("u")
        await hand.until_shown("Last 30 days")
        await hand.until(lambda: states(store)[Step.USAGE] is State.DONE, "the usage on record")
        await hand.press("q")
        await hand.press("t")
        await hand.until_shown("nothing is sent to anybody")
        await hand.type("Kim of Crux")
        await hand.press("tab")
        await hand.type("by phone")
        await hand.press("enter")
        await hand.until_shown("NOTED who was told, audit #")
        await hand.press("D")
        await hand.until_shown("What came of it")
        assert "Not done" not in hand.screen()
        await hand.type("revoked at once")
        await hand.press("enter")
        await hand.until_shown("CLOSED, audit #")
    found = the_case(store)
    assert {step.state for step in found.steps} == {State.DONE}
    assert found.row.closed_at == NOW
    assert found.steps[3].ticks[0].words == "told Kim of Crux: by phone at 2026-03-16 09:00Z"
