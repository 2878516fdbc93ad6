"""Tokens that may be used from some networks only: set by command, kept in the log, held by the gateway."""

from __future__ import annotations

import pytest

from store.opening import Store
from store.reads.audit import lines
from store.reads.verify import verify
from store.rules.networks import networks_of
from store.writes.addresses import AddressesOrder, allow_addresses
from store.writes.policy_rules import RulesOrder, put_rules
from tests.command_line import run
from tests.conftest import NOW
from tests.gateway.running import gateway, live_token, make_account, until
from tests.making import PRIYA, revoke_token


def test_a_token_is_bound_to_networks_and_let_go_again(store: Store) -> None:
    make_account(store)
    made = live_token(store)
    token, named = made.token.reveal(), made.key[1]
    with gateway(store.address, "--trusted", "127.0.0.1") as one:

        def outcome(caller: str) -> str:
            return one.check(token, X_Forwarded_For=caller).headers["X-Tokendesk-Outcome"]

        assert outcome("203.0.113.9") == "VALID"
        bound = run("tokens", "addresses", named, "--allow", "203.0.113.0/24", "--allow", "2001:db8::1", "--case", "INC-1",
                    "--yes", "--json", store=store.address)  # fmt: skip
        assert bound.json["allowed_addresses"] == "203.0.113.0/24 2001:db8::1/128"
        until(lambda: outcome("198.51.100.1"), "ADDRESS_NOT_ALLOWED")
        assert [outcome(caller) for caller in ("203.0.113.9", "2001:DB8::1", "1.1.1.1, 203.0.113.9")] == ["VALID"] * 3
        assert [outcome(caller) for caller in ("2001:db8::2", "203.0.113.9, 1.1.1.1", "junk")] == ["ADDRESS_NOT_ALLOWED"] * 3
        refused = one.check(token, X_Forwarded_For="203.0.113.9", X_Real_Ip="198.51.100.1")
        assert (refused.status_code, refused.headers["X-Tokendesk-Outcome"]) == (403, "ADDRESS_NOT_ALLOWED")
        assert "WWW-Authenticate" not in refused.headers
        shown = run("tokens", "show", named, store=store.address).out
        assert "Only from     203.0.113.0/24, 2001:db8::1/128" in shown
        assert run("tokens", "show", named, "--json", store=store.address).json["allowed_addresses"] == [
            "203.0.113.0/24",
            "2001:db8::1/128",
        ]
        assert run("tokens", "addresses", named, "--clear", "--yes", store=store.address).code == 0
        until(lambda: outcome("198.51.100.1"), "VALID")
    with store.reading() as reader:
        assert verify(reader).problem == ""
        kept = [
            (line.action, line.case_id, line.detail)
            for line in lines(reader, key=made.key, limit=9)
            if line.action == "addresses"
        ]
    assert kept == [
        ("addresses", None, {"from": "203.0.113.0/24 2001:db8::1/128", "allowed": ""}),
        ("addresses", "INC-1", {"from": "", "allowed": "203.0.113.0/24 2001:db8::1/128"}),
    ]


def test_a_token_may_be_used_only_from_where_its_policies_allow_too(store: Store) -> None:
    make_account(store)
    made = live_token(store)
    with gateway(store.address, "--trusted", "127.0.0.1") as one:

        def outcomes(*callers: str) -> list[str]:
            return [one.check(made.token.reveal(), X_Forwarded_For=it).headers["X-Tokendesk-Outcome"] for it in callers]

        callers = "10.1.2.3", "10.2.0.1", "203.0.113.9"
        assert outcomes(*callers) == ["VALID"] * 3
        rule(store, "", "10.0.0.0/8")
        until(lambda: outcomes(*callers), ["VALID", "VALID", "ADDRESS_NOT_ALLOWED"])
        rule(store, "ACME", "10.1.0.0/16 203.0.113.0/24")
        until(lambda: outcomes(*callers), ["VALID", "ADDRESS_NOT_ALLOWED", "ADDRESS_NOT_ALLOWED"])
        order = AddressesOrder(key=made.key, actor=PRIYA, networks=networks_of(["203.0.113.0/24"]))
        store.write(lambda unit: allow_addresses(unit, order, NOW), order.action_id)
        until(lambda: outcomes(*callers), ["ADDRESS_NOT_ALLOWED"] * 3)
        rule(store, "", "")
        until(lambda: outcomes(*callers), ["ADDRESS_NOT_ALLOWED", "ADDRESS_NOT_ALLOWED", "VALID"])


def rule(store: Store, account: str, networks: str) -> None:
    order = RulesOrder(account_id=account, rules={"allowed_addresses": networks}, actor=PRIYA)
    store.write(lambda unit: put_rules(unit, order, NOW), order.action_id)


@pytest.mark.parametrize("options", [("--allow", "10.0.0.1/8"), ("--allow", "host"), ("--allow", "10.0.0.1", "--clear")])
def test_what_can_not_be_meant_is_refused_and_nothing_changes(store: Store, options: tuple[str, ...]) -> None:
    make_account(store)
    named = live_token(store).key[1]
    assert run("tokens", "addresses", named, *options, "--yes", store=store.address).code == 2
    assert run("tokens", "addresses", named, "--json", store=store.address).json["allowed_addresses"] == []


def test_a_revoked_token_is_bound_to_nothing_any_more(store: Store) -> None:
    make_account(store)
    made = live_token(store)
    revoke_token(store, made.key)
    refused = run("tokens", "addresses", made.key[1], "--allow", "10.0.0.1", "--yes", store=store.address)
    assert (refused.code, "can't be bound to addresses" in refused.err) == (1, True)
