"""How far usage is known, as every JSON object and every CSV line with numbers of usage says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.render.freshness import ahead_words
from console.reports.cells import Value, stamped

if TYPE_CHECKING:
    from store.rows import Freshness

RESOLUTION = {60: "minute", 3_600: "hour"}
"""What one step of the counts is called, by its seconds."""


FRESHNESS = ("recorded_until", "resolution", "tracked_since")
"""The members that say it; in CSV they are the last columns of each line."""


def freshness_record(fresh: Freshness, step_s: int = 60) -> dict[str, Value]:
    """Return up to when usage is recorded, in which steps it is counted, and since when it is tracked."""
    return {
        "recorded_until": stamped(fresh.recorded_to),
        "resolution": RESOLUTION[step_s],
        "tracked_since": stamped(fresh.tracking_since),
    }


def freshness_cells(fresh: Freshness, step_s: int = 60) -> list[Value]:
    """Return it in the order of FRESHNESS, for the end of a line."""
    known = freshness_record(fresh, step_s)
    return [known[name] for name in FRESHNESS]


def freshness_sentence(fresh: Freshness, step_s: int = 60) -> str:
    """Return it for a person, as one sentence."""
    if fresh.recorded_to is None:
        return "No usage is recorded yet."
    since = f", tracked since {stamped(fresh.tracking_since)}" if fresh.tracking_since else ""
    ahead = ahead_words(fresh)
    wrong = f" {ahead[:1].upper()}{ahead[1:]}." if ahead else ""
    return f"Usage is recorded up to {stamped(fresh.recorded_to)} by the {RESOLUTION[step_s]}{since}.{wrong}"
