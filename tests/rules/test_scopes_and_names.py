"""What scopes mean together, who may do what, and what a token may be called."""

from __future__ import annotations

from dataclasses import replace

import pytest

from store.errors import Refused
from store.rules.names import checked_name
from store.rules.roles import ALLOWED, Actor, Permission, Role, allows, require
from store.rules.scopes import (
    CATALOGUE,
    RISKY_PAIRS,
    Tier,
    is_too_broad,
    is_wildcard,
    looks_internal,
    normal,
    risky_pairs,
    tier_of,
)
from store.rules.secrets import new_id, new_token

KNOWN = {scope.name: scope for scope in CATALOGUE}


@pytest.mark.parametrize(
    ("scopes", "tier"),
    [
        ((), Tier.READ_ONLY),
        (("orders.read",), Tier.READ_ONLY),
        (("orders.read", "orders.write"), Tier.READ_WRITE),
        (("orders.read", "users.manage"), Tier.ADMIN),
        (("read_repository",), Tier.READ_ONLY),
        (("write_repository",), Tier.READ_WRITE),
        (("admin:org",), Tier.ADMIN),
        (("*",), Tier.ADMIN),
    ],
)
def test_the_tier_is_the_highest_among_the_scopes(scopes: tuple[str, ...], tier: Tier) -> None:
    assert tier_of(scopes, KNOWN) is tier


def test_scopes_have_one_form() -> None:
    assert normal([" orders.write", "orders.read", "orders.read", ""]) == ("orders.read", "orders.write")


@pytest.mark.parametrize(
    ("scopes", "broad"),
    [
        (("orders.read", "orders.write"), False),
        (("users.manage",), True),
        (("orders.*",), True),
        (("refunds.create",), False),
        (("refunds.create", "billing.export"), True),
    ],
)
def test_too_broad_is_admin_a_wildcard_or_a_risky_pair(scopes: tuple[str, ...], broad: bool) -> None:
    assert is_too_broad(scopes, KNOWN, RISKY_PAIRS) is broad


def test_a_risky_pair_says_why() -> None:
    assert [pair.why for pair in risky_pairs(("billing.export", "refunds.create"), RISKY_PAIRS)] == [RISKY_PAIRS[2].why]


@pytest.mark.parametrize("name", ["core_admin", "billing.v2.write", "org:rw", "tenant.execute"])
def test_internal_shorthand_is_known(name: str) -> None:
    assert looks_internal(name)


def test_the_catalogue_speaks_plainly() -> None:
    for scope in CATALOGUE:
        assert not looks_internal(scope.name)
        assert not is_wildcard(scope.name)
        assert scope.can
        assert scope.cannot
    assert all({pair.one, pair.other} <= KNOWN.keys() for pair in RISKY_PAIRS)


TABLE = """
see tokens, usage and audit                              yes yes yes yes yes
identify a pasted token                                  yes yes yes yes yes
look into failed checks one by one                       -   -   yes yes yes
revoke, suspend, rotate or issue one token               -   yes yes yes yes
revoke many tokens                                       -   -   yes yes yes
change policies and shared views, report on every account -  -   -   yes yes
manage operators, store keys and retention               -   -   -   -   yes
"""


def test_the_role_table_is_the_one_decided() -> None:
    lines = [line for line in TABLE.splitlines() if line]
    assert len(lines) == len(Permission) == len(ALLOWED)
    for line in lines:
        *words, auditor, support, on_call, security, admin = line.split()
        permission = Permission(" ".join(words))
        for role, cell in zip(Role, (auditor, support, on_call, security, admin), strict=True):
            assert allows(role, permission) is (cell == "yes"), (role, permission)


def test_a_refusal_names_who_may() -> None:
    with pytest.raises(Refused, match="The role auditor may not revoke many tokens") as refusal:
        require(Actor("sam", Role.AUDITOR), Permission.CHANGE_MANY)
    assert "on-call, security, admin" in refusal.value.remedy


def test_read_only_may_only_see() -> None:
    actor = replace(Actor("sam", Role.ADMIN), read_only=True)
    require(actor, Permission.SEE)
    for permission in set(Permission) - {Permission.SEE}:
        with pytest.raises(Refused, match="read-only"):
            require(actor, permission)


def test_a_name_is_trimmed_and_kept() -> None:
    assert checked_name("  CI deploy bot ") == "CI deploy bot"
    assert checked_name("x" * 200) == "x" * 200


@pytest.mark.parametrize("bad", ["", "   ", "x" * 201, "a\x1b[31mb", "a\nb", "a\u200bb", "a\u202eb", "leak "])
def test_a_name_that_would_mislead_is_refused(bad: str) -> None:
    if bad == "leak ":
        bad += new_token("live", new_id()).reveal()
    with pytest.raises(Refused) as refusal:
        checked_name(bad)
    assert refusal.value.remedy
