"""Clocks that are ahead, in words: which log or gateway, by how much, what that does to the numbers, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from console.render.freshness import span_of
from console.render.moments import ago_words, at
from console.render.plain import plain
from store.dashboard_rows import ClockAhead

NAME = "clock-ahead"
SHORT = "Clocks ahead"
RULE = "logs and gateways whose newest calls are a minute or more ahead of the clock here"
MEANS = (
    "Their calls are counted in hours that have not come yet: a last use lies in the future, a token seems busier or less idle "
    "than it is, and a call from before a revocation can look like one made after it."
)
REMEDIES = (
    "Put the clock of that machine right: `timedatectl` or `chronyc tracking` there says whether it follows a time server.",
    "If every source is ahead, it is the clock of this machine that is behind.",
    "This goes away by itself once that source brings a call that is on time. What was counted stays in its hour.",
)


def clock_rows(clocks: Sequence[ClockAhead]) -> list[tuple[str, str, str]]:
    """Return of each its source, how far it is ahead, and when that was seen last."""
    return [(plain(one.source) or "(no name)", span_of(one.ahead_s), at(one.read_at)) for one in clocks]


def clock_text(clocks: Sequence[ClockAhead], now: datetime) -> Iterator[str]:
    """Yield the lines of the page behind the number."""
    many = len(clocks)
    yield (
        "Nothing is ahead of the clock here."
        if not many
        else (f"{many:,} log{'s' * (many > 1)} or gateway{'s' * (many > 1)} ahead of the clock here:")
    )
    for one in clocks:
        yield from ("", f"  {span_of(one.ahead_s)} ahead, seen {ago_words(one.read_at, now)}: {plain(one.source) or '(no name)'}")
    if many:
        yield from ("", MEANS, "", *REMEDIES)
