"""Doing what was chosen for tokens past a limit: in portions, each a transaction with an audit line for every token."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import NAMESPACE_OID, uuid5

from store.engine import Unit
from store.moments import from_ms, stamp, to_ms
from store.rows import TokenKey
from store.rules.actions import Action
from store.rules.denials import Doing
from store.rules.policy_choice import Effect
from store.rules.roles import Actor, Permission
from store.rules.status import LIVE
from store.writes.authority import authorise
from store.writes.ending import CHUNK, RevokeManyOrder, revoke_many
from store.writes.policies import PolicyOrder
from store.writes.policy_rules import RulesOrder
from store.writes.tokens import Change, Held, apply, hold_many, last_change


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectOrder:
    """Do to these tokens what was chosen and confirmed; at most 100 at once. `reason` says which policy asks for it.

    Where they are a portion of more, `whole` are all that are to be ended and `bulk_id` is the same for each portion: a second
    person is asked once, for all of it.
    """

    effects: tuple[Effect, ...]
    actor: Actor
    reason: str
    case: str | None
    action_id: str
    whole: tuple[TokenKey, ...] = ()
    bulk_id: str = ""


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A token that was not changed after all, and why."""

    key: TokenKey
    why: str


@dataclass(frozen=True, slots=True)
class Effected:
    """What became of a portion: how many were given an earlier end or revoked, and those left alone."""

    changed: int
    left: tuple[LeftAlone, ...]


def carry_out(unit: Unit, order: EffectOrder, now: datetime) -> Effected:
    """Give tokens the earlier end that was previewed, or revoke those to be revoked.

    A token that was changed since the preview, or would be given a later end than it has, is left alone and says so.
    Raises Refused for the role.
    """
    actor = authorise(unit, order.actor, Permission.GOVERN, again=True, doing=Doing(Action.POLICY))
    if len(order.effects) > CHUNK:
        raise ValueError(f"at most {CHUNK} tokens in one transaction")
    capped = [one for one in order.effects if one.ends_at is not None]
    ended = [one for one in order.effects if one.ends_at is None]
    done = _cap(unit, capped, order, actor, now)
    if not ended:
        return done
    items = tuple((TokenKey((one.account_id, one.id)), one.audit_seq) for one in ended)
    revocation = RevokeManyOrder(items=items, actor=order.actor, reason=order.reason, case=order.case, action_id=order.action_id,
                                 whole=order.whole, bulk_id=order.bulk_id)  # fmt: skip
    outcomes = revoke_many(unit, revocation, now)
    left = tuple(LeftAlone(one.key, one.problem) for one in outcomes if one.revoked is None)
    return Effected(done.changed + len(outcomes) - len(left), done.left + left)


def reason_of(order: PolicyOrder | RulesOrder) -> str:
    """Return what the audit lines of the tokens say: whose policy it was, the choice, and the reason given."""
    whose = order.account_id or "every account"
    return f"policy of {whose}, {order.choice}{': ' if order.reason else ''}{order.reason}"


def in_portions(found: Sequence[Effect], order: Callable[[tuple[Effect, ...], int], EffectOrder]) -> list[EffectOrder]:
    """Return the orders that do all of it, one for each portion; `order` is given a portion and its number."""
    whole = tuple(TokenKey((one.account_id, one.id)) for one in found if one.ends_at is None)
    orders = [order(tuple(found[start : start + CHUNK]), start // CHUNK) for start in range(0, len(found), CHUNK)]
    return [replace(one, whole=whole, bulk_id=orders[0].action_id) for one in orders]


def _cap(unit: Unit, capped: Sequence[Effect], order: EffectOrder, actor: Actor, now: datetime) -> Effected:
    held = {one.key: one for one in hold_many(unit, [TokenKey((one.account_id, one.id)) for one in capped])}
    changes, left = [], []
    for one in capped:
        key = TokenKey((one.account_id, one.id))
        why = _why_left(unit, held.get(key), one, now)
        if why:
            left.append(LeftAlone(key, why))
            continue
        assert one.ends_at is not None
        end, was = to_ms(one.ends_at), held[key].row["expires_at"]
        action_id = str(uuid5(NAMESPACE_OID, f"{order.action_id}/{key[0]}/{key[1]}"))
        detail = {"from": was, "to": end}
        changes.append(Change(held[key], {"expires_at": end}, Action.EXPIRE, actor, action_id, order.reason, order.case, detail))
    if changes:
        apply(unit, changes, now)
    return Effected(len(changes), tuple(left))


def _why_left(unit: Unit, held: Held | None, effect: Effect, now: datetime) -> str:
    if held is None:
        return "there is no such token"
    status = held.status(now)
    if status not in LIVE:
        return f"it is {status} by now"
    if effect.audit_seq is not None and held.row["audit_seq"] != effect.audit_seq:
        actor, action, at = last_change(unit, held)
        return f"changed meanwhile: {action} by {actor} at {stamp(at)}"
    was = held.row["expires_at"]
    if was is not None and effect.ends_at is not None and from_ms(was) <= effect.ends_at:
        return "it ends sooner already"
    return ""
