"""Rules of policies besides their limits: read, the tighter found, saved with an audit line, and kept by what is issued."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.errors import NotFound, Refused
from store.opening import Store
from store.reads.audit import lines
from store.reads.policy_rules import rules_for, rules_of, tokens_outside
from store.reads.verify import verify
from store.rules.digests import Digest
from store.rules.policies import DEFAULT
from store.rules.policy_rules import DIGESTS, NOTHING, RULES, checked_rule, common_addresses, in_force_by_name, rules_in_force
from store.rules.roles import Actor, Role
from store.writes.issuing import rotate
from store.writes.orders import RotateOrder
from store.writes.people import put_operator
from store.writes.policy_rules import RulesOrder, RulesSaved, put_rules
from tests.conftest import NOW
from tests.making import PRIYA, make_account, make_token
from tests.scenario import fill_scenario


def put(store: Store, rules: dict[str, str], account_id: str = "ACME", **more: object) -> RulesSaved:
    order = RulesOrder(account_id=account_id, rules=rules, **{"actor": PRIYA, **more})  # type: ignore[arg-type]
    return store.write(lambda unit: put_rules(unit, order, NOW), order.action_id)


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("overlap-admin", "24h", "24"),
        ("overlap_read_only", "0", "0"),
        ("idle-action", "revoke=14", "revoke=14d"),
        ("idle-action", "PROPOSE", "propose"),
        ("allowed-scopes", "orders.write, orders.read", "orders.read orders.write"),
        ("allowed-addresses", "203.0.113.7/24 2001:db8::/32", "2001:db8::/32 203.0.113.0/24"),
        ("warn-days", "1,30 7", "30 7 1"),
        ("warn-days", "none", ""),
        ("digest", "Week", "week"),
    ],
)
def test_rules_are_read_as_people_type_them(name: str, typed: str, value: str) -> None:
    assert checked_rule(name, typed) == (name.replace("-", "_"), value)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("overlap-admin", "337"),
        ("overlap-admin", "-1"),
        ("idle-action", "revoke"),
        ("idle-action", "revoke=0d"),
        ("idle-action", "revoke=91"),
        ("allowed-scopes", "orders.*"),
        ("allowed-addresses", "somewhere"),
        ("warn-days", "0"),
        ("warn-days", "181"),
        ("digest", "month"),
        ("colour", "blue"),
    ],
)
def test_what_is_no_rule_is_refused(name: str, typed: str) -> None:
    with pytest.raises(Refused):
        checked_rule(name, typed)


def test_the_tighter_of_account_and_default_holds_and_says_whose_it_is() -> None:
    own = {"overlap_admin": "24", "allowed_scopes": "a.read b.read", "idle_action": "propose", "warn_days": "30 1"}
    default = {"overlap_admin": "12", "allowed_scopes": "b.read c.read", "idle_action": "revoke=14d", "warn_days": "7"}
    found = {one.rule.name: (one.value, one.source) for one in rules_in_force(own, default)}
    assert found == {
        "overlap_read_only": ("336", "product"),
        "overlap_read_write": ("336", "product"),
        "overlap_admin": ("12", "default"),
        "idle_action": ("revoke=14d", "default"),
        "allowed_scopes": ("b.read", "both"),
        "allowed_addresses": ("", "product"),
        "two_people": ("", "product"),
        "warn_days": ("30 7 1", "both"),
        "digest": ("", "product"),
    }
    assert len(found) == len(RULES)
    assert rules_in_force({"allowed_scopes": "a.read"}, {"allowed_scopes": "b.read"})[4].value == NOTHING


def test_of_two_digests_the_one_by_which_people_hear_sooner_holds() -> None:
    assert ("off", *Digest) == DIGESTS
    for own, default, found in (("week", "day", "day"), ("day", "week", "day"), ("off", "week", "off"), ("week", "week", "week")):
        assert in_force_by_name({"digest": own}, {"digest": default})["digest"] == found


def test_two_lists_of_networks_come_to_what_both_allow() -> None:
    assert common_addresses("203.0.113.0/24", "203.0.113.64/26 198.51.100.0/24") == "203.0.113.64/26"
    assert common_addresses("203.0.113.0/24", "2001:db8::/32") == NOTHING


def test_rules_are_saved_with_an_audit_line_and_taken_away_again(store: Store) -> None:
    make_account(store)
    proof = put(store, {"overlap-admin": "24", "warn-days": "30 7"}, reason="audit", case="SEC-7")
    assert proof.after == {"overlap_admin": "24", "warn_days": "30 7"}
    assert put(store, {"overlap-admin": "24"}).seq is None
    assert put(store, {"warn-days": "none"}).after == {"overlap_admin": "24"}
    with store.reading() as reader:
        newest, first = lines(reader, action="policy", limit=9)
        assert verify(reader).whole
        assert rules_of(reader, "ACME") == ({"overlap_admin": "24"}, {})
    assert first.detail == {"overlap_admin": "24", "was_overlap_admin": "none", "warn_days": "30 7", "was_warn_days": "none"}
    assert (first.reason, first.case_id, newest.detail["warn_days"]) == ("audit", "SEC-7", "none")


def test_what_cannot_be_saved_leaves_no_trace(store: Store) -> None:
    make_account(store)
    store.write(lambda unit: put_operator(unit, "sam", Role.SUPPORT, PRIYA, NOW))
    for bad in ({"colour": "blue"}, {"overlap_admin": "x"}):
        with pytest.raises(Refused):
            put(store, bad, actor=Actor("sam", Role.ADMIN))
        with pytest.raises((Refused, NotFound)):
            put(store, bad)
    with pytest.raises(Refused, match="may not change policies"):
        put(store, {"overlap_admin": "24"}, actor=Actor("sam", Role.ADMIN))
    with store.reading() as reader:
        assert rules_of(reader, "ACME") == ({}, {})


def test_a_scope_that_is_not_allowed_is_neither_issued_nor_rotated(store: Store) -> None:
    make_account(store)
    both = make_token(store, "both", scopes=("orders.read", "customers.read"))
    put(store, {"allowed-scopes": "orders.read orders.write"}, DEFAULT)
    put(store, {"allowed-scopes": "orders.read"})
    for scopes in (("orders.write",), ("customers.read",)):
        with pytest.raises(Refused, match=f"does not allow the scope {scopes[0]}"):
            make_token(store, "no", scopes=scopes)
    make_token(store, "yes", scopes=("orders.read",))
    mint = store.mint()
    order = RotateOrder(key=both.key, actor=PRIYA)
    with pytest.raises(Refused, match="does not allow the scope customers"):
        store.write(lambda unit: rotate(unit, order, NOW, mint))
    narrow = RotateOrder(key=both.key, actor=PRIYA, scopes=("orders.read",))
    store.write(lambda unit: rotate(unit, narrow, NOW, mint))
    with store.reading() as reader:
        assert [one.name for one in tokens_outside(reader, "ACME", "orders.read", NOW)] == ["both"]


def test_an_overlap_is_capped_by_tier_to_the_hour(store: Store) -> None:
    make_account(store)
    put(store, {"overlap-read-only": "24"})
    mint = store.mint()
    first, second = make_token(store, "one"), make_token(store, "two")
    with pytest.raises(Refused, match="from 0 to 24 hours"):
        store.write(lambda unit: rotate(unit, RotateOrder(key=first.key, actor=PRIYA, overlap=timedelta(hours=25)), NOW, mint))
    done = store.write(lambda unit: rotate(unit, RotateOrder(key=first.key, actor=PRIYA, overlap=timedelta(hours=24)), NOW, mint))
    assert done.ends_at == NOW + timedelta(hours=24)
    done = store.write(lambda unit: rotate(unit, RotateOrder(key=second.key, actor=PRIYA), NOW, mint))
    assert done.ends_at == NOW + timedelta(hours=24), "seven days by default, cut to the cap"


def test_the_number_of_tokens_outside_is_confirmed_or_nothing_is_saved(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        found = tokens_outside(reader, "ACME", "orders.read", NOW)
        assert found
        assert [one.in_use for one in found] == sorted((one.in_use for one in found), reverse=True)
    with pytest.raises(Refused, match="were confirmed"):
        put(store, {"allowed-scopes": "orders.read"}, outside=len(found) - 1)
    assert put(store, {"allowed-scopes": "orders.read"}, outside=len(found)).seq is not None
    with store.reading() as reader:
        assert rules_for(reader, "ACME")["allowed_scopes"] == "orders.read"
        assert rules_for(reader, "BOLT")["allowed_scopes"] == ""
