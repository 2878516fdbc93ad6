"""Whose clock is wrong: by how much the newest events of each log or gateway were ahead of the clock they were counted by."""

from __future__ import annotations

from collections.abc import Mapping

from store.engine import Unit
from store.moments import DAY_MS
from store.usage.batches import run_many
from store.usage.facts import FORGET_FACT, PUT_FACT, UsageFact, forget_fact, set_facts

AHEAD_FROM = "events_ahead_from"
"""The fact that names the source of `UsageFact.AHEAD`, in words."""

_LONGEST_NAME = 200
_KEEP = """
INSERT INTO log_clock (source, ahead_ms, read_at) VALUES (?, ?, ?)
ON CONFLICT (source) DO UPDATE SET ahead_ms = excluded.ahead_ms, read_at = excluded.read_at
"""
_FORGET = "DELETE FROM log_clock WHERE source = ? OR read_at < ?"
_WORST = "SELECT source, ahead_ms FROM log_clock ORDER BY ahead_ms DESC, source LIMIT 1"


def keep_ahead(unit: Unit, facts: Mapping[UsageFact, int], latest: int, now_ms: int, source: str) -> None:
    """Keep how far ahead of the clock the newest events of a source are; older ones that come in later say nothing about it.

    Told is the worst of all sources. One that has brought nothing for a day is forgotten once another is on time.
    """
    name = source[-_LONGEST_NAME:]
    if latest > now_ms:
        run_many(unit, _KEEP, [(name, latest - now_ms, now_ms)])
    elif UsageFact.AHEAD in facts and latest >= facts.get(UsageFact.RECORDED_TO, 0):
        run_many(unit, _FORGET, [(name, now_ms - DAY_MS)])
    else:
        return
    worst = unit.rows(_WORST)
    if worst:
        set_facts(unit, {UsageFact.AHEAD: int(worst[0][1])})
        run_many(unit, PUT_FACT, [(AHEAD_FROM, str(worst[0][0]))])
    else:
        forget_fact(unit, UsageFact.AHEAD)
        run_many(unit, FORGET_FACT, [(AHEAD_FROM,)])
