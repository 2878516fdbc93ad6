"""Who is allowed to write, decided inside the transaction itself so that a role taken away counts at once."""

from __future__ import annotations

from dataclasses import replace

from store.engine import Unit
from store.errors import Denied, Lack
from store.rules.denials import Doing
from store.rules.roles import Actor, Permission, Role, require
from store.rules.sessions import CLAIMED
from store.writes.sessions import STEP_UP, proven

LOCAL = "local:"
"""How the name of the unauthenticated person at a store without operators starts (decisions.md, «Clock and demo»)."""


def authorise(
    unit: Unit, actor: Actor, permission: Permission, *, again: bool = False, doing: Doing | None = None
) -> Actor:  # fmt: skip
    """Return the actor with the role the store gives them now, and how they are known.

    Until operators are set up, the local person is admin. `again` wants the passphrase anew, good for five minutes;
    what changes many tokens or the store itself wants it in any case. `doing` says what for: a refusal puts that on the log.
    Raises Denied when they are unknown, switched off, read-only or their role may not do this, and SignInNeeded when it is not
    proven who they are.
    """
    unit.asked = (actor, doing or Doing(permission.value))
    found = unit.rows("SELECT role, active, passphrase <> '' FROM operator WHERE name = :name", {"name": actor.name})
    if found:
        role, active, passphrase = found[0]
        if not active:
            raise Denied(Lack.SWITCHED_OFF, f"The operator {actor.name} is switched off.", "Ask an admin.")
        actor = replace(actor, role=Role(role))
        unit.asked = (actor, unit.asked[1])
        require(actor, permission)
        return proven(unit, actor, permission, passphrase=bool(passphrase), again=again or permission in STEP_UP)
    if actor.how == CLAIMED or unit.value("SELECT 1 FROM operator LIMIT 1") is not None:
        raise Denied(Lack.STRANGER, f"{actor.name} is not an operator of this store.", "Ask an admin to add you.")
    require(actor, permission)
    return actor
