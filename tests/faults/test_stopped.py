"""An operator's process that hangs inside a transaction: the others are told within seconds, and go on when it is gone."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from store.address import Address
from store.engine import Unit
from store.errors import Busy
from store.opening import Store
from store.rows import TokenKey
from store.writes.editing import rename
from store.writes.orders import RenameOrder
from tests.conftest import NOW
from tests.faults.children import kill, start
from tests.faults.pool import make_pool
from tests.faults.proof import faults_of
from tests.making import MARCO, PRIYA, revoke_token

SHORT_MS = 300


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for others as long as a test may take."""
    monkeypatch.setattr("store.dialect.BUSY_TIMEOUT_MS", SHORT_MS)
    monkeypatch.setattr("store.dialect.LOCK_TIMEOUT_MS", SHORT_MS)


def rename_and_stop(address: Address, key: TokenKey, sign: Path) -> None:
    """Rename a token, and stop like a suspended terminal before the commit."""

    def work(unit: Unit) -> None:
        rename(unit, RenameOrder(key=key, actor=MARCO, name="from the stopped one"), NOW)
        sign.touch()
        os.kill(os.getpid(), signal.SIGSTOP)

    Store(address).write(work)


@contextmanager
def stopped_operator(store: Store, key: TokenKey, tmp_path: Path) -> Iterator[int]:
    """Give a process that is stopped with a transaction open; it is killed at the end if it still lives."""
    sign = tmp_path / "stopped"
    child = start(lambda: rename_and_stop(store.address, key, sign))
    try:
        os.waitpid(child, os.WUNTRACED)
        assert sign.exists()
        yield child
    finally:
        with suppress(ProcessLookupError, ChildProcessError):
            kill(child)


def test_others_are_told_that_somebody_is_writing_and_can_read_meanwhile(store: Store, tmp_path: Path) -> None:
    key, other = make_pool(store, 2)
    with stopped_operator(store, key, tmp_path):
        begun = time.monotonic()
        with pytest.raises(Busy) as caught:
            revoke_token(store, other, PRIYA)
        assert time.monotonic() - begun < 10 * SHORT_MS / 1000
        assert str(caught.value) == "Another operator is writing to this store. Nothing was changed; try again in a moment."
        assert caught.value.exit_code == 1
        with store.reading() as reader:
            assert reader.value("SELECT count(*) FROM token WHERE revoked_at IS NULL") == 2


def test_others_go_on_once_the_stopped_process_is_killed(store: Store, tmp_path: Path) -> None:
    key, other = make_pool(store, 2)
    with stopped_operator(store, key, tmp_path) as child:
        with pytest.raises(Busy):
            revoke_token(store, other)
        kill(child)
        until = time.monotonic() + 10
        while True:
            try:
                assert not revoke_token(store, other).already
                break
            except Busy:  # the server notices a dead client when it reads from it
                assert time.monotonic() < until
    assert faults_of(store) == []


def test_a_process_that_goes_on_after_a_stop_finishes_its_change_and_overwrites_nothing(store: Store, tmp_path: Path) -> None:
    key, other = make_pool(store, 2)
    with stopped_operator(store, key, tmp_path) as child:
        waiting = threading.Timer(0.1, os.kill, (child, signal.SIGCONT))
        waiting.start()
        while True:
            try:
                revoke_token(store, key)
                break
            except Busy:
                continue
        waiting.join()
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
    revoke_token(store, other)
    with store.reading() as reader:
        found = reader.one("SELECT name, revoked_by FROM token WHERE id = :id", {"id": key[1]})
    assert found is not None
    assert tuple(found) == ("from the stopped one", "priya")
    assert faults_of(store) == []


def test_a_server_that_ends_a_hanging_transaction_lets_it_be_done_again(
    server_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.dialect.IDLE_IN_TRANSACTION_MS", 100)
    key = make_pool(server_store, 2)[0]
    desk = Store(server_store.address)
    tries: list[int] = []

    def work(unit: Unit) -> int:
        tries.append(1)
        done = rename(unit, RenameOrder(key=key, actor=PRIYA, name="after a nap"), NOW)
        if len(tries) == 1:
            time.sleep(0.3)
        return done.seq

    desk.write(work)
    desk.close()
    assert len(tries) == 2
    with server_store.reading() as reader:
        assert reader.value("SELECT count(*) FROM audit WHERE action = 'rename'") == 1
    assert faults_of(server_store) == []
