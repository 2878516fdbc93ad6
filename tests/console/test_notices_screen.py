"""Notices are listed, read word for word and tried again by keyboard, down to the database."""

from __future__ import annotations

import pytest

from console.screens.detail import DetailScreen
from console.screens.notice import NoticeScreen
from console.screens.notices import NoticesScreen
from store.notice_rows import NoticeRow
from store.opening import Store
from store.reads.notices import count_notices, notice_page, notices, place_of_notice
from store.rules.notices import NoticeState
from tests.at_console import Hand, at_console
from tests.notice_rows import fill_notices
from tests.scenario import fill_scenario

SIZES = [(80, 24), (200, 60)]


@pytest.fixture
def filled(store: Store) -> Store:
    """The scenarios' store with four notices: sent, dead, waiting for another try, and waiting since the revocation."""
    fill_scenario(store)
    fill_notices(store)
    return store


def found(store: Store, short: str) -> NoticeRow:
    with store.reading() as reader:
        return next(row for row in notices(reader) if row.token_id.startswith(short))


async def go(hand: Hand, rows: int = 4) -> None:
    """Open the list and wait for it."""
    await hand.press("M")
    await hand.until(lambda: isinstance(hand.app.screen, NoticesScreen) and hand.desktop.table.total.rows == rows, "notices")
    await hand.until(lambda: rows == 0 or hand.desktop.row is not None, "a row")


async def narrow(hand: Hand, word: str) -> None:
    """Show only one notice."""
    await hand.press("slash")
    await hand.type(word)
    await hand.press("enter")
    await hand.until(lambda: hand.desktop.table.total.rows == 1 and hand.desktop.row is not None, "one notice")


def test_the_list_is_a_window_of_the_newest_that_have_every_word(filled: Store) -> None:
    with filled.reading() as reader:
        whole = notice_page(reader, 0, 9)
        assert [row.id for row in whole] == [row.id for number in range(4) for row in notice_page(reader, number, 1)]
        assert [place_of_notice(reader, row.id) for row in whole] == [0, 1, 2, 3]
        assert (count_notices(reader), count_notices(reader, "leo dead"), count_notices(reader, "leo sent")) == (4, 1, 0)
        assert [row.token_id[:3] for row in notice_page(reader, 0, 9, "ACME orphan")] == ["T06"]
        assert place_of_notice(reader, whole[0].id, "no such word") is None
        assert count_notices(reader, "100%") == 0


@pytest.mark.parametrize("size", SIZES)
async def test_a_dead_notice_is_read_and_put_in_line_again(filled: Store, size: tuple[int, int]) -> None:
    async with at_console(filled, size) as hand:
        await go(hand)
        await narrow(hand, "dead")
        await hand.until_shown("Dead after 7 tries: 451 4.7.1 greylisted")
        await hand.press("enter")
        await hand.until(lambda: isinstance(hand.app.screen, NoticeScreen), "the page")
        await hand.until_shown("“reporting pull” of Bolt")
        assert found(filled, "T05").state is NoticeState.DEAD
        await hand.press("r")
        await hand.until_shown("IN LINE AGAIN")
        await hand.until_shown("Waits")
        assert (found(filled, "T05").state, found(filled, "T05").tries) == (NoticeState.WAITING, 0)
        await hand.press("r")
        await hand.until_shown("only dead ones can be tried again")


async def test_a_notice_leads_to_its_token_and_what_was_sent_stays_sent(filled: Store) -> None:
    async with at_console(filled) as hand:
        await go(hand)
        await narrow(hand, "sent")
        await hand.press("r")
        await hand.until_shown("This notice is sent; only dead ones can be tried again.")
        assert found(filled, "T01").state is NoticeState.SENT
        await hand.press("enter")
        await hand.until_shown("Sent 2026-03-16 09:00Z by mail.")
        await hand.press("enter")
        await hand.until(lambda: isinstance(hand.app.screen, DetailScreen), "the token")
        await hand.until_shown("billing sync for NetSuite")


async def test_nobody_may_try_again_in_a_read_only_console(filled: Store) -> None:
    async with at_console(filled, read_only=True) as hand:
        await go(hand)
        await narrow(hand, "dead")
        await hand.press("r")
        await hand.until_shown("read-only")
        assert found(filled, "T05").state is NoticeState.DEAD


async def test_a_command_shows_some_and_an_empty_list_says_where_they_come_from(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store) as hand:
        await hand.press("colon")
        await hand.type("notices nobody")
        await hand.press("enter")
        await hand.until_shown("No notice has “nobody” in it. Esc shows all.")
        await hand.press("escape")
        await hand.until(lambda: hand.desktop.table.total.rows == 1, "all of them")
        assert isinstance(hand.app.screen, NoticesScreen)
