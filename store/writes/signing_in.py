"""Signing in, in two transactions around the slow hash: a try is counted before it is judged, so that none is free."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from store.engine import Unit
from store.errors import Refused, SignInNeeded
from store.moments import DAY_MS, SECOND_MS, from_ms, to_ms
from store.rules.actions import Action
from store.rules.roles import Actor, Role, refuse_bad_name
from store.rules.sessions import ABSOLUTE, SESSIONS
from store.rules.signing_in import SWITCHED_OFF_AFTER, wait_after
from store.writes.audit import Entry, record

_COUNT = """
INSERT INTO sign_in (operator, failures, failed_at) VALUES (:name, 1, :now)
ON CONFLICT (operator) DO UPDATE SET failures = sign_in.failures + 1, failed_at = excluded.failed_at
"""
_FORGET = """
DELETE FROM sign_in WHERE failed_at < :before AND NOT EXISTS (SELECT 1 FROM operator o WHERE o.name = sign_in.operator)
"""
_BEGIN = """
INSERT INTO operator_session (id, operator, how, host, peer, proof, began_at, seen_at, proven_at, ends_at)
VALUES (:id, :operator, :how, :host, :peer, :proof, :now, :now, :now, :ends)
"""
_OPEN = """
SELECT id FROM operator_session WHERE operator = :name AND ended_at IS NULL AND id <> :id ORDER BY began_at DESC, id DESC
"""
_AGAIN = "UPDATE operator_session SET proven_at = :now, seen_at = :now WHERE id = :id"
_END = "UPDATE operator_session SET ended_at = :now, ended_by = :by WHERE id = :id AND ended_at IS NULL"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try that was counted: what to compare with ("" is nobody's), and the role of whoever it may be."""

    encoding: str
    role: Role
    failures: int


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Proof that somebody signed in: their name, the session, until when at the latest, and the audit line."""

    name: str
    session: str
    ends_at: datetime
    seq: int


def count_attempt(unit: Unit, name: str) -> Attempt:
    """Count a try under a name as if it were wrong, and return what to compare with.

    Names that do not exist are counted alike, so that nobody learns who does; they are forgotten after a day.
    Raises Refused while one has to wait, and after a hundred wrong ones in a row.
    """
    refuse_bad_name(name)
    now = to_ms(unit.wall())
    rows = unit.rows("SELECT failures, failed_at FROM sign_in WHERE operator = :name", {"name": name})
    failures, failed_at = (int(rows[0][0]), rows[0][1]) if rows else (0, None)
    if failures >= SWITCHED_OFF_AFTER:
        raise Refused(
            f"{SWITCHED_OFF_AFTER} wrong passphrases in a row: this one is switched off.",
            f"An admin gives a new one: `tokendesk operators passphrase {name}`.",
        )
    wait = wait_after(failures)
    if failed_at is not None and from_ms(now) < from_ms(int(failed_at)) + wait:
        left = int(failed_at) + wait // timedelta(milliseconds=1) - now
        raise Refused("Too many wrong passphrases.", f"Try again in {-(-left // SECOND_MS)} s.")
    unit.run(_FORGET, {"before": now - DAY_MS})
    unit.run(_COUNT, {"name": name, "now": now})
    found = unit.rows("SELECT passphrase, role FROM operator WHERE name = :name AND active = 1", {"name": name})
    encoding, role = found[0] if found else ("", Role.AUDITOR)
    return Attempt(str(encoding), Role(role), failures + 1)


def refuse_attempt(unit: Unit, actor: Actor, attempt: Attempt, now: datetime) -> int:
    """Put a wrong passphrase on record and return the audit number."""
    detail = {"outcome": "refused", "in_a_row": attempt.failures}
    return record(unit, Entry(actor=actor, action=Action.SIGN_IN.value, detail=detail), now)


def refuse_key(unit: Unit, actor: Actor, operator: str, now: datetime) -> int:
    """Put on record that the owner of an SSH key came under another operator's name, and return the audit number."""
    detail = {"outcome": "refused", "operator": operator}
    return record(unit, Entry(actor=actor, action=Action.SIGN_IN.value, detail=detail), now)


def accept_attempt(
    unit: Unit, actor: Actor, attempt: Attempt, now: datetime, *, rehashed: str | None = None, proof: bytes | None = None
) -> SignedIn:
    """Begin the actor's session, or prove a running one anew; the third session of an operator ends their oldest.

    `rehashed` replaces an encoding of other parameters, `proof` is what a kept session is recognised by.
    Raises Refused when the passphrase was changed or the operator switched off since it was compared, SignInNeeded
    when the session to be proven anew was ended meanwhile.
    """
    wall = to_ms(unit.wall())
    still = unit.value("SELECT passphrase FROM operator WHERE name = :name AND active = 1", {"name": actor.name})
    if still != attempt.encoding or not still:
        raise Refused("This operator was changed meanwhile.", "Try again.")
    if rehashed is not None:
        unit.run("UPDATE operator SET passphrase = :new WHERE name = :name", {"new": rehashed, "name": actor.name})
    unit.run("UPDATE sign_in SET failures = 0, failed_at = NULL WHERE operator = :name", {"name": actor.name})
    found = unit.rows("SELECT ends_at, ended_at FROM operator_session WHERE id = :id", {"id": actor.session})
    again = bool(found)
    if found and (found[0][1] is not None or wall >= int(found[0][0])):
        raise SignInNeeded("Your session was ended.", "Begin anew.")
    ends = int(found[0][0]) if found else wall + ABSOLUTE // timedelta(milliseconds=1)
    if found:
        unit.run(_AGAIN, {"now": wall, "id": actor.session})
    else:
        _make_room(unit, actor, wall)
        row = {"id": actor.session, "operator": actor.name, "how": actor.how, "host": actor.host, "peer": actor.peer,
               "proof": proof, "now": wall, "ends": ends}  # fmt: skip
        unit.run(_BEGIN, row)
    detail = {"outcome": "accepted", "again": again or None}
    seq = record(unit, Entry(actor=actor, action=Action.SIGN_IN.value, detail=detail), now)
    return SignedIn(actor.name, actor.session, from_ms(ends), seq)


def end_session(unit: Unit, session: str, by: str) -> bool:
    """End a session; False when it was over already. It is its caller who checks the right and records it."""
    row = {"now": to_ms(unit.wall()), "by": by, "id": session}
    return unit.run(_END, row) == 1


def _make_room(unit: Unit, actor: Actor, wall: int) -> None:
    """End the oldest sessions of an operator until one more is allowed."""
    for (session,) in unit.rows(_OPEN, {"name": actor.name, "id": actor.session})[SESSIONS - 1 :]:
        end_session(unit, str(session), "a newer session")
