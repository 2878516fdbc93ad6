"""Two people: what a policy makes wait is filed as a request, answered by somebody else, and then done once, exactly so."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from store.engine import Unit
from store.errors import Denied, Lack, NotFound, Refused, SecondPersonNeeded
from store.moments import SECOND_MS, from_ms, to_ms
from store.rules.actions import Action
from store.rules.denials import Doing
from store.rules.roles import Actor, Permission
from store.rules.second_person import BREAK_AFTER, LASTS, MAY_APPROVE, Kind, Verdict, kept_of
from store.rules.state import canonical
from store.writes.audit import Entry, record
from store.writes.authority import authorise

_ASK = """
INSERT INTO approval (id, kind, operator, digest, summary, reason, asked_at, ends_at)
VALUES (:id, :kind, :operator, :digest, :summary, :reason, :now, :ends)
"""
_WAITING = """
SELECT id FROM approval WHERE operator = :operator AND digest = :digest AND verdict IS NULL AND ends_at > :now
ORDER BY asked_at DESC LIMIT 1
"""
_GRANTED = """
SELECT id, verdict, answered_by FROM approval
WHERE operator = :operator AND digest = :digest AND verdict IN ('approved', 'broken-glass')
AND ends_at > :now AND (used_at IS NULL OR used_action = :action) ORDER BY asked_at DESC LIMIT 1
"""
_ANSWER = "UPDATE approval SET verdict = :verdict, answered_at = :now, answered_by = :by, reason = :reason WHERE id = :id"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done, as a second person is told and as it is recognised again: kind, words, and everything it changes."""

    kind: Kind
    summary: str
    subject: Mapping[str, Any]

    @property
    def digest(self) -> bytes:
        """Return what stands for exactly this action: another token, role or number is another action."""
        return hashlib.sha256(canonical({"kind": self.kind.value, **self.subject})).digest()


def use_approval(unit: Unit, actor: Actor, wanted: Wanted, action_id: str) -> dict[str, str]:
    """Use up what a second person approved; what was begun under one `action_id` may go on in further transactions.

    Returns what the audit lines of the deed keep of it: who approved, or that the glass was broken.
    Raises SecondPersonNeeded where nobody has approved exactly this within the last quarter of an hour.
    """
    row = {"operator": actor.name, "digest": wanted.digest, "now": to_ms(unit.wall()), "action": action_id}
    found = unit.rows(_GRANTED, row)
    if not found:
        raise SecondPersonNeeded(lambda asked, now: ask_second(asked, wanted, actor, now))
    unit.run(
        "UPDATE approval SET used_at = coalesce(used_at, :now), used_action = :action WHERE id = :id",
        {"now": row["now"], "action": action_id, "id": found[0][0]},
    )
    return kept_of(*map(str, found[0]))


def ask_second(unit: Unit, wanted: Wanted, actor: Actor, now: datetime) -> str:
    """File a request and return its id; one that waits already for exactly this is returned instead."""
    wall = to_ms(unit.wall())
    row = {"operator": actor.name, "digest": wanted.digest, "now": wall}
    waiting = unit.value(_WAITING, row)
    if waiting is not None:
        return str(waiting)
    request = uuid4().hex[:6]
    ends = wall + LASTS.total_seconds() * SECOND_MS
    values = {**row, "id": request, "kind": wanted.kind.value, "summary": wanted.summary, "reason": "", "ends": int(ends)}
    unit.run(_ASK, values)
    _line(unit, actor, "ask", request, wanted.summary, actor.name, "", now)
    return request


def answer(unit: Unit, request: str, verdict: Verdict, actor: Actor, now: datetime, *, reason: str = "") -> int:
    """Approve or refuse what somebody else asked for, or break the glass for one's own; return the audit number.

    Whoever answers must be allowed to do it themselves and gives their passphrase again. The glass is broken only for ending
    tokens, after five minutes without an answer, with a reason; it is reviewed afterwards.
    Raises NotFound for a request that there is not or that is over, Refused.
    """
    found = unit.rows("SELECT kind, operator, summary, asked_at, ends_at, verdict FROM approval WHERE id = :id", {"id": request})
    if not found:
        raise NotFound(f"There is no request {request[:20]}.", "`tokendesk operators requests` lists them.")
    kind, operator, summary, asked_at, ends_at, answered = found[0]
    actor = authorise(unit, actor, MAY_APPROVE[Kind(kind)], again=True, doing=Doing(Action.APPROVE, target=request))
    wall = unit.wall()
    if answered is not None:
        raise Refused(f"This was answered before: {answered}.", "Ask again if it still has to be done.")
    if wall >= from_ms(int(ends_at)):
        raise NotFound(f"The request {request} is more than 15 minutes old.", "Ask again by doing it again.")
    if verdict is Verdict.BROKEN_GLASS:
        _refuse_breaking(Kind(kind), operator == actor.name, from_ms(int(asked_at)), wall, reason)
    elif operator == actor.name:
        raise Denied(Lack.SECOND, "Nobody answers their own request.", "Another operator has to.")
    did = {Verdict.APPROVED: "approve", Verdict.REFUSED: "refuse", Verdict.BROKEN_GLASS: "break-glass"}[verdict]
    row = {"id": request, "verdict": verdict.value, "now": to_ms(wall), "by": actor.name, "reason": reason}
    unit.run(_ANSWER, row)
    return _line(unit, actor, did, request, summary, operator, reason, now)


def review_glass(unit: Unit, request: str, actor: Actor, now: datetime, *, reason: str = "") -> int:
    """Note that somebody else has looked at a broken glass, and return the audit number.

    Raises NotFound where none was broken under this request, Refused for whoever broke it and for the role.
    """
    actor = authorise(unit, actor, Permission.GOVERN, doing=Doing(Action.APPROVE, target=request))
    found = unit.rows(
        "SELECT operator, summary FROM approval WHERE id = :id AND verdict = 'broken-glass' AND reviewed_at IS NULL",
        {"id": request},
    )
    if not found:
        raise NotFound("There is no broken glass to review under this request.", "`tokendesk operators requests` lists them.")
    operator, summary = found[0]
    if operator == actor.name:
        raise Denied(Lack.SECOND, "Nobody reviews the glass they broke themselves.", "Another operator has to.")
    row = {"id": request, "now": to_ms(unit.wall()), "by": actor.name}
    unit.run("UPDATE approval SET reviewed_at = :now, reviewed_by = :by WHERE id = :id", row)
    return _line(unit, actor, "review", request, summary, operator, reason, now)


def _refuse_breaking(kind: Kind, own: bool, asked_at: datetime, wall: datetime, reason: str) -> None:
    if kind is not Kind.BULK:
        raise Refused("The glass is broken only to end tokens.", "Wait for a second person.")
    if not own:
        raise Refused("The glass is broken by whoever asked.", "You can approve it.")
    if wall < asked_at + BREAK_AFTER:
        left = int((asked_at + BREAK_AFTER - wall).total_seconds()) + 1
        raise Refused(f"The glass can be broken in {left} s, when nobody has answered.", "Call a second person meanwhile.")
    if not reason.strip():
        raise Refused("Breaking the glass needs a reason.", "Say why nobody could be waited for.")


def _line(unit: Unit, actor: Actor, did: str, request: str, summary: str, operator: str, reason: str, now: datetime) -> int:
    detail = {"did": did, "request": request, "what": summary, "operator": operator}
    return record(unit, Entry(actor=actor, action=Action.APPROVE.value, reason=reason, detail=detail), now)
