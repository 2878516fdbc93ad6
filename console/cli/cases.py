"""`tokendesk cases`: incidents with their steps, tokens and numbers; every change of one is a line of the audit log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.command import command, noun
from console.cli.options import JsonOption
from console.cli.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from store.engine import Unit
    from store.opening import Store
    from store.rules.roles import Actor
    from store.writes.cases import CaseProof

group = noun("Open, follow and close incident cases.")

CaseArgument = Annotated[str, typer.Argument(metavar="CASE", help="The case's name, such as INC-204.", show_default=False)]
TokenArgument = Annotated[str, typer.Argument(metavar="ID", help="The token's public id, or ACCOUNT/ID.", show_default=False)]


@command(group, "list", "tokendesk cases list --open", "tokendesk cases list --search harbor --json")
def list_cases(
    place: Place,
    open_only: Annotated[bool, typer.Option("--open", help="Only those that are open.")] = False,
    search: Annotated[str, typer.Option("--search", metavar="WORDS", help="Only with this in their name or title.")] = "",
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=10_000, help="At most so many.")] = 100,
    as_json: JsonOption = False,
) -> None:
    """List cases, the open ones first, each with how many of the five steps are done."""
    from console.cli.case_words import print_cases
    from console.cli.output import print_array
    from console.cli.place import now_at
    from console.reports.case_fields import line_record
    from store.reads.cases import case_lines, cases, count_cases

    with place.open() as store, store.reading() as reader:
        found = case_lines(reader, cases(reader, 0, limit, search, open_only=open_only), now_at(store))
        whole = count_cases(reader, search, open_only=open_only)
    if as_json:
        print_array(line_record(line) for line in found)
    else:
        print_cases(found, whole)


@command(group, "show", "tokendesk cases show INC-204", "tokendesk cases show INC-204 --json")
def show_case(place: Place, case: CaseArgument, as_json: JsonOption = False) -> None:
    """Show a case: the five steps with what ticked them, its tokens, their numbers and the timeline."""
    from console.cli.case_words import the_case_file
    from console.cli.output import print_record, show
    from console.cli.place import now_at
    from console.reports.case_fields import case_record
    from console.reports.case_text import case_text

    with place.open() as store:
        found = the_case_file(store, case, now_at(store))
    if as_json:
        print_record(case_record(found))
        return
    for line in case_text(found):
        show(line)


@command(
    group,
    "open",
    "tokendesk cases open INC-204 --title 'Token in a public repository' --token ACME/7Kq2dR0aW4xZ",
)
def open_one(
    place: Place,
    case: CaseArgument,
    title: Annotated[str, typer.Option("--title", metavar="WORDS", help="What it is about, in a few words.")] = "",
    token: Annotated[str | None, typer.Option("--token", metavar="ID", help="The token it is about.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Open a case. Not needed before `--case`: the first action that names a case opens it."""
    from console.cli.finding import the_token
    from store.writes.cases import OpenOrder, open_case

    def make(store: Store, actor: Actor, now: datetime) -> Callable[[Unit], CaseProof]:
        key = the_token(store, token, now).key if token else None
        order = OpenOrder(case=case, actor=actor, words=title, key=key)
        return lambda unit: open_case(unit, order, now)

    _write(place, make, as_json=as_json)


@command(
    group,
    "note",
    "tokendesk cases note INC-204 'the repository was deleted'",
    "tokendesk cases note INC-204 'by phone' --told 'Grace of Harbor' --told-at 2026-03-12T04:10Z",
)
def note_one(
    place: Place,
    case: CaseArgument,
    words: Annotated[str, typer.Argument(metavar="WORDS", help="The note.", show_default=False)] = "",
    told: Annotated[
        str, typer.Option("--told", metavar="WHO", help="Who was told: makes it a notice, which ticks that step.")
    ] = "",
    told_at: Annotated[str | None, typer.Option("--told-at", metavar="TIME", help="When they were told; else now.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Write a note under a case, or that somebody was told. Nothing is sent to anybody."""
    from console.cli.times import moment_of
    from store.writes.cases import NoteOrder, note

    when = moment_of(told_at, "--told-at") if told_at else None

    def make(store: Store, actor: Actor, now: datetime) -> Callable[[Unit], CaseProof]:
        order = NoteOrder(case=case, actor=actor, words=words, told=told, told_at=when)
        return lambda unit: note(unit, order, now)

    _write(place, make, as_json=as_json)


@command(group, "add", "tokendesk cases add INC-204 ACME/7Kq2dR0aW4xZ")
def add_token(place: Place, case: CaseArgument, token: TokenArgument, as_json: JsonOption = False) -> None:
    """Say that a case is about a token; one that was set aside comes back."""
    from console.cli.finding import the_token
    from store.writes.cases import TokenOrder, name_token

    def make(store: Store, actor: Actor, now: datetime) -> Callable[[Unit], CaseProof]:
        order = TokenOrder(case=case, actor=actor, key=the_token(store, token, now).key)
        return lambda unit: name_token(unit, order, now)

    _write(place, make, as_json=as_json)


@command(group, "aside", "tokendesk cases aside INC-204 ACME/7Kq2dR0aW4xZ --reason 'only compared with it'")
def aside_token(
    place: Place,
    case: CaseArgument,
    token: TokenArgument,
    reason: Annotated[str, typer.Option("--reason", metavar="WORDS", help="Why it is no part of the case.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Set a token aside that was looked at under a case and is no part of it."""
    from console.cli.finding import the_token
    from store.writes.cases import TokenOrder, set_aside

    def make(store: Store, actor: Actor, now: datetime) -> Callable[[Unit], CaseProof]:
        order = TokenOrder(case=case, actor=actor, words=reason, key=the_token(store, token, now).key)
        return lambda unit: set_aside(unit, order, now)

    _write(place, make, as_json=as_json)


@command(group, "close", "tokendesk cases close INC-204 --note 'revoked within 32 minutes; the policy now asks for 30 days'")
def close_one(
    place: Place,
    case: CaseArgument,
    words: Annotated[str, typer.Option("--note", metavar="WORDS", help="What came of it.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Close a case with a note; what is not done yet is told, and stays not done."""
    from console.cli.case_words import say_what_is_missing
    from store.writes.cases import CaseOrder, close_case

    def make(store: Store, actor: Actor, now: datetime) -> Callable[[Unit], CaseProof]:
        order = CaseOrder(case=case, actor=actor, words=words)
        return lambda unit: close_case(unit, order, now)

    _write(place, make, say_what_is_missing, as_json=as_json)


@command(group, "reopen", "tokendesk cases reopen INC-204 --reason 'a second copy was found'")
def reopen_one(
    place: Place,
    case: CaseArgument,
    reason: Annotated[str, typer.Option("--reason", metavar="WORDS", help="Why.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Open a closed case again."""
    from store.writes.cases import CaseOrder, reopen_case

    def make(store: Store, actor: Actor, now: datetime) -> Callable[[Unit], CaseProof]:
        order = CaseOrder(case=case, actor=actor, words=reason)
        return lambda unit: reopen_case(unit, order, now)

    _write(place, make, as_json=as_json)


@command(group, "export", "tokendesk cases export INC-204 -o INC-204.md", "tokendesk cases export INC-204 --format json -o -")
def export_one(
    place: Place,
    case: CaseArgument,
    form: Annotated[str | None, typer.Option("--format", metavar="md|json", help="Markdown or JSON.")] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="The file, - for standard output.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a case to a file of your own, as Markdown or JSON; recorded in the audit log, which ticks the post-mortem."""
    from console.cli.case_exporting import export_case

    export_case(place, case, form, output, force=force, as_json=as_json)


def _write(
    place: Place,
    make: Callable[[Store, Actor, datetime], Callable[[Unit], CaseProof]],
    after: Callable[[Store, str, datetime], None] | None = None,
    *,
    as_json: bool,
) -> None:
    from console.cli.output import print_record, show
    from console.cli.place import now_at
    from console.reports.cells import stamped

    with place.open() as store:
        now = now_at(store)
        proof = store.write(make(store, place.actor(store), now))
        if as_json:
            print_record({"case": proof.case, "did": proof.did.value, "at": stamped(proof.at), "audit": proof.seq})
        else:
            from console.cli.case_words import did_words

            show(f"{did_words(proof)} (audit #{proof.seq}).")
        if after is not None and not as_json:
            after(store, proof.case, now)
