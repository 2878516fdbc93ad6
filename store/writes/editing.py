"""Changing what a live token is called, whose it is and when it ends; and noting that somebody looked at one."""

from __future__ import annotations

from datetime import datetime

from store.engine import Unit
from store.errors import Refused
from store.moments import maybe_from_ms, to_ms
from store.rules.actions import Action
from store.rules.denials import Doing
from store.rules.expiry import checked_expiry
from store.rules.names import checked_name
from store.rules.roles import Permission, require_writing
from store.writes.audit import Entry, record
from store.writes.authority import authorise
from store.writes.orders import Changed, ExpireOrder, LookUpOrder, RenameOrder, ReownOrder
from store.writes.policies import policy_for
from store.writes.tokens import Change, apply, hold, hold_for, refuse_ended


def rename(unit: Unit, order: RenameOrder, now: datetime) -> Changed:
    """Give a token another name. Raises Refused for an empty or unusable name, or a token that is revoked."""
    actor = authorise(unit, order.actor, Permission.CHANGE_ONE, doing=Doing(Action.RENAME, order.key))
    held = hold_for(unit, order)
    refuse_ended(held, now, "renamed")
    name = checked_name(order.name)
    detail = {"from": held.row["name"], "to": name}
    change = Change(held, {"name": name}, Action.RENAME, actor, order.action_id, order.reason, order.case, detail)
    return apply(unit, [change], now)[0]


def expire(unit: Unit, order: ExpireOrder, now: datetime) -> Changed:
    """Give a token another end, at most 365 days from now or what the account's policy allows.

    Raises Refused when the token has ended (nothing revives it) or the end is not allowed.
    """
    actor = authorise(unit, order.actor, Permission.CHANGE_ONE, doing=Doing(Action.EXPIRE, order.key))
    held = hold_for(unit, order)
    refuse_ended(held, now, "given another expiry")
    policy = policy_for(unit, held.key[0])
    expires_at = to_ms(checked_expiry(order.expires_at, now, policy.max_lifetime_days))
    detail = {"from": held.row["expires_at"], "to": expires_at}
    change = Change(held, {"expires_at": expires_at}, Action.EXPIRE, actor, order.action_id, order.reason, order.case, detail)
    return apply(unit, [change], now)[0]


def reown(unit: Unit, order: ReownOrder, now: datetime) -> Changed:
    """Give a token another owner: an active member of its account. Raises Refused for anyone else."""
    actor = authorise(unit, order.actor, Permission.CHANGE_ONE, doing=Doing(Action.REOWN, order.key))
    held = hold_for(unit, order)
    refuse_ended(held, now, "given another owner")
    require_active_member(unit, held.key[0], order.owner, "owner")
    values = {"owner_id": order.owner, "owner_active": True}
    detail = {"from": held.row["owner_id"], "to": order.owner}
    change = Change(held, values, Action.REOWN, actor, order.action_id, order.reason, order.case, detail)
    return apply(unit, [change], now)[0]


def look_up(unit: Unit, order: LookUpOrder, now: datetime) -> int:
    """Record that somebody opened a token, and return the audit number; the token is not changed."""
    actor = authorise(unit, order.actor, Permission.SEE, doing=Doing(Action.LOOK_UP, order.key))
    require_writing(actor)
    held = hold(unit, order.key)
    row = held.row
    entry = Entry(
        actor=actor,
        action=Action.LOOK_UP.value,
        account_id=row["account_id"],
        token_id=row["id"],
        token_name=row["name"],
        scopes=row["scopes"],
        reason=order.reason,
        case=order.case,
        action_id=order.action_id,
    )
    return record(unit, entry, now)


def require_active_member(unit: Unit, account_id: str, member_id: str, part: str) -> None:
    """Raise Refused unless this person is an active member of the account."""
    found = unit.rows(
        "SELECT active, left_at FROM member WHERE account_id = :account AND id = :member",
        {"account": account_id, "member": member_id},
    )
    if not found:
        raise Refused(f"The {part} is not a member of the account {account_id}.", "Choose one of its active members.")
    if not found[0][0]:
        left = maybe_from_ms(found[0][1])
        since = f" since {left:%Y-%m-%d}" if left else ""
        raise Refused(f"The {part} is no longer active in the account {account_id}{since}.", "Choose an active member.")
