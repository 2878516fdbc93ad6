"""Who is working: one function decides it for the console and for every command."""

from __future__ import annotations

import os
import pwd
import socket
from typing import TYPE_CHECKING
from uuid import uuid4

from store.reads.operators import operators
from store.rules.roles import Actor, Role

if TYPE_CHECKING:
    from store.opening import Store

LOCAL = "local:"
"""How the name of the person at a store without operators starts (decisions.md, «Clock and demo»)."""

SESSION = uuid4().hex[:12]
"""What one run of the program is called in the audit log."""


def actor_at(store: Store, *, read_only: bool = False) -> Actor:
    """Return who acts on this store: the operator of the same name as the OS user, or `local:NAME`.

    `local:NAME` is admin while the store has no operators; afterwards it may only look, and the store refuses its writes.
    The name comes from the real user id, never from the environment; host and peer are recorded, not trusted.
    """
    user = _os_user()
    with store.reading() as reader:
        known = {operator.name: operator for operator in operators(reader)}
    operator = known.get(user)
    if operator is not None:
        name, role = operator.name, operator.role
    else:
        name, role = f"{LOCAL}{user}", Role.AUDITOR if known else Role.ADMIN
    return Actor(name, role, "os user", socket.gethostname(), _peer(), SESSION, read_only)


def _os_user() -> str:
    user = os.getuid()
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)


def _peer() -> str:
    """Return the address an SSH session says it comes from; "" when there is none or it is no address."""
    claimed = os.environ.get("SSH_CONNECTION", "").split(" ")[0]
    if not claimed:
        return ""
    import ipaddress

    try:
        return str(ipaddress.ip_address(claimed.partition("%")[0]))
    except ValueError:
        return ""
