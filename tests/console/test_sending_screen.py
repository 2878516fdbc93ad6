"""What waits is sent from the list of notices: asked first, one after the other, stopped between two, and on record."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from console.screens.notices import NoticesScreen
from console.settings import Settings
from store.opening import Store
from store.reads.notices import counts
from store.rules.notices import NoticeState
from store.writes.people import MemberFacts
from tests.at_console import Hand, at_console
from tests.conftest import NOW
from tests.mail_server import Post, mail_server
from tests.rowmaker import put_people, put_tokens

DAY = timedelta(days=1)


@pytest.fixture
def small(store: Store) -> Store:
    """Return a store where three tokens of an account that mia administers end in 20 days, and nobody was told yet."""
    put_people(store, {"ACME": "Acme"}, [MemberFacts("ACME", "mia@acme.example", "Mia", admin=True)])
    put_tokens(store, [
        {"account_id": "ACME", "id": f"ACME{number}", "name": f"job {number}", "hint": "7Qk2",
         "created_at": NOW - 300 * DAY, "expires_at": NOW + 20 * DAY}
        for number in range(3)
    ], NOW - 60 * DAY)  # fmt: skip
    return store


@pytest.fixture
def post() -> Iterator[tuple[Post, Settings]]:
    """Return a mail server and settings that name it."""
    kept = Post()
    with mail_server(kept) as port:
        yield kept, Settings(mail_server=f"smtp://127.0.0.1:{port}", mail_from="tokens@desk.example")


def state(store: Store) -> dict[NoticeState, int]:
    """Return how many notices are how far."""
    with store.reading() as reader:
        return {one: number for one, number in counts(reader).items() if number}


async def go(hand: Hand) -> NoticesScreen:
    """Open the list."""
    await hand.press("M")
    await hand.until(lambda: isinstance(hand.app.screen, NoticesScreen) and hand.desktop.table.total.rows is not None, "notices")
    screen = hand.app.screen
    assert isinstance(screen, NoticesScreen)
    return screen


async def test_what_is_due_is_put_in_line_and_sent_after_the_question(small: Store, post: tuple[Post, Settings]) -> None:
    kept, settings = post
    async with at_console(small, own=settings) as hand:
        await go(hand)
        await hand.press("s")
        await hand.until_shown("Send what waits?")
        assert "0 notices wait." in hand.screen()
        await hand.press("escape")
        await hand.until_shown("Nothing was sent.")
        assert kept.mails == []
        assert state(small) == {}
        await hand.press("s")
        await hand.until_shown("Send what waits?")
        await hand.answer()
        await hand.until_shown("DONE 3 sent, 0 to be tried again, 0 dead.")
        assert [str(one["To"]) for one in kept.mails] == ["mia@acme.example"] * 3
        assert state(small) == {NoticeState.SENT: 3}
        assert len(hand.audit(action="notify")) == 3
        await hand.until(lambda: hand.desktop.table.total.rows == 3, "the notices in the list")


async def test_a_digest_by_command_sends_one_mail(small: Store, post: tuple[Post, Settings]) -> None:
    kept, settings = post
    async with at_console(small, own=settings) as hand:
        await go(hand)
        await hand.press("colon")
        await hand.type("send day")
        await hand.press("enter")
        await hand.until_shown("at most one a day")
        await hand.answer()
        await hand.until_shown("DONE 3 sent")
        assert [str(one["Subject"]) for one in kept.mails] == ["3 API tokens stop working, the first on 5 April 2026"]


async def test_escape_stops_between_two_notices_and_the_rest_waits(small: Store, post: tuple[Post, Settings]) -> None:
    kept, settings = post
    arrived, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        arrived.set()
        go_on.wait(30)

    kept.before = hold
    async with at_console(small, own=settings) as hand:
        screen = await go(hand)
        await hand.press("s")
        await hand.until_shown("Send what waits?")
        await hand.answer()
        await hand.until(arrived.is_set, "the first mail")
        await hand.press("escape")
        assert screen.sending is not None
        assert screen.sending.stop
        go_on.set()
        await hand.until_shown("It was stopped; the rest waits")
        assert hand.app.screen is screen
        assert len(kept.mails) == 1
        assert state(small) == {NoticeState.SENT: 1, NoticeState.WAITING: 2}


async def test_a_server_that_takes_nothing_says_so_and_nothing_is_lost(small: Store, post: tuple[Post, Settings]) -> None:
    kept, settings = post
    kept.rcpt = ["550 no such user", "450 later", "250 ok"]
    async with at_console(small, own=settings) as hand:
        await go(hand)
        await hand.press("s")
        await hand.until_shown("Send what waits?")
        await hand.answer()
        await hand.until_shown("DONE 1 sent, 1 to be tried again, 1 dead.")
        assert state(small) == {NoticeState.SENT: 1, NoticeState.WAITING: 1, NoticeState.DEAD: 1}


async def test_where_it_is_not_set_up_it_says_what_to_set(small: Store) -> None:
    async with at_console(small) as hand:
        await go(hand)
        await hand.press("s")
        await hand.until_shown("It is not set up how people are told.")
        assert hand.desktop.dialog is None


async def test_read_only_sends_nothing(small: Store, post: tuple[Post, Settings]) -> None:
    async with at_console(small, own=Settings(mail_server=post[1].mail_server, mail_from="a@b.example", read_only=True)) as hand:
        await go(hand)
        await hand.press("s")
        await hand.until_shown("read-only")
        assert hand.desktop.dialog is None
        assert state(small) == {}
