"""Finding a token's rhythm in the days and hours it was used in.

The latest habit counts: four weeks of hours, and the 25 latest active days. Outages, retries and bursts move medians and
halves little, so a gap now and then changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from statistics import median

from store.rules.rhythm import ANY_HOUR, EVERY_DAY, HOUR, LEAST_INTERVALS, Daily, Rhythm, Spaced, Steady

WINDOW_DAYS = 28
LATEST = 25
"""The rhythm is judged by so many of the latest active hours or days: an old habit is given up after 24 intervals."""

ALMOST_ALWAYS = 20
"""A token active in so many hours of its usual day calls round the clock."""

LEAST_SPACED, EVEN = 3, 1.5
"""Three calls weeks apart are a first sign of a rhythm when no gap is more than half as long again as the usual one."""

MOST = 0.6
"""So large a share of all gaps must be that even: somebody who calls now and then has an average too, but no rhythm."""

WHOLE = 0.9
"""Where its usual weekdays are kept less strictly than this, one that was seldom there may have been missed by chance."""

_FIRST_WEEKDAY = 3
"""1970-01-01 was a Thursday."""


def learn(active: Mapping[int, int]) -> Rhythm | None:
    """Return the rhythm of a token from its active days: day since 1970 -> its active hours as bits (1 is 00:00 UTC).

    None where there is none to be seen: fewer than 5 intervals, or for calls a week and more apart fewer than 2.
    """
    days = sorted(day for day, hours in active.items() if hours)[-LATEST:]
    gaps = [later - earlier for earlier, later in pairwise(days)]
    apart = bool(gaps) and (usual := median(gaps)) >= 2
    if apart and sum(usual / EVEN <= gap <= EVEN * usual for gap in gaps) >= MOST * len(gaps):
        return _spaced(active, days, gaps, usual)
    window = [day for day in days if day > days[-1] - WINDOW_DAYS]
    hours = [day * 24 + hour for day in window for hour in _hours(active[day])]
    if len(hours) <= LEAST_INTERVALS:
        return None
    intervals = [later - earlier for earlier, later in pairwise(hours[-LATEST:])]
    # Days apart without being even they are no rhythm round the clock; they may still keep to weekdays.
    steady = None if apart else Rhythm(Steady(median(intervals) * HOUR), len(intervals))
    if len(window) <= LEAST_INTERVALS:
        return steady
    return _daily(active, window) or steady


def _spaced(active: Mapping[int, int], days: list[int], gaps: list[int], usual: float) -> Rhythm | None:
    few = len(gaps) < LEAST_INTERVALS
    if few and (len(days) < LEAST_SPACED or usual < 7 or max(gaps) > EVEN * usual):
        return None
    starts = Counter(_hours(active[day])[0] for day in days)
    hour = starts.most_common(1)[0][0]
    near = sum(starts[(hour + drift) % 24] for drift in (-1, 0, 1))
    return Rhythm(Spaced(usual, hour if 2 * near >= len(days) else ANY_HOUR), len(gaps))


def _daily(active: Mapping[int, int], window: list[int]) -> Rhythm | None:
    """Return the usual hours: as many as a day usually has, each used on at least half of the latest fourteen days."""
    latest = window[-14:]
    many = round(median(len(_hours(active[day])) for day in latest))
    if many >= ALMOST_ALWAYS:
        return None
    counts = Counter(hour for day in latest for hour in _hours(active[day]))
    usual = [hour for hour, count in counts.most_common(many) if 2 * count >= len(latest)]
    if 2 * sum(counts[hour] for hour in usual) < sum(counts.values()):
        return None
    return Rhythm(Daily(tuple(sorted(usual)), _weekdays(window)), min(LATEST, len(window) - 1))


def _weekdays(window: list[int]) -> tuple[int, ...]:
    """Return the weekdays used in at least half of their weeks; every day where less than two weeks are known.

    A job that misses a day now and then may miss one weekday more often than the others: where the usual ones have holes too,
    each weekday it was seen on at all is usual. A run out of turn adds none to a job that keeps to its days.
    """
    if window[-1] - window[0] < 13:
        return EVERY_DAY
    there = Counter((day + _FIRST_WEEKDAY) % 7 for day in window)
    held = Counter((day + _FIRST_WEEKDAY) % 7 for day in range(window[0], window[-1] + 1))
    usual = tuple(weekday for weekday in EVERY_DAY if there[weekday] and 2 * there[weekday] >= held[weekday]) or EVERY_DAY
    kept = sum(there[weekday] for weekday in usual) / sum(held[weekday] for weekday in usual)
    return usual if kept >= WHOLE else tuple(weekday for weekday in EVERY_DAY if there[weekday])


def _hours(mask: int) -> list[int]:
    return [hour for hour in range(24) if mask >> hour & 1]
