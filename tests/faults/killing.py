"""Two workers that change tokens in a loop and are killed at random moments; each writes down only what it was told is done."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from store.address import Address
from store.errors import Busy
from store.opening import Store
from store.rows import TokenKey
from store.writes.ending import revoke
from store.writes.orders import Revoked, RevokeOrder
from tests.conftest import NOW
from tests.faults.children import kill, start
from tests.making import PRIYA

Tell = Callable[[Revoked], None]
Step = Callable[[Store, RevokeOrder, Tell], None]
"""Carry out one order and call Tell with the proof."""

_LONGEST_WAIT_S = 60


@dataclass(frozen=True, slots=True)
class Diary:
    """The file in which a worker keeps what it was told is done: a token and its audit line, safe on the disk."""

    path: Path

    def tell(self, proof: Revoked) -> None:
        """Add a line that survives whatever comes next."""
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(handle, f"{proof.key[1]} {proof.seq}\n".encode())
        os.fsync(handle)
        os.close(handle)

    def lines(self) -> list[tuple[str, int]]:
        """Return what was told so far; a line that was cut off in the middle was not told."""
        if not self.path.exists():
            return []
        whole = self.path.read_text().rpartition("\n")[0]
        return [(line.split()[0], int(line.split()[1])) for line in whole.splitlines()]


def revoke_then_tell(store: Store, order: RevokeOrder, tell: Tell) -> None:
    """What the product does: the proof is shown once the store has said that it is recorded."""
    tell(store.write(lambda unit: revoke(unit, order, NOW), order.action_id))


def tell_then_revoke(store: Store, order: RevokeOrder, tell: Tell) -> None:
    """What the product must never do: the proof is shown before the commit."""

    def work(unit: object) -> None:
        tell(revoke(unit, order, NOW))  # type: ignore[arg-type]
        time.sleep(0.02)

    store.write(work, order.action_id)


def work_through(address: Address, keys: Sequence[TokenKey], diary: Diary, step: Step) -> None:
    """Go through the tokens that are not in the diary yet, until killed."""
    store = Store(address)
    for key in keys[len(diary.lines()) :]:
        order = RevokeOrder(key=key, actor=PRIYA, reason="looks leaked")
        while True:
            try:
                step(store, order, diary.tell)
            except Busy:
                continue
            break


def killed_at_random(
    address: Address, keys: Sequence[TokenKey], folder: Path, *, kills: int, longest_s: float, step: Step
) -> list[tuple[str, int]]:
    """Let two workers share the tokens, kill one of them `kills` times, and return what they had been told.

    Each is killed within `longest_s` after a line it wrote in this life, so that every kill meets work under way.
    """
    diaries = [Diary(folder / f"diary-{number}") for number in (0, 1)]
    chance = random.Random(20260316)

    def begin(number: int) -> int:
        return start(lambda: work_through(address, keys[number::2], diaries[number], step))

    workers = [begin(0), begin(1)]
    known = [0, 0]
    try:
        for _ in range(kills):
            number = chance.choice(_with_news(diaries, known))
            time.sleep(chance.uniform(0, longest_s))
            kill(workers[number])
            known[number] = len(diaries[number].lines())
            workers[number] = begin(number)
    finally:
        for worker in workers:
            kill(worker)
    told = [diary.lines() for diary in diaries]
    assert all(len(lines) < len(keys) // 2 for lines in told), "the tokens ran out before the kills"
    return told[0] + told[1]


def _with_news(diaries: Sequence[Diary], known: Sequence[int]) -> list[int]:
    deadline = time.monotonic() + _LONGEST_WAIT_S
    while True:
        news = [number for number, diary in enumerate(diaries) if len(diary.lines()) > known[number]]
        if news:
            return news
        assert time.monotonic() < deadline, "no worker gets on"
        time.sleep(0.001)
