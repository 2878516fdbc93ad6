"""What other rules of a policy would mean: tokens with other scopes, tokens used from elsewhere, and what a choice does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.errors import Refused
from store.opening import Store
from store.reads.audit import lines
from store.reads.policy_rules import rules_of
from store.reads.rules_preview import RulesPreview, rules_preview
from store.rows import TokenKey
from store.rules.policies import DEFAULT
from store.rules.policy_choice import Choice, Fate, effects
from store.rules.usage import Outcome
from store.writes.policy_rules import RulesOrder, put_rules
from tests.conftest import NOW
from tests.making import PRIYA
from tests.rowmaker import Use, put_usage
from tests.scenario import fill_scenario, key_of


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with the 34 tokens of the scenarios."""
    fill_scenario(store)
    return store


def used(key: TokenKey, days_ago: int, address: str, outcome: Outcome = Outcome.VALID) -> Use:
    """Return a request of a token from an address, or from nobody knows where."""
    return Use(key, NOW - timedelta(days=days_ago, minutes=1), outcome, address)


def preview(store: Store, given: dict[str, str], account_id: str = "ACME") -> RulesPreview:
    """Return what the rules would mean."""
    with store.reading() as reader:
        return rules_preview(reader, account_id, given, NOW)


def test_tokens_with_another_scope_are_named_with_what_a_choice_needs(filled: Store) -> None:
    found = preview(filled, {"allowed_scopes": "orders.read"})
    assert found.scopes
    assert all(set(one.scopes) & {"orders.write", "settings.manage", "users.manage"} for one in found.scopes)
    assert {one.account_id for one in found.scopes} == {"ACME"}
    assert found.found.past == len(found.scopes)
    assert found.found.in_use == sum(one.in_use for one in found.scopes)
    capped = effects(Choice(Fate.CAP, 30), found.found.outside, NOW)
    ends = {(one.account_id, one.id): one.ends_at for one in found.scopes}
    for one in capped:
        was = ends[one.account_id, one.id]
        assert one.ends_at == NOW + timedelta(days=30)
        assert was is None or was > NOW + timedelta(days=30), "no token is given a later end"
    idle = effects(Choice(Fate.IDLE), found.found.outside, NOW)
    assert {(one.account_id, one.id) for one in idle} == {(one.account_id, one.id) for one in found.scopes if not one.in_use}


def test_an_address_outside_counts_only_where_it_was_let_in_within_thirty_days(filled: Store) -> None:
    first, second = key_of("T06"), key_of("T01")
    put_usage(
        filled,
        [
            used(first, 0, "198.51.100.7"),
            used(first, 28, "192.0.2.1"),
            used(first, 0, "203.0.113.9"),
            used(second, 30, "198.51.100.7"),
            used(second, 0, "198.51.100.8", Outcome.REVOKED),
            used(second, 0, ""),
        ],
    )
    found = preview(filled, {"allowed_addresses": "203.0.113.0/24"})
    assert [(one.account_id, one.id, set(one.addresses)) for one in found.elsewhere] == [(*first, {"198.51.100.7", "192.0.2.1"})]
    assert preview(filled, {"allowed_addresses": "203.0.113.0/24"}, "BOLT").elsewhere == ()
    everywhere = preview(filled, {"allowed_addresses": "203.0.113.0/24"}, DEFAULT).elsewhere
    assert {one.account_id for one in everywhere} > {"ACME"}
    assert set(found.elsewhere) < set(everywhere)


def test_rules_without_scopes_or_addresses_look_at_no_token(filled: Store) -> None:
    found = preview(filled, {"warn_days": "14"})
    assert (found.scopes, found.elsewhere, found.found.outside) == ((), (), [])


def test_the_choice_and_its_number_are_on_the_audit_line_and_another_number_saves_nothing(filled: Store) -> None:
    number = len(preview(filled, {"allowed_scopes": "orders.read"}).scopes)

    def order(outside: int) -> RulesOrder:
        return RulesOrder(
            account_id="ACME", rules={"allowed_scopes": "orders.read"}, actor=PRIYA, outside=outside, choice="cap=30d"
        )

    with pytest.raises(Refused, match="hold a scope outside by now"):
        filled.write(lambda unit: put_rules(unit, order(number + 1), NOW))
    with filled.reading() as reader:
        assert rules_of(reader, "ACME")[0] == {}
    filled.write(lambda unit: put_rules(unit, order(number), NOW))
    with filled.reading() as reader:
        [line] = lines(reader, action="policy", limit=5)
    assert line.detail == {
        "allowed_scopes": "orders.read", "was_allowed_scopes": "none", "choice": "cap=30d", "outside": str(number),
    }  # fmt: skip
