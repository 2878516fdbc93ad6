"""Cases: opened by the first action that names them, kept by audit lines, told with evidence and numbers, on both databases."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from store.case_rows import CaseFile
from store.engine import Unit
from store.errors import NotFound, Refused
from store.opening import Store
from store.reader import Reader
from store.reads.case_file import case_file
from store.reads.cases import case_lines, cases, count_cases, place_of_case, the_case
from store.reads.verify import verify
from store.rows import TokenKey
from store.rules.cases import Did, Page
from store.rules.checklist import State, Step
from store.rules.leaks import Verdict
from store.rules.roles import Actor, Role
from store.writes.cases import (
    CaseOrder,
    CaseProof,
    NoteOrder,
    OpenOrder,
    TokenOrder,
    close_case,
    name_token,
    note,
    note_usage_read,
    open_case,
    reopen_case,
    set_aside,
)
from store.writes.editing import look_up
from store.writes.ending import resume, revoke, suspend
from store.writes.exposures import ExposeOrder, Seen, expose
from store.writes.issuing import rotate
from store.writes.orders import LookUpOrder, ResumeOrder, RevokeOrder, RotateOrder, SuspendOrder
from store.writes.people import put_operator
from tests.benchmarks.recording import statements_of
from tests.conftest import NOW
from tests.making import PRIYA, make_account, make_token, revoke_token
from tests.rowmaker import Use, put_usage, track_since

INC = "INC-204"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def key(store: Store) -> TokenKey:
    """One token of ACME."""
    make_account(store)
    return make_token(store).key


def lines(store: Store, case: str = INC) -> list[tuple[str, str, str | None]]:
    """Return what is filed under a case, in its order: action, what was done, token."""
    found = read(store, case)
    assert found is not None
    return [(line.action, str(line.detail.get("did", "")), line.token_id) for line in found.events]


def read(store: Store, case: str = INC, now: datetime = NOW) -> CaseFile | None:
    with store.reading() as reader:
        return case_file(reader, case, now)


def the_file(store: Store, case: str = INC, now: datetime = NOW) -> CaseFile:
    found = read(store, case, now)
    assert found is not None
    return found


def states(store: Store, now: datetime = NOW) -> dict[Step, State]:
    return {step.step: step.state for step in the_file(store, now=now).steps}


def opened(store: Store, case: str = INC, now: datetime = NOW, **more: object) -> CaseProof:
    order = replace(OpenOrder(case=case, actor=PRIYA), **more)  # type: ignore[arg-type]
    return store.write(lambda unit: open_case(unit, order, now))


def noted(store: Store, now: datetime = NOW, **more: object) -> CaseProof:
    order = replace(NoteOrder(case=INC, actor=PRIYA), **more)  # type: ignore[arg-type]
    return store.write(lambda unit: note(unit, order, now))


def looked(store: Store, key: TokenKey, actor: Actor = PRIYA, case: str = INC, now: datetime = NOW) -> int:
    return store.write(lambda unit: look_up(unit, LookUpOrder(key=key, actor=actor, case=case), now))


def used(store: Store, key: TokenKey, page: Page = Page.USAGE, actor: Actor = PRIYA, now: datetime = NOW) -> int | None:
    return store.write(lambda unit: note_usage_read(unit, INC, key, page, actor, now))


def test_the_first_action_that_names_a_case_opens_it_in_the_same_transaction(store: Store, key: TokenKey) -> None:
    order = RevokeOrder(key=key, actor=PRIYA, case=INC)

    def refused(unit: Unit) -> None:
        revoke(unit, order, NOW)
        raise Refused("no", "")

    with pytest.raises(Refused, match="no"):
        store.write(refused)
    assert read(store) is None
    proof = store.write(lambda unit: revoke(unit, order, NOW), order.action_id)
    found = the_file(store)
    assert (found.row.title, found.row.opened_at, found.row.opened_by, found.row.closed_at) == ("", NOW, "priya", None)
    assert lines(store) == [("case", "open", None), ("revoke", "", key[1])]
    assert [line.seq for line in found.events] == [proof.seq - 1, proof.seq]
    looked(store, key)
    assert lines(store)[2:] == [("look-up", "", key[1])]
    with store.reading() as reader:
        assert verify(reader).whole


def test_a_case_is_opened_noted_closed_and_reopened_each_by_a_line_of_its_own(store: Store, key: TokenKey) -> None:
    opened(store, words="Leak in a public repository", key=key)
    noted(store, words="saw it in a fork")
    with pytest.raises(Refused, match="is open already"):
        opened(store)
    close = CaseOrder(case=INC, actor=PRIYA, words="replaced and revoked")
    assert store.write(lambda unit: close_case(unit, close, NOW + HOUR)).did is Did.CLOSE
    assert the_file(store).row.closed_at == NOW + HOUR
    with pytest.raises(Refused, match="was closed"):
        opened(store)
    with pytest.raises(Refused, match="was closed"):
        store.write(lambda unit: close_case(unit, replace(close, action_id="again"), NOW))
    again = CaseOrder(case=INC, actor=PRIYA, words="a second copy")
    store.write(lambda unit: reopen_case(unit, again, NOW + 2 * HOUR))
    assert the_file(store).row.is_open
    assert lines(store) == [
        ("case", "open", key[1]), ("case", "note", None), ("case", "close", None), ("case", "reopen", None),
    ]  # fmt: skip
    with store.reading() as reader:
        assert verify(reader).whole
        kept = " ".join(str(row[0]) for row in reader.rows("SELECT detail FROM audit"))
    assert "fork" not in kept  # what people write is kept where it can be erased


@pytest.mark.parametrize("words", ["", "   "])
def test_closing_reopening_noting_and_setting_aside_want_words(store: Store, key: TokenKey, words: str) -> None:
    opened(store)
    order = CaseOrder(case=INC, actor=PRIYA, words=words)
    aside = TokenOrder(case=INC, actor=PRIYA, words=words, key=key)
    for write in (
        lambda unit: close_case(unit, order, NOW),
        lambda unit: note(unit, NoteOrder(case=INC, actor=PRIYA, words=words), NOW),
        lambda unit: set_aside(unit, aside, NOW),
    ):
        with pytest.raises(Refused):
            store.write(write)
    assert the_file(store).lines == 1


def test_a_case_that_nobody_opened_can_not_be_noted_or_closed(store: Store) -> None:
    for write in (
        lambda unit: note(unit, NoteOrder(case="INC-205", actor=PRIYA, words="typo"), NOW),
        lambda unit: close_case(unit, CaseOrder(case="INC-205", actor=PRIYA, words="typo"), NOW),
        lambda unit: reopen_case(unit, CaseOrder(case="INC-205", actor=PRIYA, words="typo"), NOW),
    ):
        with pytest.raises(NotFound, match="INC-205"):
            store.write(write)
    with store.reading() as reader:
        assert count_cases(reader) == 0


def test_a_case_opened_by_an_action_can_be_given_its_title_later(store: Store, key: TokenKey) -> None:
    looked(store, key)
    assert opened(store, words="the leak of March").did is Did.TITLE
    assert the_file(store).row.title == "the leak of March"
    with pytest.raises(Refused, match="is open already"):
        opened(store, words="another title")


def test_whoever_may_revoke_one_token_may_open_a_case_and_an_auditor_may_not(store: Store, key: TokenKey) -> None:
    def staff(unit: Unit) -> None:
        put_operator(unit, "priya", Role.ADMIN, PRIYA, NOW)
        for role in (Role.AUDITOR, Role.SUPPORT):
            put_operator(unit, role.value, role, PRIYA, NOW)

    store.write(staff)
    auditor, support = Actor("auditor", Role.AUDITOR), Actor("support", Role.SUPPORT)
    with pytest.raises(Refused, match="auditor"):
        opened(store, actor=auditor)
    looked(store, key, auditor)
    assert read(store) is None
    assert used(store, key, actor=auditor) is None
    opened(store, actor=support, now=NOW + MINUTE)
    assert lines(store) == [("look-up", "", key[1]), ("case", "open", None)]  # what was filed before belongs to it as well
    with pytest.raises(Refused, match="read-only"):
        noted(store, actor=replace(support, read_only=True), words="no")


def test_what_can_not_be_the_name_of_a_case_opens_none_and_refuses_no_action(store: Store, key: TokenKey) -> None:
    hostile = "INC\x1b]0;x\x07"
    looked(store, key, case=hostile)
    with store.reading() as reader:
        assert reader.value("SELECT count(*) FROM audit WHERE case_id IS NOT NULL") == 1
        assert count_cases(reader) == 0
    with pytest.raises(Refused, match="name of a case"):
        opened(store, hostile)


def test_reading_usage_is_recorded_once_for_each_token_page_and_case(store: Store, key: TokenKey) -> None:
    opened(store, key=key)
    assert states(store)[Step.USAGE] is State.OPEN
    assert used(store, key) is not None
    assert used(store, key) is None
    assert used(store, key, Page.TIMELINE) is not None
    assert states(store)[Step.USAGE] is State.DONE
    assert [did for action, did, _ in lines(store) if action == "look-up"] == ["usage", "timeline"]
    assert used(store, key, actor=replace(PRIYA, read_only=True)) is None


def test_a_suspension_does_not_end_a_token_and_a_resume_opens_the_step_again(store: Store, key: TokenKey) -> None:
    looked(store, key)
    assert states(store)[Step.END] is State.OPEN
    until = NOW + 4 * HOUR
    stop = SuspendOrder(key=key, actor=PRIYA, case=INC, until=until)
    store.write(lambda unit: suspend(unit, stop, NOW))
    found = the_file(store)
    assert found.steps[1].state is State.PARTLY
    assert "suspended, not ended" in found.steps[1].missing
    assert [token.key for token in found.suspended] == [key]
    assert (found.working, found.ended_at) == ((), None)
    assert states(store, until)[Step.END] is State.OPEN  # it works again by itself
    store.write(lambda unit: resume(unit, ResumeOrder(key=key, actor=PRIYA, case=INC), NOW))
    assert states(store)[Step.END] is State.OPEN
    end = RevokeOrder(key=key, actor=PRIYA, case=INC)
    store.write(lambda unit: revoke(unit, end, NOW + 12 * MINUTE))
    found = the_file(store, now=NOW + HOUR)
    assert states(store, NOW + HOUR)[Step.END] is State.DONE
    assert (found.found_at, found.ended_at, found.took) == (NOW, NOW + 12 * MINUTE, 12 * MINUTE)


def test_a_rotation_ends_the_old_token_and_its_replacement_is_no_part_of_the_leak(store: Store, key: TokenKey) -> None:
    mint = store.mint()
    looked(store, key)
    order = RotateOrder(key=key, actor=PRIYA, case=INC, overlap=timedelta(0))
    new = store.write(lambda unit: rotate(unit, order, NOW, mint)).new.key
    found = the_file(store, now=NOW + MINUTE)
    assert [token.key for token in found.tokens] == [key]
    assert [row.key for row in found.made] == [new]
    assert found.steps[1].state is State.DONE


def test_a_token_looked_at_by_mistake_is_set_aside_with_a_reason_and_can_come_back(store: Store, key: TokenKey) -> None:
    other = make_token(store, "innocent").key
    looked(store, key)
    looked(store, other)
    revoke_token(store, key)
    assert states(store)[Step.END] is State.PARTLY
    order = TokenOrder(case=INC, actor=PRIYA, key=other, words="only compared with it")
    store.write(lambda unit: set_aside(unit, order, NOW))
    found = the_file(store)
    assert (states(store)[Step.END], [row.key for row in found.aside]) == (State.DONE, [other])
    store.write(lambda unit: name_token(unit, TokenOrder(case=INC, actor=PRIYA, key=other), NOW))
    assert states(store)[Step.END] is State.PARTLY


def test_a_notice_says_who_was_told_and_when_and_never_in_the_future(store: Store, key: TokenKey) -> None:
    opened(store)
    with pytest.raises(Refused, match="future"):
        noted(store, told="Leo", told_at=NOW + MINUTE)
    noted(store, told="Leo of Acme", words="by phone", told_at=NOW - HOUR)
    step = the_file(store).steps[3]
    assert (step.state, step.ticks[0].words) == (State.DONE, "told Leo of Acme: by phone at 2026-03-16 08:00Z")


def test_discovery_is_the_earliest_exposure_or_look_up(store: Store, key: TokenKey) -> None:
    before = ExposeOrder(source="dump.txt", seen=(Seen(key, Verdict.VERIFIED, "line 4"),), actor=PRIYA)
    store.write(lambda unit: expose(unit, before, NOW - HOUR))
    looked(store, key)
    (token,) = the_file(store).tokens
    assert (token.found_at, token.found_by, len(token.exposures)) == (NOW - HOUR, "exposure", 1)
    elsewhere = ExposeOrder(source="old.txt", seen=(Seen(key, Verdict.VERIFIED, "line 9"),), actor=PRIYA, case="INC-1")
    store.write(lambda unit: expose(unit, elsewhere, NOW - DAY))
    (token,) = the_file(store).tokens
    assert (token.found_at, len(token.exposures)) == (NOW - HOUR, 1)  # what another case dealt with is not this one's


def test_calls_after_the_exposure_are_counted_by_the_minute_and_new_addresses_named(store: Store, key: TokenKey) -> None:
    from store.rules.usage import Outcome

    track_since(store, NOW - 30 * DAY)
    order = ExposeOrder(source="dump.txt", seen=(Seen(key, Verdict.VERIFIED),), actor=PRIYA, case=INC)
    found_at = NOW - HOUR + timedelta(seconds=20)
    store.write(lambda unit: expose(unit, order, found_at))
    calls = [
        Use(key, found_at - timedelta(minutes=2), address="198.51.100.7"),
        Use(key, found_at + timedelta(seconds=10), address="198.51.100.7"),
        Use(key, found_at + timedelta(seconds=60), address="203.0.113.9"),
        Use(key, found_at + timedelta(minutes=9), address="203.0.113.9"),
        Use(key, found_at + timedelta(minutes=10), Outcome.RATE_LIMITED, address="203.0.113.9"),
    ]
    put_usage(store, calls)
    (token,) = the_file(store).tokens
    after = token.aftermath
    assert after is not None
    assert (after.accepted, after.within, after.step_s, after.since) == (2, 1, 60, found_at)
    assert [one.address for one in after.addresses] == ["203.0.113.9"]
    later = the_file(store, now=NOW + 5 * DAY).tokens[0].aftermath
    assert later is not None
    assert (later.accepted, later.within, later.step_s) == (0, 3, 3_600)  # all within the hour it was found in


def test_calls_after_an_exposure_that_usage_does_not_reach_are_not_known(store: Store, key: TokenKey) -> None:
    put_usage(store, [Use(key, NOW - DAY)])
    looked(store, key)
    after = the_file(store).tokens[0].aftermath
    assert after is not None
    assert after.accepted is None


def test_the_blast_radius_is_told_as_of_the_end_of_a_token(store: Store, key: TokenKey) -> None:
    track_since(store, NOW - 90 * DAY)
    put_usage(store, [Use(key, NOW - 2 * HOUR, agent="netsuite-sync/2.1"), Use(key, NOW - HOUR, agent="netsuite-sync/2.1")])
    store.write(lambda unit: revoke(unit, RevokeOrder(key=key, actor=PRIYA, case=INC), NOW))
    (token,) = the_file(store, now=NOW + 60 * DAY).tokens
    assert token.blast is not None
    assert (token.blast_at, token.blast.requests_7d, len(token.blast.callers)) == (NOW, 2, 1)


def test_open_cases_come_first_and_every_window_and_place_agrees(store: Store, key: TokenKey) -> None:
    for number in range(7):
        opened(store, f"INC-{number}", NOW + number * MINUTE, words="odd" if number % 2 else "even")
    for number in (1, 2, 5):
        order = CaseOrder(case=f"INC-{number}", actor=PRIYA, words="done")
        at = NOW + (20 - number) * MINUTE
        store.write(lambda unit, order=order, at=at: close_case(unit, order, at))  # type: ignore[misc]
    expected = ["INC-6", "INC-4", "INC-3", "INC-0", "INC-1", "INC-2", "INC-5"]
    with store.reading() as reader:
        assert [row.id for row in cases(reader, 0, 50)] == expected
        for first in range(8):
            for count in range(1, 8):
                assert [row.id for row in cases(reader, first, count)] == expected[first : first + count]
        assert [place_of_case(reader, case) for case in expected] == list(range(7))
        assert place_of_case(reader, "INC-9") is None
        assert count_cases(reader) == 7
        assert count_cases(reader, open_only=True) == 4
        odd = ["INC-3", "INC-1", "INC-5"]
        assert [row.id for row in cases(reader, 0, 50, "odd")] == odd
        assert [row.id for row in cases(reader, 1, 1, "odd")] == odd[1:2]
        assert [place_of_case(reader, case, "odd") for case in odd] == [0, 1, 2]
        assert place_of_case(reader, "INC-4", "odd") is None
        assert [row.id for row in cases(reader, 0, 50, open_only=True)] == expected[:4]
        assert the_case(reader, "inc-4") is None


def test_a_line_of_the_list_says_how_far_a_case_is_and_what_was_done_last(store: Store, key: TokenKey) -> None:
    looked(store, key)
    noted(store, words="on it", now=NOW + MINUTE)
    with store.reading() as reader:
        (line,) = case_lines(reader, cases(reader, 0, 9), NOW)
    assert (line.lines, line.tokens, line.working, line.steps) == (3, 1, 1, 1)
    assert (line.last_at, line.last_by, line.last_action) == (NOW + MINUTE, "priya", "case")


def test_a_case_longer_than_a_list_reads_says_so_instead_of_guessing(store: Store, key: TokenKey) -> None:
    def many(unit: Unit) -> None:
        for _ in range(205):
            look_up(unit, LookUpOrder(key=key, actor=PRIYA, case=INC), NOW)

    store.write(many)
    with store.reading() as reader:
        (line,) = case_lines(reader, cases(reader, 0, 9), NOW)
    assert (line.lines, line.tokens, line.steps) == (206, None, None)
    noted(store, words="the last word")
    store.write(many)
    found = the_file(store)
    assert (found.lines, len(found.events), found.left_out) == (412, 300, 112)
    assert states(store)[Step.IDENTIFY] is State.DONE


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_question_about_a_case_walks_through_a_table_or_sorts_it(store: Store, key: TokenKey) -> None:
    for number in range(30):
        opened(store, f"INC-{number}", NOW + number * MINUTE)
    looked(store, key)
    put_usage(store, [Use(key, NOW - HOUR, address="198.51.100.7")])

    def everything(reader: Reader) -> None:
        assert case_file(reader, INC, NOW) is not None
        case_lines(reader, cases(reader, 3, 9), NOW)
        place_of_case(reader, INC)

    sent = statements_of(store, everything)
    with store.reading() as reader:
        for statement in sent:
            plan = [str(row[3]) for row in reader.rows(f"EXPLAIN QUERY PLAN {statement.sql}", statement.params)]
            walked = [step for step in plan if re.match(r"SCAN (e|p|t|c|u|audit|token|exposure|usage_\w+)\b(?!.*USING)", step)]
            assert not walked, (statement.sql, plan)
            if "case_file" in statement.sql:
                assert not [step for step in plan if "TEMP B-TREE" in step], (statement.sql, plan)
