"""The views that somebody saved: a person's own, and those for everybody."""

from __future__ import annotations

from datetime import datetime

from store.errors import StoreError
from store.reader import Reader
from store.reads.questions import Question
from store.reads.tokens import count
from store.reads.views import Count
from store.rules.views import View, saved_view

MOST_SHOWN = 200
MOST_COUNTED = 50
COUNT_CAP = 10_000
"""A saved view may ask for what no index holds, so it is counted no further than this, and only the first ones are."""

_SAVED = """
SELECT operator, name, filter, sort, columns FROM saved_view WHERE operator = :operator OR operator = ''
ORDER BY CASE WHEN operator = '' THEN 1 ELSE 0 END, name, operator LIMIT :most
"""


def saved_views(reader: Reader, operator: str) -> tuple[View, ...]:
    """Return what a person sees: their own views, then those for everybody, each by name."""
    rows = reader.rows(_SAVED, {"operator": operator, "most": MOST_SHOWN})
    return tuple(saved_view(*map(str, row)) for row in rows)


def count_saved(reader: Reader, view: View, now: datetime, cap: int | None = COUNT_CAP, *, past: bool = False) -> Count | None:
    """Return how many tokens a saved view holds, up to `cap`; None for one whose filter or sort is not understood any more."""
    try:
        found = count(reader, Question(view, past=past), now, cap)
    except StoreError as error:
        if error.exit_code == 2:
            return None
        raise
    return Count(found) if cap is None or found <= cap else Count(cap, True)
