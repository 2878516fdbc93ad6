"""Policies by which something is due: ACME's idle tokens get a notice of 14 days, and its secrets are rotated every 90."""

from __future__ import annotations

from store.opening import Store
from store.rules.policies import Limits
from store.writes.policies import PolicyOrder, put_policy
from store.writes.policy_rules import RulesOrder, put_rules
from tests.conftest import NOW
from tests.making import PRIYA


def fill_due(store: Store) -> None:
    """Give ACME these policies."""
    limits = PolicyOrder(account_id="ACME", limits=Limits(idle_limit_days=60, rotate_every_days=90), actor=PRIYA)
    store.write(lambda unit: put_policy(unit, limits, NOW))
    rules = RulesOrder(account_id="ACME", rules={"idle_action": "revoke=14d"}, actor=PRIYA)
    store.write(lambda unit: put_rules(unit, rules, NOW))
