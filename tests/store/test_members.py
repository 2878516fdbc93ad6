"""People in accounts have an e-mail address, or none: kept with an audit line, and followed by what is still to be told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.engine import Unit
from store.errors import BadInput, NotFound, Refused
from store.opening import Store
from store.reads.accounts import members, the_member
from store.reads.audit import lines
from store.reads.notices import notices
from store.reads.verify import verify
from store.rows import TokenKey
from store.rules.roles import Actor, Role
from store.writes.members import EmailOrder, EmailSaved, put_email
from store.writes.notice_delivery import mark_failed, take
from store.writes.people import MemberFacts, put_member
from tests.conftest import NOW
from tests.making import PRIYA, revoke_token
from tests.rowmaker import put_people, put_tokens
from tests.statements import BROKEN_CONSTRAINT

ADDRESS = "mia@acme.example"


@pytest.fixture
def small(store: Store) -> Store:
    """A store with one token made by raj in an account that mia administers; neither has an address."""
    put_people(store, {"ACME": "Acme"}, [MemberFacts("ACME", "mia", "Mia", admin=True), MemberFacts("ACME", "raj", "Raj")])
    row = {"account_id": "ACME", "id": "A1", "name": "sync", "hint": "7Qk2", "creator_id": "raj",
           "created_at": NOW - timedelta(days=60), "expires_at": NOW + timedelta(days=60)}  # fmt: skip
    put_tokens(store, [row])
    return store


def save(store: Store, email: str, member: str = "mia", actor: Actor = PRIYA, expected: str | None = None) -> EmailSaved:
    order = EmailOrder(account_id="ACME", member_id=member, email=email, actor=actor, expected=expected, reason="they called")
    return store.write(lambda unit: put_email(unit, order, NOW), order.action_id)


def email_of(store: Store, member: str = "mia") -> str:
    with store.reading() as reader:
        return the_member(reader, "ACME", member).email


def test_an_address_is_saved_changed_and_removed_each_with_its_line(small: Store) -> None:
    assert email_of(small) == ""
    assert [save(small, one).before for one in (ADDRESS, "m@acme.example", "")] == ["", ADDRESS, "m@acme.example"]
    with small.reading() as reader:
        kept = lines(reader, action="member", limit=9)
        assert [(one.detail, one.reason) for one in reversed(kept)] == [
            ({"member": "mia", "email": "set"}, f"{ADDRESS}; they called"),
            ({"member": "mia", "email": "changed"}, "m@acme.example; they called"),
            ({"member": "mia", "email": "removed"}, "they called"),
        ]
        assert [one.email for one in members(reader, "ACME")] == ["", ""]
        assert verify(reader).whole
        chained = str(reader.rows("SELECT detail, actor, token_name FROM audit"))
    assert "acme.example" not in chained, "an address stands only where it can be erased"


def test_saving_it_again_writes_no_line(small: Store) -> None:
    assert save(small, ADDRESS).seq is not None
    assert save(small, f" {ADDRESS} ").seq is None


def test_what_is_no_address_nobody_or_changed_meanwhile_is_refused(small: Store) -> None:
    with pytest.raises(BadInput):
        save(small, "mia@acme.example\r\nBcc: x@y.example")
    with pytest.raises(NotFound):
        save(small, ADDRESS, member="nobody")
    with pytest.raises(Refused, match="Somebody else"):
        save(small, ADDRESS, expected="m@acme.example")
    with pytest.raises(Refused, match="may not"):
        save(small, ADDRESS, actor=Actor("ines", Role.AUDITOR))
    assert email_of(small) == ""


@pytest.mark.parametrize("bad", [
    "mia", "@x", "x@", "a@b@c", "a @b", "a\n@b", "a@b\r", "a\t@b", "a@b\x1b", "é@b", "a,@b", "<a@b>", "x" * 253 + "@b",
])  # fmt: skip
def test_the_database_itself_takes_no_other_text_for_an_address(small: Store, bad: str) -> None:
    with pytest.raises(BROKEN_CONSTRAINT):
        small.write(lambda unit: unit.run("UPDATE member SET email = :bad WHERE id = 'mia'", {"bad": bad}))
    assert email_of(small) == ""


def test_what_is_still_to_be_told_follows_and_what_was_told_stays(small: Store) -> None:
    revoke_token(small, TokenKey(("ACME", "A1")))

    def fail(unit: Unit) -> None:
        for _ in range(2):
            row = take(unit, PRIYA, "one", NOW)
            assert row is not None
            if row.recipient == "mia":
                mark_failed(unit, row, "one", "no e-mail address is on record", NOW, final=True)

    small.write(fail)
    assert save(small, ADDRESS).moved == 1
    assert save(small, "raj@acme.example", member="raj").moved == 0, "the one that is being sent right now stays as it is"
    with small.reading() as reader:
        assert sorted((one.recipient, one.address, one.state.value) for one in notices(reader)) == [
            ("mia", ADDRESS, "dead"), ("raj", "", "sending"),
        ]  # fmt: skip


def test_a_member_who_is_put_again_keeps_the_address_unless_another_is_given(small: Store) -> None:
    save(small, ADDRESS)
    small.write(lambda unit: put_member(unit, MemberFacts("ACME", "mia", "Mia S.", active=False, left_at=NOW)))
    assert email_of(small) == ADDRESS
    small.write(lambda unit: put_member(unit, MemberFacts("ACME", "mia", email="")))
    assert email_of(small) == ""


def test_a_notice_goes_to_the_address_on_record_and_never_to_a_guess(small: Store) -> None:
    save(small, ADDRESS)
    revoke_token(small, TokenKey(("ACME", "A1")))
    with small.reading() as reader:
        assert sorted((one.recipient, one.address) for one in notices(reader)) == [("mia", ADDRESS), ("raj", "")]
