"""The sentence that says why the calls stopped: every part of it follows from moments, and none says more than they do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from store.rules.rhythm import Rhythm, Steady
from store.rules.status import Moments, Status, dead_since, refused_since_end
from store.rules.stopping import Known, why
from tests.conftest import NOW

HOUR = timedelta(hours=1)
KNOWN = Known(
    status=Status.REVOKED,
    ended_at=NOW - HOUR,
    ended_by=" by priya",
    last_success_at=NOW - 3 * HOUR,
    last_denied_at=NOW - 2 * HOUR,
    last_denied_reason="RATE_LIMITED",
    refused="1",
    rhythm=Rhythm(Steady(HOUR), 9),
    recorded_to=NOW,
)


def test_a_refusal_before_the_end_is_not_told_as_one_after_it() -> None:
    assert why(KNOWN, NOW) == (
        "It last worked on 2026-03-16 06:00Z. It was revoked on 2026-03-16 08:00Z by priya. 1 call was refused (RATE_LIMITED), "
        "the last on 2026-03-16 07:00Z, before that: nobody has tried since."
    )
    assert "Since then 1 call was refused" in why(replace(KNOWN, last_denied_at=KNOWN.ended_at), NOW)


def test_a_token_that_calls_often_is_not_said_to_be_quiet_for_an_hour() -> None:
    live = replace(KNOWN, status=Status.ACTIVE, ended_at=None, last_success_at=NOW - timedelta(seconds=20), last_denied_at=None)
    assert why(replace(live, requests_1h=120), NOW).endswith(
        "It has not stopped: it calls about every 30 seconds, the next at any moment."
    )
    assert why(live, NOW).endswith("It has not stopped: the next call is due by 2026-03-16 09:59Z at the latest.")
    daily = replace(live, rhythm=Rhythm(Steady(5 * HOUR), 9))
    assert why(daily, NOW).endswith("It has not stopped: the next call is due on 2026-03-16 13:59Z.")


def test_a_caller_that_moved_to_the_replacement_is_not_told_as_one_that_stays_away() -> None:
    old = replace(
        KNOWN, status=Status.RETIRING, ended_at=None, last_denied_at=None, last_success_at=NOW - 99 * HOUR, replaced_by="abc"
    )
    assert why(replace(old, moved_at=NOW), NOW).endswith(
        "Nothing refuses it: its caller has moved. It was replaced by abc, which was last called on 2026-03-16 09:00Z."
    )
    assert why(old, NOW).endswith("its caller has not come since. It was replaced by abc, which nothing has called yet.")
    both = replace(old, moved_at=NOW - 100 * HOUR)
    assert "its caller has not come since. It was replaced by abc, which was last called on" in why(both, NOW)
    over = replace(KNOWN, replaced_by="abc", moved_at=NOW)
    assert why(over, NOW).endswith("It was replaced by abc, which was last called on 2026-03-16 09:00Z.")


def test_a_caller_is_not_said_to_stay_away_where_nobody_recorded() -> None:
    live = replace(KNOWN, status=Status.ACTIVE, ended_at=None, last_denied_at=None, last_success_at=NOW - 99 * HOUR)
    assert why(replace(live, recorded_to=NOW - 98 * HOUR), NOW).endswith("and its caller has not come since.")
    assert why(replace(live, recorded_to=NOW - 99 * HOUR), NOW).endswith(
        "Usage is recorded only up to 2026-03-12 06:00Z: whether it has called since is not known."
    )


def test_a_token_is_dead_from_its_end_on_and_only_refusals_from_then_on_say_that_it_is_called() -> None:
    tick = timedelta(milliseconds=1)
    for moments in (
        Moments(revoked_at=NOW - HOUR),
        Moments(suspended_at=NOW - HOUR),
        Moments(expires_at=NOW - HOUR, retires_at=NOW),
        Moments(expires_at=NOW, retires_at=NOW - HOUR),
    ):
        assert dead_since(moments, NOW) == NOW - HOUR
        assert not refused_since_end(moments, NOW - HOUR - tick, NOW)
        assert refused_since_end(moments, NOW - HOUR, NOW)
        assert not refused_since_end(moments, None, NOW)
    assert dead_since(Moments(expires_at=NOW + HOUR), NOW) is None
    assert not refused_since_end(Moments(), NOW, NOW)
