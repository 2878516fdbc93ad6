"""When a token usually calls: its next expected call, when its silence counts, and when nothing would notice it gone.

Three kinds of rhythm: round the clock at an interval, at usual hours of usual weekdays, or every so many days. What a
rhythm expects are moments; «overdue by more than three intervals» counts those, so that a job of office hours is not
silent at night (decisions.md, view `silent`). How one is found in the recorded days is store.rules.habits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

LEAST_INTERVALS = 5
"""Fewer past intervals than this are no proof of a rhythm: nothing is called silent by it."""

MISSED = 4
"""Silent: the next expected call and three more have not come."""

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AT_ONCE = timedelta(minutes=5)
"""Calls that come this often leave no time in between: the next one may come at any moment."""

EVERY_DAY = tuple(range(7))
ANY_HOUR = -1

MONTH = 28
MONTHS_DIFFER = 3 * DAY
"""What is done on the same day of every month or quarter comes by so much sooner after a short one."""

LONG_ENOUGH = 4 * HOUR
"""A quiet stretch as long as this will do: a longer one is not waited for."""


@dataclass(frozen=True, slots=True)
class Steady:
    """Round the clock, about every `interval`."""

    interval: timedelta


@dataclass(frozen=True, slots=True)
class Daily:
    """At these hours of the day (UTC, 0 to 23, ascending) on these weekdays (0 is Monday)."""

    hours: tuple[int, ...]
    weekdays: tuple[int, ...] = EVERY_DAY


@dataclass(frozen=True, slots=True)
class Spaced:
    """Every so many days, around `hour` (UTC), which is ANY_HOUR where it keeps to none."""

    days: float
    hour: int


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A habit and how many intervals of it are on record."""

    habit: Steady | Daily | Spaced
    intervals: int

    @property
    def proven(self) -> bool:
        """Say whether enough of it is on record to call its absence silence."""
        return self.intervals >= LEAST_INTERVALS

    @property
    def code(self) -> str:
        """Return it as the store keeps it: kind, numbers and known intervals."""
        match self.habit:
            case Steady(interval):
                return f"steady {interval // timedelta(minutes=1)} {self.intervals}"
            case Daily(hours, weekdays):
                return f"daily {_mask(hours)} {_mask(weekdays)} {self.intervals}"
            case Spaced(days, hour):
                return f"spaced {days:g} {hour} {self.intervals}"


def rhythm_of(code: str) -> Rhythm | None:
    """Read what `Rhythm.code` wrote; None for an empty text, and for one this program does not know."""
    match code.split():
        case ["steady", minutes, intervals]:
            return Rhythm(Steady(timedelta(minutes=int(minutes))), int(intervals))
        case ["daily", hours, weekdays, intervals]:
            return Rhythm(Daily(_bits(int(hours), 24), _bits(int(weekdays), 7)), int(intervals))
        case ["spaced", days, hour, intervals]:
            return Rhythm(Spaced(float(days), int(hour)), int(intervals))
        case _:
            return None


def expected(rhythm: Rhythm, last_used_at: datetime, count: int = 1) -> datetime:
    """Return when the `count`-th call after the last one is due."""
    match rhythm.habit:
        case Steady(interval):
            return last_used_at + count * interval
        case Spaced(days, _):
            return last_used_at + count * days * DAY
        case Daily(hours, weekdays):
            return _slot(hours, weekdays, last_used_at, count)


def pace(requests_1h: int, last_used_at: datetime, now: datetime) -> timedelta | None:
    """Return the time between calls as the last hour had them, which a rhythm counted in hours can't tell.

    None for fewer than two calls, and where they have ceased since.
    """
    if requests_1h < 2:
        return None
    gap = HOUR / requests_1h
    return gap if now - last_used_at <= max(MISSED * gap, AT_ONCE) else None


def at_any_moment(gap: timedelta, last_used_at: datetime, now: datetime) -> bool:
    """Say whether the next call at this pace is to be expected at once."""
    return gap <= AT_ONCE or last_used_at + gap <= now


def pace_words(gap: timedelta) -> str:
    """Say a pace: `several times a second`, `about every second`, `about every 30 seconds`, `about every 20 minutes`."""
    seconds, minutes = round(gap / timedelta(seconds=1)), round(gap / timedelta(minutes=1))
    if gap < timedelta(milliseconds=750):
        return "several times a second"
    if seconds < 90:
        return f"about every {f'{seconds} seconds' if seconds > 1 else 'second'}"
    return f"about every {minutes} minutes"


def next_call(rhythm: Rhythm, last_used_at: datetime, now: datetime, gap: timedelta | None = None) -> datetime:
    """Return the first call due at or after `now`; one that is overdue by less than three is still awaited: now.

    `gap` is its `pace`, if it has one: the next call is due no later than that.
    """
    due = expected(rhythm, last_used_at)
    if gap is not None and last_used_at + gap < due:
        return max(last_used_at + gap, now)
    return due if due >= now or now > expected(rhythm, last_used_at, MISSED) else now


def silent_after(rhythm: Rhythm | None, last_used_at: datetime) -> datetime | None:
    """Return the moment after which it is overdue by more than three of its intervals; None without a proven rhythm.

    It is silent when `now` is later than that, not yet at that very moment.
    """
    return expected(rhythm, last_used_at, MISSED) if rhythm is not None and rhythm.proven else None


def quarterly(rhythm: Rhythm) -> bool:
    """Say whether a token calls so seldom by its own rhythm that 90 idle days mean little: once in 60 days or less often."""
    return isinstance(rhythm.habit, Spaced) and rhythm.habit.days > 60


def quiet_time(rhythm: Rhythm, last_used_at: datetime, now: datetime) -> tuple[datetime, datetime] | None:
    """Return the next stretch in which no call is expected, at least an hour of it: the time to revoke.

    None for a token that calls round the clock. A stretch under way starts now.
    """
    match rhythm.habit:
        case Steady(interval):
            return None if interval <= 2 * HOUR else _until_due(rhythm, last_used_at, now)
        case Spaced(days, _):
            return _until_due(rhythm, last_used_at, now, MONTHS_DIFFER if days >= MONTH else timedelta())
        case Daily(hours, weekdays):
            return _longest_gap(hours, weekdays, now)


def _until_due(
    rhythm: Rhythm, last_used_at: datetime, now: datetime, sooner: timedelta = timedelta()
) -> tuple[datetime, datetime] | None:
    due = expected(rhythm, last_used_at) - sooner
    return (now, due) if due - now >= HOUR else None


def _longest_gap(hours: tuple[int, ...], weekdays: tuple[int, ...], now: datetime) -> tuple[datetime, datetime] | None:
    """Return the first stretch between usual hours that is long enough, or else the longest, of the next day and a half."""
    start = now.replace(minute=0, second=0, microsecond=0)
    busy = [at for step in range(-1, 37) if _is_usual(at := start + step * HOUR, hours, weekdays)]
    after = next(at for step in range(37, 37 + 7 * 24) if _is_usual(at := start + step * HOUR, hours, weekdays))
    edges = [start - HOUR, *busy, after]
    gaps = [(max(early + HOUR, now), late) for early, late in pairwise(edges) if late - max(early + HOUR, now) >= HOUR]
    return max(gaps, key=lambda gap: (min(gap[1] - gap[0], LONG_ENOUGH), -(gap[0] - now)), default=None)


def _slot(hours: tuple[int, ...], weekdays: tuple[int, ...], last: datetime, count: int) -> datetime:
    hour = last.replace(minute=0, second=0, microsecond=0)
    into = last - hour
    while count:
        hour += HOUR
        count -= _is_usual(hour, hours, weekdays)
    return hour + into


def _is_usual(moment: datetime, hours: tuple[int, ...], weekdays: tuple[int, ...]) -> bool:
    return moment.hour in hours and moment.weekday() in weekdays


def _mask(numbers: Iterable[int]) -> int:
    return sum(1 << number for number in numbers)


def _bits(mask: int, most: int) -> tuple[int, ...]:
    return tuple(number for number in range(most) if mask >> number & 1)
