"""Policies in the store: who may save one, the audit line with it, what is in force, and a preview that writes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.errors import NotFound, Refused
from store.opening import Store
from store.reads.audit import lines
from store.reads.policies import in_force_for, limits_of, policies, preview
from store.reads.tokens import Question, count
from store.reads.verify import verify
from store.rules.policies import DEFAULT, Limits
from store.rules.roles import Actor, Permission, Role, allows
from store.writes.people import put_operator
from store.writes.policies import PolicyOrder, PolicySaved, policy_for, put_policy
from tests.conftest import NOW
from tests.making import PRIYA, make_account, make_token
from tests.random_store import fill_random
from tests.scenario import fill_scenario


def put(store: Store, limits: Limits, account_id: str = "ACME", **more: object) -> PolicySaved:
    order = PolicyOrder(account_id=account_id, limits=limits, **{"actor": PRIYA, **more})  # type: ignore[arg-type]
    return store.write(lambda unit: put_policy(unit, order, NOW), order.action_id)


def test_a_policy_is_saved_with_its_audit_line_and_holds_for_new_tokens(store: Store) -> None:
    make_account(store)
    proof = put(store, Limits(max_lifetime_days=30, token_limit=1), reason="audit", case="SEC-7")
    assert (proof.before, proof.after) == (Limits(), Limits(30, token_limit=1))
    with store.reading() as reader:
        [line] = lines(reader, action="policy", limit=9)
        assert verify(reader).whole
        assert limits_of(reader, "ACME") == (Limits(30, token_limit=1), Limits())
        [default, own] = policies(reader, NOW)
        assert (default.account_id, default.updated_at, own.account_id, own.updated_by) == ("", None, "ACME", "priya")
    assert (line.seq, line.account_id, line.reason, line.case_id) == (proof.seq, "ACME", "audit", "SEC-7")
    assert line.detail == {"max_lifetime_days": 30, "was_max_lifetime_days": "none", "token_limit": 1, "was_token_limit": "none"}
    with pytest.raises(Refused, match="allows 30"):
        make_token(store)
    make_token(store, lifetime=timedelta(days=30))
    with pytest.raises(Refused, match="allows 1"):
        make_token(store, lifetime=timedelta(days=1))


def test_the_default_holds_for_everyone_and_an_account_can_only_be_tighter(store: Store) -> None:
    make_account(store)
    put(store, Limits(max_lifetime_days=60, max_overlap_hours=24), DEFAULT)
    put(store, Limits(max_lifetime_days=90, max_overlap_hours=12))
    assert store.write(lambda unit: policy_for(unit, "ACME")) == Limits(60, max_overlap_hours=12)
    with store.reading() as reader:
        found = {one.limit.name: (one.value, one.source) for one in in_force_for(reader, "ACME")}
    assert found["max_lifetime_days"] == (60, "default")
    assert found["max_overlap_hours"] == (12, "account")


def test_a_policy_without_limits_goes_and_the_same_again_writes_nothing(store: Store) -> None:
    make_account(store)
    put(store, Limits(30))
    assert put(store, Limits(30)).seq is None
    assert put(store, Limits()).seq is not None
    with store.reading() as reader:
        assert [line.account_id for line in policies(reader, NOW)] == [""]
        assert len(lines(reader, action="policy", limit=9)) == 2


def test_what_cannot_be_saved_is_refused_and_leaves_no_trace(store: Store) -> None:
    make_account(store)
    put(store, Limits(30))
    with pytest.raises(NotFound):
        put(store, Limits(30), "nobody")
    for bad in (Limits(0), Limits(366), Limits(max_overlap_hours=337), Limits(token_limit=0), Limits(rotate_every_days=-1)):
        with pytest.raises(Refused):
            put(store, bad)
    with pytest.raises(Refused, match="meanwhile"):
        put(store, Limits(10), expected=Limits(20))
    with pytest.raises(Refused, match="read-only"):
        put(store, Limits(10), actor=Actor("priya", Role.ADMIN, read_only=True))
    with store.reading() as reader:
        assert limits_of(reader, "ACME")[0] == Limits(30)
        assert len(lines(reader, action="policy", limit=9)) == 1


@pytest.mark.parametrize("role", Role)
def test_only_who_may_govern_saves_one(store: Store, role: Role) -> None:
    make_account(store)
    store.write(lambda unit: put_operator(unit, "sam", role, PRIYA, NOW))
    sam = Actor("sam", Role.ADMIN)
    if allows(role, Permission.GOVERN):
        assert put(store, Limits(30), actor=sam).seq is not None
    else:
        with pytest.raises(Refused, match="may not change policies"):
            put(store, Limits(30), actor=sam)


def test_a_preview_judges_only_by_what_would_change_and_writes_nothing(store: Store) -> None:
    fill_scenario(store)
    put(store, Limits(idle_limit_days=30))
    with store.reading() as reader:
        found = preview(reader, "ACME", Limits(max_lifetime_days=90, idle_limit_days=30), NOW)
        assert (found.looked_at, found.past, found.later, found.in_use, found.unchanged) == (6, 3, 0, 1, 3)
        assert all([breach.limit.name for breach in one.breaches] == ["max_lifetime_days"] for one in found.named)
        same = preview(reader, "ACME", Limits(idle_limit_days=30), NOW)
        assert (same.looked_at, same.unchanged) == (6, 6)
        looser = preview(reader, "ACME", Limits(max_lifetime_days=365, idle_limit_days=30), NOW)
        assert [one.token.id[:3] for one in looser.named] == ["T02"]
        assert len(lines(reader, action="policy", limit=9)) == 1


def test_a_preview_of_the_default_looks_at_every_live_token_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_random(store, 13, many=60)
    put(store, Limits(max_lifetime_days=1))
    with store.reading() as reader:
        whole = preview(reader, DEFAULT, Limits(max_lifetime_days=30), NOW)
        monkeypatch.setattr("store.reads.policies._PAGE", 7)
        paged = preview(reader, DEFAULT, Limits(max_lifetime_days=30), NOW)
        own = preview(reader, "ACME", Limits(max_lifetime_days=30), NOW)
        assert whole == paged
        assert whole.looked_at == count(reader, Question("live"), NOW)
        assert own.looked_at == count(reader, Question("live", "acct.id=ACME"), NOW)
        assert not any(one.token.account_id == "ACME" for one in whole.named), "its own limit is tighter and stays in force"
