"""Giving operators passphrases and SSH keys, and ending their sessions: each with its audit line."""

from __future__ import annotations

from datetime import datetime

from store.engine import Unit
from store.errors import NotFound, Refused
from store.moments import to_ms
from store.rules.actions import Action
from store.rules.denials import Doing
from store.rules.roles import Actor, Permission
from store.writes.audit import Entry, record
from store.writes.authority import authorise
from store.writes.sessions import proven_self
from store.writes.signing_in import end_session

_PUT = """
INSERT INTO sign_in (operator, failures, failed_at, set_at, set_by) VALUES (:name, 0, NULL, :now, :by)
ON CONFLICT (operator) DO UPDATE SET failures = 0, failed_at = NULL, set_at = excluded.set_at, set_by = excluded.set_by
"""
_ADD_KEY = """
INSERT INTO operator_key (fingerprint, operator, comment, added_at, added_by) VALUES (:fingerprint, :name, :comment, :now, :by)
"""


def put_passphrase(unit: Unit, name: str, encoding: str, actor: Actor, now: datetime, *, case: str | None = None) -> int:
    """Give an operator the passphrase of this encoding ("" takes it away), and return the audit number.

    Everybody gives themselves their own, once the present one was proven within five minutes; an admin gives others one that
    these must replace when they sign in. Other sessions of the operator end with it.
    Raises Refused for anybody else, NotFound for an unknown operator, SignInNeeded.
    """
    own = actor.name == name
    doing = Doing(Action.PASSPHRASE, target=name)
    actor = proven_self(unit, actor, doing) if own else authorise(unit, actor, Permission.ADMINISTER, doing=doing)
    if unit.value("SELECT 1 FROM operator WHERE name = :name", {"name": name}) is None:
        raise NotFound(f"There is no operator {name}.", "`tokendesk operators list` shows them.")
    if not encoding and own:
        raise Refused("Nobody takes their own passphrase away.", "An admin can.")
    unit.run("UPDATE operator SET passphrase = :new WHERE name = :name", {"new": encoding, "name": name})
    unit.run(_PUT, {"name": name, "now": to_ms(unit.wall()), "by": name if own else actor.name})
    for (session,) in unit.rows(
        "SELECT id FROM operator_session WHERE operator = :name AND ended_at IS NULL AND id <> :own",
        {"name": name, "own": actor.session},
    ):
        end_session(unit, str(session), actor.name)
    detail = {"operator": name, "passphrase": "set" if encoding else "taken away"}
    return record(unit, Entry(actor=actor, action=Action.PASSPHRASE.value, case=case, detail=detail), now)


def put_key(
    unit: Unit, name: str, fingerprint: str, comment: str, actor: Actor, now: datetime, *, case: str | None = None
) -> int:
    """Note that an SSH key is an operator's, and return the audit number. A key is one person's only.

    Raises Refused for the role and a key that is somebody's already, NotFound for an unknown operator.
    """
    actor = authorise(unit, actor, Permission.ADMINISTER, doing=Doing(Action.KEY, target=name))
    if unit.value("SELECT 1 FROM operator WHERE name = :name", {"name": name}) is None:
        raise NotFound(f"There is no operator {name}.", "`tokendesk operators list` shows them.")
    owner = unit.value("SELECT operator FROM operator_key WHERE fingerprint = :key", {"key": fingerprint})
    if owner is not None:
        raise Refused(f"This key is {owner}'s already.", "Every operator needs a key of their own.")
    row = {"fingerprint": fingerprint, "name": name, "comment": comment, "now": to_ms(unit.wall()), "by": actor.name}
    unit.run(_ADD_KEY, row)
    return _key_line(unit, actor, name, fingerprint, "added", case, now)


def remove_key(unit: Unit, fingerprint: str, actor: Actor, now: datetime, *, case: str | None = None) -> int:
    """Forget an SSH key, and return the audit number. Raises Refused for the role, NotFound for an unknown key."""
    actor = authorise(unit, actor, Permission.ADMINISTER, doing=Doing(Action.KEY, target=fingerprint))
    name = unit.value("SELECT operator FROM operator_key WHERE fingerprint = :key", {"key": fingerprint})
    if name is None:
        raise NotFound("No operator has this key.", "`tokendesk operators list --json` shows the fingerprints.")
    unit.run("DELETE FROM operator_key WHERE fingerprint = :key", {"key": fingerprint})
    return _key_line(unit, actor, str(name), fingerprint, "removed", case, now)


def sign_out(unit: Unit, session: str, actor: Actor, now: datetime, *, case: str | None = None) -> int:
    """End a session, one's own or, as an admin, anybody's; return the audit number. It counts from the next action on.

    Raises NotFound for a session that there is not or that is over, Refused for somebody else's without the role.
    """
    found = unit.rows("SELECT operator FROM operator_session WHERE id = :id AND ended_at IS NULL", {"id": session})
    if not found:
        raise NotFound("There is no such session, or it is over.", "`tokendesk operators sessions` lists those that are open.")
    operator = str(found[0][0])
    own = operator == actor.name and session == actor.session
    if not own and operator != actor.name:
        actor = authorise(unit, actor, Permission.ADMINISTER, doing=Doing(Action.SIGN_OUT, target=session))
    elif not own:
        actor = authorise(unit, actor, Permission.CHANGE_ONE, doing=Doing(Action.SIGN_OUT, target=session))
    end_session(unit, session, "themselves" if operator == actor.name else actor.name)
    detail = {"operator": operator, "session": session}
    return record(unit, Entry(actor=actor, action=Action.SIGN_OUT.value, case=case, detail=detail), now)


def _key_line(unit: Unit, actor: Actor, name: str, fingerprint: str, what: str, case: str | None, now: datetime) -> int:
    detail = {"operator": name, "ssh_key": fingerprint, "was": what}
    return record(unit, Entry(actor=actor, action=Action.KEY.value, case=case, detail=detail), now)
