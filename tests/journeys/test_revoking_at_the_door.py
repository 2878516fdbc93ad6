"""A revocation with two keys at the console, and what a program meets that goes on calling an API behind a real nginx."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store.indicator_rows import Proof
from store.opening import Store
from store.reads.proofs import recent_proofs
from store.rules.proof import ProofVerdict
from tests.at_console import at_console
from tests.gateway.proxy import Proxied, nginx
from tests.gateway.running import Gateway, gateway, live_token, make_account, until

LIFETIME_S = 7


@dataclass(frozen=True, slots=True)
class Answer:
    """One call: when it was made, and how it was answered."""

    at: datetime
    status: int


class Looping:
    """A program that calls again and again with one token until it is told to stop."""

    def __init__(self, proxied: Proxied, token: str) -> None:
        self.answers: list[Answer] = []
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._loop, args=(proxied, token))
        self._thread.start()

    def _loop(self, proxied: Proxied, token: str) -> None:
        while not self._stopped.is_set():
            at = datetime.now(UTC)
            self.answers.append(Answer(at, proxied.status(token)))
            time.sleep(0.02)

    def statuses(self) -> set[int]:
        """Return every status so far."""
        return {one.status for one in self.answers[:]}

    def refused(self) -> datetime:
        """Return when the first refused call was made."""
        return next(one.at for one in self.answers if one.status == 401)

    def stop(self) -> None:
        """Stop calling."""
        self._stopped.set()
        self._thread.join()


@pytest.fixture
def served(store: Store) -> Iterator[Gateway]:
    make_account(store)
    with gateway(store.address, "--trusted", "127.0.0.1", "--cache", f"{LIFETIME_S}s") as one:
        yield one


async def test_a_program_behind_nginx_is_refused_by_the_time_the_console_says(
    store: Store, served: Gateway, tmp_path: Path
) -> None:
    made = live_token(store, "looping sync")
    with nginx(served, tmp_path / "nginx") as proxied:
        program = Looping(proxied, made.token.reveal())
        try:
            until(lambda: len(program.answers) > 20)
            assert program.statuses() == {200}
            async with at_console(store, (80, 24), now=datetime.now(UTC)) as hand:
                await hand.press("x")
                await hand.until_shown("Revoke this token?")
                hand.watch.wait(1.0)
                await hand.answer()
                answered = datetime.now(UTC)
                await hand.until_shown("refused everywhere by")
                said = re.findall(r"refused everywhere by (\d\d:\d\d:\d\dZ)", hand.screen())
            until(lambda: 401 in program.statuses())
            until(lambda: program.answers[-1].at > program.refused() + timedelta(seconds=1))
        finally:
            program.stop()
        reached = len(proxied.reached)
    until(lambda: [one.verdict for one in proofs(store)], [ProofVerdict.PASS])
    [proof] = proofs(store)
    assert said == [f"{proof.revoked_at + timedelta(seconds=LIFETIME_S):%H:%M:%SZ}"], "the lifetime is the gateway's"
    assert program.refused() - answered < timedelta(seconds=LIFETIME_S)
    assert program.statuses() == {200, 401}
    assert [one for one in program.answers if one.status == 200 and one.at > program.refused()] == []
    assert reached == sum(one.status == 200 for one in program.answers)


def proofs(store: Store) -> tuple[Proof, ...]:
    """Return what is proven of the revocations of the last minutes."""
    now = datetime.now(UTC)
    with store.reading() as reader:
        return recent_proofs(reader, now - timedelta(minutes=5), now, 5)
