"""The console asks who is there: at the start, for what matters, after ten minutes with nobody there, by keyboard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from console.actor import _os_user
from console.app import Console
from console.clock import Clock
from console.screens.signing_in import SignInScreen
from console.screens.tokens import TokensScreen
from console.settings import Memory, Settings
from store.opening import Store
from store.reads.sessions import open_sessions
from store.rules.roles import Actor, Role
from store.writes.passphrases import sign_out
from store.writes.people import put_operator
from tests.at_console import Hand, Stopwatch, at_console, put_away
from tests.conftest import NOW
from tests.quick_hash import QUICK
from tests.quick_hash import quick_hash as quick_hash
from tests.scenario import fill_scenario

WORDS = "four words about clouds"
SETTLED = 0.5


@pytest.fixture
def guarded(store: Store, quick_hash: None) -> Store:
    """The scenario's store with one operator, the person at this machine, an admin with a passphrase; and ada, without."""
    fill_scenario(store)
    me = _os_user()
    for name in (me, "ada"):
        store.write(lambda unit, name=name: put_operator(unit, name, Role.ADMIN, Actor(me, Role.ADMIN), NOW))  # type: ignore[misc]
    change = "UPDATE operator SET passphrase = :new WHERE name = :name"
    store.write(lambda unit: unit.run(change, {"new": QUICK.hash(WORDS), "name": me}))
    return store


@asynccontextmanager
async def at_the_door(store: Store, **own: Any) -> AsyncIterator[Hand]:
    """Open a console that asks first."""
    watch = Stopwatch()
    app = Console(store.address, Settings(**own), Memory(), Clock(NOW, watch))
    try:
        async with app.run_test(size=(100, 30), notifications=True) as pilot:
            hand = Hand(app, pilot, store, watch)
            await hand.until(lambda: isinstance(app.screen, SignInScreen), "the box")
            try:
                yield hand
            finally:
                app.exit()
    finally:
        put_away(app)


async def give(hand: Hand, words: str = WORDS) -> None:
    """Type a passphrase and Enter."""
    await hand.type(words)
    await hand.press("enter")


async def come_in(hand: Hand) -> None:
    """Sign in, and wait for the list."""
    await give(hand)
    await hand.until(lambda: isinstance(hand.app.screen, TokensScreen) and hand.tokens.table.visible_rows, "the list")


async def test_nothing_of_the_store_is_shown_before_the_passphrase(guarded: Store) -> None:
    async with at_the_door(guarded) as hand:
        assert f"Passphrase of {_os_user()}" in hand.screen()
        assert not any(name in hand.screen() for name in ("Acme", "ACME", "Zapier"))
        for key in ("f4", "ctrl+p", "x", "question_mark", "f2"):
            await hand.press(key)
        await hand.press("ctrl+u")
        assert isinstance(hand.app.screen, SignInScreen)
        await give(hand, "four words about stones")
        await hand.until_shown("not this operator's passphrase")
        assert WORDS not in hand.screen()
        await come_in(hand)
        lines = hand.audit(action="sign-in")
        assert [line.detail["outcome"] for line in lines] == ["accepted", "refused"]
        with guarded.reading() as reader:
            (row,) = open_sessions(reader, guarded.wall())
        assert row.how == "passphrase"


async def test_what_is_typed_is_never_on_the_screen_and_nobody_counts_it(guarded: Store) -> None:
    async with at_the_door(guarded) as hand:
        await hand.type("x" * 30)
        assert "xx" not in hand.screen()
        assert "•" * 24 in hand.screen()
        assert "•" * 25 not in hand.screen()
        await hand.press("escape")
        assert "•" not in hand.screen()


async def test_it_locks_when_nobody_is_there_and_everything_is_as_it_was(guarded: Store) -> None:
    async with at_the_door(guarded, lock_minutes="3") as hand:
        await come_in(hand)
        await hand.press("j", "j", "x")
        asked, before = hand.desktop.dialog, len(hand.audit(action="revoke"))
        row = hand.tokens.row
        hand.watch.wait(3 * 60 - 2)
        hand.app.call_later(hand.app.look_around)
        await hand.pilot.pause()
        assert not hand.app.locked
        hand.watch.wait(2)
        hand.app.call_later(hand.app.look_around)
        await hand.until_shown("as you left it")
        assert not any(name in hand.screen() for name in ("Acme", "ACME", "Zapier"))
        await hand.press("y", "escape")
        assert isinstance(hand.app.screen, SignInScreen)
        await come_in(hand)
        assert hand.desktop.dialog is asked
        assert hand.tokens.row == row
        assert len(hand.audit(action="revoke")) == before


async def test_the_first_key_after_a_sleep_only_wakes_the_lock(guarded: Store) -> None:
    async with at_the_door(guarded) as hand:
        await come_in(hand)
        hand.watch.wait(11 * 60)
        await hand.press("x")
        await hand.until(lambda: isinstance(hand.app.screen, SignInScreen), "the lock")
        assert "•" not in hand.screen()
        await come_in(hand)
        assert hand.desktop.dialog is None


async def test_no_screen_opens_over_the_lock(guarded: Store) -> None:
    async with at_the_door(guarded) as hand:
        await come_in(hand)
        hand.app.call_later(hand.app.lock)
        await hand.until(lambda: isinstance(hand.app.screen, SignInScreen), "the lock")
        for one in hand.app.screen_stack[:-1]:
            if isinstance(one, TokensScreen):
                hand.app.call_later(one.do_help, "")
        await hand.pilot.pause()
        assert isinstance(hand.app.screen, SignInScreen)
        await give(hand)
        await hand.until(lambda: hand.desktop.PLACE == "help", "the help")


async def test_a_session_that_an_admin_ends_asks_anew_at_once(guarded: Store) -> None:
    async with at_the_door(guarded) as hand:
        await come_in(hand)
        with guarded.reading() as reader:
            (row,) = open_sessions(reader, guarded.wall())
        guarded.write(lambda unit: sign_out(unit, row.id, Actor("ada", Role.ADMIN), NOW))
        await hand.until_shown("it was ended by ada")
        await come_in(hand)
        with guarded.reading() as reader:
            (other,) = open_sessions(reader, guarded.wall())
        assert other.id != row.id


async def test_what_matters_asks_again_and_then_goes_on(guarded: Store) -> None:
    async with at_the_door(guarded) as hand:
        await come_in(hand)
        past = "UPDATE operator_session SET proven_at = proven_at - 300000"
        guarded.write(lambda unit: unit.run(past))
        await hand.press("f10")
        await hand.until(lambda: hand.desktop.PLACE == "operators", "operators")
        await hand.until(lambda: hand.desktop.table.visible_rows, "rows")
        hand.desktop.put("sam", Role.SUPPORT, True)
        await hand.until_shown("needs your passphrase again")
        await give(hand)
        await hand.until_shown("sam is support")
        past_again = hand.audit(action="operator")
        assert past_again[0].detail["operator"] == "sam"


async def test_and_does_nothing_when_it_is_not_given(guarded: Store) -> None:
    async with at_the_door(guarded) as hand:
        await come_in(hand)
        past = "UPDATE operator_session SET proven_at = proven_at - 300000"
        guarded.write(lambda unit: unit.run(past))
        await hand.press("f10")
        await hand.until(lambda: hand.desktop.PLACE == "operators" and hand.desktop.table.visible_rows, "operators")
        before = len(hand.audit(action="operator"))
        hand.desktop.put("sam", Role.SUPPORT, True)
        await hand.until_shown("needs your passphrase again")
        await hand.press("escape")
        await hand.until(lambda: hand.desktop.PLACE == "operators", "operators again")
        await hand.until_shown("Nothing was done")
        assert len(hand.audit(action="operator")) == before


async def test_a_claimed_name_is_asked_for_its_passphrase(guarded: Store) -> None:
    async with at_the_door(guarded, operator="ada") as hand:
        assert "Passphrase of ada" in hand.screen()
        await give(hand)
        await hand.until_shown("not this operator's passphrase")


async def test_leaving_at_the_door_opens_nothing(guarded: Store) -> None:
    async with at_the_door(guarded) as hand:
        await hand.press("ctrl+q")
        await hand.until(lambda: not hand.app.is_running or hand.app._exit, "the end")
        assert not hand.app.session.ready
    assert not hand.audit(action="sign-in")


async def test_a_read_only_console_asks_nobody_and_leaves_no_line(guarded: Store) -> None:
    before = len(hand_lines(guarded))
    async with at_console(guarded, (100, 30), read_only=True) as hand:
        await hand.press("j")
        assert isinstance(hand.app.screen, TokensScreen)
    assert len(hand_lines(guarded)) == before


def hand_lines(store: Store) -> list[int]:
    """Return the numbers of all audit lines."""
    with store.reading() as reader:
        return [int(row[0]) for row in reader.rows("SELECT seq FROM audit")]
