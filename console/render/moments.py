"""Moments and spans in words. The present is always given; humanize gets spans only, or it would read the system's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def span(delta: timedelta) -> str:
    """Return a span in its largest whole unit, cut off: `40 s`, `2 min`, `5 h`, `91 d`. The sign is dropped."""
    delta = abs(delta)
    if delta < MINUTE:
        return f"{delta // timedelta(seconds=1)} s"
    if delta < HOUR:
        return f"{delta // MINUTE} min"
    if delta < DAY:
        return f"{delta // HOUR} h"
    return f"{delta // DAY} d"


def span_words(delta: timedelta) -> str:
    """Return a span for a sentence: `a minute`, `5 hours`, `a day`, `91 days`; days are counted, never turned into months."""
    import humanize

    delta = abs(delta)
    days = delta // DAY
    if days >= 2:
        return f"{days:,} days"
    unit = next((unit for unit in (DAY, HOUR, MINUTE) if delta >= unit), timedelta(seconds=1))
    return humanize.naturaldelta(delta // unit * unit)


def ago(moment: datetime | None, now: datetime) -> str:
    """Return how long ago a moment was, `never` for None, `now` within a minute, `in 12 d` when it is still to come."""
    if moment is None:
        return "never"
    delta = now - moment
    if abs(delta) < MINUTE:
        return "now"
    return f"{span(delta)} ago" if delta > timedelta(0) else f"in {span(delta)}"


def ago_words(moment: datetime, now: datetime) -> str:
    """Like `ago`, for a sentence: `91 days ago`, `in 12 days`, `just now`."""
    delta = now - moment
    if abs(delta) < MINUTE:
        return "just now"
    return f"{span_words(delta)} ago" if delta > timedelta(0) else f"in {span_words(delta)}"


def at(moment: datetime) -> str:
    """Return a moment to the minute: `2025-09-24 10:02Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ")


def on(moment: datetime) -> str:
    """Return a moment's day as a person writes it: `14 June 2026`."""
    day = moment.astimezone(UTC)
    return f"{day.day} {day:%B} {day.year}"


def clock(moment: datetime) -> str:
    """Return a moment's time to the second: `10:02:07Z`."""
    return moment.astimezone(UTC).strftime("%H:%M:%SZ")


def since(start: datetime, step: timedelta, now: datetime) -> str:
    """Return since when steps are counted: `08:00Z`, `yesterday 10:00Z` or `14 Feb 10:00Z`, and `14 Feb` for days, all in UTC."""
    start, today = start.astimezone(UTC), now.astimezone(UTC).date()
    if step >= DAY:
        return f"{start:%d %b}"
    day = "" if start.date() == today else "yesterday " if start.date() == today - DAY else f"{start:%d %b} "
    return f"{day}{start:%H:%MZ}"


def end_of(expires_at: datetime | None, retires_at: datetime | None) -> datetime | None:
    """Return when a token ends: its expiry or the end of its overlap, whichever is first; None for never."""
    return min((end for end in (expires_at, retires_at) if end is not None), default=None)
