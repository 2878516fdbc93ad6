"""Who is working: one function decides it for the console and for every command."""

from __future__ import annotations

import os
import pwd
import socket
from typing import TYPE_CHECKING
from uuid import uuid4

from store.reads.operators import operators
from store.rules.roles import Actor, Role
from store.rules.sessions import CLAIMED, SSH_KEY

if TYPE_CHECKING:
    from store.opening import Store

LOCAL = "local:"
"""How the name of the person at a store without operators starts (decisions.md, «Clock and demo»)."""

SESSION = uuid4().hex[:12]
"""What one run of the program is called in the audit log."""


def actor_at(store: Store, *, read_only: bool = False, operator: str = "", kept: bool = False) -> Actor:
    """Return who acts on this store: the operator of the same name as the OS user, or `local:NAME`.

    `local:NAME` is admin while the store has no operators; afterwards it may only look, and the store refuses its writes.
    The name comes from the real user id, never from the environment; host and peer are recorded, not trusted.
    With `operator`, a name fixed by an SSH forced command, it is the operator whose key sshd says was used; without such a key
    only claimed, and worth nothing before the passphrase. `kept` takes up the session `tokendesk sign-in` left, if it holds.
    Raises Refused when the key is another operator's, which is on record then.
    """
    user = _os_user()
    with store.reading() as reader:
        known = {one.name: one for one in operators(reader)}
    name, how = operator or user, "os user"
    if operator:
        from console.ssh_keys import used_keys
        from store.reads.sessions import keys_of

        with store.reading() as reader:
            keys = {key.fingerprint: key.operator for key in keys_of(reader)}
        owners = {keys[key]: key for key in used_keys(os.environ) if key in keys}
        how = f"{SSH_KEY} {owners[operator]}" if operator in owners else CLAIMED
        if owners and operator not in owners:
            _refuse_key(store, operator, next(iter(owners)))
    if name in known:
        role = known[name].role
    else:
        role = Role.AUDITOR if known or operator else Role.ADMIN
        name = name if operator else f"{LOCAL}{user}"
    session = SESSION
    if kept:
        from console.kept_session import kept_session

        session = kept_session(store, name) or SESSION
    return Actor(name, role, how, socket.gethostname(), _peer(), session, read_only)


def must_sign_in(store: Store, actor: Actor) -> bool:
    """Say whether this person has to give a passphrase before they may do anything here; a read-only console changes nothing."""
    if actor.read_only:
        return False
    if actor.how == CLAIMED:
        return True
    with store.reading() as reader:
        return any(one.name == actor.name and one.passphrase for one in operators(reader))


def _refuse_key(store: Store, operator: str, owner: str) -> None:
    """Put on record that somebody came with another operator's key, and raise Refused."""
    from contextlib import suppress

    from console.clock import Clock
    from store.errors import Refused, StoreError
    from store.rules.roles import refuse_bad_name
    from store.writes.signing_in import refuse_key

    refuse_bad_name(operator)
    actor = Actor(owner, Role.AUDITOR, SSH_KEY, socket.gethostname(), _peer(), SESSION)
    with suppress(StoreError):
        store.write(lambda unit: refuse_key(unit, actor, operator, Clock(store.facts.demo_now).now()))
    raise Refused(f"The SSH key of this session is {owner}'s, not {operator}'s.", "Sign in with your own key.")


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
