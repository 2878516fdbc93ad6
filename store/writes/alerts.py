"""Opening and closing alerts, each once, however many look at the same time; and who was told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from store.engine import Unit
from store.moments import to_ms
from store.reads.alarming import Alarming, alarming
from store.rules.alerts import alert_rule
from store.rules.denials import Doing
from store.rules.roles import Actor, Permission
from store.usage.batches import run_many
from store.writes.authority import authorise

if TYPE_CHECKING:
    from store.indicator_rows import AlertRow
    from store.opening import Store

_OPEN = "SELECT cause FROM alert WHERE closed_at IS NULL"
_ADD = """
INSERT INTO alert (cause, opened_at, severity, detail) VALUES (?, ?, ?, ?)
ON CONFLICT (cause, opened_at) DO UPDATE SET closed_at = NULL, detail = excluded.detail
"""
_CLOSE = "UPDATE alert SET closed_at = ? WHERE cause = ? AND closed_at IS NULL"
_TOLD = "UPDATE alert SET told_at = ? WHERE cause = ? AND opened_at = ? AND told_at IS NULL"


def evaluate(store: Store, actor: Actor, now: datetime) -> None:
    """Look at everything and bring the alerts up to date; what was open before stays the same alert.

    Raises Refused when there is something to open or close and the actor may change nothing.
    """
    with store.reading() as reader:
        found = alarming(reader, now)
        before = {str(row[0]) for row in reader.rows(_OPEN)}

    def work(unit: Unit) -> None:
        authorise(unit, actor, Permission.CHANGE_ONE, doing=Doing("alert"))
        keep(unit, found, now)

    if {one.cause for one in found} != before:
        store.write(work)


def keep(unit: Unit, found: Sequence[Alarming], now: datetime) -> None:
    """Open what is new and close what no longer holds; one transaction, in line with every other writer's."""
    known = {str(row[0]) for row in unit.rows(_OPEN)}
    new = [one for one in found if one.cause not in known]
    gone = known - {one.cause for one in found}
    run_many(unit, _ADD, [(one.cause, to_ms(now), alert_rule(one.cause).severity.value, one.detail) for one in new])
    run_many(unit, _CLOSE, [(to_ms(now), cause) for cause in sorted(gone)])
    if new or gone:
        unit.changed.add("alert")


def mark_told(unit: Unit, alert: AlertRow, actor: Actor, now: datetime) -> None:
    """Keep that a webhook took an alert."""
    authorise(unit, actor, Permission.CHANGE_ONE, doing=Doing("alert"))
    run_many(unit, _TOLD, [(to_ms(now), alert.cause, to_ms(alert.opened_at))])
