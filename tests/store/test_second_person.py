"""Two people: what a policy names waits, is done once after somebody else agreed, exactly so; and the glass can be broken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from store.errors import NotFound, Refused
from store.opening import Store
from store.reads.approvals import ApprovalRow, approvals, pending
from store.reads.audit import lines
from store.reads.reports import report_rows
from store.reads.timeline import timeline
from store.reads.token_rows import token_rows
from store.rows import TokenKey
from store.rules.idle import Idle, Step
from store.rules.policy_choice import Effect
from store.rules.reporting import Period
from store.rules.retention import Kind as Usage
from store.rules.roles import Actor, Role
from store.rules.second_person import BREAK_AFTER, LASTS, Kind, Verdict, read_second_person, second_words, stricter, wants_second
from store.writes.approvals import answer, review_glass
from store.writes.ending import RevokeManyOrder, revoke, revoke_many
from store.writes.issuing import issue
from store.writes.orders import IssueOrder, RevokeOrder, new_action_id
from store.writes.people import put_operator
from store.writes.policy_apply import IdleOrder, give_notice, revoke_noticed
from store.writes.policy_effects import EffectOrder, carry_out, in_portions
from store.writes.policy_rules import RulesOrder, put_rules
from store.writes.retention import RetentionOrder, set_retention
from tests.conftest import NOW
from tests.making import make_account, make_token
from tests.store.test_signing_in import Wall

ADA, BOB = Actor("ada", Role.ADMIN), Actor("bob", Role.ADMIN)
DANA, EVE, SAM = Actor("dana", Role.ON_CALL), Actor("eve", Role.ON_CALL), Actor("sam", Role.SUPPORT)
RULE = "bulk=2 admin-tier operators retention"
TICK, DAY = timedelta(milliseconds=1), timedelta(days=1)


@pytest.fixture
def keys(store: Store) -> list[TokenKey]:
    """Four live tokens in a store where two people are wanted for everything that can be named."""
    store.wall = Wall()
    make_account(store)
    found = [make_token(store, f"token {number}").key for number in range(4)]
    for actor in (ADA, BOB, DANA, EVE, SAM):
        store.write(lambda unit, actor=actor: put_operator(unit, actor.name, actor.role, ADA, NOW))  # type: ignore[misc]
    store.write(lambda unit: put_rules(unit, RulesOrder(account_id="", rules={"two_people": RULE}, actor=ADA), NOW))
    return found


def later(store: Store, by: timedelta) -> None:
    """Let time pass."""
    assert isinstance(store.wall, Wall)
    store.wall.wait(by)


def end(store: Store, keys: list[TokenKey], actor: Actor = DANA) -> int:
    """End tokens, and say how many."""
    order = RevokeManyOrder(items=tuple((key, None) for key in keys), actor=actor, reason="leak", action_id=new_action_id())
    return sum(one.revoked is not None for one in store.write(lambda unit: revoke_many(unit, order, NOW)))


def request(store: Store) -> ApprovalRow:
    """Return the newest request."""
    with store.reading() as reader:
        return approvals(reader)[0]


def asked(store: Store, do: Callable[[], object]) -> ApprovalRow:
    """Try something that has to wait, a moment later, and return its request."""
    later(store, TICK)
    with pytest.raises(Refused, match="waits for a second person, as request"):
        do()
    return request(store)


def say(store: Store, one: ApprovalRow, verdict: Verdict, actor: Actor, reason: str = "") -> None:
    """Answer a request."""
    store.write(lambda unit: answer(unit, one.id, verdict, actor, NOW, reason=reason))


def test_more_than_the_rule_says_waits_and_is_done_once(store: Store, keys: list[TokenKey]) -> None:
    one = asked(store, lambda: end(store, keys[:3]))
    assert (one.operator, one.summary, one.kind) == ("dana", "revoke 3 tokens of ACME", "bulk")
    with store.reading() as reader:
        assert pending(reader, store.wall()) == (1, 0)
        assert reader.value("SELECT count(*) FROM token WHERE revoked_at IS NOT NULL") == 0
    assert asked(store, lambda: end(store, keys[:3])).id == one.id
    say(store, one, Verdict.APPROVED, EVE)
    asked(store, lambda: end(store, keys[1:]))
    assert end(store, keys[:3]) == 3
    with store.reading() as reader:
        did = [line.detail["did"] for line in lines(reader, action="approve", limit=9)]
    assert did == ["ask", "approve", "ask"]
    assert request(store).verdict == ""
    assert asked(store, lambda: end(store, keys[:3])).id != one.id


def test_as_many_as_the_rule_says_do_not_wait_and_one_never_does(store: Store, keys: list[TokenKey]) -> None:
    assert end(store, keys[:2]) == 2


def test_nobody_answers_for_themselves_or_without_the_role(store: Store, keys: list[TokenKey]) -> None:
    one = asked(store, lambda: end(store, keys[:3]))
    with pytest.raises(Refused, match="Nobody answers their own request"):
        say(store, one, Verdict.APPROVED, DANA)
    with pytest.raises(Refused, match="support may not"):
        say(store, one, Verdict.APPROVED, SAM)
    say(store, one, Verdict.REFUSED, EVE)
    with pytest.raises(Refused, match="answered before"):
        say(store, one, Verdict.APPROVED, BOB)
    asked(store, lambda: end(store, keys[:3]))


def test_somebody_elses_approval_is_not_mine(store: Store, keys: list[TokenKey]) -> None:
    one = asked(store, lambda: end(store, keys[:3]))
    say(store, one, Verdict.APPROVED, EVE)
    assert asked(store, lambda: end(store, keys[:3], EVE)).operator == "eve"


def test_a_request_and_what_it_allows_end_after_a_quarter_of_an_hour(store: Store, keys: list[TokenKey]) -> None:
    one = asked(store, lambda: end(store, keys[:3]))
    later(store, LASTS)
    with pytest.raises(NotFound, match="15 minutes"):
        say(store, one, Verdict.APPROVED, EVE)
    two = asked(store, lambda: end(store, keys[:3]))
    assert two.id != one.id
    later(store, LASTS - TICK)
    say(store, two, Verdict.APPROVED, EVE)
    later(store, TICK)
    asked(store, lambda: end(store, keys[:3]))


def test_the_parts_of_one_revocation_are_approved_together(store: Store, keys: list[TokenKey]) -> None:
    def part(some: list[TokenKey], bulk: str) -> int:
        order = RevokeManyOrder(
            items=tuple((key, None) for key in some), actor=DANA, reason="leak", action_id=new_action_id(),
            whole=tuple(keys), bulk_id=bulk,
        )  # fmt: skip
        return len(store.write(lambda unit: revoke_many(unit, order, NOW)))

    say(store, asked(store, lambda: part(keys[:1], "b1")), Verdict.APPROVED, EVE)
    assert part(keys[:1], "b2") == 1
    assert part(keys[1:], "b2") == 3
    asked(store, lambda: part(keys[:1], "b3"))


def test_the_glass_is_broken_after_five_minutes_with_a_reason_and_stays_flagged(store: Store, keys: list[TokenKey]) -> None:
    one = asked(store, lambda: end(store, keys[:3]))
    later(store, BREAK_AFTER - TICK)
    with pytest.raises(Refused, match="can be broken in"):
        say(store, one, Verdict.BROKEN_GLASS, DANA, "nobody answers")
    later(store, TICK)
    with pytest.raises(Refused, match="needs a reason"):
        say(store, one, Verdict.BROKEN_GLASS, DANA, "  ")
    with pytest.raises(Refused, match="broken by whoever asked"):
        say(store, one, Verdict.BROKEN_GLASS, EVE, "nobody answers")
    say(store, one, Verdict.BROKEN_GLASS, DANA, "nobody answers")
    assert end(store, keys[:3]) == 3
    with store.reading() as reader:
        assert pending(reader, store.wall()) == (0, 1)
        newest = lines(reader, action="approve", limit=1)[0]
    assert (newest.detail["did"], newest.reason) == ("break-glass", "nobody answers")
    with pytest.raises(Refused, match="may not change policies"):
        store.write(lambda unit: review_glass(unit, one.id, replace(DANA), NOW))
    store.write(lambda unit: review_glass(unit, one.id, ADA, NOW))
    with store.reading() as reader:
        assert pending(reader, store.wall()) == (0, 0)
    with pytest.raises(NotFound):
        store.write(lambda unit: review_glass(unit, one.id, ADA, NOW))


def test_what_was_done_with_a_second_person_or_without_says_so_wherever_it_is_told(store: Store, keys: list[TokenKey]) -> None:
    """The audit lines of the deed itself, a token's timeline, and the report (finding 19 of requirements.md 3.1)."""
    one = asked(store, lambda: end(store, keys[:3]))
    later(store, BREAK_AFTER)
    say(store, one, Verdict.BROKEN_GLASS, DANA, "nobody answers")
    end(store, keys[:3])
    two = asked(store, lambda: store.write(lambda unit: put_operator(unit, "zoe", Role.SUPPORT, ADA, NOW)))
    say(store, two, Verdict.APPROVED, BOB)
    store.write(lambda unit: put_operator(unit, "zoe", Role.SUPPORT, ADA, NOW))
    store.write(lambda unit: revoke(unit, RevokeOrder(key=keys[3], actor=DANA), NOW))
    broken, approved = f"without a second person: the glass was broken, request {one.id}", f"approved by bob, request {two.id}"
    with store.reading() as reader:
        did = [line for line in lines(reader, limit=9) if line.action in ("revoke", "operator")]
        row = token_rows(reader, [keys[0]], NOW)[keys[0]]
        told = [event.about for event in timeline(reader, row, NOW).events if event.word == "revoke"]
        (rows,) = list(report_rows(reader, None, Period(NOW - DAY, NOW + DAY, NOW + DAY), 1_000))
    assert {line.token_id or line.detail["operator"]: second_words(line.detail) for line in did} == {
        **{key[1]: broken for key in keys[:3]},
        "zoe": approved,
        keys[3][1]: "",
    }
    assert told == [f"by dana, {broken}, leak"]
    assert {row.token.key: row.second for row in rows} == {**dict.fromkeys(keys[:3], broken), keys[3]: ""}


def test_the_glass_is_only_for_ending_tokens(store: Store, keys: list[TokenKey]) -> None:
    one = asked(store, lambda: store.write(lambda unit: put_operator(unit, "zoe", Role.SUPPORT, ADA, NOW)))
    later(store, BREAK_AFTER)
    with pytest.raises(Refused, match="only to end tokens"):
        say(store, one, Verdict.BROKEN_GLASS, ADA, "in a hurry")


def test_operators_retention_and_admin_tokens_wait_as_named(store: Store, keys: list[TokenKey]) -> None:
    def staff(role: Role) -> int:
        return store.write(lambda unit: put_operator(unit, "zoe", role, ADA, NOW))

    say(store, asked(store, lambda: staff(Role.SUPPORT)), Verdict.APPROVED, BOB)
    assert asked(store, lambda: staff(Role.ADMIN)).summary == "make zoe admin"
    assert staff(Role.SUPPORT)

    def keep(days: int) -> int:
        return store.write(lambda unit: set_retention(unit, RetentionOrder(kind=Usage.HOURLY, days=days, actor=ADA), NOW))

    say(store, asked(store, lambda: keep(500)), Verdict.APPROVED, BOB)
    asked(store, lambda: keep(501))
    assert keep(500)
    mint = store.mint()

    def robot() -> object:
        order = IssueOrder(
            account_id="ACME", name="robot", owner="leo", scopes=("settings.manage",), expires_at=NOW + timedelta(days=2),
            actor=DANA, rationale="a migration",
        )  # fmt: skip
        return store.write(lambda unit: issue(unit, order, NOW, mint), order.action_id)

    one = asked(store, robot)
    with pytest.raises(Refused, match="on-call may not"):
        say(store, one, Verdict.APPROVED, EVE)
    say(store, one, Verdict.APPROVED, ADA)
    assert robot()


def test_the_rule_itself_is_loosened_only_by_two_and_made_only_where_there_are_two(store: Store, keys: list[TokenKey]) -> None:
    def rule(value: str, actor: Actor = ADA) -> object:
        return store.write(lambda unit: put_rules(unit, RulesOrder(account_id="", rules={"two_people": value}, actor=actor), NOW))

    one = asked(store, lambda: rule("none"))
    assert "a second person for nothing" in one.summary
    asked(store, lambda: rule("bulk=1000"))
    say(store, one, Verdict.APPROVED, BOB)
    rule("none")
    assert end(store, keys[:3]) == 3
    for name in ("bob",):
        store.write(lambda unit, name=name: put_operator(unit, name, Role.SUPPORT, ADA, NOW))  # type: ignore[misc]
    with pytest.raises(Refused, match="not two operators"):
        rule("operators")


@pytest.mark.parametrize(
    ("text", "kept"), [("operators bulk=025", "bulk=25 operators"), ("retention, admin-tier", "admin-tier retention")]
)
def test_the_rule_has_one_form(text: str, kept: str) -> None:
    assert read_second_person(text) == kept


@pytest.mark.parametrize("text", ["", "bulk", "bulk=0", "bulk=x", "bulk=1000000", "policy", "everything", "operators=2"])
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="bulk=NUMBER"):
        read_second_person(text)


def test_of_two_rules_both_hold() -> None:
    assert stricter("bulk=25 operators", "bulk=10 retention") == "bulk=10 operators retention"
    assert stricter("", "bulk=10") == "bulk=10"
    assert stricter("", "") == ""
    assert not wants_second("bulk=2", Kind.BULK, 2)
    assert wants_second("bulk=2", Kind.BULK, 3)
    assert not wants_second("operators", Kind.BULK, 1_000)
    assert not wants_second("", Kind.POLICY)


@pytest.mark.parametrize("size", [1, 2])
def test_a_policys_choice_for_many_tokens_is_asked_for_once_for_all_portions(
    store: Store, keys: list[TokenKey], monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr("store.writes.policy_effects.CHUNK", size)
    found = [Effect(key[0], key[1], None, None, in_use=False) for key in keys]

    def do() -> int:
        plan = new_action_id()

        def portion(part: tuple[Effect, ...], number: int) -> EffectOrder:
            return EffectOrder(effects=part, actor=ADA, reason="policy", case=None, action_id=f"{plan}/{number}")

        orders = in_portions(found, portion)
        assert len(orders) == -(-len(found) // size)
        return sum(store.write(lambda unit, one=one: carry_out(unit, one, NOW)).changed for one in orders)  # type: ignore[misc]

    one = asked(store, do)
    assert one.summary == "revoke 4 tokens of ACME"
    say(store, one, Verdict.APPROVED, BOB)
    assert do() == 4
    with store.reading() as reader:
        assert [line.detail["did"] for line in lines(reader, action="approve", limit=9)] == ["approve", "ask"]
    found = found[:3]
    assert asked(store, do).id != one.id, "another plan is asked for anew"


def test_idle_tokens_are_asked_for_once_for_all_portions(store: Store, keys: list[TokenKey]) -> None:
    idle = [Idle(key=key, name="", audit_seq=None, since=NOW, step=Step.NOTICE, notice_days=1) for key in keys]
    store.write(lambda unit: give_notice(unit, IdleOrder(idle=tuple(idle), actor=ADA), NOW))
    due = NOW + timedelta(days=2)

    def do() -> int:
        plan = new_action_id()
        orders = [IdleOrder(idle=(one,), actor=ADA, whole=tuple(keys), bulk_id=plan) for one in idle]
        return sum(store.write(lambda unit, one=one: revoke_noticed(unit, one, due)).changed for one in orders)  # type: ignore[misc]

    one = asked(store, do)
    assert one.summary == "revoke 4 tokens of ACME"
    say(store, one, Verdict.APPROVED, BOB)
    assert do() == 4
