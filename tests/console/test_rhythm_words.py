"""Rhythms and blast radius in the words of a support agent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.render.blast_words import how_often, named, nobody_else, when_next, who_calls
from console.render.pieces import Line
from console.render.rhythm_words import next_words, quiet_words, rhythm_words
from store.rules.blast import Blast, Use
from store.rules.rhythm import ANY_HOUR, Daily, Rhythm, Spaced, Steady
from tests.conftest import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def said(line: Line) -> str:
    return "".join(piece.text for piece in line)


@pytest.mark.parametrize(
    ("rhythm", "words"),
    [
        (Rhythm(Daily((6,)), 9), "daily around 06:00"),
        (Rhythm(Daily((0, 6, 12, 18)), 9), "daily around 00:00, 06:00, 12:00 and 18:00"),
        (Rhythm(Daily(tuple(range(8, 18)), (0, 1, 2, 3, 4)), 9), "on weekdays from 08:00 to 18:00"),
        (Rhythm(Daily((5,), (0, 3)), 9), "on Mondays and Thursdays around 05:00"),
        (Rhythm(Daily((9,), (5, 6)), 9), "at weekends around 09:00"),
        (Rhythm(Daily((0, 2, 4, 6, 8, 12)), 9), "daily in 6 hours of the day"),
        (Rhythm(Steady(HOUR), 9), "every hour or more often"),
        (Rhythm(Steady(5 * HOUR), 9), "about every 5 hours"),
        (Rhythm(Spaced(7, 5), 9), "weekly around 05:00"),
        (Rhythm(Spaced(30, 4), 9), "monthly around 04:00"),
        (Rhythm(Spaced(91, 6), 3), "quarterly around 06:00, it seems (seen 4 times)"),
        (Rhythm(Spaced(12, 6), 9), "about every 12 days around 06:00"),
        (Rhythm(Spaced(12, ANY_HOUR), 9), "about every 12 days"),
    ],
)
def test_a_rhythm_in_words(rhythm: Rhythm, words: str) -> None:
    assert rhythm_words(rhythm) == words


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (3 * HOUR, "next in 21 hours"),
        (24 * HOUR + timedelta(minutes=20), "due now"),
        (30 * HOUR, "due 6 hours ago"),
        (97 * HOUR, "silent: due since 2026-03-13 08:00Z"),
    ],
)
def test_when_the_next_call_is_due(ago: timedelta, words: str) -> None:
    assert next_words(Rhythm(Steady(DAY), 9), NOW - ago, NOW) == words


def test_a_quiet_time_in_words() -> None:
    assert quiet_words(None, NOW) == ""
    assert quiet_words((NOW, NOW + 12 * HOUR), NOW) == "Quiet now, until 21:00Z."
    assert quiet_words((NOW, NOW + 40 * DAY), NOW) == "Quiet now, until 2026-04-25 09:00Z."
    assert quiet_words((NOW + 9 * HOUR, NOW + 21 * HOUR), NOW) == "Quiet from 18:00 to 06:00Z."
    assert quiet_words((NOW + 22 * HOUR, NOW + 45 * HOUR), NOW) == "Quiet from tomorrow 07:00 to 06:00Z."


def test_callers_endpoints_and_addresses_are_named_in_one_sentence() -> None:
    uses = tuple(Use(name, 9 - number, 0, NOW) for number, name in enumerate(("a", "b", "c", "d", "e")))
    assert named(uses) == "a, b, c and 2 more"
    assert said(who_calls(Blast(integrations=uses[:1], endpoints=uses[:2], addresses=3))) == "a calls a and b from 3 addresses."
    assert said(who_calls(Blast(integrations=uses[:2]))) == "a and b call."
    assert said(who_calls(Blast())) == ""


def test_what_is_beyond_the_cap_or_not_told_by_the_log_is_never_taken_for_nothing() -> None:
    uses, other = tuple(Use(name, 9, 0, NOW) for name in "abcde"), (Use("", 2, 0, NOW),)
    busy = Blast(integrations=uses + other, endpoints=uses + other, addresses=50, more_addresses=True)
    assert said(who_calls(busy)) == "a, b, c and at least 2 more call a, b, c and at least 2 more from at least 50 addresses."
    assert said(who_calls(Blast(integrations=uses[:1] + other, endpoints=uses[:1]))) == "a and others call a."


def test_who_calls_is_not_on_record_where_the_log_names_nobody() -> None:
    assert "names no program" in said(who_calls(Blast(requests_7d=3)))


def test_how_often_says_the_share_refused() -> None:
    assert said(how_often(Blast(requests_1h=1, requests_24h=20, requests_7d=100))) == (
        "1 h 1 · 24 h 20 · 7 d 100 requests, none refused."
    )
    assert said(how_often(Blast(requests_7d=1_000, refused_7d=15))).endswith("1.5% refused.")
    assert said(how_often(Blast(requests_7d=10_000, refused_7d=1))).endswith("under 0.1% refused.")
    assert said(how_often(Blast())) == "1 h 0 · 24 h 0 · 7 d 0 requests."


def test_when_next_and_nobody_else() -> None:
    assert said(when_next(Blast(), NOW)) == "Next expected call: none."
    daily = Blast(rhythm=Rhythm(Daily((6,)), 9), last_used_at=NOW - 3 * HOUR)
    assert said(when_next(daily, NOW)) == "Calls daily around 06:00, next in 21 hours. Quiet now, until 06:00Z."
    busy = Blast(rhythm=Rhythm(Steady(HOUR), 9), last_used_at=NOW - timedelta(seconds=20), requests_1h=120)
    assert said(when_next(busy, NOW)) == "Calls about every 30 seconds: the next at any moment."
    assert said(when_next(replace(busy, rhythm=None), NOW)) == "Calls about every 30 seconds: the next at any moment."
    assert said(when_next(replace(busy, requests_1h=1), NOW)) == "Calls every hour or more often, next within 59 minutes."
    calm = replace(busy, last_used_at=NOW - timedelta(minutes=9), requests_1h=3)
    assert said(when_next(calm, NOW)) == "Calls about every 20 minutes, next in 11 minutes."
    office = replace(busy, rhythm=Rhythm(Daily(tuple(range(8, 18)), (0, 1, 2, 3, 4)), 9))
    told = "Calls on weekdays from 08:00 to 18:00, now about every 30 seconds: the next at any moment."
    assert said(when_next(office, NOW, quiet=False)) == told
    assert said(nobody_else(Blast(sole_scopes=("users.manage",)), "Acme")) == ("No other live token of Acme may: users.manage.")
    assert said(nobody_else(Blast(), "Acme")) == ""
