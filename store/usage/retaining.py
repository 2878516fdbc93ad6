"""For how long usage is kept, by kind, and from which moment on that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from store.moments import to_ms
from store.rules.retention import Kind, kept_days
from store.usage.partitions import month_of, month_start_ms

Ask = Callable[[str, Mapping[str, Any]], Sequence[Sequence[Any]]]
"""Runs a query: `Reader.rows` or `Unit.rows`."""


def retention(ask: Ask) -> dict[Kind, int]:
    """Return for how many days each kind is kept."""
    return kept_days({str(kind): int(days) for kind, days in ask("SELECT kind, days FROM retention", {})})


def kept_from(ask: Ask, now: datetime) -> dict[Kind, int]:
    """Return the first millisecond each kind is kept from: the start of the month its oldest day falls into.

    What is older is not counted by the hour or day any more when it comes in late; the token's own moments still follow.
    """
    oldest = {kind: max(0, to_ms(now - timedelta(days=days))) for kind, days in retention(ask).items()}
    return {kind: month_start_ms(month_of(moment)) for kind, moment in oldest.items()}
