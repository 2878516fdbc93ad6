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
from sqlalchemy import text

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
    if sys.argv[2] == "die":
        os.kill(os.getpid(), 9)
    return False
passphrases.matches = judged
store = open_store(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
try:
    sign_in(store, Actor("dana", Role.ADMIN, session=sys.argv[3]), Secret("a guess of many words"), datetime.now(UTC))
except StoreError as error:
    print(type(error).__name__, flush=True)
"""


@pytest.fixture
def dana(store: Store) -> Store:
    """A store with the operator dana, who has a passphrase, and sam, who has none."""
    for name in ("dana", "sam"):
        store.write(lambda unit, name=name: put_operator(unit, name, Role.ADMIN, PRIYA, NOW) if name == "dana" else None)  # type: ignore[misc]
    encoded = hashed(Secret("four words about clouds"))
    store.write(lambda unit: unit.connection.execute(text("UPDATE operator SET passphrase = :new"), {"new": encoded}))
    return store


def test_nobody_guesses_more_often_than_is_free(dana: Store) -> None:
    chance = random.Random(34)
    evaluated = 0
    for number in range(ROUNDS):
        guessers = [
            subprocess.Popen(
                [sys.executable, "-c", GUESS, url(dana.address), "die" if chance.random() < 0.3 else "live", f"{number}-{one}"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=ROOT,
                env=dict(os.environ),
            )
            for one in range(GUESSERS)
        ]
        for guesser in guessers:
            assert guesser.stdout is not None
            assert guesser.stdout.readline() == "ready\n"
        for guesser in guessers:
            assert guesser.stdin is not None
            guesser.stdin.write("\n")
            guesser.stdin.flush()
        said = [guesser.communicate(timeout=60)[0] for guesser in guessers]
        evaluated += sum("evaluated" in one for one in said)
        assert all("SignedIn" not in one for one in said)
        killed = [one for one, guesser in zip(said, guessers, strict=True) if guesser.returncode == -signal.SIGKILL]
        assert all("evaluated" in one for one in killed)
    with dana.reading() as reader:
        failures, failed_at = reader.rows("SELECT failures, failed_at FROM sign_in WHERE operator = 'dana'")[0]
    assert evaluated == failures, "a try was judged without being counted"
    assert FREE_TRIES <= evaluated <= FREE_TRIES + 2 * (ROUNDS - 1) + 2, "the waits were not kept"
    assert failed_at


def test_who_does_not_exist_is_refused_as_slowly_as_who_does(dana: Store) -> None:
    """Names and passphrases take turns; the medians of CPU time differ by less than a fifth of the hash itself."""
    took: dict[str, list[float]] = {"dana": [], "nobody": []}
    for number in range(24):
        name = ("dana", "nobody")[number % 2]
        dana.write(lambda unit: unit.connection.execute(text("UPDATE sign_in SET failures = 0")))
        actor = Actor(name, Role.ADMIN, how=CLAIMED, session=f"s{number}")
        before = time.process_time()
        with pytest.raises(Refused, match="not this operator's passphrase"):
            sign_in(dana, actor, Secret("a guess of many words"), NOW)
        took[name].append(time.process_time() - before)
    known, unknown = (statistics.median(one) for one in took.values())
    assert abs(known - unknown) < 0.2 * known, (known, unknown)
