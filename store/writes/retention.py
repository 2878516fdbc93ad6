"""Setting for how long usage is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from store.engine import Unit
from store.moments import to_ms
from store.reads.policy_rules import second_person_rule
from store.rules.actions import Action
from store.rules.denials import Doing
from store.rules.retention import Kind, check_days
from store.rules.roles import Actor, Permission
from store.rules.second_person import Kind as Second
from store.rules.second_person import wants_second
from store.usage.retaining import retention
from store.writes.approvals import Wanted, use_approval
from store.writes.audit import Entry, record
from store.writes.authority import authorise
from store.writes.orders import new_action_id

_SET = """
INSERT INTO retention (kind, days, updated_at, updated_by) VALUES (:kind, :days, :at, :by)
ON CONFLICT (kind) DO UPDATE SET days = excluded.days, updated_at = excluded.updated_at, updated_by = excluded.updated_by
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionOrder:
    """Keep usage of one kind for so many days."""

    kind: Kind
    days: int
    actor: Actor
    reason: str = ""
    action_id: str = field(default_factory=new_action_id)


def set_retention(unit: Unit, order: RetentionOrder, now: datetime) -> int:
    """Set it and return the audit line's number; nothing is removed before the next `store maintain`.

    Raises BadInput for fewer days than the product needs, Refused for anybody but an admin.
    """
    actor = authorise(unit, order.actor, Permission.ADMINISTER, doing=Doing(Action.RETENTION, target=order.kind.value))
    check_days(order.kind, order.days)
    second: dict[str, str] = {}
    if wants_second(second_person_rule(unit, ()), Second.RETENTION):
        what = f"keep {order.kind.value} usage for {order.days} days"
        wanted = Wanted(Second.RETENTION, what, {"usage": order.kind.value, "days": order.days})
        second = use_approval(unit, actor, wanted, order.action_id)
    detail = {"kind": order.kind.value, "from": retention(unit.rows)[order.kind], "to": order.days, **second}
    values = {"kind": order.kind.value, "days": order.days, "at": to_ms(now), "by": actor.name}
    unit.run(_SET, values)
    entry = Entry(actor, Action.RETENTION.value, reason=order.reason, detail=detail, action_id=order.action_id)
    return record(unit, entry, now)
