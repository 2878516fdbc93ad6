"""How often a token usually calls, and from when on its silence is worth a look (decisions.md, view `silent`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

LEAST_INTERVALS = 5
"""Fewer past intervals than this are no rhythm."""

OVERDUE_INTERVALS = 3
INTERVALS_TO_SILENCE = 1 + OVERDUE_INTERVALS
"""One interval until the next expected call, and three more until it is overdue by more than three."""

LATEST_HOURS = 25
"""The rhythm is judged by so many of the latest active hours: an old habit is given up after 24 intervals of a new one."""

_HOUR = timedelta(hours=1)


def usual_interval(active_hours: Iterable[int]) -> timedelta | None:
    """Return the median gap between the latest active hours (hours since 1970, any order), or None when there is no rhythm.

    Only the latest 25 distinct hours count, and at least 5 gaps must be known. The median is unmoved by a few outages
    or bursts; it is never shorter than one hour, because hours are the step.
    """
    hours = sorted(set(active_hours))[-LATEST_HOURS:]
    gaps = [later - earlier for earlier, later in pairwise(hours)]
    return None if len(gaps) < LEAST_INTERVALS else _HOUR * median(gaps)


def next_expected(last_used_at: datetime, interval: timedelta) -> datetime:
    """Return when the next call is due: one interval after the last use."""
    return last_used_at + interval


def silent_after(last_used_at: datetime, interval: timedelta | None) -> datetime | None:
    """Return the moment after which the token is overdue by more than three intervals: last use + 4 intervals.

    It is silent when `now` is later than that, not yet at that very moment. None without a rhythm.
    """
    return None if interval is None else last_used_at + INTERVALS_TO_SILENCE * interval
