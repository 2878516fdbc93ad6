"""Refusals for want of permission on the audit log: whose, of what, for lack of what; and nobody floods the log with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from console.render.audit_words import sentence
from store.errors import Denied, Lack, NotFound, Refused, SignInNeeded
from store.opening import Store
from store.reads.audit import lines
from store.reads.verify import verify
from store.rows import AuditRow, TokenKey
from store.rules.denials import MOST_A_MINUTE, Doing
from store.rules.roles import Actor, Role
from store.writes.denials import record_denial
from store.writes.editing import rename
from store.writes.ending import RevokeManyOrder, revoke, revoke_many
from store.writes.orders import RenameOrder, RevokeOrder, new_action_id
from store.writes.people import put_operator
from store.writes.policy_rules import RulesOrder, put_rules
from tests.conftest import NOW
from tests.making import PRIYA, make_account, make_token
from tests.store.test_no_line_no_change import break_log, mend_log
from tests.store.test_signing_in import Wall

AUDA, EVE, ADA = Actor("auda", Role.ADMIN, host="desk-1"), Actor("eve", Role.ON_CALL), Actor("ada", Role.ADMIN)
MINUTE, TICK = timedelta(minutes=1), timedelta(milliseconds=1)
SECRET = "tkd_live_7Kq2dR0aW4xZ_9f3cQ1w2E3r4T5y6U7i8O9p0A1s2D3f4G5h6J7"


@pytest.fixture
def key(store: Store) -> Iterator[TokenKey]:
    """A live token in a store with an admin, somebody on call, and an auditor who believes to be an admin."""
    store.wall = Wall()
    make_account(store)
    found = make_token(store, "Zapier").key
    for actor, role in ((PRIYA, Role.ADMIN), (ADA, Role.ADMIN), (EVE, Role.ON_CALL), (AUDA, Role.AUDITOR)):
        store.write(lambda unit, actor=actor, role=role: put_operator(unit, actor.name, role, PRIYA, NOW))  # type: ignore[misc]
    yield found
    with store.reading() as reader:
        assert verify(reader).whole


def denied(store: Store) -> tuple[AuditRow, ...]:
    """Return every refusal on the log, the newest first."""
    with store.reading() as reader:
        return lines(reader, action="denied", limit=10_000)


def wait(store: Store, by: timedelta) -> None:
    assert isinstance(store.wall, Wall)
    store.wall.wait(by)


def refused(store: Store, key: TokenKey, actor: Actor = AUDA) -> None:
    with pytest.raises(Denied):
        store.write(lambda unit: revoke(unit, RevokeOrder(key=key, actor=actor, reason="it leaked, says BOLT"), NOW))


def test_the_line_says_who_was_refused_what_and_why_and_holds_nobodys_words(store: Store, key: TokenKey) -> None:
    refused(store, key)
    (line,) = denied(store)
    assert (line.actor, line.actor_role, line.actor_how, line.host) == ("auda", "auditor", "os user", "desk-1")
    assert (line.account_id, line.token_id, line.token_name, line.scopes, line.reason, line.case_id) == (*key, "", (), "", None)
    assert line.detail == {"tried": "revoke", "target": f"ACME/{key[1]}", "why": "role"}
    assert sentence(line) == f"was refused “revoke” on ACME/{key[1]}: not as auditor"


def test_the_same_within_a_minute_is_counted_and_the_next_line_says_how_often(store: Store, key: TokenKey) -> None:
    refused(store, key)
    for _ in range(4):
        refused(store, key)
    wait(store, MINUTE - TICK)
    refused(store, key)
    assert len(denied(store)) == 1
    wait(store, TICK)
    refused(store, key)
    newest, _ = denied(store)
    assert newest.detail["again"] == 5
    wait(store, -timedelta(days=1))
    refused(store, key)
    assert len(denied(store)) == 3, "a clock that was set back hides nothing"


def test_another_action_target_or_operator_is_another_refusal(store: Store, key: TokenKey) -> None:
    refused(store, key)
    refused(store, make_token(store, "another").key)
    refused(store, key, replace(EVE, read_only=True))
    with pytest.raises(Denied):
        store.write(lambda unit: rename(unit, RenameOrder(key=key, actor=AUDA, name="mine"), NOW))
    assert [(line.actor, line.detail["tried"], line.detail["why"]) for line in denied(store)] == [
        ("auda", "rename", "role"), ("eve", "revoke", "read-only"), ("auda", "revoke", "role"), ("auda", "revoke", "role"),
    ]  # fmt: skip


def test_one_operator_causes_so_many_lines_a_minute_and_one_that_says_there_were_more(store: Store, key: TokenKey) -> None:
    def flood(first: int) -> None:
        for number in range(first, first + MOST_A_MINUTE + 30):
            doing = Doing("revoke", TokenKey(("ACME", f"made-up-{number}")))
            store.record(lambda unit, doing=doing: record_denial(unit, AUDA, doing, Lack.ROLE, NOW))  # type: ignore[misc]

    flood(0)
    assert len(denied(store)) == MOST_A_MINUTE + 1
    newest = denied(store)[0]
    assert (newest.detail, newest.token_id) == ({"why": "role"}, None)
    assert sentence(newest) == "was refused more than is written: not as auditor"
    refused(store, key, replace(EVE, read_only=True))
    assert denied(store)[0].actor == "eve", "somebody else's are written"
    wait(store, MINUTE)
    flood(1_000)
    assert denied(store)[0].detail == {"why": "role", "again": 29}


def test_made_up_names_share_one_count(store: Store, key: TokenKey) -> None:
    for number in range(5):
        refused(store, key, Actor(f"nobody{number}\x1b", Role.ADMIN))
    (line,) = denied(store)
    assert (line.actor, line.detail["why"]) == ("nobody0·", "no operator")


def test_a_secret_given_as_an_id_and_an_unknown_token_are_not_taken_over(store: Store, key: TokenKey) -> None:
    refused(store, TokenKey(("ACME", SECRET)))
    (line,) = denied(store)
    assert line.token_id is None
    assert line.detail["target"] == "ACME/tkd_live_7Kq2dR0aW4xZ_***"


def test_who_is_switched_off_has_not_signed_in_or_not_given_it_again_is_on_record(store: Store, key: TokenKey) -> None:
    store.write(lambda unit: unit.run("UPDATE operator SET passphrase = 'x' WHERE name = 'eve'"))
    with pytest.raises(SignInNeeded):
        store.write(lambda unit: revoke(unit, RevokeOrder(key=key, actor=EVE), NOW))
    store.write(lambda unit: put_operator(unit, "auda", Role.AUDITOR, PRIYA, NOW, active=False))
    refused(store, key)
    assert [line.detail["why"] for line in denied(store)] == ["switched off", "not signed in"]


def test_what_is_proven_when_it_is_asked_for_was_not_refused(store: Store, key: TokenKey) -> None:
    store.write(lambda unit: unit.run("UPDATE operator SET passphrase = 'x' WHERE name = 'eve'"))

    def prove(needed: SignInNeeded) -> bool:
        store.record(lambda unit: unit.run("UPDATE operator SET passphrase = '' WHERE name = 'eve'"))
        return True

    store.prove = prove
    store.write(lambda unit: revoke(unit, RevokeOrder(key=key, actor=EVE), NOW))
    assert denied(store) == ()


def test_what_waits_for_a_second_person_is_a_request_and_a_refusal(store: Store, key: TokenKey) -> None:
    keys = [key, make_token(store, "another").key]
    store.write(lambda unit: put_rules(unit, RulesOrder(account_id="", rules={"two_people": "bulk=1"}, actor=PRIYA), NOW))
    order = RevokeManyOrder(items=tuple((one, None) for one in keys), actor=EVE, reason="leak", action_id=new_action_id())
    with pytest.raises(Denied, match="waits for a second person, as request"):
        store.write(lambda unit: revoke_many(unit, order, NOW))
    (line,) = denied(store)
    assert (line.account_id, line.detail) == ("ACME", {"tried": "revoke", "target": "2 tokens", "why": "second person"})
    with store.reading() as reader:
        assert [line.detail["did"] for line in lines(reader, action="approve", limit=9)] == ["ask"]


def test_other_refusals_leave_no_line(store: Store, key: TokenKey) -> None:
    with pytest.raises(NotFound):
        store.write(lambda unit: revoke(unit, RevokeOrder(key=TokenKey(("ACME", "gone")), actor=EVE), NOW))
    with pytest.raises(Refused, match="needs a name"):
        store.write(lambda unit: rename(unit, RenameOrder(key=key, actor=EVE, name=" "), NOW))
    assert denied(store) == ()


def test_where_the_line_can_not_be_written_the_refusal_stands(store: Store, key: TokenKey) -> None:
    break_log(store)
    refused(store, key)
    mend_log(store)
    assert denied(store) == ()
    refused(store, key)
    assert len(denied(store)) == 1, "what could not be written was not counted as written either"
