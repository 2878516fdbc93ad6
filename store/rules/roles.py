"""Who may do what: one table, read by the store, the screens and the help (decisions.md, «Roles»)."""

from __future__ import annotations

from enum import StrEnum

from store.errors import Denied, Lack, Refused
from store.record import record


class Role(StrEnum):
    """What an operator is here to do."""

    AUDITOR = "auditor"
    SUPPORT = "support"
    ON_CALL = "on-call"
    SECURITY = "security"
    ADMIN = "admin"


class Permission(StrEnum):
    """One row of the table in decisions.md."""

    SEE = "see tokens, usage and audit"
    IDENTIFY = "identify a pasted token"
    INVESTIGATE = "look into failed checks one by one"
    CHANGE_ONE = "revoke, suspend, rotate or issue one token"
    CHANGE_MANY = "revoke many tokens"
    GOVERN = "change policies and shared views, report on every account"
    ADMINISTER = "manage operators, store keys and retention"


_EVERYONE = frozenset(Role)
ALLOWED: dict[Permission, frozenset[Role]] = {
    Permission.SEE: _EVERYONE,
    Permission.IDENTIFY: _EVERYONE,
    Permission.INVESTIGATE: frozenset({Role.ON_CALL, Role.SECURITY, Role.ADMIN}),
    Permission.CHANGE_ONE: _EVERYONE - {Role.AUDITOR},
    Permission.CHANGE_MANY: frozenset({Role.ON_CALL, Role.SECURITY, Role.ADMIN}),
    Permission.GOVERN: frozenset({Role.SECURITY, Role.ADMIN}),
    Permission.ADMINISTER: frozenset({Role.ADMIN}),
}


@record
class Actor:
    """Who acts: the operator's name, their role, how they are known, and from where.

    Until operators are set up the person at the local store is `local:NAME`, role admin, how `os user`.
    """

    name: str
    role: Role
    how: str = "os user"
    host: str = ""
    peer: str = ""
    session: str = ""
    read_only: bool = False


def allows(role: Role, permission: Permission) -> bool:
    """Say whether the table gives `role` this permission."""
    return role in ALLOWED[permission]


def require(actor: Actor, permission: Permission) -> None:
    """Raise Denied unless the actor may do this; read-only refuses every change whatever the role."""
    if actor.read_only and permission is not Permission.SEE:
        raise Denied(Lack.READ_ONLY, "This console is read-only.", "Start it without --read-only to make changes.")
    if not allows(actor.role, permission):
        able = ", ".join(role for role in Role if role in ALLOWED[permission])
        raise Denied(Lack.ROLE, f"The role {actor.role} may not {permission}.", f"Ask someone with one of the roles {able}.")


def require_writing(actor: Actor) -> None:
    """Raise Denied for a read-only console: of what everybody may do, no line is written either."""
    if actor.read_only:
        raise Denied(Lack.READ_ONLY, "This console is read-only.", "Start it without --read-only to make changes.")


def refuse_bad_name(name: str) -> None:
    """Raise Refused for what can't be an operator's name."""
    if not name.strip() or not name.isprintable() or len(name) > 100:
        raise Refused("This can't be an operator's name.", "Use up to 100 visible characters.")


def refuse_first(role: Role) -> None:
    """Raise Refused for a first operator who is not an admin: nobody could add the second."""
    if role is not Role.ADMIN:
        raise Refused("The first operator must be an admin.", "Add yourself as admin first, then the others.")
