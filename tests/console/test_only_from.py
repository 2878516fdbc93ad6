"""From where a token may be used: its own networks and its account's policy's, of which only what is in both is let in."""

from __future__ import annotations

import pytest

from console.render.from_words import in_force, only_from
from store.opening import Store
from store.rules.policies import DEFAULT
from store.rules.policy_rules import NOTHING
from store.writes.policy_rules import RulesOrder, put_rules
from tests.at_console import at_console
from tests.conftest import NOW
from tests.making import PRIYA
from tests.scenario import fill_scenario, key_of


@pytest.mark.parametrize(
    ("own", "policy", "words"),
    [
        ((), (), ("", "")),
        (("203.0.113.7/32",), (), ("203.0.113.7/32", "")),
        ((), ("203.0.113.0/24",), ("203.0.113.0/24", "by the policy of its account")),
        ((), (NOTHING,), ("nowhere", "the policies of its account allow no address")),
        (
            ("203.0.113.7/32", "198.51.100.0/24"),
            ("203.0.113.0/24",),
            ("203.0.113.7/32", "of its own 203.0.113.7/32, 198.51.100.0/24; its account's policy allows 203.0.113.0/24"),
        ),
        (
            ("198.51.100.0/24",),
            ("203.0.113.0/24",),
            ("nowhere", "of its own 198.51.100.0/24; its account's policy allows 203.0.113.0/24"),
        ),
    ],
)
def test_only_what_both_lists_allow_holds_and_it_says_whose_it_is(
    own: tuple[str, ...], policy: tuple[str, ...], words: tuple[str, str]
) -> None:
    assert only_from(own, policy) == words


def test_the_same_network_in_both_lists_holds() -> None:
    assert in_force(("2001:db8::/32",), ("2001:db8::/32",)) == ("2001:db8::/32",)


async def test_the_inspector_shows_the_policys_networks_and_the_tighter_ones(store: Store) -> None:
    fill_scenario(store)
    key = key_of("T06")
    for account, networks in (("ACME", "203.0.113.0/24 198.51.100.0/24"), (DEFAULT, "203.0.113.0/25 198.51.100.0/24")):
        order = RulesOrder(account_id=account, rules={"allowed_addresses": networks}, actor=PRIYA)
        store.write(lambda unit, order=order: put_rules(unit, order, NOW))  # type: ignore[misc]
    async with at_console(store) as hand:
        await hand.press("slash")
        await hand.type(f"id:{key[1]}")
        await hand.press("enter")
        await hand.until(lambda: hand.tokens.table.total.rows == 1, "the token")
        await hand.press("enter")
        await hand.until_shown("Only from")
        assert "198.51.100.0/24, 203.0.113.0/25" in hand.screen()
        assert "by the policy of its account" in hand.screen()
