"""A case is opened by the first action that names it, in the same transaction: `--case INC-204` just works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from store.engine import Unit
from store.moments import to_ms
from store.rules.actions import Action
from store.rules.cases import Did, can_be_case
from store.rules.roles import Permission, allows
from store.usage.batches import ask_names, run_many

if TYPE_CHECKING:
    from store.writes.audit import Entry

_KNOWN = "SELECT id FROM case_file WHERE id IN ({names})"
_INSERT = "INSERT INTO case_file (id, title, opened_at, opened_by) VALUES (?, ?, ?, ?)"


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
    known = {str(case) for (case,) in ask_names(unit, _KNOWN, list(first))}
    new = {case: entry for case, entry in first.items() if case not in known}
    if not new:
        return []
    insert_cases(unit, [(case, "", to_ms(now), entry.actor.name) for case, entry in new.items()])
    unit.changed.add("case_file")
    return [opening(entry) for entry in new.values()]


def insert_cases(unit: Unit, rows: Sequence[tuple[str, str, int, str]]) -> None:
    """Add cases: the id, the title, when it was opened (in milliseconds) and by whom."""
    run_many(unit, _INSERT, rows)


def opening(entry: Entry) -> Entry:
    """Return the line that says a case was opened by an action."""
    from store.writes.orders import new_action_id

    return replace(
        entry, action=Action.CASE.value, account_id=None, token_id=None, token_name="", scopes="", reason="",
        detail={"did": Did.OPEN.value, "by": entry.action}, state_digest=None, action_id=new_action_id(),
    )  # fmt: skip
