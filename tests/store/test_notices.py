"""Notices are written with what they tell of, once for each person and occasion, on both databases."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

import pytest

from store.errors import NotFound, Refused
from store.moments import to_ms
from store.notice_rows import NoticeRow
from store.opening import Store
from store.reads.notices import counts, endings, notices, the_notice
from store.rows import TokenKey
from store.rules.leaks import Verdict
from store.rules.notices import BACK_OFF, LEASE, MOST_TRIES, NoticeKind, NoticeState
from store.rules.policies import Limits
from store.rules.roles import Actor, Role
from store.writes import members, notice_delivery, notices_due
from store.writes.ending import RevokeManyOrder, revoke, revoke_many
from store.writes.exposures import ExposeOrder, Seen, expose
from store.writes.issuing import rotate
from store.writes.notice_delivery import mark_failed, mark_sent, retry, take
from store.writes.notices_due import queue_due
from store.writes.orders import RevokeOrder, RotateOrder, new_action_id
from store.writes.people import MemberFacts
from store.writes.policies import PolicyOrder, put_policy
from tests.conftest import NOW
from tests.making import PRIYA, revoke_token
from tests.rowmaker import put_people, put_tokens
from tests.scenario import fill_scenario, key_of
from tests.statements import BROKEN_CONSTRAINT

_SEARCHED: dict[str, int | str] = {"kind": "expiry", "days": "7", "after": 1, "until": 2, "now": 1, "batch": 9}
_MOVED: dict[str, int | str] = {"address": "m@acme.example", "account": "ACME", "member": "mia"}
DAY, TICK = timedelta(days=1), timedelta(milliseconds=1)
KEY = TokenKey(("ACME", "A1"))
AUDITOR = Actor("ines", Role.AUDITOR)


@pytest.fixture
def small(store: Store) -> Store:
    """A store with one token made by raj in an account that mia administers."""
    people = (
        MemberFacts("ACME", "mia@acme.example", "Mia", admin=True),
        MemberFacts("ACME", "raj@acme.example", "Raj"),
        MemberFacts("ACME", "leo@acme.example", "Leo"),
    )
    put_people(store, {"ACME": "Acme"}, people)
    put_token(store)
    return store


def put_token(store: Store, token: str = "A1", **more: object) -> None:
    row = {
        "account_id": "ACME", "id": token, "name": "billing sync", "hint": "7Qk2", "creator_id": "raj@acme.example",
        "owner_id": "leo@acme.example", "owner_active": True, "created_at": NOW - 60 * DAY, "expires_at": NOW + 60 * DAY,
    }  # fmt: skip
    put_tokens(store, [row | more], NOW - 60 * DAY)


def found(store: Store, state: NoticeState | None = None) -> tuple[NoticeRow, ...]:
    with store.reading() as reader:
        return notices(reader, state)


def due(store: Store, now: datetime = NOW, days: tuple[int, ...] = (30, 7, 1)) -> dict[str, int]:
    return {kind.value: many for kind, many in queue_due(store, PRIYA, now, days).tokens.items()}


def told(store: Store) -> list[tuple[str, str, str]]:
    return sorted((one.kind.value, one.token_id.removesuffix("Scenario1"), one.recipient) for one in found(store))


def test_a_revocation_tells_the_creator_and_the_admin_in_the_same_transaction(small: Store) -> None:
    revoke_token(small, KEY)
    rows = found(small)
    assert sorted((one.kind, one.recipient, one.address, one.state) for one in rows) == [
        (NoticeKind.REVOCATION, "mia@acme.example", "mia@acme.example", NoticeState.WAITING),
        (NoticeKind.REVOCATION, "raj@acme.example", "raj@acme.example", NoticeState.WAITING),
    ]
    mia = next(one for one in rows if one.recipient.startswith("mia"))
    assert mia.subject == "API token …7Qk2 was revoked and no longer works"
    assert "revoked on 16 March 2026 at 09:00 UTC" in mia.body
    assert "“billing sync” of Acme" in mia.body
    assert "administrator of the account" in mia.body


def test_a_revocation_that_is_refused_tells_nobody(small: Store) -> None:
    order = RevokeOrder(key=KEY, actor=AUDITOR, reason="no")
    with pytest.raises(Refused):
        small.write(lambda unit: revoke(unit, order, NOW))
    assert found(small) == ()


def test_a_revocation_whose_notice_can_not_be_kept_does_not_happen(small: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.writes.notices._ADD", "INSERT INTO nowhere VALUES (?)")
    with pytest.raises(Exception, match=r"nowhere|tokendesk store|binding"):
        revoke_token(small, KEY)
    with small.reading() as reader:
        assert reader.value("SELECT revoked_at FROM token WHERE id = 'A1'") is None


def test_revoking_again_and_revoking_many_tell_once(small: Store) -> None:
    put_token(small, "A2")
    revoke_token(small, KEY)
    revoke_token(small, KEY, now=NOW + DAY)
    order = RevokeManyOrder(
        items=((KEY, None), (TokenKey(("ACME", "A2")), None)), actor=PRIYA, reason="both", case="INC-9", action_id=new_action_id()
    )  # fmt: skip
    small.write(lambda unit: revoke_many(unit, order, NOW + DAY))
    assert sorted((one.token_id, one.recipient[:3], one.case_id) for one in found(small)) == [
        ("A1", "mia", None), ("A1", "raj", None), ("A2", "mia", "INC-9"), ("A2", "raj", "INC-9"),
    ]  # fmt: skip


def test_a_rotation_says_until_when_the_old_token_works(small: Store) -> None:
    order = RotateOrder(key=KEY, actor=PRIYA, overlap=timedelta(hours=72))
    mint = small.mint()
    done = small.write(lambda unit: rotate(unit, order, NOW, mint))
    rows = found(small)
    assert {one.kind for one in rows} == {NoticeKind.ROTATION}
    assert {one.token_id for one in rows} == {"A1"}
    assert "Both work until 19 March 2026 at 09:00 UTC" in rows[0].body
    assert not any(done.new.token.reveal() in one.body + one.subject for one in rows)


def test_an_exposure_is_told_once_and_only_where_the_secret_is_proven(small: Store) -> None:
    put_token(small, "A2")
    seen = (Seen(KEY, Verdict.VERIFIED, "app.py:3"), Seen(TokenKey(("ACME", "A2")), Verdict.ID_ONLY, "app.py:9"))
    for number in range(2):
        order = ExposeOrder(seen=seen, source=f"scan {number}", actor=PRIYA, case="INC-7")
        small.write(lambda unit, order=order: expose(unit, order, NOW))  # type: ignore[misc]
    rows = found(small)
    assert [(one.kind, one.token_id, one.case_id) for one in rows] == [(NoticeKind.EXPOSURE, "A1", "INC-7")] * 2
    assert all("app.py" not in one.body for one in rows)


def test_whoever_has_left_is_not_told_and_an_account_without_anybody_shows(store: Store) -> None:
    put_people(store, {"ACME": "Acme"}, (
        MemberFacts("ACME", "raj@acme.example", "Raj", active=False, left_at=NOW - DAY), MemberFacts("ACME", "leo@acme.example"),
    ))  # fmt: skip
    put_token(store, creator_active=False)
    revoke_token(store, KEY)
    assert [(one.recipient, one.address) for one in found(store)] == [("", "")]


@pytest.mark.parametrize(("left", "stage"), [
    (31 * DAY, None), (30 * DAY + TICK, None), (30 * DAY, "30d"), (7 * DAY + TICK, "30d"),
    (7 * DAY, "7d"), (DAY + TICK, "7d"), (DAY, "1d"), (TICK, "1d"), (timedelta(0), None),
])  # fmt: skip
def test_an_end_is_warned_of_at_the_exact_days(small: Store, left: timedelta, stage: str | None) -> None:
    end = NOW + 60 * DAY
    assert due(small, end - left) == ({} if stage is None else {"expiry": 1})
    with small.reading() as reader:
        occasions = {str(row[0]) for row in reader.rows("SELECT occasion FROM notice")}
    assert occasions == (set() if stage is None else {f"{stage}@{to_ms(end)}"})


def test_a_warning_comes_once_however_often_it_is_looked_for(small: Store) -> None:
    end = NOW + 60 * DAY
    made = [due(small, end - days * DAY) for days in (30, 29, 8, 7, 6, 2, 1, 1)]
    assert [one.get("expiry", 0) for one in made] == [1, 0, 0, 1, 0, 0, 1, 0]


def test_a_token_that_lives_no_longer_than_the_warning_is_not_warned_of(small: Store) -> None:
    put_token(small, "A2", created_at=NOW, expires_at=NOW + DAY)
    put_token(small, "A3", created_at=NOW, expires_at=NOW + DAY + timedelta(hours=1))
    due(small, NOW + timedelta(hours=2))
    assert {one.token_id for one in found(small)} == {"A3"}


def test_the_scenario_is_told_what_its_numbers_say(store: Store) -> None:
    fill_scenario(store)
    before = told(store)
    assert before == [("revocation", "T13", "ned")]
    assert due(store) == {"expiry": 2, "orphan": 1}
    assert [one for one in told(store) if one not in before] == [
        ("expiry", "T01", "mia"), ("expiry", "T05", "leo"), ("orphan", "T06", "mia"),
    ]  # fmt: skip


def test_a_token_whose_creator_left_is_told_to_the_admins(small: Store) -> None:
    put_people(small, {"ACME": "Acme"}, [MemberFacts("ACME", "raj@acme.example", "Raj", active=False, left_at=NOW)])
    assert due(small) == {"orphan": 1}
    (one,) = found(small)
    assert (one.kind, one.recipient) == (NoticeKind.ORPHAN, "mia@acme.example")
    assert "Raj made it and is no longer" in one.body
    assert due(small) == {}


def test_a_rotation_is_due_only_where_a_policy_says_so(small: Store) -> None:
    assert due(small) == {}
    for account, days in (("", 61), ("ACME", 60)):
        order = PolicyOrder(account_id=account, limits=Limits(rotate_every_days=days), actor=PRIYA)
        small.write(lambda unit, order=order: put_policy(unit, order, NOW))  # type: ignore[misc]
    assert due(small) == {}
    assert due(small, NOW + TICK) == {"rotation": 1}
    assert due(small, NOW + DAY) == {}


def test_what_no_longer_holds_is_taken_out_of_the_line(small: Store) -> None:
    due(small, NOW + 53 * DAY)
    assert {one.state for one in found(small)} == {NoticeState.WAITING}
    revoke_token(small, KEY, now=NOW + 53 * DAY)
    due(small, NOW + 53 * DAY)
    states = {(one.kind, one.state) for one in found(small)}
    assert states == {(NoticeKind.EXPIRY, NoticeState.WITHDRAWN), (NoticeKind.REVOCATION, NoticeState.WAITING)}
    due(small, NOW + 60 * DAY)
    assert {one.state for one in found(small) if one.kind is NoticeKind.REVOCATION} == {NoticeState.WAITING}
    due(small, NOW + 60 * DAY + TICK)
    assert {one.state for one in found(small)} == {NoticeState.WITHDRAWN}


def test_a_notice_is_lent_to_one_process_and_comes_back_when_the_lease_is_over(small: Store) -> None:
    revoke_token(small, KEY)
    ids = {small.write(lambda unit: take(unit, PRIYA, "one", NOW)).id, small.write(lambda unit: take(unit, PRIYA, "two", NOW)).id}  # type: ignore[union-attr]
    assert len(ids) == 2
    assert small.write(lambda unit: take(unit, PRIYA, "three", NOW + LEASE - TICK)) is None
    again = small.write(lambda unit: take(unit, PRIYA, "three", NOW + LEASE))
    assert again is not None
    assert again.id in ids
    assert again.tries == 2
    assert small.write(lambda unit: mark_failed(unit, again, "one", "late word", NOW + LEASE)) is NoticeState.WAITING
    with small.reading() as reader:
        assert the_notice(reader, again.id[:8]).state is NoticeState.SENDING


def test_a_notice_that_was_sent_is_on_record_once(small: Store) -> None:
    revoke_token(small, KEY)
    row = small.write(lambda unit: take(unit, PRIYA, "one", NOW))
    assert row is not None
    assert small.write(lambda unit: mark_sent(unit, row, "mail", "250 ok", PRIYA, NOW)) is True
    assert small.write(lambda unit: mark_sent(unit, row, "mail", "250 ok", PRIYA, NOW)) is False
    with small.reading() as reader:
        lines = reader.rows("SELECT actor, token_id, detail FROM audit WHERE action = 'notify'")
        assert [tuple(line) for line in lines] == [("priya", "A1", '{"by":"mail","did":"revocation"}')]
        assert counts(reader)[NoticeState.SENT] == 1
    with pytest.raises(Refused, match="is sent since"):
        small.write(lambda unit: retry(unit, found(small, NoticeState.SENT)[0], PRIYA, NOW))


def test_tries_go_further_and_further_apart_and_end(small: Store) -> None:
    revoke_token(small, KEY)
    at, waits = NOW, []
    row = small.write(lambda unit: take(unit, PRIYA, "one", at))
    assert row is not None
    wanted = row.id
    for _ in range(MOST_TRIES):
        assert row is not None
        held = row
        state = small.write(lambda unit, held=held, at=at: mark_failed(unit, held, "one", "450 later", at))  # type: ignore[misc]
        with small.reading() as reader:
            now = the_notice(reader, wanted)
        if state is NoticeState.DEAD:
            break
        waits.append(now.next_try_at - at)
        at = now.next_try_at
        while True:
            row = small.write(lambda unit, at=at: take(unit, PRIYA, "one", at))  # type: ignore[misc]
            if row is not None and row.id == wanted:
                break
    assert tuple(waits) == BACK_OFF
    assert [(one.id, one.answer, one.tries) for one in found(small, NoticeState.DEAD)] == [(wanted, "450 later", MOST_TRIES)]
    dead = found(small, NoticeState.DEAD)[0]
    with pytest.raises(Refused):
        small.write(lambda unit: retry(unit, dead, AUDITOR, at))
    small.write(lambda unit: retry(unit, dead, PRIYA, at))
    assert found(small, NoticeState.DEAD) == ()


def test_the_database_itself_refuses_a_second_notice_of_the_same_occasion_and_states_that_can_not_be(small: Store) -> None:
    revoke_token(small, KEY)
    for sql in (
        "INSERT INTO notice SELECT 'other', account_id, token_id, kind, occasion, recipient, address, subject, body, case_id, "
        "queued_at, next_try_at, state, tries, lease_until, holder, sent_at, way, answer FROM notice",
        "UPDATE notice SET state = 'sent'",
        "UPDATE notice SET state = 'lost'",
        "UPDATE notice SET state = 'sending'",
    ):
        with pytest.raises(BROKEN_CONSTRAINT):
            small.write(lambda unit, sql=sql: unit.run(sql))  # type: ignore[misc]


def test_a_notice_is_found_by_the_beginning_of_its_id(small: Store) -> None:
    revoke_token(small, KEY)
    one = found(small)[0]
    with small.reading() as reader:
        assert the_notice(reader, one.id[:8]) == one
        for wrong in ("zzzzzzzz", one.id[:3]):
            with pytest.raises(NotFound):
                the_notice(reader, wrong)


def test_the_ends_to_come_are_those_of_tokens_that_work_until_then(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        ends = list(endings(reader, NOW, NOW + 10 * DAY))
        bolt = list(endings(reader, NOW, NOW + 10 * DAY, "BOLT"))
    assert [(one.token_id, one.replaced) for one in ends] == [
        (key_of("T07")[1], False), (key_of("T10")[1], True), (key_of("T05")[1], False),
    ]  # fmt: skip
    assert [one.token_id for one in bolt] == [key_of("T07")[1], key_of("T05")[1]]


QUESTIONS: dict[str, tuple[str, dict[str, int | str], str]] = {
    "next": (notice_delivery._NEXT, {"now": 1}, "ix_notice_waiting"),
    "too old": (notices_due._OLD, {"old": 1}, "ix_notice_waiting"),
    "no longer holds": (notices_due._MOOT, {"now": 1}, "ix_notice_waiting"),
    "followed while it waits": (members._FOLLOW[0], _MOVED, "ix_notice_waiting"),
    "followed when dead": (members._FOLLOW[1], _MOVED, "ix_notice_dead"),
    "long ago": (notices_due._FORGET, {"kept": 1}, "ix_notice_queued"),
    "expiring": (notices_due._EXPIRING, _SEARCHED, "ix_token_open_expires"),
    "expiring by a rule": (notices_due._EXPIRING_BY_RULE, {**_SEARCHED, "rule": "14"}, "ix_token_open_expires"),
    "retiring": (notices_due._RETIRING, _SEARCHED, "ix_token_retiring"),
    "orphaned": (notices_due._ORPHANED, _SEARCHED, "ix_token_orphaned"),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_of_a_run_reads_every_notice_or_token(small: Store, question: str) -> None:
    sql, params, index = QUESTIONS[question]
    if small.address.path is None:  # it reads small tables from end to end unless it is told how dear that is
        with small.reading() as reader:
            reader.rows("SELECT set_config('enable_seqscan', 'off', false)")
            plan = "\n".join(str(row[0]) for row in reader.rows(f"EXPLAIN {sql}", params))
        assert "Seq Scan on notice" not in plan
        assert "Seq Scan on token" not in plan
        return
    with sqlite3.connect(small.address.path) as connection:
        steps = [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", params)]
    connection.close()
    assert any(index in step for step in steps), steps
    assert not [step for step in steps if step.startswith("SCAN") and "USING" not in step]
    if ":kind" in sql:
        assert any("uq_notice_occasion" in step or "sqlite_autoindex_notice" in step for step in steps), steps
