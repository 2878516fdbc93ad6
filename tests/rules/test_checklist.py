"""The five steps of a case are ticked by what is on record, each with who and when; what is missing is named."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.errors import Refused
from store.rules.cases import CaseEntry, Key, belonging, checked_case
from store.rules.checklist import EXPORTED, Involved, State, Step, Ticked, checklist, done
from store.rules.status import Status
from tests.conftest import NOW

A, B, NEW = ("ACME", "A1"), ("ACME", "B2"), ("ACME", "N3")
MINUTE = timedelta(minutes=1)


def told(*what: tuple[str, Key | None, str]) -> list[CaseEntry]:
    """Return lines a minute apart: an action, a token, and what was done."""
    return [
        CaseEntry(number, NOW + number * MINUTE, "priya", action, token, did, "words")
        for number, (action, token, did) in enumerate(what, 1)
    ]


def token(key: Key = A, status: Status = Status.ACTIVE, **more: object) -> Involved:
    return Involved(key, f"…{key[1]}", status, **more)  # type: ignore[arg-type]


def step(entries: list[CaseEntry], which: Step, *tokens: Involved) -> Ticked:
    return next(one for one in checklist(entries, tokens) if one.step is which)


def test_a_new_case_has_five_open_steps_each_saying_what_is_missing() -> None:
    steps = checklist(told(("case", None, "open")), [])
    assert [one.step.value for one in steps] == ["identify", "revoke or rotate", "audit usage", "notify", "post-mortem"]
    assert {one.state for one in steps} == {State.OPEN}
    assert done(steps) == 0
    assert all(one.missing and not one.ticks for one in steps)


@pytest.mark.parametrize(("action", "did", "words"), [
    ("look-up", "", "looked up"), ("expose", "", "seen in the open"), ("case", "token", "named"), ("case", "open", "named"),
])  # fmt: skip
def test_naming_a_token_identifies_it_with_who_and_when(action: str, did: str, words: str) -> None:
    found = step(told(("case", None, "open"), (action, A, did)), Step.IDENTIFY, token())
    assert found.state is State.DONE
    (tick,) = found.ticks
    assert (tick.words, tick.who, tick.at, tick.seq) == (f"…A1 {words}", "priya", NOW + 2 * MINUTE, 2)


def test_a_triage_without_a_token_identifies_nothing() -> None:
    assert step(told(("look-up", None, "triage")), Step.IDENTIFY).state is State.OPEN


@pytest.mark.parametrize(("status", "actions", "state", "words"), [
    (Status.REVOKED, ("revoke",), State.DONE, "…A1 revoked"),
    (Status.EXPIRED, ("rotate",), State.DONE, "…A1 rotated"),
    (Status.EXPIRED, ("expire",), State.DONE, "…A1 has expired"),
    (Status.SUSPENDED, ("suspend",), State.PARTLY, "…A1 suspended, not ended"),
    (Status.RETIRING, ("rotate",), State.PARTLY, "…A1 rotated, but the old one works until 2026-03-16 11:00Z"),
    (Status.ACTIVE, ("suspend", "resume"), State.OPEN, None),
])  # fmt: skip
def test_only_what_can_not_come_back_ends_a_token(
    status: Status, actions: tuple[str, ...], state: State, words: str | None
) -> None:
    entries = told(*((action, A, "") for action in actions))
    found = step(entries, Step.END, token(A, status, ends_at=NOW + timedelta(hours=2)))
    assert found.state is state
    assert [tick.words for tick in found.ticks] == ([words] if words else [])
    assert (found.missing == "") is (state is State.DONE)


def test_every_token_of_the_case_has_to_end() -> None:
    entries = told(("look-up", A, ""), ("look-up", B, ""), ("revoke", A, ""))
    found = step(entries, Step.END, token(A, Status.REVOKED), token(B))
    assert (found.state, found.missing) == (State.PARTLY, "…B2 still works")


def test_an_end_outside_the_case_counts_and_says_so() -> None:
    ended = token(A, Status.REVOKED, ended_at=NOW - MINUTE, ended_by="marco")
    found = step(told(("look-up", A, "")), Step.END, ended)
    assert found.state is State.DONE
    assert [(tick.words, tick.who, tick.at, tick.seq) for tick in found.ticks] == [
        ("…A1 revoked, not under this case", "marco", NOW - MINUTE, None)
    ]


def test_usage_is_audited_when_it_was_read_for_each_token() -> None:
    entries = told(("look-up", A, "usage"), ("look-up", B, ""))
    found = step(entries, Step.USAGE, token(A), token(B))
    assert (found.state, [tick.words for tick in found.ticks]) == (State.PARTLY, ["…A1 usage read"])
    assert "…B2" in found.missing
    entries += [CaseEntry(9, NOW + 9 * MINUTE, "dana", "look-up", B, "timeline")]
    found = step(entries, Step.USAGE, token(A), token(B))
    assert (found.state, found.ticks[-1].words, found.ticks[-1].who) == (State.DONE, "…B2 timeline read", "dana")


def test_only_a_notice_says_that_somebody_was_told() -> None:
    assert step(told(("case", None, "note")), Step.NOTIFY).state is State.OPEN
    notice = CaseEntry(4, NOW, "dana", "case", None, "notice", "Leo of Bolt: by phone", NOW - MINUTE)
    found = step([notice], Step.NOTIFY)
    assert (found.state, found.ticks[0].words) == (State.DONE, "told Leo of Bolt: by phone at 2026-03-16 08:59Z")
    erased = CaseEntry(4, NOW, "dana", "case", None, "notice")
    assert step([erased], Step.NOTIFY).ticks[0].words == "told somebody (erased)"


@pytest.mark.parametrize(("action", "did", "state"), [
    ("export", EXPORTED, State.DONE), ("export", "", State.OPEN), ("case", "close", State.DONE), ("case", "note", State.OPEN),
])  # fmt: skip
def test_a_whole_export_or_a_closing_note_is_the_post_mortem(action: str, did: str, state: State) -> None:
    assert step(told((action, None, did)), Step.POST_MORTEM).state is state


def test_whatever_is_named_belongs_to_a_case_unless_it_is_set_aside() -> None:
    entries = told(("look-up", A, ""), ("look-up", B, ""), ("case", B, "aside"), ("look-up", B, ""))
    assert belonging(entries).involved == (A,)
    assert belonging(entries).aside == (B,)
    again = belonging([*entries, *told(("case", B, "token"))])
    assert (again.involved, again.aside) == ((A, B), ())


def test_a_replacement_need_not_end_unless_it_was_seen_in_the_open_itself() -> None:
    entries = told(("look-up", A, ""), ("issue", NEW, ""), ("rotate", A, ""), ("look-up", NEW, ""))
    assert belonging(entries) == belonging(entries, [A])
    assert (belonging(entries).involved, belonging(entries).made) == ((A,), (NEW,))
    assert belonging(entries, [NEW]).involved == (A, NEW)


@pytest.mark.parametrize("name", ["", "  ", "INC\n204", "INC\x1b[2J", "I" * 101])
def test_what_can_not_be_read_or_typed_names_no_case(name: str) -> None:
    with pytest.raises(Refused):
        checked_case(name)


def test_spaces_around_a_name_are_no_part_of_it() -> None:
    assert checked_case(" INC-204 ") == "INC-204"
