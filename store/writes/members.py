"""The people in accounts as a person or a file changes them: their e-mail addresses, and whom the store did not know yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from store.engine import Unit
from store.errors import NotFound, Refused
from store.rules.actions import Action
from store.rules.denials import Doing
from store.rules.emails import checked_email
from store.rules.notices import Recipient
from store.rules.roles import Actor, Permission
from store.writes.audit import Entry, record
from store.writes.authority import authorise
from store.writes.orders import new_action_id
from store.writes.people import MemberFacts

_HELD = "SELECT name, email FROM member WHERE account_id = :account AND id = :member"
_PUT = "UPDATE member SET email = :email WHERE account_id = :account AND id = :member"
_FOLLOW = (
    "UPDATE notice SET address = :address WHERE state IN ('waiting', 'sending') AND state = 'waiting' "
    "AND account_id || '' = :account AND recipient = :member AND address <> :address",
    "UPDATE notice SET address = :address WHERE state = 'dead' "
    "AND account_id || '' = :account AND recipient = :member AND address <> :address",
)  # fmt: skip
"""What is still to be told goes to the new address. The states stand there literally, as the indexes over them do, and `|| ''`
keeps SQLite from reading everything the account was ever told instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailOrder:
    """Give a person in an account this e-mail address, "" for none.

    `expected` is the address that was shown, None where none was looked at: somebody else's change is then refused.
    """

    account_id: str
    member_id: str
    email: str
    actor: Actor
    expected: str | None = None
    reason: str = ""
    case: str | None = None
    action_id: str = field(default_factory=new_action_id)


@dataclass(frozen=True, slots=True)
class EmailSaved:
    """Proof that an address was saved: what it was and is, its audit line (None when it was so already).

    `moved` are the notices that wait, or that nobody took, which go there from now on.
    """

    account_id: str
    member_id: str
    before: str
    email: str
    seq: int | None
    moved: int = 0


def put_email(unit: Unit, order: EmailOrder, now: datetime) -> EmailSaved:
    """Save somebody's e-mail address; what is still to be told to them goes there.

    Raises BadInput for what is no address, NotFound for a person, Refused for the role or somebody else's change. The audit
    line holds the address where it can be erased with its reason, never in the chain.
    """
    doing = Doing(Action.MEMBER, account=order.account_id, target=order.member_id)
    actor = authorise(unit, order.actor, Permission.CHANGE_ONE, doing=doing)
    email = checked_email(order.email)
    who = {"account": order.account_id, "member": order.member_id}
    found = unit.rows(_HELD, who)
    if not found:
        raise NotFound(
            f"There is no {order.member_id[:40]} in the account {order.account_id[:40]}.",
            "`tokendesk accounts show` lists its people.",
        )
    name, before = str(found[0][0]), str(found[0][1] or "")
    if order.expected is not None and order.expected != before:
        raise Refused("Somebody else has changed this address meanwhile.", "Look at it again; nothing was saved.")
    if email == before:
        return EmailSaved(order.account_id, order.member_id, before, email, None)
    unit.run(_PUT, {**who, "email": email or None})
    unit.changed.add("member")
    moved = follow_address(unit, MemberFacts(order.account_id, order.member_id, name, email=email))
    entry = Entry(
        actor=actor, action=Action.MEMBER.value, account_id=order.account_id, case=order.case,
        reason="; ".join(filter(None, (email, order.reason))), action_id=order.action_id,
        detail={"member": order.member_id, "email": email_change(before, email)},
    )  # fmt: skip
    return EmailSaved(order.account_id, order.member_id, before, email, record(unit, entry, now), moved)


def email_change(before: str, after: str) -> str:
    """Return the audit log's word for a change of an address, "" being none: set, changed or removed."""
    return "removed" if not after else "changed" if before else "set"


def follow_address(unit: Unit, member: MemberFacts) -> int:
    """Let what is still to be told to somebody go to their address as it is now, and return how many notices that moved."""
    address = Recipient(member.id, member.name, email=member.email or "").address
    who = {"account": member.account_id, "member": member.id, "address": address}
    moved = sum(unit.run(sql, who) for sql in _FOLLOW)
    if moved:
        unit.changed.add("notice")
    return moved
