"""A follower of a log that is rotated, killed with -9 at random and started again: every line is counted once."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from store.address import Address
from store.opening import Store
from store.usage.following import follow_usage
from tests.conftest import NOW
from tests.faults.children import kill, start
from tests.faults.proof import faults_of
from tests.gateway_logs import contents, event_line, put_tokens

KEYS = tuple(("ACME", f"T{number:02}") for number in range(6))
KILLS, PATIENCE_S = 40, 60
_UNSEEN = 4
"""Older logs are looked for as far as .9: the writer waits before it would push lines nobody has read beyond that."""


class Writer:
    """Writes a log, line by line and half lines too, and rotates it both ways."""

    def __init__(self, path: Path, chance: random.Random) -> None:
        self.path, self.counts, self.rotations = path, dict.fromkeys((token for _, token in KEYS), 0), 0
        self._chance, self._number = chance, 0

    @property
    def lines(self) -> int:
        return sum(self.counts.values())

    def write(self, lines: int) -> None:
        with self.path.open("a") as file:
            for _ in range(lines):
                self._number += 1
                token = self._chance.choice(KEYS)[1]
                at = NOW - timedelta(milliseconds=3_000_000 - self._number)
                line = event_line(at, token, ip="203.0.113.9", agent="a/1", path="/v1/orders", request_id=f"r{self._number}")
                half = self._chance.randrange(len(line))
                file.write(line[:half])
                file.flush()
                file.write(line[half:] + "\n")
                self.counts[token] += 1

    def rotate(self) -> None:
        """Rename the log and begin a new one, or copy it and cut it to nothing."""
        self.rotations += 1
        for number in range(8, 0, -1):
            older = self.path.with_name(f"{self.path.name}.{number}")
            if older.exists():
                older.rename(self.path.with_name(f"{self.path.name}.{number + 1}"))
        first = self.path.with_name(f"{self.path.name}.1")
        if self._chance.random() < 0.5:
            self.path.rename(first)
            self.write(self._chance.randrange(3))
        else:
            shutil.copy(self.path, first)
            os.truncate(self.path, 0)


def follow(address: Address, log: Path, started: Path, told: Path) -> None:
    """Follow until SIGTERM, looking every few milliseconds; say when the first look is about to begin."""
    ended: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: ended.append(number))

    def wait(seconds: float) -> bool:
        started.touch()
        if seconds and not ended:
            time.sleep(0.005)
        return bool(ended)

    def tell(sentence: str) -> None:
        with told.open("a") as file:
            file.write(sentence + "\n")

    follow_usage(Store(address), log, clock=lambda: NOW, wait=wait, tell=tell)


def counted(store: Store) -> dict[str, int]:
    found = {token: 0 for _, token in KEYS}
    for row in contents(store, ("usage_hour",))["usage_hour"]:
        found[row[2]] += row[3]
    return found


def until(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.005)


@pytest.mark.slow
def test_a_follower_killed_again_and_again_counts_every_line_of_a_rotated_log_once(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    chance = random.Random(20260316)
    log, told = tmp_path / "access.log", tmp_path / "told"
    writer = Writer(log, chance)
    writer.write(20)
    unseen, killed_behind = 0, 0

    def begin(number: int) -> int:
        started = tmp_path / f"started-{number}"
        child = start(lambda: follow(store.address, log, started, told))
        until(started.exists, "the follower does not start")
        return child

    def catch_up() -> None:
        until(lambda: counted(store) == writer.counts, "the follower does not catch up")

    for number in range(KILLS):
        child = begin(number)
        for _ in range(chance.randrange(1, 4)):
            writer.write(chance.randrange(1, 40))
            time.sleep(chance.uniform(0, 0.03))
            if chance.random() < 0.4:
                writer.rotate()
                unseen += 1
        if unseen >= _UNSEEN or number == 0:
            catch_up()
            unseen = 0
        kill(child)
        killed_behind += counted(store) != writer.counts
        for _ in range(chance.randrange(3)):
            writer.write(chance.randrange(1, 20))
            writer.rotate()
            unseen += 1
    assert writer.rotations > KILLS // 2
    assert killed_behind > KILLS // 4, "the kills met no work under way"
    child = begin(KILLS)
    writer.write(5)
    catch_up()
    os.kill(child, signal.SIGTERM)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert counted(store) == writer.counts
    assert "rhythms_pending_from" not in {row[0] for row in contents(store, ("fact",))["fact"]}
    assert "not found" not in told.read_text()
    assert faults_of(store) == []
