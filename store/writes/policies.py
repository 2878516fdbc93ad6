"""The rules that hold for an account, and changing them: one transaction with its audit line; no token is changed by it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime

from store.engine import Unit
from store.errors import NotFound, Refused
from store.moments import to_ms
from store.reads.policies import limits_of, preview
from store.reads.scopes import Asked
from store.rules.actions import Action
from store.rules.denials import Doing
from store.rules.policies import DEFAULT, LIMITS, Counts, Limits, tightest
from store.rules.policy_choice import Fate
from store.rules.roles import Actor, Permission
from store.writes.audit import Entry, record
from store.writes.authority import authorise
from store.writes.orders import new_action_id

_PUT = """
INSERT INTO policy (account_id, {columns}, updated_at, updated_by) VALUES (:account_id, {values}, :updated_at, :updated_by)
ON CONFLICT (account_id) DO UPDATE SET {changes}, updated_at = excluded.updated_at, updated_by = excluded.updated_by
""".format(
    columns=", ".join(limit.name for limit in LIMITS),
    values=", ".join(f":{limit.name}" for limit in LIMITS),
    changes=", ".join(f"{limit.name} = excluded.{limit.name}" for limit in LIMITS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyOrder:
    """Give an account these limits of its own, or everyone for an empty id. Without any, an account's own policy goes.

    `expected` are the limits as they were shown: when somebody else has changed them since, nothing is written. `counts` are
    those of the preview that was confirmed: when another number of tokens would be past a limit by now, nothing is written
    either. `choice` is what becomes of those, in the words of store.rules.policy_choice; the audit line keeps it when it
    changes tokens.
    """

    account_id: str
    limits: Limits
    actor: Actor
    expected: Limits | None = None
    choice: str = ""
    counts: Counts | None = None
    reason: str = ""
    case: str | None = None
    action_id: str = field(default_factory=new_action_id)


@dataclass(frozen=True, slots=True)
class PolicySaved:
    """Proof that a policy was saved: what it was, what it is, and the number of its audit line; None when it was so already."""

    account_id: str
    before: Limits
    after: Limits
    at: datetime
    seq: int | None


def policy_for(unit: Asked, account_id: str) -> Limits:
    """Return the tighter of the account's policy and the default, limit by limit (requirement C2); None: the product's own."""
    return tightest(*limits_of(unit, account_id))


def refuse_over_limit(unit: Asked, account_id: str, policy: Limits) -> None:
    """Raise Refused when an account holds as many tokens as its policy allows."""
    if policy.token_limit is None:
        return
    held = int(unit.rows("SELECT open_tokens FROM account WHERE id = :id", {"id": account_id})[0][0])
    if held >= policy.token_limit:
        raise Refused(
            f"The account {account_id} holds {held} token{'s' * (held != 1)}; its policy allows {policy.token_limit}.",
            "Revoke one that is not used first.",
        )


def put_policy(unit: Unit, order: PolicyOrder, now: datetime) -> PolicySaved:
    """Save a policy. It holds for what is issued, rotated or given another end from now on; tokens stay as they are.

    Raises Refused for the role, a limit out of bounds, or a policy that somebody else has changed; NotFound for the account.
    """
    actor = authorise(
        unit, order.actor, Permission.GOVERN, again=True, doing=Doing(Action.POLICY, account=order.account_id or None)
    )
    account_id = order.account_id
    if account_id != DEFAULT and unit.value("SELECT 1 FROM account WHERE id = :id", {"id": account_id}) is None:
        raise NotFound(f"There is no account {account_id}.", "Check the id; the area Accounts lists them.")
    own, default = limits_of(unit, account_id)
    before = default if account_id == DEFAULT else own
    if order.expected is not None and order.expected != before:
        raise Refused("Somebody else has changed this policy meanwhile.", "Look at it again; nothing was saved.")
    _refuse_out_of_bounds(order.limits)
    if order.limits == before:
        return PolicySaved(account_id, before, before, now, None)
    if order.counts is not None:
        _refuse_other_counts(unit, order, order.counts, now)
    if order.limits.empty:
        unit.run("DELETE FROM policy WHERE account_id = :account", {"account": account_id})
    else:
        values = {"account_id": account_id, **asdict(order.limits), "updated_at": to_ms(now), "updated_by": actor.name}
        unit.run(_PUT, values)
    entry = Entry(
        actor=actor,
        action=Action.POLICY.value,
        account_id=account_id or None,
        reason=order.reason,
        case=order.case,
        detail=_detail(before, order.limits) | _chosen(order),
        action_id=order.action_id,
    )
    return PolicySaved(account_id, before, order.limits, now, record(unit, entry, now))


def _detail(before: Limits, after: Limits) -> dict[str, int | str]:
    """Return what an audit line says: each limit that changed, as it is and as it was; `none` for no limit."""
    detail: dict[str, int | str] = {}
    for limit in LIMITS:
        was, now = before.value(limit.name), after.value(limit.name)
        if was != now:
            detail |= {limit.name: "none" if now is None else now, f"was_{limit.name}": "none" if was is None else was}
    return detail


def _chosen(order: PolicyOrder) -> dict[str, int | str]:
    if order.choice in ("", Fate.GRANDFATHER):
        return {}
    counts = {"past": order.counts.past, "past_in_use": order.counts.in_use} if order.counts is not None else {}
    return {"choice": order.choice, **counts}


def _refuse_other_counts(unit: Unit, order: PolicyOrder, seen: Counts, now: datetime) -> None:
    there = preview(unit, order.account_id, order.limits, now).counts
    if there != seen:
        raise Refused(
            f"{there.past:,} tokens would be past a limit by now, {there.in_use:,} of them in use and {there.later:,} later on; "
            f"{seen.past:,}, {seen.in_use:,} and {seen.later:,} were confirmed.",
            "Look at the preview again; nothing was saved.",
        )


def _refuse_out_of_bounds(limits: Limits) -> None:
    for limit in LIMITS:
        value = limits.value(limit.name)
        if value is not None and not limit.least <= value <= limit.most:
            raise Refused(f"{limit.title} can be from {limit.least} to {limit.most:,} {limit.unit}.", "Nothing was saved.")
