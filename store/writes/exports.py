"""Recording that rows leave the store as a file: before the first is read, and once it is whole (security.md 4.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from store.engine import Unit
from store.errors import Denied, Lack
from store.rules.actions import Action
from store.rules.denials import Doing
from store.rules.roles import Actor, Permission
from store.writes.audit import Entry, record
from store.writes.authority import authorise
from store.writes.orders import new_action_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOrder:
    """Export the list `what` (`tokens`, `audit`, ...) as `form` (`csv`, `json`); `about` says what it is narrowed to."""

    what: str
    form: str
    actor: Actor
    about: str = ""
    case: str | None = None
    action_id: str = field(default_factory=new_action_id)


def begin_export(unit: Unit, order: ExportOrder, now: datetime) -> int:
    """Record that an export begins and return the audit number. Raises Refused: then no row may be read for it."""
    return _record(unit, order, {"did": "began"}, order.action_id, now)


def finish_export(unit: Unit, order: ExportOrder, now: datetime, *, begun: int, rows: int, sha256: str) -> int:
    """Record what the file of the export that began as line `begun` holds, and return the audit number."""
    return _record(unit, order, {"did": "finished", "begun": begun, "rows": rows, "sha256": sha256}, new_action_id(), now)


def _record(unit: Unit, order: ExportOrder, more: dict[str, object], action_id: str, now: datetime) -> int:
    """Write the line; the filter may name people, so it is kept where it can be erased."""
    actor = authorise(unit, order.actor, Permission.SEE, doing=Doing(Action.EXPORT, target=order.what))
    if actor.read_only:
        raise Denied(
            Lack.READ_ONLY, "This console is read-only: an export is recorded in the audit log.", "Start it without --read-only."
        )
    detail = {"list": order.what, "format": order.form, **more}
    entry = Entry(actor, Action.EXPORT.value, reason=order.about, case=order.case, detail=detail, action_id=action_id)
    return record(unit, entry, now)
