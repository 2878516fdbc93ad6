"""The kept counters of a token, `requests_24h` and `requests_30d`: exact when the windows are moved, never too low later.

Both count from a first minute and a first hour that are kept as facts, with no upper end. So what is counted later only adds
to them, and a view that narrows by them can never miss a token. Moving the windows takes off what has left them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.engine import Unit
from store.moments import to_ms
from store.rules.usage import HOURS_30D, MINUTES_24H, hours_30d, minutes_24h
from store.usage.facts import UsageFact, set_facts, usage_facts

KEPT_MINUTES = 2 * MINUTES_24H
"""Minutes are kept for 48 hours."""

_SLACK = 10
"""A clock so many steps behind the one the windows were last moved by does not move them back: that would count everything
anew each time two machines take turns."""


@dataclass(frozen=True, slots=True)
class _Window:
    """One kept counter: its column, where its steps are counted, how many steps it spans, the fact it starts from."""

    column: str
    table: str
    step: str
    length: int
    fact: UsageFact


_MINUTES = _Window("requests_24h", "usage_minute", "minute", MINUTES_24H, UsageFact.MINUTES_FROM)
_HOURS = _Window("requests_30d", "usage_hour", "hour", HOURS_30D, UsageFact.HOURS_FROM)


def move_windows(unit: Unit, now: datetime) -> None:
    """Bring every token's kept counters to the windows that end at `now`.

    Cheap when it was done a short while ago: only the steps that left are read. Where nobody has counted yet, or `now`
    is far from the last time or before it, everything is counted anew.
    """
    facts = usage_facts(unit)
    starts = ((_MINUTES, minutes_24h(to_ms(now)).first), (_HOURS, hours_30d(to_ms(now)).first))
    for window, first in starts:
        was = facts.get(window.fact)
        if was is not None and first <= was <= first + _SLACK:
            continue
        if was is not None and was < first <= was + window.length:
            _take_off(unit, window, was, first)
        else:
            _count_anew(unit, window, first)
        set_facts(unit, {window.fact: first})


def count_anew(unit: Unit, now: datetime) -> None:
    """Count both windows from the recorded minutes and hours alone, as a check or after other programs wrote usage."""
    _count_anew(unit, _MINUTES, minutes_24h(to_ms(now)).first)
    _count_anew(unit, _HOURS, hours_30d(to_ms(now)).first)
    set_facts(
        unit,
        {UsageFact.MINUTES_FROM: minutes_24h(to_ms(now)).first, UsageFact.HOURS_FROM: hours_30d(to_ms(now)).first},
    )


def prune_minutes(unit: Unit, now: datetime) -> None:
    """Remove minutes older than 48 hours; the hours keep their counts."""
    first = minutes_24h(to_ms(now)).last - KEPT_MINUTES + 1
    unit.run(f"DELETE FROM usage_minute WHERE minute < {first:d}")


def _take_off(unit: Unit, window: _Window, old: int, new: int) -> None:
    column, left = window.column, f"token.{window.column} - gone.requests"
    unit.run(f"""
        UPDATE token SET {column} = CASE WHEN {left} > 0 THEN {left} ELSE 0 END
        FROM (SELECT account_id, token_id, CAST(sum(requests) AS BIGINT) AS requests FROM {window.table}
              WHERE {window.step} >= {old:d} AND {window.step} < {new:d} GROUP BY account_id, token_id) AS gone
        WHERE token.account_id = gone.account_id AND token.id = gone.token_id""")


def _count_anew(unit: Unit, window: _Window, first: int) -> None:
    if not unit.is_sqlite:
        unit.run("SET LOCAL statement_timeout = '5min'")
    column = window.column
    unit.run(f"UPDATE token SET {column} = 0 WHERE {column} > 0")
    unit.run(f"""
        UPDATE token SET {column} = held.requests
        FROM (SELECT account_id, token_id, CAST(sum(requests) AS BIGINT) AS requests FROM {window.table}
              WHERE {window.step} >= {first:d} GROUP BY account_id, token_id) AS held
        WHERE token.account_id = held.account_id AND token.id = held.token_id""")
