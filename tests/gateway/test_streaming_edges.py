"""A busy token while its requests come in one at a time, by a followed log and by a gateway: every view flips at its own edge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from store.gateway.clerk import Clerk
from store.gateway.spool import Spool
from store.moments import MINUTE_MS, from_ms, to_ms
from store.opening import Store
from store.reads.tokens import Question, count, page, token
from store.rows import TokenKey
from store.rules.usage import minutes_24h
from store.usage.following import follow_usage
from store.usage.importing import import_usage
from store.writes.gateway_callers import GatewayReport
from tests.conftest import NOW
from tests.gateway.running import until
from tests.gateway_logs import event_line, put_tokens

KEY = TokenKey(("ACME", "T01"))
MS = timedelta(milliseconds=1)
OLDEST = from_ms(minutes_24h(to_ms(NOW)).first * MINUTE_MS)
"""The first moment of the 24 hours that end at NOW."""

NEXT = from_ms((to_ms(NOW) // MINUTE_MS + 1) * MINUTE_MS)
"""When the minute of OLDEST leaves the window."""


@pytest.fixture
def busy(store: Store, tmp_path: Path) -> Store:
    """A token with 9,998 requests in 24 hours, three of them in the oldest minute, and one just before it."""
    put_tokens(store, KEY)
    log = tmp_path / "before.log"
    moments = [OLDEST - MS, *[OLDEST] * 3, *[NOW - timedelta(hours=1)] * 9_995]
    log.write_text("".join(f"{event_line(at, KEY[1], request_id=f'b{number}')}\n" for number, at in enumerate(moments)))
    import_usage(store, [log], now=NOW)
    return store


def seen(store: Store, now: datetime) -> tuple[int, bool, bool]:
    """Return its requests, whether it is in `high-volume`, and whether a filter by number finds it; list and count agree."""
    with store.reading() as reader:
        row = token(reader, KEY, now)
        assert row is not None
        found = []
        for question in (Question("high-volume"), Question(filter="reqs24h>10000")):
            listed = [one.key for one in page(reader, question, now, 50, month=False).rows]
            assert count(reader, question, now) == len(listed)
            found.append(KEY in listed)
    return row.requests_24h, found[0], found[1]


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def stream(clock: Clock) -> Iterator[tuple[datetime, int, tuple[int, bool, bool]]]:
    """Yield, one after the other: when a request is made, how many there are then in all, and what must be seen at the clock.

    The clock stands at NOW, then where the oldest minute leaves, which lets three requests go without a new one.
    """
    yield NOW, 9_999, (9_999, False, False)
    yield NOW, 10_000, (10_000, False, False)
    yield OLDEST - MS, 10_000, (10_000, False, False)
    yield NOW, 10_001, (10_001, True, True)
    clock.now = NEXT
    yield NEXT, 9_999, (9_999, False, False)
    yield NEXT, 10_000, (10_000, False, False)
    yield NEXT, 10_001, (10_001, True, True)


def edge_of_window(store: Store) -> None:
    """See it leave the view by the clock alone, at the very moment its oldest minute goes."""
    assert seen(store, NEXT - MS) == (10_001, True, True)
    assert seen(store, NEXT) == (9_998, False, False)


def test_a_followed_log_flips_high_volume_at_its_very_request(busy: Store, tmp_path: Path) -> None:
    clock, log = Clock(), tmp_path / "access.log"
    log.touch()
    steps = stream(clock)
    due: list[tuple[int, bool, bool]] = []

    def wait(seconds: float) -> bool:
        """Stand for the half second between two looks: see what the last line did, and write the next one."""
        if not seconds:
            return False
        if due:
            wanted = due.pop()
            assert seen(busy, clock.now) == wanted
            if wanted[0] == 10_001 and clock.now == NOW:
                edge_of_window(busy)
        step = next(steps, None)
        if step is None:
            return True
        at, _, wanted = step
        due.append(wanted)
        with log.open("a") as file:
            file.write(event_line(at, KEY[1]) + "\n")
        return False

    summary = follow_usage(busy, log, clock=clock, wait=wait, tell=lambda words: None)
    assert summary.counted == 7
    assert due == []


@contextmanager
def gateway_room(store: Store, folder: Path, clock: Clock) -> Iterator[Spool[str]]:
    """Run the back room of a gateway: its log and what counts it, as `gateway serve` does."""
    spool: Spool[str] = Spool(folder, str)

    def told(unsaved: int, stopped_at: datetime | None) -> GatewayReport:
        return GatewayReport(
            name="one", address="", version="1", started_at=NOW, cache_ms=0, grace_ms=0, checks=0, cache_hits=0, stale=0,
            unsaved=unsaved, stopped_at=stopped_at,
        )  # fmt: skip

    clerk = Clerk(store, spool, told, clock, lambda words: None)
    spool.start()
    clerk.start()
    try:
        yield spool
    finally:
        spool.close()
        clerk.stop()


def test_a_gateway_flips_high_volume_at_its_very_request(busy: Store, tmp_path: Path) -> None:
    clock = Clock()
    with gateway_room(busy, tmp_path / "spool", clock) as spool:
        for number, (at, _, wanted) in enumerate(stream(clock), 1):
            spool.add(event_line(at, KEY[1], kind="check", gateway="one", latency_ms=1, account=KEY[0]))
            until(lambda number=number: counted(busy), 9_999 + number)  # type: ignore[misc]
            assert seen(busy, clock.now) == wanted
            if wanted[0] == 10_001 and clock.now == NOW:
                edge_of_window(busy)
    assert seen(busy, NEXT) == (10_001, True, True)


def counted(store: Store) -> int:
    """Return how many requests were ever counted."""
    with store.reading() as reader:
        return int(reader.value("SELECT CAST(value AS BIGINT) FROM fact WHERE name = 'requests_recorded'"))
