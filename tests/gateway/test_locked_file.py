"""A SQLite file that another program keeps locked for longer than anybody waits: what callers meet meanwhile and after."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store.dialect import BUSY_TIMEOUT_MS
from store.errors import Busy
from store.gateway.judging import Presented
from store.gateway.sources import BUSY_S, FileSource
from store.opening import Store
from store.reads.gateways import gateways
from store.reads.indicators import indicators
from tests.conftest import NOW
from tests.gateway.running import gateway, live_token, make_account, until
from tests.gateway.test_streaming_edges import Clock, gateway_room
from tests.making import revoke_token

QUICK_S = 0.5


@pytest.fixture
def database() -> str:
    return "sqlite"


@contextmanager
def locked(store: Store) -> Iterator[sqlite3.Connection]:
    """Have another program lock everybody out, until the end of the block or a ROLLBACK."""
    assert store.address.path is not None
    held = sqlite3.connect(store.address.path, isolation_level=None)
    held.execute("BEGIN EXCLUSIVE")
    try:
        yield held
    finally:
        if held.in_transaction:
            held.execute("ROLLBACK")
        held.close()


def test_a_check_goes_on_within_a_millisecond_of_the_end_of_a_lock(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    make_account(store)
    key = live_token(store).key
    source, waits = FileSource(store.address), list[float]()
    with locked(store) as held:

        def wait(seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == 40:
                held.execute("ROLLBACK")

        monkeypatch.setattr("store.gateway.sources.sleep", wait)
        [[row]] = source.rows_of([Presented(key[1], b"", "")])
    source.close()
    assert row[0] == key[1]
    assert waits == [0.001] * 40


@pytest.mark.slow
def test_a_locked_file_is_a_store_that_is_away_and_does_not_hold_up_the_gateway(store: Store) -> None:
    make_account(store)
    made, other = live_token(store), live_token(store, "other")
    token, statuses, took = made.token.reveal(), list[int](), list[float]()
    with gateway(store.address, "--cache", "0") as one:
        assert one.check(token).status_code == 200
        with locked(store):
            since = time.monotonic()
            while time.monotonic() - since < BUSY_TIMEOUT_MS / 1_000 + 2:
                began = time.monotonic()
                statuses.append(one.check(token).status_code)
                took.append(time.monotonic() - began)
            assert one.http.get("/readyz").status_code == 503
            assert one.http.get("/healthz").status_code == 200
            with pytest.raises(Busy):
                revoke_token(store, other.key, now=datetime.now(UTC))
        until(lambda: one.check(token).status_code, 200)
        revoke_token(store, other.key, now=datetime.now(UTC))
        assert one.check(other.token.reveal()).status_code == 401
        one.end()
    assert set(statuses) == {503}
    assert len(statuses) > 100
    assert sum(seconds > QUICK_S for seconds in took) <= 2, "the first waits for the lock, those after it are told at once"
    with store.reading() as reader:
        m3 = indicators(reader, datetime.now(UTC)).named("M3")
    assert m3.missed >= len(statuses)
    assert any("usage waits to be counted" in line for line in one.told)


@pytest.mark.slow
def test_what_is_remembered_holds_while_the_file_is_locked_and_no_longer_than_stated(store: Store) -> None:
    make_account(store)
    token = live_token(store).token.reveal()
    with gateway(store.address, "--cache", "3s") as one:
        assert one.check(token).status_code == 200
        read = time.monotonic()
        with locked(store):
            until(lambda: one.check(token).status_code, 503)
            assert time.monotonic() - read < 3 + BUSY_S + QUICK_S
            assert [one.check(token).status_code for _ in range(20)] == [503] * 20
        until(lambda: one.check(token).status_code, 200)


def test_a_gateway_begins_while_nothing_can_be_written_and_is_heard_of_after(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.dialect.BUSY_TIMEOUT_MS", 100)

    def heard() -> int:
        with store.reading() as reader:
            return len(gateways(reader, NOW))

    with locked(store) as held, gateway_room(store, tmp_path / "spool", Clock()):
        held.execute("ROLLBACK")
        until(heard, 1)
