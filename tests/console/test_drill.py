"""The parts of a drill: what a caller remembers, how it is told to stop, and a store whose clock runs."""

from __future__ import annotations

import os
import signal
import threading
from datetime import UTC, datetime, timedelta

import pytest

from console.cli.drill_words import beats, course
from console.drill.caller import UNANSWERED, Asker, Caller, Reply, met
from console.drill.stopping import Stop, stopping
from console.notices.sending import send_waiting
from store.address import Address
from store.creation import create_store
from store.demo.leak import build_leak
from store.errors import Refused
from store.reads.check import check
from store.rules.secrets import Secret, new_token
from store.rules.usage import Outcome
from tests.command_line import run
from tests.conftest import NOW
from tests.making import PRIYA

VALID, PAUSED, ENDED = Reply("VALID"), Reply("SUSPENDED", "call us"), Reply("REVOKED")
STEP = timedelta(milliseconds=200)


def heard(*replies: Reply) -> Caller:
    """Return a caller that got these answers, one every fifth of a second from NOW on."""
    caller = Caller(lambda: VALID)
    for number, reply in enumerate(replies):
        caller.heard(reply, NOW + number * STEP)
    return caller


def test_a_caller_remembers_turns_and_not_every_call() -> None:
    caller = heard(VALID, VALID, VALID, PAUSED, PAUSED, ENDED)
    assert [(turn.reply.outcome, turn.calls, turn.last - turn.first) for turn in caller.turns] == [
        ("VALID", 3, 2 * STEP),
        ("SUSPENDED", 2, STEP),
        ("REVOKED", 1, timedelta(0)),
    ]
    assert (caller.calls, caller.latest) == (6, (True, True, True, False, False, False))


def test_what_the_calls_met_is_counted_and_timed() -> None:
    now = met(heard(VALID, VALID, PAUSED, ENDED).turns)
    assert (now.accepted, now.refused, now.unanswered, now.open) == (2, 2, 0, False)
    assert (now.last_accepted, now.first_refused) == (NOW + STEP, NOW + 2 * STEP)
    assert now.now == ENDED


def test_a_call_accepted_after_a_refusal_puts_the_first_refusal_off() -> None:
    now = met(heard(VALID, PAUSED, VALID, ENDED).turns)
    assert (now.last_accepted, now.first_refused) == (NOW + 2 * STEP, NOW + 3 * STEP)
    assert met(heard(PAUSED, VALID).turns).first_refused is None
    assert met(heard(PAUSED, VALID).turns).open


def test_no_answer_is_neither_accepted_nor_refused() -> None:
    caller = heard(VALID, Reply(UNANSWERED))
    now = met(caller.turns)
    assert (now.accepted, now.refused, now.unanswered, now.open) == (1, 0, 1, False)
    assert caller.latest == (True, None)
    assert met(()).now is None


def test_a_gateway_that_is_not_there_is_no_answer_and_the_token_is_shown_to_nobody() -> None:
    asker = Asker("127.0.0.1:9", new_token("live", "7Kq2dR0aW4xZ"))
    assert asker() == Reply(UNANSWERED)
    assert "7Kq2dR0aW4xZ" not in repr(vars(asker))
    asker.close()


def test_a_caller_calls_until_it_is_ended() -> None:
    enough = threading.Event()

    def ask() -> Reply:
        if caller.calls >= 3:
            enough.set()
        return VALID

    caller = Caller(ask, every_s=0.001)
    caller.start()
    assert enough.wait(20)
    caller.end()
    calls = caller.calls
    assert calls >= 4
    assert not [thread for thread in threading.enumerate() if thread.name == "caller"]


def test_the_course_of_the_calls_is_a_line_for_each_answer_with_its_bar() -> None:
    turns = heard(*[VALID] * 8, *[PAUSED] * 4, Reply(UNANSWERED)).turns
    assert course(turns) == [
        f"09:00:00 - 09:00:01  VALID           8 accepted    {'+' * 24}",
        f"09:00:01 - 09:00:02  SUSPENDED       4 refused     {'x' * 12}",
        f"09:00:02 - 09:00:02  NO ANSWER       1 unanswered  {'?' * 3}",
    ]
    assert course(()) == []


def test_the_beat_shows_the_latest_calls_that_fit() -> None:
    assert beats((True, False, None), 10) == "+x?"
    assert beats((True, False, None), 2) == "x?"
    assert beats((True, False, None), 0) == ""


@pytest.mark.parametrize(
    ("number", "raised", "code"),
    [(signal.SIGINT, KeyboardInterrupt, None), (signal.SIGTERM, SystemExit, 143), (signal.SIGHUP, SystemExit, 129)],
)
def test_a_signal_is_obeyed_when_the_program_looks(number: signal.Signals, raised: type[BaseException], code: int | None) -> None:
    before = signal.getsignal(number)
    with stopping() as stop:
        stop.check()
        os.kill(os.getpid(), number)
        with pytest.raises(raised) as told:
            stop.wait(20)
    assert getattr(told.value, "code", None) == code
    assert signal.getsignal(number) is before


def test_the_first_signal_counts() -> None:
    stop = Stop()
    stop.tell(signal.SIGTERM)
    stop.tell(signal.SIGINT)
    with pytest.raises(SystemExit):
        stop.check()


def test_the_store_of_a_drill_has_a_running_clock_and_a_token_that_is_known(address: Address) -> None:
    now = datetime.now(UTC)
    leak = build_leak(address, 7, now)
    try:
        assert (leak.store.facts.demo_now, leak.store.facts.environment, leak.store.facts.pretends) == (None, "drill", True)
        with leak.store.reading() as reader:
            answer = check(reader, leak.secret, now, leak.store.mint())
            row = reader.rows("SELECT name, hint FROM token WHERE account_id = :account AND id = :id",
                              {"account": leak.key[0], "id": leak.key[1]})  # fmt: skip
        assert answer.outcome is Outcome.VALID
        assert [tuple(one) for one in row] == [(leak.name, leak.hint)]
        assert leak.hint == leak.secret.reveal()[-4:]
        assert isinstance(leak.secret, Secret)
        with pytest.raises(Refused, match="A demo store tells nobody"):
            send_waiting(leak.store, (), PRIYA, lambda: now)
    finally:
        leak.store.close()


def test_a_real_store_does_not_pretend(address: Address) -> None:
    store = create_store(address, NOW, environment="production")
    assert not store.facts.pretends
    store.close()


def test_a_drill_leaves_the_store_of_the_person_alone() -> None:
    named = run("drill", "leak", "--store", "mine.db")
    assert (named.code, "A drill makes a store of its own." in named.err) == (2, True)
    locked = run("drill", "leak", "--read-only")
    assert (locked.code, "can't be played with --read-only" in locked.err) == (1, True)
