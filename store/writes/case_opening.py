"""A case is opened by the first action that names it, in the same transaction: `--case INC-204` just works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from store.engine import Unit
from store.moments import to_ms
from store.rules.actions import Action
from store.rules.cases import Did, can_be_case
from store.rules.roles import Permission, allows
from store.tables.staff import Case

if TYPE_CHECKING:
    from store.writes.audit import Entry

CASE = Case.__table__  # type: ignore[attr-defined]


def openings(unit: Unit, entries: Sequence[Entry], now: datetime) -> list[Entry]:
    """Open the cases that these lines name first, and return the lines to put before them.

    Whoever may not revoke a token may not open a case either: their lines are filed all the same, and belong to the case
    once somebody opens it. So are lines under what can't be the name of a case: an action is never refused for its case.
    """
    first: dict[str, Entry] = {}
    for entry in entries:
        if entry.case is not None and can_be_case(entry.case) and allows(entry.actor.role, Permission.CHANGE_ONE):
            first.setdefault(entry.case, entry)
    if not first:
        return []
    known = set(unit.connection.execute(select(CASE.c.id).where(CASE.c.id.in_(first))).scalars())
    new = {case: entry for case, entry in first.items() if case not in known}
    if not new:
        return []
    rows = [{"id": case, "title": "", "opened_at": to_ms(now), "opened_by": entry.actor.name} for case, entry in new.items()]
    unit.connection.execute(insert(Case), rows)
    unit.changed.add("case_file")
    return [opening(entry) for entry in new.values()]


def opening(entry: Entry) -> Entry:
    """Return the line that says a case was opened by an action."""
    from store.writes.orders import new_action_id

    return replace(
        entry, action=Action.CASE.value, account_id=None, token_id=None, token_name="", scopes="", reason="",
        detail={"did": Did.OPEN.value, "by": entry.action}, state_digest=None, action_id=new_action_id(),
    )  # fmt: skip
