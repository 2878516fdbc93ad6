"""The console hears of changes by itself, on both databases, and says when the store is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from store.address import parse_address
from store.changes import Changed, Found, Lost, watch
from store.opening import Store
from tests.at_console import at_console
from tests.making import make_account, make_token


class Heard:
    """What a watcher has told, from a thread of its own."""

    def __init__(self, store: Store) -> None:
        self.stop = threading.Event()
        self.seen: list[Changed | Found | Lost] = []
        self.news = threading.Condition()
        self._thread = threading.Thread(target=self._run, args=(watch(store.address, self.stop),), daemon=True)
        self._thread.start()

    def _run(self, events: Iterator[Changed | Found | Lost]) -> None:
        for event in events:
            with self.news:
                self.seen.append(event)
                self.news.notify_all()

    def until(self, count: int) -> None:
        """Wait for so many events."""
        with self.news:
            assert self.news.wait_for(lambda: len(self.seen) >= count, 15), self.seen

    def close(self) -> None:
        """Stop, and wait for the thread."""
        self.stop.set()
        self._thread.join(10)
        assert not self._thread.is_alive()


def test_a_change_by_another_connection_is_heard(store: Store) -> None:
    heard = Heard(store)
    heard.until(1)
    assert isinstance(heard.seen[0], Found)
    make_account(store)
    heard.until(2)
    assert isinstance(heard.seen[1], Changed)
    heard.close()


def test_a_store_that_is_not_there_is_lost() -> None:
    stop = threading.Event()
    events = watch(parse_address("/nowhere/at/all.db"), stop)
    first = next(events)
    assert isinstance(first, Lost)
    assert "no store" in first.problem
    stop.set()


async def test_a_lost_store_is_told_on_top_and_takes_no_changes(store: Store) -> None:
    make_account(store)
    make_token(store)
    async with at_console(store) as hand:
        hand.app.heard(Lost("gone"))
        assert "DB LOST" in hand.pane("top")
        await hand.press("x")
        assert hand.tokens.dialog is None
        assert "the store is lost" in hand.pane("status")
        assert len(hand.tokens.table.visible_rows) == 1
        hand.app.heard(Found())
        await hand.pilot.pause()
        assert "DB LOST" not in hand.pane("top")


async def test_a_failing_read_keeps_the_rows_and_says_since_when_they_are_stale(store: Store) -> None:
    from store.errors import Unreachable

    make_account(store)
    make_token(store)
    async with at_console(store) as hand:

        def broken(*args: object, **kwargs: object) -> object:
            raise Unreachable("The database can't be reached.", "Check the network.")

        reading, hand.app.session.desk.store.reading = hand.app.session.desk.store.reading, broken  # type: ignore[method-assign, assignment]
        await hand.press("ctrl+r")
        await hand.until_shown("The database can't be reached.")
        assert "Stale since 09:00Z" in hand.pane("status")
        assert len(hand.tokens.table.visible_rows) == 1
        hand.app.session.desk.store.reading = reading  # type: ignore[method-assign]
        await hand.press("ctrl+r")
        await hand.until(lambda: hand.tokens.stale_since is None)
