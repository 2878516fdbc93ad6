"""Running an import of usage with its progress bar and telling what it did, in sentences or as one JSON object."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import typer

from console.cli.brought_in import DRY, NOTHING_READ, STANDARD_INPUT, record_of, refuse_read_only, say_more, token_words
from console.cli.output import print_record, say, show
from console.cli.place import Place, now_at
from console.cli.progress import bar
from console.reports.cells import stamped
from store.engine import Unit
from store.errors import BadInput
from store.opening import Store
from store.rules.roles import Permission
from store.usage.following import follow_usage
from store.usage.importing import import_usage
from store.usage.summary import UsageSummary
from store.writes.authority import authorise

FEW = 5
"""So many ids that were not counted are named to a person; JSON has more of them."""


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
            allowed=_allowed(place, store),
        )
    _tell(summary, as_json=as_json)


def follow_log(place: Place, files: Sequence[str], *, form: str | None, token_field: str, as_json: bool) -> None:
    """Follow one log until SIGINT or SIGTERM, then print what was counted; raises Refused in a read-only run."""
    refuse_read_only(place, dry_run=False)
    if len(files) != 1 or files[0] == STANDARD_INPUT:
        raise BadInput("One log can be followed at a time, by its name.", "Give one FILE with --follow.")
    with place.open() as store, told_to_end() as wait:
        say(f"Following {files[0]}; Ctrl+C ends it, with everything counted so far kept.")
        path = Path(files[0])
        summary = follow_usage(
            store,
            path,
            format=form,
            token_field=token_field,
            clock=lambda: now_at(store),
            wait=wait,
            tell=say,
            allowed=_allowed(place, store),
        )
    _tell(summary, as_json=as_json)


def _allowed(place: Place, store: Store) -> Callable[[Unit], object]:
    """Return what refuses usage from whoever may not change anything of a token: what it did decides what is done to it."""
    actor = place.actor(store)
    return lambda unit: authorise(unit, actor, Permission.CHANGE_ONE)


@contextmanager
def told_to_end() -> Iterator[Callable[[float], bool]]:
    """Yield what waits so many seconds and says whether SIGINT or SIGTERM has come meanwhile."""
    told: list[int] = []

    def wait(seconds: float) -> bool:
        if not told and seconds:
            time.sleep(seconds)
        return bool(told)

    before = {number: signal.signal(number, lambda got, _: told.append(got)) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield wait
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _tell(summary: UsageSummary, *, as_json: bool) -> None:
    if as_json:
        print_record(record_of(summary))
    else:
        for sentence in _sentences(summary):
            show(sentence)
    for name, line in summary.bad_lines:
        say(f"{name}, line {line.number}: {line.reason}.")
    say_more(summary.bad - len(summary.bad_lines), summary.notes)
    for what, ids in (("not held here", summary.unknown_ids), ("held by several accounts", summary.ambiguous_ids)):
        if ids:
            more = ", …" if len(ids) > FEW else ""
            say(f"Ids {what}, the most frequent first: {', '.join(ids[:FEW])}{more}")
    if summary.bad and summary.bad == summary.lines:
        raise typer.Exit(NOTHING_READ)


def _sentences(summary: UsageSummary) -> Iterable[str]:
    for log in summary.logs:
        known = f", {log.already:,} lines were known" if log.already else ""
        yield f"{log.name}: {log.format or 'nothing new'}, {log.lines:,} new lines{known}."
    would = "would be counted" if summary.dry_run else "counted"
    span = f", from {stamped(summary.first_at)} to {stamped(summary.last_at)}" if summary.first_at else ""
    yield f"{summary.counted:,} requests of {token_words(summary.tokens)} {would}, {summary.refused:,} of them refused{span}."
    if summary.bad:
        yield f"{summary.bad:,} bad line{'s' * (summary.bad != 1)} left out."
    if summary.dry_run:
        yield DRY
