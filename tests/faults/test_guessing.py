"""T34: sixteen guessers at once, some of them killed between guess and count, never get more tries than are free."""

from __future__ import annotations

import os
import random
import signal
import statistics
import subprocess
import sys
import time

import pytest

from store.errors import Refused
from store.opening import Store
from store.passphrases import hashed
from store.rules.roles import Actor, Role
from store.rules.secrets import Secret
from store.rules.sessions import CLAIMED
from store.rules.signing_in import FREE_TRIES
from store.signing_in import sign_in
from store.writes.people import put_operator
from tests.command_line import ROOT, url
from tests.conftest import NOW
from tests.making import PRIYA

pytestmark = pytest.mark.slow
GUESSERS, ROUNDS = 16, 10
GUESS = """
import sys, os
from datetime import UTC, datetime
import store.passphrases as passphrases
from store.errors import StoreError
from store.opening import open_store
from store.rules.roles import Actor, Role
from store.rules.secrets import Secret
from store.signing_in import sign_in
def judged(encoding, secret):
    print("evaluated", flush=True)
    if dies:
        os.kill(os.getpid(), 9)
    return False
passphrases.matches = judged
store = open_store(sys.argv[1])
print("ready", flush=True)
for line in sys.stdin:
    how, session = line.split()
    dies = how == "die"
    try:
        sign_in(store, Actor("dana", Role.ADMIN, session=session), Secret("a guess of many words"), datetime.now(UTC))
    except StoreError as error:
        print(type(error).__name__, flush=True)
"""


class Guesser:
    """A process that tries a passphrase whenever it is told to, and may be killed between judging it and saying so."""

    def __init__(self, store: Store) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", GUESS, url(store.address)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=dict(os.environ),
        )  # fmt: skip

    def line(self) -> str:
        """Return what it says next; "" when it was killed."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def guess(self, how: str, session: str) -> None:
        """Have it try once; `die` kills it when its try was judged."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{how} {session}\n")
        self.process.stdin.flush()

    def end(self) -> None:
        """Let it end."""
        self.process.communicate(timeout=60)


@pytest.fixture
def dana(store: Store) -> Store:
    """A store with the operator dana, who has a passphrase, and sam, who has none."""
    for name in ("dana", "sam"):
        store.write(lambda unit, name=name: put_operator(unit, name, Role.ADMIN, PRIYA, NOW) if name == "dana" else None)  # type: ignore[misc]
    encoded = hashed(Secret("four words about clouds"))
    store.write(lambda unit: unit.run("UPDATE operator SET passphrase = :new", {"new": encoded}))
    return store


def test_nobody_guesses_more_often_than_is_free(dana: Store) -> None:
    chance, evaluated, killed = random.Random(34), 0, 0
    guessers = [Guesser(dana) for _ in range(GUESSERS)]
    assert [one.line() for one in guessers] == ["ready"] * GUESSERS
    for number in range(ROUNDS):
        for one, guesser in enumerate(guessers):
            guesser.guess("die" if not number or chance.random() < 0.3 else "live", f"{number}-{one}")
        for one, guesser in enumerate(guessers):
            said = guesser.line()
            if said == "evaluated":
                evaluated, said = evaluated + 1, guesser.line()
            if not said:
                assert guesser.process.wait(60) == -signal.SIGKILL
                guesser.end()
                guessers[one], killed = Guesser(dana), killed + 1
                assert guessers[one].line() == "ready"
            else:
                assert said == "Refused", said
    for guesser in guessers:
        guesser.end()
    assert killed, "nobody was killed between being judged and being told"
    with dana.reading() as reader:
        failures, failed_at = reader.rows("SELECT failures, failed_at FROM sign_in WHERE operator = 'dana'")[0]
    assert evaluated == failures, "a try was judged without being counted"
    assert FREE_TRIES <= evaluated <= FREE_TRIES + 2 * (ROUNDS - 1) + 2, "the waits were not kept"
    assert failed_at


def test_who_does_not_exist_is_refused_as_slowly_as_who_does(dana: Store) -> None:
    """Names and passphrases take turns; the medians of CPU time differ by less than 5 % (test T34)."""
    took: dict[str, list[float]] = {"dana": [], "nobody": []}
    for number in range(40):
        name = ("dana", "nobody")[number % 2]
        dana.write(lambda unit: unit.run("UPDATE sign_in SET failures = 0"))
        actor = Actor(name, Role.ADMIN, how=CLAIMED, session=f"s{number}")
        before = time.process_time()
        with pytest.raises(Refused, match="not this operator's passphrase"):
            sign_in(dana, actor, Secret("a guess of many words"), NOW)
        took[name].append(time.process_time() - before)
    known, unknown = (statistics.median(one) for one in took.values())
    assert abs(known - unknown) < 0.05 * known, (known, unknown)
