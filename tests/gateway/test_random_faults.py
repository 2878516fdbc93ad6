"""The gateway, its database and the network between them killed at random under traffic, while tokens are revoked."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from random import Random

import pytest

from store.address import Address
from store.dialect import BUSY_TIMEOUT_MS
from store.opening import Store
from store.reads.indicators import indicators
from tests.faults.proof import faults_of, lost_acknowledgements
from tests.gateway.relay import relayed
from tests.gateway.running import Gateway, live_token, make_account, until
from tests.gateway.servers import own_server
from tests.gateway.traffic import UNANSWERED, Operator, Traffic

LIFETIME_S = 2.0
SECONDS = 25.0
LOST_S = 0.6
"""Lines of the last 200 ms may be lost with a gateway that is killed; a busy machine takes longer to write them."""

_MEASURED = """
SELECT outcome, CAST(sum(operations) AS BIGINT) FROM measure_minute WHERE kind = 'check' GROUP BY outcome
"""
_OUTCOMES = {200: "VALID", 401: "REVOKED", 503: "FAILED"}
_TORN = """
import sqlite3, sys, time
torn = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20)
torn.execute("PRAGMA cache_size = 5")
torn.execute("BEGIN IMMEDIATE")
torn.execute("CREATE TABLE torn AS SELECT hex(randomblob(500)) AS data FROM token a, token b, token c")
print(flush=True)
time.sleep(60)
"""
"""More than fits into its memory, so that the file itself is changed, with all others locked out, before it is killed."""

Fault = Callable[[float], None]


class Served:
    """A gateway that is started again whenever it was killed."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self.told: list[str] = []
        self.killed: list[float] = []
        self.one = self._started()

    def where(self) -> str:
        return str(self.one.http.base_url).rstrip("/")

    def kill(self, seconds: float) -> None:
        self.killed.append(time.monotonic())
        self.one.end(signal.SIGKILL)
        self.told += self.one.told
        time.sleep(seconds / 4)
        self.one = self._started()

    def kill_counter(self, _: float) -> None:
        os.kill(self.one.counter, signal.SIGKILL)

    def end(self) -> None:
        self.one.end()
        self.told += self.one.told

    def _started(self) -> Gateway:
        found: list[Gateway] = []

        def started() -> bool:
            with suppress(AssertionError):  # it does not start while there is no store
                found.append(Gateway(self._address, "--cache", f"{LIFETIME_S:g}s"))
            return bool(found)

        until(started)
        return found[0]


@contextmanager
def on_postgresql(lot: Random) -> Iterator[tuple[Store, Served, dict[str, Fault]]]:
    with own_server() as server, relayed(server.address) as network:

        def cut(silently: bool, seconds: float) -> None:
            network.cut(silently=silently)
            time.sleep(seconds)
            network.mend()

        def killed(seconds: float) -> None:
            server.kill()
            time.sleep(seconds / 2)
            server.restart()

        def backend(_: float) -> None:
            if server.kill_backend(lot):
                until(server.answers)

        make_account(server.store)
        served = Served(network.address)
        yield server.store, served, {
            "gateway killed": served.kill, "counter killed": served.kill_counter, "network cut": lambda s: cut(False, s),
            "network silent": lambda s: cut(True, s + 2), "server killed": killed, "backend killed": backend,
        }  # fmt: skip


@contextmanager
def on_sqlite(store: Store) -> Iterator[tuple[Store, Served, dict[str, Fault]]]:
    path = store.address.path
    assert path is not None

    def locked(seconds: float) -> None:
        held = sqlite3.connect(path, isolation_level=None, timeout=20)
        held.execute("BEGIN EXCLUSIVE")
        time.sleep(BUSY_TIMEOUT_MS / 1_000 + seconds)
        held.execute("ROLLBACK")
        held.close()

    def half_done(seconds: float) -> None:
        """Kill a process that has written to the file and not committed: it leaves its journal behind."""
        torn = subprocess.Popen([sys.executable, "-c", _TORN, str(path)], stdout=subprocess.PIPE)
        assert torn.stdout is not None
        torn.stdout.readline()
        time.sleep(seconds)
        torn.kill()
        torn.wait()
        torn.stdout.close()

    make_account(store)
    served = Served(store.address)
    yield store, served, {
        "gateway killed": served.kill, "counter killed": served.kill_counter, "file locked": locked, "writer killed": half_done,
    }  # fmt: skip


@pytest.fixture
def lot() -> Random:
    """Return the chance of this run; pytest says the seed that it follows from, and the test says it too."""
    seed = random.randrange(1_000_000)
    print(f"faults of seed {seed}")
    return Random(seed)


@pytest.fixture
def world(database: str, lot: Random, request: pytest.FixtureRequest) -> Iterator[tuple[Store, Served, dict[str, Fault]]]:
    if database == "sqlite":
        with on_sqlite(request.getfixturevalue("store")) as made:
            yield made
    else:
        with on_postgresql(lot) as made:
            yield made


@pytest.mark.slow
def test_whatever_is_killed_no_revocation_is_lost_and_none_is_late(
    world: tuple[Store, Served, dict[str, Fault]], lot: Random
) -> None:
    store, served, faults = world
    tokens = [live_token(store, f"number {number}") for number in range(20)]
    traffic = Traffic(served.where, tokens)
    until(lambda: len(traffic.asked) > 100)
    operator = Operator(store, tokens, SECONDS / len(tokens))
    happened = meet(faults, lot)
    until(lambda: operator.ended, patience_s=60)
    calm = time.monotonic()
    until(lambda: set(traffic.statuses(since=calm + LIFETIME_S)) == {401} and traffic.ready[-1] == 200)
    traffic.end()
    operator.end()
    served.end()
    store.close()
    words = f"{happened}, operator: {Counter(operator.trouble)}"

    told = {tokens[number].key[1]: seq for number, (_, seq) in operator.told.items()}
    assert len(told) == len(tokens), words
    assert lost_acknowledgements(store, told.items()) == [], words
    assert faults_of(store) == [], words
    late = [
        (one, operator.told[one.token]) for one in traffic.asked
        if one.status == 200 and one.began > operator.told[one.token][0] + LIFETIME_S
    ]  # fmt: skip
    assert late == [], words
    assert_counted_once(store, traffic, served, words)
    assert_told(store, traffic, served, words)


def meet(faults: dict[str, Fault], lot: Random) -> list[str]:
    """Let everything happen, each at least once, in any order, for some time, and say what happened."""
    ends, happened = time.monotonic() + SECONDS, list[str]()
    while time.monotonic() < ends or len(set(happened)) < len(faults):
        left = [name for name in faults if name not in happened] or list(faults)
        name = lot.choice(left)
        seconds = lot.uniform(0.2, 2.5)
        faults[name](seconds)
        happened.append(f"{name}")
        time.sleep(lot.uniform(0.2, 1.5))
    return happened


def assert_counted_once(store: Store, traffic: Traffic, served: Served, words: str) -> None:
    """What was answered is counted once; only a gateway that is killed may lose its last lines, or not have answered yet."""
    asked = Counter(one.status for one in traffic.asked)
    lost = Counter(one.status for one in traffic.asked if any(at - LOST_S <= one.ended <= at + 0.1 for at in served.killed))
    assert set(asked) <= {200, 401, 503, UNANSWERED}, words
    with store.reading() as reader:
        counted = {str(outcome): int(number) for outcome, number in reader.rows(_MEASURED)}
        of_tokens = int(reader.value("SELECT CAST(sum(requests_24h) AS BIGINT) FROM token"))
    assert set(counted) <= set(_OUTCOMES.values()), words
    for status, outcome in _OUTCOMES.items():
        number = counted.get(outcome, 0)
        assert asked[status] - lost[status] <= number <= asked[status] + asked[UNANSWERED], (status, asked, lost, counted, words)
    assert of_tokens == counted["VALID"] + counted["REVOKED"], words


def assert_told(store: Store, traffic: Traffic, served: Served, words: str) -> None:
    """Whoever looks at readiness, at the journal or at the indicators knows that there was trouble, and that it is over."""
    with store.reading() as reader:
        failed = int(reader.value("SELECT CAST(sum(operations) AS BIGINT) FROM measure_minute WHERE outcome = 'FAILED'") or 0)
        told = indicators(reader, datetime.now(UTC))
    assert 503 in traffic.ready, words
    assert any('"event": "trouble"' in line for line in served.told), words
    assert failed > 0, words
    assert told.named("M3").missed == failed, words
    assert told.named("M6").samples == len(tokens_of(traffic)), words


def tokens_of(traffic: Traffic) -> set[int]:
    return {one.token for one in traffic.asked}
