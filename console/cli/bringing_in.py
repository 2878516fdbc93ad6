"""Running an import with its progress bar and telling what it did, in sentences or as one JSON object."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import typer

from console.cli.output import print_record, say, show
from console.cli.place import Place, now_at
from console.cli.progress import bar
from console.reports.cells import stamped
from store.errors import BadInput, Refused
from store.imports.importing import import_tokens
from store.imports.summary import Summary
from store.usage.importing import import_usage
from store.usage.summary import UsageSummary

STANDARD_INPUT = "-"
NOTHING_READ = 1


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
        for sentence in _token_sentences(summary):
            show(sentence)
    for line in summary.bad_lines:
        say(f"{'Standard input' if file == STANDARD_INPUT else file}, line {line.number}: {line.reason}.")
    _say_more(summary.bad - len(summary.bad_lines), summary.notes)
    if summary.bad and not summary.read:
        raise typer.Exit(NOTHING_READ)


def bring_in_usage(
    place: Place,
    files: Sequence[str],
    *,
    form: str | None,
    token_field: str,
    since: datetime | None,
    dry_run: bool,
    strict: bool,
    as_json: bool,
) -> None:
    """Import logs and print the summary; ends with 1 when not one of their lines could be read.

    Raises Refused in a read-only run that is not a dry one.
    """
    refuse_read_only(place, dry_run)
    sources: list[Path | BinaryIO] = [sys.stdin.buffer if name == STANDARD_INPUT else Path(name) for name in files]
    if files.count(STANDARD_INPUT) > 1:
        raise BadInput("Standard input can be read only once.", "Give - once.")
    with place.open() as store, bar("Reading") as progress:
        summary = import_usage(
            store,
            sources,
            format=form,
            token_field=token_field,
            complete_since=since,
            now=now_at(store),
            dry_run=dry_run,
            strict=strict,
            progress=lambda done, total: progress.at(done, total, f"{done / 1e6:,.1f} MB"),
        )
    if as_json:
        print_record(record_of(summary))
    else:
        for sentence in _usage_sentences(summary):
            show(sentence)
    for name, line in summary.bad_lines:
        say(f"{name}, line {line.number}: {line.reason}.")
    _say_more(summary.bad - len(summary.bad_lines), summary.notes)
    if summary.bad and summary.bad == summary.lines:
        raise typer.Exit(NOTHING_READ)


def refuse_read_only(place: Place, dry_run: bool) -> None:
    """Raise Refused when something would be written in a read-only run."""
    if place.read_only and not dry_run:
        raise Refused("Nothing is imported with --read-only.", "Leave it out, or add --dry-run.")


def record_of(value: object) -> Any:
    """Return a summary as JSON values: dataclasses as objects, moments as stamps."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: record_of(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, datetime):
        return stamped(value)
    if isinstance(value, dict):
        return {str(key): record_of(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [record_of(inner) for inner in value]
    return value


def _say_more(unnamed: int, notes: Iterable[str]) -> None:
    if unnamed > 0:
        say(f"... and {unnamed:,} more bad lines.")
    for note in notes:
        say(note)


def _token_sentences(summary: Summary) -> Iterable[str]:
    would = "would come in" if summary.dry_run else "came in"
    follow = "would follow" if summary.dry_run else "followed"
    yield f"{_tokens(summary.read)} read as {summary.format}."
    yield f"{_tokens(summary.new)} new and {would}, {summary.changed:,} {follow} the file, {summary.unchanged:,} unchanged."
    people = f"{summary.accounts_new:,} new accounts, {summary.members_new:,} new members"
    yield f"{people}, {summary.members_left:,} members who have left."
    for (account, token), changed in summary.changed_tokens:
        yield f"  {account}/{token}: {', '.join(changed)}"
    if summary.bad:
        yield f"{summary.bad:,} bad line{'s' * (summary.bad != 1)} left out."
    if summary.dry_run:
        yield DRY


def _tokens(number: int) -> str:
    return f"{number:,} token{'s' * (number != 1)}"


DRY = "Nothing was written: this was a dry run."


def _usage_sentences(summary: UsageSummary) -> Iterable[str]:
    for log in summary.logs:
        known = f", {log.already:,} lines were known" if log.already else ""
        yield f"{log.name}: {log.format or 'nothing new'}, {log.lines:,} new lines{known}."
    would = "would be counted" if summary.dry_run else "counted"
    span = f", from {stamped(summary.first_at)} to {stamped(summary.last_at)}" if summary.first_at else ""
    yield f"{summary.counted:,} requests of {_tokens(summary.tokens)} {would}, {summary.refused:,} of them refused{span}."
    if summary.bad:
        yield f"{summary.bad:,} bad line{'s' * (summary.bad != 1)} left out."
    if summary.dry_run:
        yield DRY
