"""Whether who acts has proven it, looked up inside the transaction: a session that was ended counts no more at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from store.engine import Unit
from store.errors import Denied, Lack, SignInNeeded
from store.moments import to_ms
from store.reads.sessions import SessionRow, session
from store.rules.denials import Doing
from store.rules.roles import Actor, Permission, Role
from store.rules.sessions import CLAIMED

MINUTE = timedelta(minutes=1)
"""How exactly the last change of a session is kept."""

STEP_UP = frozenset({Permission.CHANGE_MANY, Permission.ADMINISTER})
"""What always wants the passphrase anew (security.md 2); admin-tier tokens and policies say so themselves."""

_OPEN = frozenset({Permission.SEE, Permission.IDENTIFY})
"""What an operator may do before they have signed in: neither changes a token."""

_SET_BY_ADMIN = "SELECT 1 FROM sign_in WHERE operator = :name AND set_by <> operator"


def proven(unit: Unit, actor: Actor, permission: Permission, *, passphrase: bool, again: bool) -> Actor:
    """Return the actor as their session says they are known.

    Who has no passphrase and was told by the machine is let through as such: there is nothing to prove it by.
    Raises SignInNeeded when there is no session that holds, when it was not proven within five minutes and that is asked for
    (`again`), and Denied while an admin's passphrase is still in place.
    """
    if not passphrase and actor.how != CLAIMED:
        return actor
    if permission in _OPEN and actor.how != CLAIMED and _own(unit, actor) is None:
        return actor
    actor = _in_session(unit, actor, again=again)
    if permission not in _OPEN and unit.value(_SET_BY_ADMIN, {"name": actor.name}):
        raise Denied(
            Lack.STEP_UP,
            "Your passphrase was given to you by an admin.",
            "Choose one that only you know first: `tokendesk operators passphrase`. Nothing was done.",
        )
    return actor


def proven_self(unit: Unit, actor: Actor, doing: Doing) -> Actor:
    """Return the operator who changes their own passphrase: the present one, if there is one, was proven within five minutes.

    Raises Denied when they are switched off or read-only, SignInNeeded.
    """
    unit.asked = (actor, doing)
    found = unit.rows("SELECT role, active, passphrase <> '' FROM operator WHERE name = :name", {"name": actor.name})
    if not found:
        return actor
    role, active, passphrase = found[0]
    if not active:
        raise Denied(Lack.SWITCHED_OFF, f"The operator {actor.name} is switched off.", "Ask an admin.")
    if actor.read_only:
        raise Denied(Lack.READ_ONLY, "This console is read-only.", "Start it without --read-only to make changes.")
    actor = replace(actor, role=Role(role))
    return _in_session(unit, actor, again=True) if passphrase or actor.how == CLAIMED else actor


def _own(unit: Unit, actor: Actor) -> SessionRow | None:
    """Return the actor's session; somebody else's is none."""
    row = session(unit, actor.session)
    return row if row is not None and row.operator == actor.name else None


def _in_session(unit: Unit, actor: Actor, *, again: bool) -> Actor:
    row = _own(unit, actor)
    if row is None:
        raise SignInNeeded(f"You have not signed in as {actor.name}.", "Sign in first: `tokendesk sign-in`. Nothing was done.")
    times = row.times
    now = unit.wall()
    if over := times.over(now):
        raise SignInNeeded(f"Your session is over: {over}.", "Sign in again: `tokendesk sign-in`. Nothing was done.")
    if again and not times.proven(now):
        raise SignInNeeded("This needs your passphrase again.", "It counts for five minutes. Nothing was done.", again=True)
    if now - times.seen_at >= MINUTE:
        unit.run("UPDATE operator_session SET seen_at = :now WHERE id = :id", {"now": to_ms(now), "id": actor.session})
    return replace(actor, how=row.how)
