"""The forms of a case: open one for a token, note, tell, set aside, close and reopen. None of them stops a customer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from console.command_lines import of_token
from console.dialogs.form import Field, Form
from console.render.case_words import state_words
from console.render.sheet import line
from console.screens.token_actions import Target
from store.errors import Refused
from store.moments import parse_moment
from store.rules.cases import checked_case
from store.rules.checklist import State
from store.writes.cases import (
    CaseOrder,
    CaseProof,
    NoteOrder,
    TokenOrder,
    close_case,
    reopen_case,
    set_aside,
)
from store.writes.cases import note as write_note

if TYPE_CHECKING:
    from console.screens.case_file import CaseScreen
    from console.screens.token_changes import TokenChanges
    from store.case_rows import CaseFile
    from store.engine import Unit
    from store.rows import TokenLine

NOW_WORD = "now"


def open_for(screen: TokenChanges, row: TokenLine, name: str) -> None:
    """Ask for the name of a case for a token: the one that is worked under, or a new one; a case that is there takes it in."""
    session = screen.session
    target = Target(row.key, row.audit_seq, row)
    proposed = not name and not session.case
    given = name or session.case or f"INC-{session.now:%Y%m%d}-{row.hint or row.id[-4:]}"

    def judged(text: str) -> str:
        return _wrong(lambda: checked_case(text))

    def check(values: dict[str, str]) -> str | Callable[[], object]:
        return lambda: screen.open_case(target, checked_case(values["case"]), values["title"])

    fields = [
        Field("case", "Case", given, note=f"{'typing replaces it: ' * proposed}a new name, or one that is there", judge=judged,
              proposed=proposed),
        Field("title", "Title", note="what happened, in a few words; only for a new case"),
    ]  # fmt: skip
    form = Form("Open a case for this token", screen._about(row), fields, check)
    form.command = screen.command_of(
        "open-case",
        lambda: {**of_token(row.account_id, row.id), "of_case": form.values["case"], "title": form.values["title"]},
    )
    screen.ask(form)


def note(screen: CaseScreen, words: str) -> None:
    """Ask for a note."""
    _one(screen, "Note", "note", "Note", "kept where it can be erased", words, "NOTED", lambda text: _note(screen, text))


def told(screen: CaseScreen, who: str) -> None:
    """Ask who was told, how, and when."""
    now = screen.session.now

    def when(text: str) -> datetime | None:
        return None if text in ("", NOW_WORD) else parse_moment(text)

    def judged(text: str) -> str:
        return _wrong(lambda: when(text))

    def check(values: dict[str, str]) -> str | Callable[[], object]:
        actor = screen.session.actor
        if not values["who"]:
            return "Say who was told."
        if actor is None:
            return "The store is not open yet."
        order = NoteOrder(case=screen.case, actor=actor, words=values["how"], told=values["who"], told_at=when(values["when"]))
        return lambda: screen.write_case("NOTED who was told,", lambda unit: write_note(unit, order, now), order.action_id)

    fields = [
        Field("who", "Who was told", who),
        Field("how", "How, and what", note="by phone; they move to the new token"),
        Field(
            "when", "When (UTC)", NOW_WORD, (NOW_WORD,), "or a time, such as 2026-03-12T04:10Z", lambda t: _wrong(lambda: when(t))
        ),
    ]
    about = line("A note, nothing more: ", ("nothing is sent to anybody.", "quiet"))
    form = Form("Somebody was told", about, fields, check)

    def filled_in() -> dict[str, str]:
        told_at = form.values["when"]
        return {**form.values, "told_at": "" if told_at == NOW_WORD else told_at}

    form.command = screen.command_of("tell-case", filled_in)
    screen.ask(form)


def aside(screen: CaseScreen, row: TokenLine) -> None:
    """Ask why a token is no part of the case."""
    actor, now = screen.session.actor, screen.session.now

    def check(values: dict[str, str]) -> str | Callable[[], object]:
        if not values["reason"]:
            return "Say why it is no part of the case."
        assert actor is not None
        order = TokenOrder(case=screen.case, actor=actor, key=row.key, words=values["reason"])
        return lambda: screen.write_case("SET ASIDE,", lambda unit: set_aside(unit, order, now), order.action_id)

    form = Form("Set this token aside", screen._about(row), [Field("reason", "Why")], check)
    form.command = screen.command_of("aside", lambda: {**of_token(row.account_id, row.id), **form.values})
    screen.ask(form)


def close_or_reopen(screen: CaseScreen, found: CaseFile) -> None:
    """Ask what came of an open case, saying what is not done; or why a closed one is opened again."""
    actor, now = screen.session.actor, screen.session.now
    if actor is None:
        return
    is_open = found.row.is_open
    missing = [step.step.value for step in found.steps if step.state is not State.DONE and step.step.value != "post-mortem"]
    not_done = f"Not done: {', '.join(missing)}. " if missing and is_open else ""
    about = line((not_done, "finding"), (f"{found.row.id} is {state_words(found.row)}.", "quiet"))

    def check(values: dict[str, str]) -> str | Callable[[], object]:
        if not values["words"]:
            return "Say in a few words what came of it." if is_open else "Say why."
        order = CaseOrder(case=screen.case, actor=actor, words=values["words"])
        do = close_case if is_open else reopen_case
        return lambda: screen.write_case(
            "CLOSED," if is_open else "OPENED AGAIN,", lambda unit: do(unit, order, now), order.action_id
        )

    field = Field("words", "What came of it" if is_open else "Why")
    form = Form("Close the case" if is_open else "Open the case again", about, [field], check)
    form.command = screen.command_of("close-case" if is_open else "reopen-case", lambda: {"note": form.values["words"]})
    screen.ask(form)


def _note(screen: CaseScreen, text: str) -> tuple[Callable[[Unit], CaseProof], str]:
    assert screen.session.actor is not None
    order, now = NoteOrder(case=screen.case, actor=screen.session.actor, words=text), screen.session.now
    return lambda unit: write_note(unit, order, now), order.action_id


def _one(
    screen: CaseScreen,
    title: str,
    name: str,
    label: str,
    tip: str,
    given: str,
    did: str,
    make: Callable[[str], tuple[Callable[[Unit], CaseProof], str]],
) -> None:
    def check(values: dict[str, str]) -> str | Callable[[], object]:
        if not values[name]:
            return "It has no words yet."
        work, action_id = make(values[name])
        return lambda: screen.write_case(f"{did},", work, action_id)

    form = Form(title, line(f"Under {screen.case}: ", (tip, "quiet")), [Field(name, label, given)], check)
    form.command = screen.command_of("note-case", lambda: form.values)
    screen.ask(form)


def _wrong(rule: Callable[[], object]) -> str:
    """Return what is wrong by a rule, "" when nothing is."""
    try:
        rule()
    except (Refused, ValueError) as error:
        return str(error)
    return ""
