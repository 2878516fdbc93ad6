"""Recording that an audit report is made: before its first row is read, and once it is whole (security.md 4.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from store.engine import Unit
from store.errors import Denied, Lack
from store.moments import stamp
from store.rules.actions import Action
from store.rules.denials import Doing
from store.rules.reporting import Period, report_refusal
from store.rules.roles import Actor, Permission
from store.writes.audit import Entry, record
from store.writes.authority import authorise
from store.writes.orders import new_action_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOrder:
    """Report on an account (None: on every account) as `form` (`csv`, `pdf`)."""

    account_id: str | None
    period: Period
    form: str
    actor: Actor
    case: str | None = None
    action_id: str = field(default_factory=new_action_id)


def begin_report(unit: Unit, order: ReportOrder, now: datetime) -> int:
    """Record that a report begins and return the audit number. Raises Refused: then no row may be read for it."""
    return _record(unit, order, {"did": "began"}, order.action_id, now)


def finish_report(unit: Unit, order: ReportOrder, now: datetime, *, begun: int, rows: int, sha256: str) -> int:
    """Record what the report that began as line `begun` holds: its rows and their SHA-256. Returns the audit number."""
    return _record(unit, order, {"did": "finished", "begun": begun, "rows": rows, "sha256": sha256}, new_action_id(), now)


def _record(unit: Unit, order: ReportOrder, more: dict[str, object], action_id: str, now: datetime) -> int:
    actor = authorise(unit, order.actor, Permission.SEE, doing=Doing(Action.EXPORT, account=order.account_id, target="report"))
    refusal = report_refusal(actor, every_account=order.account_id is None)
    if refusal:
        raise Denied(Lack.ROLE, refusal, "Report on one account, or ask one of them.")
    if actor.read_only:
        raise Denied(
            Lack.READ_ONLY, "This console is read-only: a report is recorded in the audit log.", "Start it without --read-only."
        )
    period = order.period
    detail = {
        "list": "report",
        "format": order.form,
        "since": stamp(period.since),
        "until": stamp(period.until),
        "as_of": stamp(period.as_of),
        "rule": period.rule.value,
        **more,
    }
    entry = Entry(actor, Action.EXPORT.value, order.account_id, case=order.case, detail=detail, action_id=action_id)
    return record(unit, entry, now)
