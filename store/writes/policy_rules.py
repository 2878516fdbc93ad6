"""Changing the rules of a policy besides its limits: one transaction with its audit line; no token is changed by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from store.engine import Unit
from store.errors import NotFound, Refused
from store.moments import to_ms
from store.reads.policy_rules import changes, rules_of, tokens_outside
from store.rules.actions import Action
from store.rules.denials import Doing
from store.rules.policies import DEFAULT
from store.rules.policy_choice import Fate
from store.rules.policy_rules import checked_rule
from store.rules.roles import ALLOWED, Actor, Permission, Role
from store.rules.second_person import FEWEST, Kind
from store.writes.approvals import Wanted, use_approval
from store.writes.audit import Entry, record
from store.writes.authority import authorise
from store.writes.orders import new_action_id

_PUT = """
INSERT INTO policy_rule (account_id, name, value, updated_at, updated_by) VALUES (:account, :name, :value, :at, :by)
ON CONFLICT (account_id, name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at,
updated_by = excluded.updated_by
"""
_DELETE = "DELETE FROM policy_rule WHERE account_id = :account AND name = :name"


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesOrder:
    """Give an account, or everyone for an empty id, these rules by their names; an empty value takes one away.

    `expected` are its rules as they were shown. `outside` is how many live tokens hold a scope that would not be allowed any
    more, as the preview said: with another number by now, nothing is written. `choice` is what becomes of those, in the words of
    store.rules.policy_choice; the audit line keeps it when it changes tokens.
    """

    account_id: str
    rules: Mapping[str, str]
    actor: Actor
    expected: Mapping[str, str] | None = None
    outside: int | None = None
    choice: str = ""
    reason: str = ""
    case: str | None = None
    action_id: str = field(default_factory=new_action_id)


@dataclass(frozen=True, slots=True)
class RulesSaved:
    """Proof that rules were saved: what they were, what they are, and their audit line; None when they were so already."""

    account_id: str
    before: Mapping[str, str]
    after: Mapping[str, str]
    at: datetime
    seq: int | None


def put_rules(unit: Unit, order: RulesOrder, now: datetime) -> RulesSaved:
    """Save rules. They hold for what is issued, rotated or checked from now on; tokens stay as they are.

    Raises Refused for the role, a rule that cannot be read, or rules that somebody else has changed; NotFound for the account.
    """
    actor = authorise(
        unit, order.actor, Permission.GOVERN, again=True, doing=Doing(Action.POLICY, account=order.account_id or None)
    )
    account_id = order.account_id
    if account_id != DEFAULT and unit.value("SELECT 1 FROM account WHERE id = :id", {"id": account_id}) is None:
        raise NotFound(f"There is no account {account_id}.", "Check the id; the area Accounts lists them.")
    own, default = rules_of(unit, account_id)
    before = default if account_id == DEFAULT else own
    if order.expected is not None and dict(order.expected) != before:
        raise Refused("Somebody else has changed this policy meanwhile.", "Look at it again; nothing was saved.")
    given = dict(checked_rule(name, value) for name, value in order.rules.items())
    if order.outside is not None and given.get("allowed_scopes"):
        found = len(tokens_outside(unit, account_id, given["allowed_scopes"], now))
        if found != order.outside:
            raise Refused(
                f"{found:,} live tokens hold a scope outside by now; {order.outside:,} were confirmed.",
                "Look at them again; nothing was saved.",
            )
    after = {name: value for name, value in {**before, **given}.items() if value}
    if after == before:
        return RulesSaved(account_id, before, before, now, None)
    second = _agreed(unit, actor, order, before, after)
    for name, value in given.items():
        row = {"account": account_id, "name": name, "value": value, "at": to_ms(now), "by": actor.name}
        if value:
            unit.run(_PUT, row)
        else:
            unit.run(_DELETE, {"account": account_id, "name": name})
    entry = Entry(
        actor=actor,
        action=Action.POLICY.value,
        account_id=account_id or None,
        reason=order.reason,
        case=order.case,
        detail=changes(before, after) | _chosen(order) | second,
        action_id=order.action_id,
    )
    return RulesSaved(account_id, before, after, now, record(unit, entry, now))


def _chosen(order: RulesOrder) -> dict[str, str]:
    if order.choice in ("", Fate.GRANDFATHER):
        return {}
    return {"choice": order.choice, "outside": str(order.outside or 0)}


def _agreed(unit: Unit, actor: Actor, order: RulesOrder, before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """Return what is kept of the second person who agreed that none is wanted any more.

    Raises where none did, or where two people could not be found any more.
    """
    was, will = before.get("two_people", ""), after.get("two_people", "")
    second: dict[str, str] = {}
    if was == will:
        return second
    if was:
        whose = order.account_id or "every account"
        what = f"a second person for {will or 'nothing'} in the policy of {whose}, was {was}"
        second = use_approval(
            unit, actor, Wanted(Kind.POLICY, what, {"account": order.account_id, "rule": will}), order.action_id
        )
    roles = ", ".join(f"'{role.value}'" for role in Role if role in ALLOWED[Permission.GOVERN])
    able = unit.value(f"SELECT count(*) FROM operator WHERE active = 1 AND role IN ({roles})")
    admins = unit.value("SELECT count(*) FROM operator WHERE active = 1 AND role = 'admin'")
    if will and (int(able) < FEWEST or (Kind.OPERATORS in will.split() and int(admins) < FEWEST)):
        raise Refused("There are not two operators who could do this.", "Add a second admin first; nothing was saved.")
    return second
