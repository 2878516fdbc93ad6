"""Which scopes may be given, what must be said first, and how a risky pair is set apart."""

from __future__ import annotations

from itertools import combinations

import pytest

from store.errors import Refused
from store.rules.granting import checked_scopes, refuse_pair, refuse_unexplained, split_at
from store.rules.scopes import CATALOGUE, RISKY_PAIRS, Tier, risky_pairs
from store.rules.splitting import Seen, plan, used

KNOWN = {scope.name: scope for scope in CATALOGUE}


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ((), "at least one scope"),
        (("",), "at least one scope"),
        (("orders.*",), "stands for everything"),
        (("core_admin",), "“core_admin” is an internal name"),
        (("orders.eat",), "“orders.eat” is not in the catalogue"),
    ],
)
def test_a_scope_that_nobody_may_be_given_is_refused_with_a_hint(wanted: tuple[str, ...], words: str) -> None:
    with pytest.raises(Refused) as refused:
        checked_scopes(wanted, KNOWN)
    assert words in refused.value.problem
    assert refused.value.remedy


def test_scopes_come_in_one_order_and_once() -> None:
    assert checked_scopes(("orders.write", " orders.read", "orders.write"), KNOWN) == ("orders.read", "orders.write")


def test_only_admin_access_needs_a_rationale() -> None:
    for tier in Tier:
        refuse_unexplained(tier, "deploys the shop")
    refuse_unexplained(Tier.READ_WRITE, "")
    with pytest.raises(Refused, match="needs a rationale"):
        refuse_unexplained(Tier.ADMIN, "  ")


def test_a_risky_pair_is_named_with_its_reason() -> None:
    with pytest.raises(Refused, match=r"refunds\.create and billing\.export .* can move money"):
        refuse_pair(RISKY_PAIRS[2])


def test_every_choice_of_scopes_is_split_into_two_sets_without_a_risky_pair() -> None:
    risky = sorted({name for pair in RISKY_PAIRS for name in (pair.one, pair.other)})
    for size in range(2, len(risky) + 1):
        for scopes in combinations(risky, size):
            held = risky_pairs(scopes, RISKY_PAIRS)
            first, second = split_at(held, scopes)
            assert sorted((*first, *second)) == sorted(scopes)
            assert not risky_pairs(first, RISKY_PAIRS)
            assert not risky_pairs(second, RISKY_PAIRS)
            assert bool(second) == bool(held)


def test_a_plan_makes_the_smallest_callers_token_first_and_narrows_the_shared_one_last() -> None:
    held = ("customers.read", "orders.read", "orders.write")
    use = used(held, [Seen("shop", "PUT /v1/orders/{id}", "", 90), Seen("crm", "GET /v1/customers", "", 9)])
    assert [(share.integration, share.scopes) for share in plan(use)] == [
        ("crm", ("customers.read",)),
        ("shop", ("orders.write",)),
    ]
    assert plan(used(held, [Seen("shop", "PUT /v1/orders/{id}", "", 90)])) == ()
    assert plan(used(held, [Seen("shop", "PUT /v1/orders/{id}", "", 90), Seen("crm", "", "", 9)])) == ()
