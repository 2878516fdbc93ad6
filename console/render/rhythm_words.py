"""A token's rhythm as a support agent says it: «daily around 06:00, next in 21 hours»."""

from __future__ import annotations

from datetime import datetime, timedelta

from console.render.moments import DAY, HOUR, MINUTE, ago_words, at, span_words
from store.rules.rhythm import ANY_HOUR, Daily, Rhythm, Spaced, Steady, at_any_moment, expected, pace_words, silent_after

_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_WORKDAYS, _WEEKEND = (0, 1, 2, 3, 4), (5, 6)
_NAMED = ((7, 7, "weekly"), (14, 14, "every other week"), (28, 31, "monthly"), (89, 93, "quarterly"), (364, 366, "yearly"))
_FEW_HOURS = 4


def calls_words(rhythm: Rhythm | None, last_used_at: datetime, now: datetime, gap: timedelta | None) -> str:
    """Return how often it calls and when next: `daily around 06:00, next in 21 hours`; "" where neither is known.

    `gap` is its pace in the last hour, which says more than a rhythm that is counted in hours:
    `about every 30 seconds: the next at any moment`.
    """
    if gap is None:
        return "" if rhythm is None else f"{rhythm_words(rhythm)}, {next_words(rhythm, last_used_at, now)}"
    if at_any_moment(gap, last_used_at, now):
        return f"{rhythm_words(rhythm, gap)}: the next at any moment"
    return f"{rhythm_words(rhythm, gap)}, next {_in(last_used_at + gap - now)}"


def rhythm_words(rhythm: Rhythm | None, gap: timedelta | None = None) -> str:
    """Return how often it calls: `daily around 06:00`, `on weekdays from 08:00 to 18:00`, `about every 5 hours`, `quarterly`.

    Times are UTC. A rhythm that is not proven says that it only seems so. With `gap`, its pace in the last hour, that as well.
    """
    if gap is not None and (rhythm is None or isinstance(rhythm.habit, Steady)):
        return pace_words(gap)
    if rhythm is None:
        return "at no known times"
    if gap is not None:
        return f"{rhythm_words(rhythm)}, now {pace_words(gap)}"
    words = _habit_words(rhythm.habit)
    return words if rhythm.proven else f"{words}, it seems (seen {rhythm.intervals + 1} times)"


def next_words(rhythm: Rhythm, last_used_at: datetime, now: datetime) -> str:
    """Return when it calls next: `next in 21 hours`, `due now`, `due 2 days ago`, `silent since …`."""
    due, end = expected(rhythm, last_used_at), silent_after(rhythm, last_used_at)
    if due >= now:
        oftener = isinstance(rhythm.habit, Steady) and rhythm.habit.interval <= HOUR
        return f"next within {span_words(max(due - now, MINUTE))}" if oftener else f"next {_in(due - now)}"
    if end is not None and now > end:
        return f"silent: due since {at(due)}"
    return "due now" if now - due < HOUR else f"due {ago_words(due, now)}"


def _in(delta: timedelta) -> str:
    return f"in {span_words(delta)}" if delta >= MINUTE else "within a minute"


def quiet_words(quiet: tuple[datetime, datetime] | None, now: datetime) -> str:
    """Return when to revoke so that nothing notices; empty where there is no such time."""
    if quiet is None:
        return ""
    start, end = quiet
    until = f"{end:%H:%M}" if end - start < timedelta(days=1) else f"{end:%Y-%m-%d %H:%M}"
    if start <= now:
        return f"Quiet now, until {until}Z."
    day = "" if start.date() == now.date() else "tomorrow " if start.date() == (now + DAY).date() else f"{start:%Y-%m-%d} "
    return f"Quiet from {day}{start:%H:%M} to {until}Z."


def _habit_words(habit: Steady | Daily | Spaced) -> str:
    match habit:
        case Steady(interval):
            return "every hour or more often" if interval <= HOUR else f"about every {span_words(interval)}"
        case Spaced(days, hour):
            named = next((word for least, most, word in _NAMED if least <= days <= most), f"about every {days:g} days")
            return named if hour == ANY_HOUR else f"{named} around {hour:02}:00"
        case Daily(hours, weekdays):
            return f"{_weekday_words(weekdays)} {_hour_words(hours)}"


def _weekday_words(weekdays: tuple[int, ...]) -> str:
    if len(weekdays) == len(_DAYS):
        return "daily"
    if weekdays == _WORKDAYS:
        return "on weekdays"
    if weekdays == _WEEKEND:
        return "at weekends"
    return f"on {_joined([_DAYS[day] for day in weekdays])}"


def _hour_words(hours: tuple[int, ...]) -> str:
    first, last = hours[0], hours[-1]
    if len(hours) > 1 and last - first == len(hours) - 1:
        return f"from {first:02}:00 to {(last + 1) % 24:02}:00"
    if len(hours) <= _FEW_HOURS:
        return f"around {_joined([f'{hour:02}:00' for hour in hours])}"
    return f"in {len(hours)} hours of the day"


def _joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
