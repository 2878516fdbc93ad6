"""Accounts, the people in them, and our own operators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from store.engine import Unit
from store.errors import Refused
from store.moments import maybe_ms, to_ms
from store.reads.policy_rules import second_person_rule
from store.rules.actions import Action
from store.rules.denials import Doing
from store.rules.emails import checked_email
from store.rules.roles import Actor, Permission, Role, refuse_bad_name
from store.rules.second_person import Kind, wants_second
from store.writes.approvals import Wanted, use_approval
from store.writes.audit import Entry, record
from store.writes.authority import authorise

_PUT_ACCOUNT = """
INSERT INTO account (id, name, plan, created_at, open_tokens) VALUES (:id, :name, :plan, :created_at, 0)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, plan = excluded.plan
"""
_PUT_MEMBER = """
INSERT INTO member (account_id, id, name, admin, active, joined_at, left_at)
VALUES (:account_id, :id, :name, :admin, :active, :joined_at, :left_at)
ON CONFLICT (account_id, id) DO UPDATE
SET name = excluded.name, admin = excluded.admin, active = excluded.active, left_at = excluded.left_at
"""
_FOLLOW = """
UPDATE token SET {part}_active = :active
WHERE account_id = :account_id AND {part}_id = :id AND {part}_active <> :active
"""


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """A person in an account as an import or a screen knows them; an `email` of None leaves the one on record."""

    account_id: str
    id: str
    name: str = ""
    admin: bool = False
    active: bool = True
    joined_at: datetime | None = None
    left_at: datetime | None = None
    email: str | None = None


def put_account(unit: Unit, account_id: str, name: str, now: datetime, plan: str = "") -> None:
    """Add an account, or give a known one this name and plan."""
    _run(unit, _PUT_ACCOUNT, {"id": account_id, "name": name or account_id, "plan": plan, "created_at": to_ms(now)})


def put_member(unit: Unit, member: MemberFacts) -> None:
    """Add a person, or change a known one; the tokens they own or made learn at once whether they are still active."""
    _run(
        unit,
        _PUT_MEMBER,
        {
            "account_id": member.account_id,
            "id": member.id,
            "name": member.name or member.id,
            "admin": int(member.admin),
            "active": int(member.active),
            "joined_at": maybe_ms(member.joined_at),
            "left_at": None if member.active else maybe_ms(member.left_at),
        },
    )
    if member.email is not None:
        email = {"account": member.account_id, "id": member.id, "email": checked_email(member.email) or None}
        _run(unit, "UPDATE member SET email = :email WHERE account_id = :account AND id = :id", email)
    for part in ("owner", "creator"):
        follow = {"active": int(member.active), "account_id": member.account_id, "id": member.id}
        _run(unit, _FOLLOW.format(part=part), follow)
    unit.changed.add("member")


def put_operator(
    unit: Unit, name: str, role: Role, actor: Actor, now: datetime, *, active: bool = True, case: str | None = None
) -> int:
    """Add an operator, change their role or switch them off, and return the audit number.

    Raises Refused for the role, a bad name, or what would leave no active admin where there was one.
    """
    actor = authorise(unit, actor, Permission.ADMINISTER, doing=Doing(Action.OPERATOR, target=name))
    refuse_bad_name(name)
    second: dict[str, str] = {}
    if wants_second(second_person_rule(unit, ()), Kind.OPERATORS):
        what = f"make {name} {role.value}" if active else f"switch off {name}"
        subject = {"operator": name, "role": role.value, "active": active}
        second = use_approval(unit, actor, Wanted(Kind.OPERATORS, what, subject), str(uuid4()))
    admins = _active_admins(unit)
    _run(
        unit,
        "INSERT INTO operator (name, role, active, passphrase, created_at) VALUES (:name, :role, :active, '', :at) "
        "ON CONFLICT (name) DO UPDATE SET role = excluded.role, active = excluded.active",
        {"name": name, "role": role.value, "active": int(active), "at": to_ms(now)},
    )
    if admins and not _active_admins(unit):
        raise Refused(f"{name} is the last active admin.", "Make somebody else admin first; nothing was changed.")
    detail = {"operator": name, "role": role.value, "active": active, **second}
    return record(unit, Entry(actor=actor, action=Action.OPERATOR.value, case=case, detail=detail), now)


def _active_admins(unit: Unit) -> int:
    return int(unit.value("SELECT count(*) FROM operator WHERE role = :admin AND active = 1", {"admin": Role.ADMIN.value}))


def _run(unit: Unit, sql: str, params: dict[str, Any]) -> None:
    unit.run(sql, params)
