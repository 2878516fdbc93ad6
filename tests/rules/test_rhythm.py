"""A token's rhythm: found in its active days, when it is due, when its silence counts, and when nobody would notice."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from store.moments import EPOCH
from store.rules.habits import learn
from store.rules.rhythm import (
    ANY_HOUR,
    Daily,
    Rhythm,
    Spaced,
    Steady,
    at_any_moment,
    expected,
    next_call,
    pace,
    pace_words,
    quarterly,
    quiet_time,
    rhythm_of,
    silent_after,
)  # fmt: skip

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2026, 3, 16, tzinfo=UTC)
FIRST = (MONDAY - EPOCH).days


def days_of(moments: Iterable[datetime]) -> dict[int, int]:
    active: dict[int, int] = {}
    for moment in moments:
        day = (moment - EPOCH).days
        active[day] = active.get(day, 0) | 1 << moment.hour
    return active


def every(step: timedelta, count: int, start: datetime = MONDAY) -> list[datetime]:
    return [start + number * step for number in range(count)]


def office(weeks: int) -> list[datetime]:
    days = [MONDAY + number * DAY for number in range(7 * weeks) if number % 7 < 5]
    return [day + hour * HOUR for day in days for hour in range(8, 18)]


@pytest.mark.parametrize(
    ("moments", "habit"),
    [
        ([], None),
        (every(HOUR, 5), None),
        (every(HOUR, 6), Steady(HOUR)),
        (every(5 * HOUR, 40), Steady(5 * HOUR)),
        (every(HOUR, 24 * 20), Steady(HOUR)),
        (every(DAY, 6, MONDAY + 6 * HOUR), Daily((6,))),
        (every(6 * HOUR, 4 * 20), Daily((0, 6, 12, 18))),
        (office(3), Daily(tuple(range(8, 18)), (0, 1, 2, 3, 4))),
        (every(7 * DAY, 6, MONDAY + 5 * HOUR), Spaced(7, 5)),
        (every(91 * DAY, 3, MONDAY + 4 * HOUR), Spaced(91, 4)),
        (every(91 * DAY, 2), None),
        (every(3 * DAY, 5), None),
        (every(3 * DAY, 6), Spaced(3, 0)),
    ],
)
def test_a_rhythm_is_found_in_the_active_days(moments: list[datetime], habit: object) -> None:
    found = learn(days_of(moments))
    assert (None if found is None else found.habit) == habit


def test_outages_and_bursts_change_no_daily_job() -> None:
    moments = [one for number, one in enumerate(every(DAY, 26, MONDAY + 6 * HOUR)) if number not in (3, 4, 5, 10, 20)]
    moments += [MONDAY + 12 * DAY + hour * HOUR for hour in range(9, 23)]
    found = learn(days_of(moments))
    assert found is not None
    assert found.habit == Daily((6,))


@pytest.mark.parametrize("seed", range(40))
def test_a_daily_job_that_misses_a_quarter_of_its_days_is_daily_still(seed: int) -> None:
    chance = random.Random(seed)
    found = learn(days_of(one for one in every(DAY, 60, MONDAY + 6 * HOUR) if chance.random() > 0.25))
    assert found is not None
    assert isinstance(found.habit, Daily)
    assert found.habit.hours == (6,)
    assert len(found.habit.weekdays) >= 6


def test_overtime_on_one_saturday_makes_no_saturday_usual() -> None:
    found = learn(days_of([*office(5), MONDAY + 19 * DAY + 9 * HOUR]))
    assert found is not None
    assert found.habit == Daily(tuple(range(8, 18)), (0, 1, 2, 3, 4))


@pytest.mark.parametrize("share", [0.1, 0.2, 0.3])
def test_somebody_who_calls_now_and_then_has_no_rhythm(share: float) -> None:
    found = 0
    for seed in range(60):
        chance = random.Random(seed)
        found += (
            learn(days_of(one + chance.randrange(24) * HOUR for one in every(DAY, 400) if chance.random() < share)) is not None
        )
    assert found <= 6


def test_a_weekly_job_that_misses_a_week_now_and_then_is_weekly_still() -> None:
    moments = [one for number, one in enumerate(every(7 * DAY, 25, MONDAY + 5 * HOUR)) if number % 4]
    found = learn(days_of(moments))
    assert found is not None
    assert found.habit == Spaced(7, 5)


def test_two_days_of_a_week_are_weekdays_and_no_average_of_them() -> None:
    moments = [MONDAY + 7 * week * DAY + day * DAY + 6 * HOUR for week in range(8) for day in (0, 1)]
    for several in (moments, moments[:-1]):
        found = learn(days_of(several))
        assert found is not None
        assert found.habit == Daily((6,), (0, 1))


def test_a_call_every_few_days_at_any_hour_is_told_without_one() -> None:
    found = learn(days_of(MONDAY + 3 * number * DAY + number * 5 % 24 * HOUR for number in range(20)))
    assert found is not None
    assert found.habit == Spaced(3, ANY_HOUR)
    assert rhythm_of(found.code) == found


def test_a_daily_job_that_drifts_over_the_hour_is_still_one_call_a_day() -> None:
    moments = [one + (59 if number % 3 else 61) * timedelta(minutes=1) for number, one in enumerate(every(DAY, 20))]
    found = learn(days_of(moments))
    assert found is not None
    assert found.habit == Daily((0,))


def test_a_new_habit_replaces_the_old_one() -> None:
    old, new = every(DAY, 40, MONDAY + 6 * HOUR), every(HOUR, 24 * 15, MONDAY + 40 * DAY)
    found = learn(days_of([*old, *new]))
    assert found is not None
    assert found.habit == Steady(HOUR)


def test_few_calls_months_apart_are_a_sign_but_no_proof() -> None:
    found = learn(days_of(every(91 * DAY, 4)))
    assert found == Rhythm(Spaced(91, 0), 3)
    assert not found.proven
    assert quarterly(found)
    assert silent_after(found, MONDAY) is None
    uneven = [MONDAY, MONDAY + 20 * DAY, MONDAY + 120 * DAY]
    assert learn(days_of(uneven)) is None


@pytest.mark.parametrize(
    ("habit", "last", "silent"),
    [
        (Steady(6 * HOUR), MONDAY, MONDAY + 24 * HOUR),
        (Daily((6,)), MONDAY + timedelta(hours=6, seconds=12), MONDAY + timedelta(days=4, hours=6, seconds=12)),
        (Daily(tuple(range(8, 18)), (0, 1, 2, 3, 4)), MONDAY + 4 * DAY + 17 * HOUR, MONDAY + 7 * DAY + 11 * HOUR),
        (Daily(tuple(range(8, 18)), (0, 1, 2, 3, 4)), MONDAY + 15 * HOUR, MONDAY + DAY + 9 * HOUR),
        (Spaced(7, 5), MONDAY, MONDAY + 28 * DAY),
    ],
)
def test_silence_counts_after_four_missed_calls(habit: Steady | Daily | Spaced, last: datetime, silent: datetime) -> None:
    assert silent_after(Rhythm(habit, 5), last) == silent
    assert silent_after(Rhythm(habit, 4), last) is None
    assert silent_after(None, last) is None


def test_the_next_call_is_one_interval_on_and_an_overdue_one_is_awaited_now() -> None:
    rhythm = Rhythm(Daily((6,)), 20)
    last = MONDAY + 6 * HOUR
    assert next_call(rhythm, last, MONDAY + 9 * HOUR) == expected(rhythm, last) == MONDAY + DAY + 6 * HOUR
    late = MONDAY + DAY + 8 * HOUR
    assert next_call(rhythm, last, late) == late
    silent = MONDAY + 5 * DAY
    assert next_call(rhythm, last, silent) == MONDAY + DAY + 6 * HOUR


def test_a_pace_is_what_the_last_hour_had_unless_its_calls_have_ceased() -> None:
    now, second, minute = MONDAY, timedelta(seconds=1), timedelta(minutes=1)
    assert pace(120, now - 20 * second, now) == 30 * second
    assert pace(1, now, now) is None
    assert pace(120, now - 5 * minute, now) == 30 * second
    assert pace(120, now - 5 * minute - second, now) is None
    assert pace(3, now - 55 * minute, now) == 20 * minute
    assert at_any_moment(5 * minute, now, now)
    assert at_any_moment(20 * minute, now - 20 * minute, now)
    assert not at_any_moment(20 * minute, now - 19 * minute, now)


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (timedelta(milliseconds=20), "several times a second"),
        (timedelta(milliseconds=800), "about every second"),
        (timedelta(seconds=8.6), "about every 9 seconds"),
        (timedelta(seconds=30), "about every 30 seconds"),
        (timedelta(seconds=89.4), "about every 89 seconds"),
        (timedelta(seconds=90), "about every 2 minutes"),
        (timedelta(minutes=30), "about every 30 minutes"),
    ],
)
def test_a_pace_in_words(gap: timedelta, words: str) -> None:
    assert pace_words(gap) == words


def test_a_pace_brings_the_next_call_before_the_rhythm_does() -> None:
    rhythm, now = Rhythm(Steady(HOUR), 20), MONDAY
    assert next_call(rhythm, now - timedelta(seconds=20), now, timedelta(seconds=30)) == now + timedelta(seconds=10)
    assert next_call(rhythm, now - timedelta(minutes=2), now, timedelta(seconds=30)) == now
    assert next_call(rhythm, now - timedelta(minutes=2), now) == now + timedelta(minutes=58)


@pytest.mark.parametrize(
    ("habit", "now", "quiet"),
    [
        (Steady(HOUR), MONDAY, None),
        (Steady(12 * HOUR), MONDAY, (MONDAY, MONDAY + 11 * HOUR)),
        (Spaced(91, 5), MONDAY, (MONDAY, MONDAY - HOUR + 88 * DAY)),
        (Spaced(31, 5), MONDAY + 28 * DAY, None),
        (Spaced(7, 5), MONDAY, (MONDAY, MONDAY - HOUR + 7 * DAY)),
        (Daily(tuple(range(8, 18)), (0, 1, 2, 3, 4)), MONDAY + 9 * HOUR, (MONDAY + 18 * HOUR, MONDAY + DAY + 8 * HOUR)),
        (Daily(tuple(range(8, 18)), (0, 1, 2, 3, 4)), MONDAY + 20 * HOUR, (MONDAY + 20 * HOUR, MONDAY + DAY + 8 * HOUR)),
        (Daily(tuple(range(24))), MONDAY, None),
        (Daily((6,)), MONDAY + 20 * HOUR, (MONDAY + 20 * HOUR, MONDAY + 30 * HOUR)),
        (Daily((6,)), MONDAY + 4 * HOUR, (MONDAY + 7 * HOUR, MONDAY + 30 * HOUR)),
        (Daily(tuple(range(8, 18)), (0, 1, 2, 3, 4)), MONDAY + 5 * DAY, (MONDAY + 5 * DAY, MONDAY + 7 * DAY + 8 * HOUR)),
    ],
)
def test_the_time_to_revoke_is_when_no_call_is_expected(
    habit: Steady | Daily | Spaced, now: datetime, quiet: tuple[datetime, datetime] | None
) -> None:
    assert quiet_time(Rhythm(habit, 9), MONDAY - HOUR, now) == quiet


@pytest.mark.parametrize("habit", [Steady(90 * timedelta(minutes=1)), Daily((0, 23), (0, 6)), Spaced(3.5, 5)])
def test_what_the_store_keeps_is_read_back(habit: Steady | Daily | Spaced) -> None:
    rhythm = Rhythm(habit, 7)
    assert rhythm_of(rhythm.code) == rhythm


def test_a_code_of_another_program_is_no_rhythm() -> None:
    assert rhythm_of("") is None
    assert rhythm_of("lunar 28") is None
