"""Handing notices to whoever sends them, one at a time under a lease, and keeping what became of each.

A process that is killed between sending and saying so leaves its lease behind: when that is over the notice is sent again
under the same id, by which the other side knows it. Nothing is ever marked as sent that nobody took.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from store.engine import Unit
from store.errors import Refused
from store.moments import maybe_ms, stamp, to_ms
from store.notice_rows import NoticeRow
from store.reads.notices import COLUMNS, JOINED, row_of
from store.rules.actions import Action
from store.rules.denials import Doing
from store.rules.notices import LEASE, NoticeState, next_try
from store.rules.roles import Actor, Permission
from store.writes.audit import Entry, record
from store.writes.authority import authorise

LONGEST = 300
"""More characters of an answer than are kept."""

_NEXT = f"""
SELECT {COLUMNS} FROM {JOINED} WHERE n.state IN ('waiting', 'sending') AND n.next_try_at <= :now
AND (n.state = 'waiting' OR n.lease_until <= :now) ORDER BY n.next_try_at, n.id LIMIT 1
"""
_TAKE = """
UPDATE notice SET state = 'sending', lease_until = :until, holder = :holder, tries = tries + 1 WHERE id = :id
"""
_SENT = """
UPDATE notice SET state = 'sent', lease_until = NULL, sent_at = :now, way = :way, answer = :answer WHERE id = :id
AND state <> 'sent'
"""
_FAILED = """
UPDATE notice SET state = :state, lease_until = NULL, next_try_at = :next, answer = :answer, tries = tries - :back
WHERE id = :id AND state = 'sending' AND holder = :holder
"""
_AGAIN = """
UPDATE notice SET state = 'waiting', tries = 0, queued_at = :now, next_try_at = :now WHERE id = :id AND state = 'dead'
"""


def new_holder() -> str:
    """Return a name for one process that sends."""
    return str(uuid4())


def take(unit: Unit, actor: Actor, holder: str, now: datetime) -> NoticeRow | None:
    """Take the notice whose turn it is for five minutes; None when none waits. `tries` counts this one already."""
    authorise(unit, actor, Permission.CHANGE_ONE, doing=Doing(Action.NOTIFY))
    row = next_waiting(unit, now)
    return None if row is None else take_row(unit, row, holder, now)


def next_waiting(unit: Unit, now: datetime) -> NoticeRow | None:
    """Return the notice whose turn it is; None when none waits."""
    found = unit.rows(_NEXT, {"now": to_ms(now)})
    return row_of(found[0]) if found else None


def take_row(unit: Unit, row: NoticeRow, holder: str, now: datetime) -> NoticeRow:
    """Take this notice for five minutes, and return it as it is then."""
    _run(unit, _TAKE, {"id": row.id, "until": to_ms(now + LEASE), "holder": holder})
    return row_of(unit.rows(f"SELECT {COLUMNS} FROM {JOINED} WHERE n.id = :id", {"id": row.id})[0])


def mark_sent(unit: Unit, row: NoticeRow, way: str, answer: str, actor: Actor, now: datetime) -> bool:
    """Keep that somebody was told, with an audit line under the notice's case; False when that is on record already."""
    actor = authorise(unit, actor, Permission.CHANGE_ONE, doing=Doing(Action.NOTIFY, target=str(row.id)))
    if not _run(unit, _SENT, {"id": row.id, "now": to_ms(now), "way": way, "answer": answer[:LONGEST]}):
        return False
    entry = _entry(unit, row, Action.NOTIFY, actor, {"by": way})
    record(unit, replace(entry, action_id=row.id), now)
    return True


def mark_failed(
    unit: Unit, row: NoticeRow, holder: str, answer: str, now: datetime, *, final: bool = False, counted: bool = True
) -> NoticeState:
    """Keep why nobody took a notice, and return what becomes of it: it waits longer each time, and is dead in the end.

    `final`: trying again is no use. Not `counted`: it was not this notice's fault. A lease that is over changes nothing.
    """
    again = None if final or not counted else next_try(row.tries, now)
    state = NoticeState.DEAD if again is None and counted else NoticeState.WAITING
    _run(unit, _FAILED, {
        "id": row.id, "holder": holder, "state": state.value, "next": maybe_ms(again) or to_ms(now),
        "answer": answer[:LONGEST], "back": 0 if counted else 1,
    })  # fmt: skip
    return state


def retry(unit: Unit, row: NoticeRow, actor: Actor, now: datetime) -> None:
    """Put a dead notice in line again, with all its tries and an audit line. Raises Refused for one that is not dead."""
    actor = authorise(unit, actor, Permission.CHANGE_ONE, doing=Doing(Action.REQUEUE, target=str(row.id)))
    if not _run(unit, _AGAIN, {"id": row.id, "now": to_ms(now)}):
        said = f" since {stamp(row.sent_at)}" if row.sent_at is not None else ""
        raise Refused(f"This notice is {row.state.value}{said}.", "Only dead notices can be tried again.")
    record(unit, _entry(unit, row, Action.REQUEUE, actor, {}), now)


def _entry(unit: Unit, row: NoticeRow, action: Action, actor: Actor, more: dict[str, str]) -> Entry:
    name, scopes = unit.rows(
        "SELECT name, scopes FROM token WHERE account_id = :account AND id = :id", {"account": row.account_id, "id": row.token_id}
    )[0]
    return Entry(
        actor=actor, action=action.value, account_id=row.account_id, token_id=row.token_id, token_name=name, scopes=scopes,
        reason=row.recipient or "the account", case=row.case_id, detail={"did": row.kind.value, **more},
    )  # fmt: skip


def _run(unit: Unit, sql: str, values: dict[str, Any]) -> bool:
    changed = bool(unit.run(sql, values))
    if changed:
        unit.changed.add("notice")
    return changed
