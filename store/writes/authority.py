"""Who is allowed to write, decided inside the transaction itself so that a role taken away counts at once."""

from __future__ import annotations

from dataclasses import replace

from store.engine import Unit
from store.errors import Refused
from store.rules.roles import Actor, Permission, Role, require

LOCAL = "local:"
"""How the name of the unauthenticated person at a store without operators starts (decisions.md, «Clock and demo»)."""


def authorise(unit: Unit, actor: Actor, permission: Permission) -> Actor:
    """Return the actor with the role the store gives them now.

    Until operators are set up, the local person is admin. Raises Refused when they are unknown, switched off, read-only
    or their role may not do this.
    """
    found = unit.rows("SELECT role, active FROM operator WHERE name = :name", {"name": actor.name})
    if found:
        role, active = found[0]
        if not active:
            raise Refused(f"The operator {actor.name} is switched off.", "Ask an admin.")
        actor = replace(actor, role=Role(role))
    elif unit.value("SELECT 1 FROM operator LIMIT 1") is not None:
        raise Refused(f"{actor.name} is not an operator of this store.", "Ask an admin to add you.")
    require(actor, permission)
    return actor
