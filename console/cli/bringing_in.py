"""Running an import of tokens with its progress bar and telling what it did, in sentences or as one JSON object."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import typer

from console.cli.brought_in import DRY, NOTHING_READ, STANDARD_INPUT, record_of, refuse_read_only, say_more, token_words
from console.cli.output import print_record, say, show
from console.cli.place import Place, now_at
from console.cli.progress import bar
from store.imports.importing import import_tokens
from store.imports.summary import Summary


def bring_in_tokens(
    place: Place,
    file: str,
    *,
    form: str | None,
    account: str,
    environment: str,
    dry_run: bool,
    strict: bool,
    as_json: bool,
) -> None:
    """Import one file of tokens and print the summary; ends with 1 when not one of its lines could be read."""
    refuse_read_only(place, dry_run)
    with place.open() as store, bar("Reading") as progress:
        summary = import_tokens(
            store,
            sys.stdin.buffer if file == STANDARD_INPUT else Path(file),
            format=form,
            account=account,
            environment=environment,
            actor=place.actor(store),
            now=now_at(store),
            dry_run=dry_run,
            strict=strict,
            progress=lambda done, total: progress.at(done, total, f"{done / 1e6:,.1f} MB"),
        )
    if as_json:
        print_record(record_of(summary))
    else:
        for sentence in _sentences(summary):
            show(sentence)
    for line in summary.bad_lines:
        say(f"{'Standard input' if file == STANDARD_INPUT else file}, line {line.number}: {line.reason}.")
    say_more(summary.bad - len(summary.bad_lines), summary.notes)
    if summary.bad and not summary.read:
        raise typer.Exit(NOTHING_READ)


def bring_in_people(place: Place, file: str, *, dry_run: bool, as_json: bool) -> None:
    """Import one file of people and print what came of it; ends with 1 when not one of its lines could be used."""
    from store.imports.people import import_people

    refuse_read_only(place, dry_run)
    with place.open() as store:
        source = sys.stdin.buffer if file == STANDARD_INPUT else Path(file)
        done = import_people(store, source, actor=place.actor(store), now=now_at(store), dry_run=dry_run)
    if as_json:
        print_record(record_of(done))
    else:
        would = "would come in" if dry_run else "came in"
        show(f"{done.read:,} people read: {done.new:,} new ones {would}, {done.changed:,} changed, {done.unchanged:,} unchanged.")
        if done.bad:
            show(f"{done.bad:,} bad line{'s' * (done.bad != 1)} left out.")
        if dry_run:
            show(DRY)
    for line in done.bad_lines:
        say(f"{'Standard input' if file == STANDARD_INPUT else file}, line {line.number}: {line.reason}.")
    say_more(done.bad - len(done.bad_lines), ())
    if done.bad and not done.read:
        raise typer.Exit(NOTHING_READ)


def _sentences(summary: Summary) -> Iterable[str]:
    would = "would come in" if summary.dry_run else "came in"
    follow = "would follow" if summary.dry_run else "followed"
    yield f"{token_words(summary.read)} read as {summary.format}."
    yield f"{token_words(summary.new)} new and {would}, {summary.changed:,} {follow} the file, {summary.unchanged:,} unchanged."
    people = f"{summary.accounts_new:,} new accounts, {summary.members_new:,} new members"
    yield f"{people}, {summary.members_left:,} members who have left."
    for (account, token), changed in summary.changed_tokens:
        yield f"  {account}/{token}: {', '.join(changed)}"
    if summary.bad:
        yield f"{summary.bad:,} bad line{'s' * (summary.bad != 1)} left out."
    if summary.dry_run:
        yield DRY
