"""Setting the target of an indicator, and going back to the one everybody starts with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from store.engine import Unit
from store.reads.indicators import targets
from store.rules.actions import Action
from store.rules.denials import Doing
from store.rules.roles import Actor, Permission
from store.rules.targets import PREFIX, usual_target
from store.usage.batches import run_many
from store.usage.facts import FORGET_FACT, PUT_FACT
from store.writes.audit import Entry, record
from store.writes.authority import authorise
from store.writes.orders import new_action_id


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetOrder:
    """Measure an indicator against this target from now on, a share as 0.999; None: against the one everybody starts with."""

    indicator: str
    target: float | None
    actor: Actor
    reason: str = ""
    action_id: str = field(default_factory=new_action_id)


def set_target(unit: Unit, order: TargetOrder, now: datetime) -> int:
    """Set it and return the audit line's number; what was measured before is measured against it too.

    Raises BadInput for an indicator there is not, Refused for the role.
    """
    actor = authorise(unit, order.actor, Permission.GOVERN, again=True, doing=Doing(Action.POLICY, target=order.indicator))
    usual, before = usual_target(order.indicator), targets(unit)[order.indicator]
    name = f"{PREFIX}{order.indicator}"
    if order.target is None:
        run_many(unit, FORGET_FACT, [(name,)])
    else:
        run_many(unit, PUT_FACT, [(name, repr(order.target))])
    after = usual if order.target is None else order.target
    detail = {"indicator": order.indicator, "was_target": _said(before), "target": _said(after)}
    entry = Entry(actor, Action.POLICY.value, reason=order.reason, detail=detail, action_id=order.action_id)
    return record(unit, entry, now)


def _said(target: float | None) -> str:
    return "none" if target is None else f"{target:g}"
