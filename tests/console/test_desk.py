"""The door to the store: late answers are dropped, writes are never cancelled, leaving waits for nothing."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from console.desk import Desk, Late, in_thread
from store.errors import Refused
from store.opening import Store
from store.reader import Reader
from tests.at_console import at_console
from tests.making import make_account, make_token


async def test_only_the_newest_question_of_a_lane_is_answered(store: Store) -> None:
    desk = Desk(store)
    held = threading.Event()

    def slow(reader: Reader) -> str:
        held.wait(10)
        return "old"

    first = asyncio.ensure_future(desk.ask("list", slow))
    await asyncio.sleep(0)
    second = asyncio.ensure_future(desk.ask("list", lambda reader: "new"))
    assert await second == "new"
    held.set()
    with pytest.raises(Late):
        await first


async def test_lanes_do_not_disturb_each_other(store: Store) -> None:
    desk = Desk(store)
    assert await asyncio.gather(desk.ask("a", lambda reader: 1), desk.ask("b", lambda reader: 2)) == [1, 2]  # type: ignore[comparison-overlap]


async def test_what_a_late_question_raises_is_dropped_as_well(store: Store) -> None:
    desk = Desk(store)
    held = threading.Event()

    def failing(reader: Reader) -> None:
        held.wait(10)
        raise Refused("no")

    first = asyncio.ensure_future(desk.ask("list", failing))
    await asyncio.sleep(0)
    desk.forget("list")
    held.set()
    with pytest.raises(Late):
        await first


async def test_a_write_goes_on_when_nobody_waits_for_it_any_more(store: Store) -> None:
    desk = Desk(store)
    started, done = threading.Event(), threading.Event()

    def work(unit: object) -> None:
        started.set()
        done.wait(10)

    task = asyncio.ensure_future(desk.change(work))
    await in_thread(lambda: started.wait(10), "wait")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert desk.writing
    done.set()
    while desk.writing:
        await asyncio.sleep(0.01)


async def test_an_error_in_the_thread_is_raised_where_it_is_awaited() -> None:
    def work() -> None:
        raise Refused("because")

    with pytest.raises(Refused, match="because"):
        await in_thread(work, "test")


async def test_leaving_with_a_hung_query_takes_less_than_two_seconds(store: Store) -> None:
    make_account(store)
    make_token(store)
    hung = threading.Event()
    async with at_console(store) as hand:

        def hang(reader: Reader) -> None:
            hung.wait(30)

        task = asyncio.ensure_future(hand.app.session.desk.ask("hung", hang))
        await hand.pilot.pause()
        before = time.monotonic()
        await hand.press("ctrl+q")
        await hand.until(lambda: hand.app._exit)
        assert time.monotonic() - before < 2
        task.cancel()
        hung.set()
