"""Who may read what not everybody may: decided by the store's own table of operators, not by what a screen believes."""

from __future__ import annotations

from dataclasses import replace

from store.errors import Denied, Lack
from store.reader import Reader
from store.rules.roles import Actor, Permission, Role, require


def authorised_to_read(reader: Reader, actor: Actor, permission: Permission) -> Actor:
    """Return the actor with the role the store gives them now; raises Denied when that role may not see this.

    Reading changes nothing, so a read-only console may show what the role allows. Until operators are set up, the local
    person is admin.
    """
    found = reader.one("SELECT role, active FROM operator WHERE name = :name", {"name": actor.name})
    if found is not None:
        role, active = found
        if not active:
            raise Denied(Lack.SWITCHED_OFF, f"The operator {actor.name} is switched off.", "Ask an admin.")
        actor = replace(actor, role=Role(role))
    elif reader.value("SELECT 1 FROM operator LIMIT 1") is not None:
        raise Denied(Lack.STRANGER, f"{actor.name} is not an operator of this store.", "Ask an admin to add you.")
    require(replace(actor, read_only=False), permission)
    return actor
