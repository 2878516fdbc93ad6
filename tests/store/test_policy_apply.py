"""What is due by the policies, and that no idle token is revoked without a notice on record: both edges of each step."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from store.errors import Refused
from store.opening import Store
from store.reads.audit import lines
from store.reads.policy_due import due
from store.reads.verify import verify
from store.rules.idle import Idle, Notice, Step, next_step
from store.rules.policies import Limits
from store.rules.roles import Actor, Role
from store.writes.people import put_operator
from store.writes.policies import PolicyOrder, put_policy
from store.writes.policy_apply import IdleOrder, give_notice, revoke_noticed
from store.writes.policy_effects import Effected
from store.writes.policy_rules import RulesOrder, put_rules
from tests.conftest import NOW
from tests.making import PRIYA, make_account, make_token
from tests.scenario import fill_scenario

DAY, TICK = timedelta(days=1), timedelta(milliseconds=1)


def limit(store: Store, limits: Limits, account_id: str = "ACME") -> None:
    order = PolicyOrder(account_id=account_id, limits=limits, actor=PRIYA)
    store.write(lambda unit: put_policy(unit, order, NOW), order.action_id)


def rule(store: Store, idle_action: str, account_id: str = "ACME") -> None:
    order = RulesOrder(account_id=account_id, rules={"idle_action": idle_action}, actor=PRIYA)
    store.write(lambda unit: put_rules(unit, order, NOW), order.action_id)


def steps(store: Store, now: datetime) -> dict[str, Step]:
    with store.reading() as reader:
        return {one.key[1][:3]: one.step for one in due(reader, now).idle}


def idle(store: Store, now: datetime) -> tuple[Idle, ...]:
    with store.reading() as reader:
        return due(reader, now).idle


def notice(store: Store, found: tuple[Idle, ...], now: datetime) -> Effected:
    return store.write(lambda unit: give_notice(unit, IdleOrder(idle=found, actor=PRIYA), now))


def revoke(store: Store, found: tuple[Idle, ...], now: datetime) -> Effected:
    return store.write(lambda unit: revoke_noticed(unit, IdleOrder(idle=found, actor=PRIYA, reason="Q1"), now))


def record_to(store: Store, to: datetime) -> None:
    """Have usage recorded up to a moment."""
    sql = f"UPDATE fact SET value = '{int(to.timestamp() * 1_000)}' WHERE name = 'recorded_to'"
    store.write(lambda unit: unit.run(sql))


def test_the_next_step_counts_a_notice_to_the_whole_moment_and_only_while_the_token_is_left_alone() -> None:
    on_record = Notice(NOW, NOW + 14 * DAY)
    step = {
        "only proposed": next_step(None, on_record, None, NOW + 20 * DAY, seldom=False),
        "seldom": next_step(14, on_record, None, NOW + 20 * DAY, seldom=True),
        "none": next_step(14, None, None, NOW, seldom=False),
        "running": next_step(14, on_record, NOW, NOW + 14 * DAY - TICK, seldom=False),
        "over": next_step(14, on_record, NOW, NOW + 14 * DAY, seldom=False),
        "used since": next_step(14, on_record, NOW + TICK, NOW + 20 * DAY, seldom=False),
        "not known": next_step(14, on_record, NOW, NOW + 20 * DAY, seldom=False, recorded_to=NOW + 14 * DAY - TICK),
        "known": next_step(14, on_record, NOW, NOW + 20 * DAY, seldom=False, recorded_to=NOW + 14 * DAY),
    }
    assert {why: one[0] for why, one in step.items()} == {
        "only proposed": Step.PROPOSE,
        "seldom": Step.PROPOSE,
        "none": Step.NOTICE,
        "running": Step.WAIT,
        "over": Step.REVOKE,
        "not known": Step.WAIT,
        "known": Step.REVOKE,
        "used since": Step.NOTICE,
    }


def test_without_a_policy_nothing_is_due(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        found = due(reader, NOW)
    assert (found.rotations, found.idle) == ((), ())


def test_a_rotation_is_due_from_the_whole_day_on_and_never_for_one_that_is_replaced(store: Store) -> None:
    fill_scenario(store)
    limit(store, Limits(rotate_every_days=70))
    with store.reading() as reader:
        found = {one.key[1][:3]: (one.since, one.in_use) for one in due(reader, NOW, "ACME").rotations}
        assert set(found) == {"T01", "T02", "T03", "T06"}, "T10 is replaced, T11 is new"
        assert found["T01"][1] is True
        since = found["T01"][0]
        assert not [one for one in due(reader, since - TICK, "ACME").rotations if one.key[1].startswith("T01")]
        assert [one for one in due(reader, since, "ACME").rotations if one.key[1].startswith("T01")]


def test_idle_tokens_are_only_proposed_unless_the_policy_says_more(store: Store) -> None:
    fill_scenario(store)
    limit(store, Limits(idle_limit_days=90))
    assert steps(store, NOW) == {"T02": Step.PROPOSE, "T03": Step.PROPOSE}
    found = idle(store, NOW)
    assert notice(store, found, NOW).changed == 0
    assert {one.why for one in revoke(store, found, NOW + 400 * DAY).left} <= {"no notice is on record", "it is expired by now"}


def test_a_token_is_revoked_only_after_its_notice_was_on_record_for_its_days(store: Store) -> None:
    fill_scenario(store)
    limit(store, Limits(idle_limit_days=90))
    rule(store, "revoke=14d")
    first = idle(store, NOW)
    assert {one.step for one in first} == {Step.NOTICE}
    assert {one.why for one in revoke(store, first, NOW).left} == {"no notice is on record"}
    assert notice(store, first, NOW).changed == 2
    with store.reading() as reader:
        told = [line for line in lines(reader, action="policy", limit=9) if line.token_id]
        assert {line.detail["notice"] for line in told} == {"unused for too long"}
    early = NOW + 14 * DAY - TICK
    assert set(steps(store, early).values()) == {Step.WAIT}
    assert {one.why for one in revoke(store, idle(store, early), early).left} == {"its notice runs until 2026-03-30"}
    over = NOW + 14 * DAY
    record_to(store, over)
    assert set(steps(store, over).values()) == {Step.REVOKE}
    assert revoke(store, idle(store, over), over) == Effected(2, ())
    assert steps(store, over) == {}
    with store.reading() as reader:
        assert {line.reason for line in lines(reader, action="revoke", limit=2)} == {
            "policy: unused for too long, notice given: Q1"
        }
        assert verify(reader).whole


def test_none_is_revoked_while_nobody_knows_whether_it_was_used(store: Store) -> None:
    fill_scenario(store)
    limit(store, Limits(idle_limit_days=90))
    rule(store, "revoke=14d")
    notice(store, idle(store, NOW), NOW)
    over = NOW + 14 * DAY
    record_to(store, over)
    found = idle(store, over)
    assert {one.step for one in found} == {Step.REVOKE}
    record_to(store, over - TICK)
    assert set(steps(store, over + 90 * DAY).values()) == {Step.WAIT}
    left = revoke(store, found, over).left
    assert {one.why for one in left} == {
        "usage is recorded only up to 2026-03-30 08:59Z: whether it was used since its notice is not known"
    }
    assert len(left) == 2


def test_one_that_is_used_after_its_notice_is_left_alone(store: Store) -> None:
    make_account(store)
    made = make_token(store, lifetime=300 * DAY)
    limit(store, Limits(idle_limit_days=10))
    rule(store, "revoke=7d")
    at = NOW + 10 * DAY
    [found] = idle(store, at)
    notice(store, (found,), at)
    over = at + 7 * DAY
    [due_now] = idle(store, over)
    assert due_now.step is Step.REVOKE
    used = int((at + DAY).timestamp() * 1_000)
    sql = f"UPDATE token SET last_used_at = {used} WHERE id = '{made.key[1]}'"
    store.write(lambda unit: unit.run(sql))
    assert [one.why for one in revoke(store, (due_now,), over).left] == ["it was used meanwhile"]
    assert idle(store, over) == ()


def test_only_who_may_govern_gives_notice(store: Store) -> None:
    make_account(store)
    make_token(store)
    limit(store, Limits(idle_limit_days=10))
    rule(store, "revoke=7d")
    found = idle(store, NOW + 10 * DAY)
    store.write(lambda unit: put_operator(unit, "sam", Role.SUPPORT, PRIYA, NOW))
    order = IdleOrder(idle=found, actor=Actor("sam", Role.ADMIN))
    for do in (give_notice, revoke_noticed):
        with pytest.raises(Refused, match="may not change policies"):
            store.write(lambda unit, do=do: do(unit, order, NOW + 10 * DAY))  # type: ignore[misc]
