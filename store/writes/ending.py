"""Stopping tokens: revoke for good, suspend for a while, resume."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

from store.engine import Unit
from store.errors import Refused
from store.moments import from_ms, maybe_ms, stamp, to_ms
from store.reads.gateways import longest_memory
from store.reads.policy_rules import second_person_rule
from store.rows import TokenKey
from store.rules.actions import Action
from store.rules.denials import Doing
from store.rules.notice_words import Event
from store.rules.roles import Actor, Permission
from store.rules.second_person import Kind, wants_second
from store.rules.status import Status
from store.usage.batches import ask_names
from store.writes.approvals import Wanted, use_approval
from store.writes.authority import authorise
from store.writes.notices import Draft, queue
from store.writes.orders import Changed, ResumeOrder, Revoked, RevokeOrder, SuspendOrder, new_action_id
from store.writes.tokens import (
    Change,
    Held,
    apply,
    changed_meanwhile,
    count_open,
    hold,
    hold_for,
    hold_many,
    last_change,
    refuse_ended,
)

CHUNK = 100
"""The most tokens revoked in one transaction: another operator waits no longer than for this many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeManyOrder:
    """End several tokens for good; each item is a token and the `audit_seq` it was shown with (None: whatever is there).

    Where they are a part of more, `whole` are all of these and `bulk_id` is the same for each part: one is asked for once.
    """

    items: tuple[tuple[TokenKey, int | None], ...]
    actor: Actor
    reason: str
    case: str | None = None
    action_id: str
    whole: tuple[TokenKey, ...] = ()
    bulk_id: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one token of several: its proof, or why it was left alone."""

    key: TokenKey
    revoked: Revoked | None
    problem: str = ""


def revoke(unit: Unit, order: RevokeOrder, now: datetime) -> Revoked:
    """End a token for good, at once; it can't be undone by anyone.

    When it is revoked already nothing is written and the proof says by whom and when (decisions.md, «Lifecycle»).
    Raises NotFound, or Refused for the role, read-only, or a token changed since it was shown.
    """
    actor = authorise(unit, order.actor, Permission.CHANGE_ONE, doing=Doing(Action.REVOKE, order.key))
    held = hold(unit, order.key)
    if held.status(now) is Status.REVOKED:
        return _earlier(unit, held)
    if order.expected_seq is not None and held.row["audit_seq"] != order.expected_seq:
        raise changed_meanwhile(unit, held)
    return _revoke_held(unit, [held], actor, order.reason, order.case, [order.action_id], now)[0]


def revoke_proven(unit: Unit, key: TokenKey, actor: Actor, reason: str, now: datetime, action_id: str) -> Revoked:
    """End a token for somebody who has shown its secret; whoever calls this has decided that they may. Raises NotFound."""
    held = hold(unit, key)
    if held.status(now) is Status.REVOKED:
        return _earlier(unit, held)
    return _revoke_held(unit, [held], actor, reason, None, [action_id], now)[0]


def revoke_many(unit: Unit, order: RevokeManyOrder, now: datetime) -> list[Outcome]:
    """End up to 100 tokens for good in one transaction and say what became of each, in the order given.

    Tokens that are gone, revoked already or changed since they were shown are left alone and say so.
    Raises Refused for the role, or when no reason is given (ux.md 3.5).
    """
    actor = authorise(unit, order.actor, Permission.CHANGE_MANY, doing=_several(order))
    if len(order.items) > CHUNK:
        raise ValueError(f"at most {CHUNK} tokens in one transaction")
    if not order.reason.strip():
        raise Refused("Revoking several tokens needs a reason.", "Say why in a few words.")
    second = _agreed(unit, actor, order)
    held = {one.key: one for one in hold_many(unit, [key for key, _ in order.items])}
    problems: dict[TokenKey, Outcome] = {}
    for key, expected in order.items:
        problem = _why_left_alone(unit, held.get(key), expected, now)
        if problem:
            problems[key] = Outcome(key, None, problem)
    chosen = [held[key] for key, _ in order.items if key not in problems]
    ids = [str(uuid5(NAMESPACE_OID, f"{order.action_id}/{one.key[0]}/{one.key[1]}")) for one in chosen]
    proofs = _revoke_held(unit, chosen, actor, order.reason, order.case, ids, now, second)
    done = {proof.key: Outcome(proof.key, proof) for proof in proofs}
    return [problems.get(key) or done[key] for key, _ in order.items]


def _several(order: RevokeManyOrder) -> Doing:
    """Return what is tried: on one token by its id, on more by the number and whose they are."""
    keys = order.whole or tuple(key for key, _ in order.items)
    if len(keys) == 1:
        return Doing(Action.REVOKE, keys[0])
    accounts = {key[0] for key in keys}
    return Doing(Action.REVOKE, account=accounts.pop() if len(accounts) == 1 else None, target=f"{len(keys)} tokens")


def _agreed(unit: Unit, actor: Actor, order: RevokeManyOrder) -> dict[str, str]:
    """Return what is kept of the second person who agreed.

    Raises SecondPersonNeeded where none did and the policy of one of the accounts makes so many tokens wait.
    """
    keys = order.whole or tuple(key for key, _ in order.items)
    accounts = sorted({key[0] for key in keys})
    if not wants_second(second_person_rule(unit, accounts), Kind.BULK, len(keys)):
        return {}
    where = accounts[0] if len(accounts) == 1 else f"{len(accounts)} accounts"
    subject = {"tokens": sorted(f"{account}/{token}" for account, token in keys)}
    wanted = Wanted(Kind.BULK, f"revoke {len(keys):,} tokens of {where}", subject)
    return use_approval(unit, actor, wanted, order.bulk_id or order.action_id)


def suspend(unit: Unit, order: SuspendOrder, now: datetime) -> Changed:
    """Stop a token for a while. Raises Refused when it has ended, is suspended already, or `until` is not in the future."""
    actor = authorise(unit, order.actor, Permission.CHANGE_ONE, doing=Doing(Action.SUSPEND, order.key))
    held = hold_for(unit, order)
    refuse_ended(held, now, "suspended")
    if held.status(now) is Status.SUSPENDED:
        who, _, at = last_change(unit, held)
        raise Refused(f"{held.words()} is suspended already, by {who} at {stamp(at)}.", "Resume it first to change the end.")
    if order.until is not None and order.until <= now:
        raise Refused("The end of the suspension is not in the future.", "Choose a later time, or none.")
    values = {
        "suspended_at": to_ms(now),
        "suspended_until": maybe_ms(order.until),
        "suspended_by": actor.name,
        "suspend_message": order.message,
    }
    detail = {"message": order.message, "until": maybe_ms(order.until)}
    change = Change(held, values, Action.SUSPEND, actor, order.action_id, order.reason, order.case, detail)
    return apply(unit, [change], now)[0]


def resume(unit: Unit, order: ResumeOrder, now: datetime) -> Changed:
    """Let a suspended token work again. Raises Refused when it is not suspended or has ended meanwhile."""
    actor = authorise(unit, order.actor, Permission.CHANGE_ONE, doing=Doing(Action.RESUME, order.key))
    held = hold_for(unit, order)
    refuse_ended(held, now, "resumed")
    if held.status(now) is not Status.SUSPENDED:
        raise Refused(f"{held.words()} is not suspended.", "There is nothing to resume.")
    values = {"suspended_at": None, "suspended_until": None, "suspended_by": None, "suspend_message": ""}
    change = Change(held, values, Action.RESUME, actor, order.action_id, order.reason, order.case)
    return apply(unit, [change], now)[0]


def _revoke_held(
    unit: Unit,
    held: Sequence[Held],
    actor: Actor,
    reason: str,
    case: str | None,
    action_ids: Sequence[str],
    now: datetime,
    second: Mapping[str, str] | None = None,
) -> list[Revoked]:
    values = {"revoked_at": to_ms(now), "revoked_by": actor.name, "revoke_reason": reason, "closed": True}
    changes = [
        Change(one, values, Action.REVOKE, actor, action_id, reason, case, second)
        for one, action_id in zip(held, action_ids, strict=True)
    ]
    if not changes:
        return []
    done = apply(unit, changes, now)
    closed: dict[str, int] = {}
    for one in held:
        if not one.row["closed"]:
            closed[one.key[0]] = closed.get(one.key[0], 0) - 1
    count_open(unit, closed)
    queue(unit, [Draft(row=one.row, event=Event.REVOKED, occasion="revoked", end=now, case=case) for one in held], now)
    names = _account_names(unit, held)
    lifetime = longest_memory(unit.rows, now)
    return [_proof(one, names, now, actor.name, proof.seq, lifetime) for one, proof in zip(held, done, strict=True)]


def _why_left_alone(unit: Unit, held: Held | None, expected: int | None, now: datetime) -> str:
    if held is None:
        return "there is no such token"
    if held.status(now) is Status.REVOKED:
        earlier = _earlier(unit, held)
        return f"already revoked by {earlier.by} at {stamp(earlier.at)}"
    if expected is not None and held.row["audit_seq"] != expected:
        actor, action, at = last_change(unit, held)
        return f"changed meanwhile: {action} by {actor} at {stamp(at)}"
    return ""


def _earlier(unit: Unit, held: Held) -> Revoked:
    names, at = _account_names(unit, [held]), from_ms(held.row["revoked_at"])
    by, seq = str(held.row["revoked_by"]), held.row["audit_seq"]
    return _proof(held, names, at, by, seq, longest_memory(unit.rows, at), already=True)


def _account_names(unit: Unit, held: Sequence[Held]) -> dict[str, str]:
    accounts = sorted({one.key[0] for one in held})
    return {row[0]: row[1] for row in ask_names(unit, "SELECT id, name FROM account WHERE id IN ({names})", accounts)}


def _proof(
    held: Held,
    account_names: Mapping[str, str],
    at: datetime,
    by: str,
    seq: int,
    lifetime: timedelta,
    *,
    already: bool = False,
) -> Revoked:
    name, account = held.row["name"], account_names[held.key[0]]
    return Revoked(held.key, name, account, held.row["hint"], at, by, seq, already, at + lifetime)


__all__ = ["CHUNK", "Outcome", "RevokeManyOrder", "new_action_id", "resume", "revoke", "revoke_many", "revoke_proven", "suspend"]
