"""Doing what is due for idle tokens: a notice on record first, and only days later the revocation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from store.engine import Unit
from store.moments import from_ms, maybe_from_ms, to_ms
from store.reads.usage import freshness
from store.rows import TokenKey
from store.rules.actions import Action
from store.rules.denials import Doing
from store.rules.idle import Idle, Notice, is_over, stands
from store.rules.roles import Actor, Permission
from store.rules.status import LIVE
from store.writes.audit import Entry, record_many
from store.writes.authority import authorise
from store.writes.ending import CHUNK, RevokeManyOrder, revoke_many
from store.writes.orders import new_action_id
from store.writes.policy_effects import Effected, LeftAlone
from store.writes.tokens import Held, hold_many

_PUT = """
INSERT INTO policy_notice (account_id, token_id, noticed_at, due_at, audit_seq) VALUES (:account, :token, :at, :due, :seq)
ON CONFLICT (account_id, token_id) DO UPDATE SET noticed_at = excluded.noticed_at, due_at = excluded.due_at,
audit_seq = excluded.audit_seq
"""
_NOTICE = "SELECT noticed_at, due_at FROM policy_notice WHERE account_id = :account AND token_id = :token"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleOrder:
    """Give notice for these tokens, or revoke them; at most 100 at once.

    Where they are a portion of more, `whole` are all of these and `bulk_id` is the same for each portion: a second person is
    asked once, for all of it.
    """

    idle: tuple[Idle, ...]
    actor: Actor
    reason: str = ""
    case: str | None = None
    action_id: str = field(default_factory=new_action_id)
    whole: tuple[TokenKey, ...] = ()
    bulk_id: str = ""

    def __post_init__(self) -> None:
        if len(self.idle) > CHUNK:
            raise ValueError(f"at most {CHUNK} tokens in one transaction")


def give_notice(unit: Unit, order: IdleOrder, now: datetime) -> Effected:
    """Put on record that tokens will be revoked unless they are used; the tokens themselves are not changed.

    A token that has ended or was used since it was looked at is left alone. Raises Refused for the role.
    """
    actor = authorise(unit, order.actor, Permission.GOVERN, again=True, doing=Doing(Action.POLICY))
    held = {one.key: one for one in hold_many(unit, [one.key for one in order.idle])}
    chosen, left = [], []
    for one in order.idle:
        why = _why_left(held.get(one.key), one, now)
        if why:
            left.append(LeftAlone(one.key, why))
        elif one.notice_days is not None:
            chosen.append(one)
    due = [to_ms(now + timedelta(days=one.notice_days or 1)) for one in chosen]
    entries = [
        Entry(
            actor=actor,
            action=Action.POLICY.value,
            account_id=one.key[0],
            token_id=one.key[1],
            token_name=one.name,
            reason=order.reason,
            case=order.case,
            detail={"notice": "unused for too long", "due_at": until},
        )
        for one, until in zip(chosen, due, strict=True)
    ]
    seqs = record_many(unit, entries, now)
    rows = [
        {"account": one.key[0], "token": one.key[1], "at": to_ms(now), "due": until, "seq": seq}
        for one, until, seq in zip(chosen, due, seqs, strict=True)
    ]
    if rows:
        unit.run_each(_PUT, rows)
    return Effected(len(chosen), tuple(left))


def revoke_noticed(unit: Unit, order: IdleOrder, now: datetime) -> Effected:
    """Revoke tokens whose notice is due; one without a notice, with one that is not due, or used since is left alone.

    So is one of which nobody knows whether it was used, as usage is not recorded up to the end of its notice.
    Raises Refused for the role.
    """
    authorise(unit, order.actor, Permission.GOVERN, again=True, doing=Doing(Action.POLICY))
    held = {one.key: one for one in hold_many(unit, [one.key for one in order.idle])}
    recorded_to = freshness(unit).recorded_to
    chosen: list[Idle] = []
    left: list[LeftAlone] = []
    for one in order.idle:
        why = _why_left(held.get(one.key), one, now) or _why_not_due(unit, held[one.key], now, recorded_to)
        if why:
            left.append(LeftAlone(one.key, why))
        else:
            chosen.append(one)
    if not chosen:
        return Effected(0, tuple(left))
    reason = f"policy: unused for too long, notice given{': ' if order.reason else ''}{order.reason}"
    items = tuple((one.key, one.audit_seq) for one in chosen)
    many = RevokeManyOrder(items=items, actor=order.actor, reason=reason, case=order.case, action_id=order.action_id,
                           whole=order.whole, bulk_id=order.bulk_id)  # fmt: skip
    outcomes = revoke_many(unit, many, now)
    left += [LeftAlone(one.key, one.problem) for one in outcomes if one.revoked is None]
    return Effected(sum(one.revoked is not None for one in outcomes), tuple(left))


def portions(idle: Sequence[Idle]) -> list[tuple[Idle, ...]]:
    """Return the tokens in portions, each for one transaction."""
    return [tuple(idle[start : start + CHUNK]) for start in range(0, len(idle), CHUNK)]


def _why_left(held: Held | None, one: Idle, now: datetime) -> str:
    if held is None:
        return "there is no such token"
    status = held.status(now)
    if status not in LIVE:
        return f"it is {status} by now"
    used = maybe_from_ms(held.row["last_used_at"])
    if used is not None and used > one.since:
        return "it was used meanwhile"
    return ""


def _why_not_due(unit: Unit, held: Held, now: datetime, recorded_to: datetime | None) -> str:
    found = unit.rows(_NOTICE, {"account": held.key[0], "token": held.key[1]})
    if not found:
        return "no notice is on record"
    notice = Notice(from_ms(found[0][0]), from_ms(found[0][1]))
    if not stands(notice, maybe_from_ms(held.row["last_used_at"])):
        return "it was used since its notice"
    if now < notice.due_at:
        return f"its notice runs until {notice.due_at:%Y-%m-%d}"
    if not is_over(notice, now, recorded_to):
        return f"usage is recorded only up to {recorded_to:%Y-%m-%d %H:%M}Z: whether it was used since its notice is not known"
    return ""
