"""A leaked token pasted into the console: one screen says whose it is, and one question ends it, on both databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from textual import events

from console.screens.leaks import LeaksScreen
from store.opening import Store
from store.rows import TokenKey
from store.rules.leaks import Verdict
from store.rules.status import Status
from store.writes.exposures import ExposeOrder, Seen, expose
from tests.at_console import Hand, at_console
from tests.conftest import NOW
from tests.incident import MARCO, fill_incident
from tests.scenario import fill_scenario, key_of, secret_of


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with the 34 tokens of the scenarios."""
    fill_scenario(store)
    return store


async def paste(hand: Hand, text: str) -> None:
    """Paste into the masked box and look it up."""
    hand.app.post_message(events.Paste(text))
    await hand.until(lambda: "received" in hand.screen(), "the paste")
    assert text not in hand.screen()
    await hand.press("enter")
    hand.watch.wait(0.2)
    await hand.until(lambda: hand.desktop.dialog is None, "the look-up")


async def test_a_proven_token_is_named_recorded_and_revoked_by_one_key_and_one_answer(filled: Store) -> None:
    async with at_console(filled, (80, 24)) as hand:
        await hand.press("f5")
        await hand.until_shown("Whose token is this?")
        await paste(hand, f"export API_TOKEN={secret_of('T08').reveal()}\nother text")
        await hand.until_shown("VERIFIED")
        await hand.until_shown("runaway sync")
        assert hand.audit(key_of("T08"), "look-up")[0].reason == "pasted as a suspect: verified"
        assert secret_of("T08").reveal()[17:-4] not in hand.screen()
        await hand.press("x")
        await hand.until_shown("Revoke this token?")
        hand.watch.wait(1.0)
        await hand.answer()
        await hand.until(lambda: hand.token(key_of("T08")).status is Status.REVOKED, "the revocation")
        assert "leaked" in hand.audit(key_of("T08"), "revoke")[0].reason
        await hand.until_shown("✕ revoked")


async def test_while_a_paste_is_looked_up_no_key_acts_on_the_token_that_was_under_the_cursor(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 3 am the store is slow, and the next key is meant for what was pasted, not for what is on record below it."""
    fill_incident(filled)
    async with at_console(filled, (80, 24)) as hand:
        await hand.press("f5", "escape")
        leaks = hand.desktop
        assert isinstance(leaks, LeaksScreen)

        def at_hand() -> TokenKey | None:
            return None if leaks.row is None else leaks.row.key

        await hand.until(lambda: at_hand() is not None, "an exposure on record")
        before = at_hand()
        assert before is not None
        held, ask = asyncio.Event(), leaks.session.desk.ask

        async def slow(lane: str, read: Any) -> Any:
            if lane.startswith("identify"):
                await held.wait()
            return await ask(lane, read)

        monkeypatch.setattr(leaks.session.desk, "ask", slow)
        await paste(hand, secret_of("T01").reveal())
        await hand.until_shown("Looking up what was pasted")
        await hand.press("I", "x", "S")
        assert hand.desktop.dialog is None
        held.set()
        await hand.until_shown("VERIFIED")
        await hand.until(lambda: at_hand() is not None, "the verdict")
        assert at_hand() == key_of("T01") != before
        await hand.press("x")
        await hand.until_shown("Revoke this token?")
        assert not hand.audit(before, "case")


async def test_look_ups_of_pasted_tokens_are_one_key_away_in_the_audit_log(filled: Store) -> None:
    async with at_console(filled, (120, 36)) as hand:
        await hand.press("enter")
        await hand.until_shown("What it may do")
        await hand.press("a")
        await hand.until_shown("opened in the console")
        await hand.press("f5")
        await paste(hand, secret_of("T08").reveal())
        await hand.until_shown("VERIFIED")
        await hand.press("L")
        await hand.until_shown("looked up runaway sync")
        await hand.until_shown("pasted as a suspect: verified")
        screen = hand.screen()
        assert "pasted: verified" in screen
        assert "action:look-up reason:pasted" in screen
        assert "looked at" not in screen
        await hand.press("left_square_bracket")
        await hand.until(lambda: isinstance(hand.desktop, LeaksScreen), "back in Leaks")


async def test_an_unproven_one_wants_a_reason_before_it_is_asked_about(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.press("f5")
        await paste(hand, secret_of("T01").reveal()[:40])
        await hand.until_shown("ID ONLY")
        await hand.press("x", "enter")
        await hand.until_shown("Say in a few words why")
        await hand.type("seen in a public repository")
        await hand.press("enter")
        await hand.until_shown("Revoke this token?")
        hand.watch.wait(1.0)
        await hand.answer()
        await hand.until(lambda: hand.token(key_of("T01")).status is Status.REVOKED, "the revocation")
        assert hand.audit(key_of("T01"), "revoke")[0].reason == "seen in a public repository"


async def test_what_is_not_ours_is_said_and_nothing_of_it_is_kept(filled: Store) -> None:
    foreign = "ghp_" + "k" * 36
    async with at_console(filled) as hand:
        before = len(hand.audit())
        await hand.press("f5")
        await paste(hand, foreign)
        await hand.until_shown("NOT OURS")
        assert "kkkk" not in hand.screen()
        assert len(hand.audit()) == before
        await hand.press("x")
        assert "no token under the cursor" in hand.screen()


async def test_lines_pasted_without_brackets_stay_in_the_box(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.press("f5")
        await hand.until_shown("Whose token is this?")
        for character in "xy":
            await hand.pilot.press(character)
        await hand.pilot.press("enter")
        for character in secret_of("T08").reveal():
            await hand.pilot.press("underscore" if character == "_" else character)
        await hand.press("enter")
        hand.watch.wait(0.2)
        await hand.until_shown("VERIFIED")
        assert hand.token(key_of("T08")).status is Status.ACTIVE
        assert isinstance(hand.desktop, LeaksScreen)


async def test_a_read_only_console_identifies_and_writes_nothing(filled: Store) -> None:
    async with at_console(filled, read_only=True) as hand:
        before = len(hand.audit())
        await hand.press("f5")
        await paste(hand, secret_of("T08").reveal())
        await hand.until_shown("VERIFIED")
        assert len(hand.audit()) == before
        await hand.press("i")
        await hand.until_shown("Whose token is this?")


async def test_where_it_was_seen_goes_on_record_and_is_told_at_the_next_paste(filled: Store) -> None:
    async with at_console(filled, (120, 36)) as hand:
        await hand.press("f5")
        await paste(hand, secret_of("T08").reveal())
        await hand.until_shown("VERIFIED")
        await hand.press("W", "enter")
        await hand.until_shown("Say what it was seen in")
        await hand.type("forum of developers")
        await hand.press("tab")
        await hand.type("https://forum.example/t/9?key=1")
        await hand.press("enter")
        await hand.until_shown("ON RECORD. The token is marked as exposed.")
        await hand.until_shown("Exposed: seen at forum of developers, https://forum.example/t/9 · found")
        assert hand.audit(key_of("T08"), "expose")[0].detail["place"] == "https://forum.example/t/9"
        assert hand.token(key_of("T08")).exposed_at is not None


async def test_an_earlier_doubt_does_not_stand_against_a_proof(filled: Store) -> None:
    order = ExposeOrder(source="dump.txt", seen=(Seen(key_of("T08"), Verdict.ID_ONLY, "line 6"),), actor=MARCO)
    filled.write(lambda unit: expose(unit, order, NOW))
    async with at_console(filled, (80, 24)) as hand:
        await hand.press("f5")
        await paste(hand, secret_of("T08").reveal())
        await hand.until_shown("VERIFIED  The secret is right")
        await hand.until_shown("Earlier, not proven: seen at dump.txt, line 6 · found")


async def test_exposures_on_record_are_listed_with_what_became_of_the_token(filled: Store) -> None:
    fill_incident(filled)
    seen = (Seen(key_of("T06"), Verdict.VERIFIED, "deploy.sh, line 3"), Seen(key_of("T12"), Verdict.DEAD, "old.env"))
    order = ExposeOrder(source="gist.example/77", seen=seen, actor=MARCO)
    filled.write(lambda unit: expose(unit, order, NOW - timedelta(days=2)))
    async with at_console(filled, (120, 36)) as hand:
        await hand.press("f5", "escape")
        await hand.until_shown("3 on record")
        await hand.until_shown("gist.example/77, deploy.sh, line 3")
        listed = hand.pane("middle")
        assert listed.index("github.com/crux/syn") < listed.index("gist.example/77, ")
        assert "active" in next(one for one in listed.splitlines() if "CI deploy bot" in one)
        assert "expired" in next(one for one in listed.splitlines() if "77, old.env" in one)
        await hand.until_shown("STOPPED FOR NOW")
        while "deploy.sh, line 3" not in hand.pane("inspector"):
            await hand.press("j")
            await hand.until(lambda: hand.desktop._rest is None, "the inspector")
        assert "STILL WORKS" in hand.pane("inspector")
        assert "by marco" in hand.pane("inspector")
        await hand.press("enter")
        await hand.until_shown("What it may do")
        assert hand.desktop.row.key == key_of("T06")
        await hand.press("escape")
        await hand.until_shown("3 on record")
        await hand.press("x")
        await hand.until_shown("Revoke this token?")
        hand.watch.wait(1.0)
        await hand.answer()
        await hand.until(lambda: hand.token(key_of("T06")).status is Status.REVOKED, "the revocation")
        assert hand.audit(key_of("T06"), "revoke")[0].reason == "leaked: seen at gist.example/77, deploy.sh, line 3"
        await hand.until(
            lambda: "revoked" in next(one for one in hand.pane("middle").splitlines() if "CI deploy bot" in one), "its new state"
        )


async def test_what_is_pasted_stands_above_what_is_on_record(filled: Store) -> None:
    fill_incident(filled)
    async with at_console(filled, (80, 24)) as hand:
        await hand.press("f5")
        await hand.until_shown("1 on record")
        await paste(hand, secret_of("T06").reveal())
        await hand.until_shown("1 verified · 1 on record")
        listed = hand.pane("middle")
        assert listed.index("pasted here") < listed.index("github.com/crux")
        assert hand.desktop.row.key == key_of("T06")
        await hand.press("j")
        await hand.until_shown("github.com/crux/sync, sync/settings.py, line 12")
        assert hand.desktop.row.key == key_of("T08")


async def test_without_anything_on_record_the_list_says_so(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.press("f5", "escape")
        await hand.until_shown("no exposure is on record")
        await hand.press("enter")
        await hand.until_shown("no token of ours under the cursor")
