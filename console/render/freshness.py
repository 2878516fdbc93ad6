"""How far usage is known, in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from console.render.pieces import Line
from console.render.plain import plain
from console.render.sheet import ends, in_clauses, length, line
from store.rows import Freshness
from store.rules.signals import recording_stopped

SHOWN_FROM_S = 60
"""So far ahead a clock must be to be told as wrong."""

_LONGEST = 28


def ahead_words(fresh: Freshness) -> str:
    """Return “usage from edge.log is 4 min ahead of this clock”, empty below a whole minute: that much any clocks may differ.

    A source is told by the last part of its path.
    """
    if fresh.ahead_s < SHOWN_FROM_S:
        return ""
    length = span_of(fresh.ahead_s)
    source = plain(fresh.ahead_from.rstrip("/").rpartition("/")[2])
    if not source:
        return f"events arrive {length} ahead of this clock"
    return f"usage from {source if len(source) <= _LONGEST else '…' + source[1 - _LONGEST :]} is {length} ahead of this clock"


def behind_words(fresh: Freshness, now: datetime) -> str:
    """Return “nothing recorded for 3 days”, empty while recording goes on, and where none ever began."""
    if fresh.recorded_to is None or not recording_stopped(fresh.recorded_to, now):
        return ""
    behind = now - fresh.recorded_to
    return f"nothing recorded for {f'{behind.days} days' if behind.days > 1 else f'{behind // timedelta(hours=1)} h'}"


def warning_words(fresh: Freshness, now: datetime) -> str:
    """Return what is wrong with what is recorded, empty for nothing: a clock that is ahead, or that recording has stopped."""
    return ahead_words(fresh) or behind_words(fresh, now)


def span_of(seconds: int) -> str:
    """Write a span of at least a minute in hours and whole minutes."""
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours} h {minutes} min" if hours and minutes else f"{hours} h" if hours else f"{minutes} min"


def recorded_words(fresh: Freshness, now: datetime) -> str:
    """Say up to when usage is recorded, where there is little room: the time, and the day where it is another one."""
    to = fresh.recorded_to
    if to is None:
        return ""
    return f"to {to:%H:%M}Z" if to.date() == now.date() else f"to {to:%d %b %H:%M}Z"


def recorded_line(fresh: Freshness, now: datetime, width: int, *, hourly: bool = False) -> Line:
    """Return how far usage is recorded, in which steps and since when, for a status line; what is wrong with it comes first.

    Where there is no room for all of that it says how far in fewer words. `hourly`: the numbers of the page are counted by the
    hour.
    """
    if fresh.recorded_to is None:
        return line((" no usage recorded yet", "quiet"))
    wrong = f" {words} ·" if (words := warning_words(fresh, now)) else ""
    to, steps = fresh.recorded_to, _steps(fresh, hourly=hourly)
    fewest = f" usage {recorded_words(fresh, now)}"
    forms = (f" usage recorded to {to:%Y-%m-%d %H:%M:%S}Z, {steps}", f" usage to {to:%Y-%m-%d %H:%M}Z, {steps}", fewest)
    room = width - length(line(wrong))
    return line((wrong, "finding"), (next((one for one in forms if len(one) <= room), fewest), "quiet"))


def recorded_right(left: Line, fresh: Freshness, now: datetime, width: int, before: str = "", after: str = "") -> Line:
    """Return a status line that ends with it, in as many words as there is room for beside `left`.

    `before` and `after` are said of the whole page, the latter only where there is room.
    """
    wrong, to = f"{words} · " if (words := warning_words(fresh, now)) else "", fresh.recorded_to
    fewest = "no usage recorded yet " if to is None else f"{before}usage {recorded_words(fresh, now)} "
    fewer = fewest if to is None else f"{before}usage recorded to {to:%Y-%m-%d %H:%M}Z{after} "
    longest = fewest if to is None else f"{fewer}· {_steps(fresh)} "
    room = width - length(left) - length(line(wrong))
    right = line((wrong, "finding"), (next((one for one in (longest, fewer) if len(one) < room), fewest), "quiet"))
    return ends(in_clauses(left, width - length(right) - 1), right, width)


def _steps(fresh: Freshness, *, hourly: bool = False) -> str:
    since = f", since {fresh.tracking_since:%Y-%m-%d}" if fresh.tracking_since else ""
    return f"{'1 h' if hourly else f'{fresh.step_s // 60} min'} steps{since}"
