"""The figures of signing in: waits, times, what a passphrase may be; and SSH keys as ssh-keygen names them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from store.errors import BadInput
from store.rules.secrets import Secret
from store.rules.sessions import SessionTimes, idle_limit
from store.rules.signing_in import LEAST, MOST, normal_passphrase, refuse_weak, wait_after

AT = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
TICK = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (14, 512), (15, 900), (16, 900), (99, 900)]
)
def test_the_wait_doubles_up_to_a_quarter_of_an_hour(failures: int, seconds: int) -> None:
    assert wait_after(failures) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "words",
    ["short", "a" * 15, "passwordpassword1", "tokendesk tokendesk", "dana.dana.dana.dana", "1234567890123456", "x" * (MOST + 1)],
)
def test_what_is_tried_first_is_no_passphrase(words: str) -> None:
    with pytest.raises(BadInput):
        refuse_weak(Secret(words), "dana")


@pytest.mark.parametrize(
    "words", ["four words on clouds", "ß" * 3 + "über den Wolken ist", "q7!Kd03m-Zp5/vT", "日本語の合言葉はとても長いです"]
)
def test_words_that_do_not_belong_together_are_one(words: str) -> None:
    refuse_weak(Secret(words), "dana")


def test_the_length_is_counted_after_normalising() -> None:
    assert normal_passphrase(Secret("e\u0301")).reveal() == "é"
    long = "e\u0301mile et une nuits"
    assert len(long) > LEAST
    refuse_weak(Secret(long), "dana")
    with pytest.raises(BadInput, match="this one has 14"):
        refuse_weak(Secret("e\u0301" * 7 + "klmnopq"), "dana")


def test_a_session_ends_at_its_moments_exactly() -> None:
    times = SessionTimes(AT, AT, AT, AT + timedelta(hours=12), kept=True)
    assert times.over(AT + timedelta(minutes=10) - TICK) == ""
    assert "ten minutes" in times.over(AT + timedelta(minutes=10))
    console = SessionTimes(AT, AT, AT, AT + timedelta(hours=12))
    assert console.over(AT + timedelta(hours=12) - TICK) == ""
    assert "twelve hours" in console.over(AT + timedelta(hours=12))
    assert console.proven(AT)
    assert console.proven(AT + timedelta(minutes=5) - TICK)
    assert not console.proven(AT + timedelta(minutes=5))
    assert not console.proven(AT - TICK)


@pytest.mark.parametrize(("words", "minutes"), [("2", 2), ("10", 10), ("15", 15)])
def test_a_console_locks_after_two_to_fifteen_minutes(words: str, minutes: int) -> None:
    assert idle_limit(words) == timedelta(minutes=minutes)


@pytest.mark.parametrize("words", ["1", "16", "", "ten", "-5", "1e1", "99999999999999999999"])
def test_and_never_sooner_or_later(words: str) -> None:
    with pytest.raises(ValueError, match="2 to 15"):
        idle_limit(words)
