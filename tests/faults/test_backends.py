"""PostgreSQL's own processes ended or killed with -9 in the middle of changes: each change is recorded once, none is missing."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest

from store.address import Address
from store.errors import Busy, OutcomeUnknown, Refused, Unreachable
from store.opening import Store
from store.rows import TokenKey
from store.writes.editing import rename
from store.writes.orders import RenameOrder
from tests.conftest import NOW
from tests.faults.children import start
from tests.faults.pool import make_pool
from tests.faults.proof import faults_of
from tests.making import PRIYA

WORKERS = 2


def rename_until_told_to_stop(address: Address, keys: list[TokenKey], diary: Path, stop: Path) -> None:
    """Rename tokens in turn, each order again until its fate is known, and write down every action that is done."""
    store = opened(address)
    with diary.open("w") as lines:
        number = 0
        while not stop.exists():
            number += 1
            order = RenameOrder(key=keys[number % len(keys)], actor=PRIYA, name=f"round {number}")
            lines.write(f"{order.action_id} {carried_out(store, order)}\n")
            lines.flush()


def opened(address: Address) -> Store:
    """Open the store as soon as the server lets us."""
    while True:
        with suppress(Unreachable):
            return Store(address)


def carried_out(store: Store, order: RenameOrder) -> int:
    """Return the audit number of an order, repeated until the store has said that it is recorded."""
    while True:
        try:
            return store.write(lambda unit: rename(unit, order, NOW), order.action_id).seq
        except (Unreachable, OutcomeUnknown, Busy):
            time.sleep(0.02)
        except Refused as refusal:
            if "recorded before" not in refusal.problem:
                raise
            return int(refusal.problem.rpartition("#")[2].rstrip("."))


def backends(address: Address) -> Iterator[tuple[psycopg.Connection, int]]:
    """Yield a connection and a backend that serves a worker, for ever; a server that recovers is waited for."""
    while True:
        with suppress(psycopg.Error), psycopg.connect(address.conninfo, autocommit=True) as server:
            while True:
                found = server.execute(
                    "SELECT pid FROM pg_stat_activity WHERE application_name = 'tokendesk' AND datname = current_database() "
                    "AND query <> '' ORDER BY random() LIMIT 1"
                ).fetchone()
                if found:
                    yield server, int(found[0])
        time.sleep(0.01)


def wait_for_more(diaries: list[Path], known: int) -> int:
    """Wait until a worker has got on, so that every kill meets work under way, and return the number of lines."""
    deadline = time.monotonic() + 60
    while True:
        lines = sum(diary.read_text().count("\n") for diary in diaries if diary.exists())
        if lines > known:
            return lines
        assert time.monotonic() < deadline, "no worker gets on"
        time.sleep(0.002)


@pytest.mark.slow
@pytest.mark.parametrize(("how", "kills"), [("ended", 150), ("killed", 20)])
def test_changes_are_recorded_once_while_backends_die(server_store: Store, tmp_path: Path, how: str, kills: int) -> None:
    address = server_store.address
    keys = make_pool(server_store, 40)
    stop = tmp_path / "stop"
    diaries = [tmp_path / f"diary-{number}" for number in range(WORKERS)]
    children = [
        start(lambda number=number: rename_until_told_to_stop(address, keys[number::WORKERS], diaries[number], stop))  # type: ignore[misc]
        for number in range(WORKERS)
    ]
    chance = random.Random(20260316)
    living = backends(address)
    known = 0
    for _ in range(kills):
        known = wait_for_more(diaries, known)
        time.sleep(chance.uniform(0, 0.02))
        server, backend = next(living)
        if how == "ended":
            server.execute("SELECT pg_terminate_backend(%s)", [backend])
        else:
            with suppress(ProcessLookupError):
                os.kill(backend, signal.SIGKILL)
    living.close()  # type: ignore[attr-defined]
    stop.touch()
    ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert ends == [0] * WORKERS
    told = dict(line.split() for diary in diaries for line in diary.read_text().splitlines())
    with closing(opened(address)) as fresh:
        with fresh.reading() as reader:
            renames = reader.rows("SELECT action_id, seq FROM audit WHERE action = 'rename'")
        assert {str(action): str(seq) for action, seq in renames} == told
        assert len(told) >= kills
        assert faults_of(fresh) == []
