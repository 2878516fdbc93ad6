"""Importing usage from gateway logs: each line counted exactly once, however often it is run or stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from store.engine import Unit
from store.errors import BadInput
from store.moments import stamp, to_ms
from store.opening import Store
from store.rows import TokenKey
from store.usage.counting import TOGETHER_LINES, Allowed, Options, anybody, import_log, write_if
from store.usage.directory import Directory
from store.usage.facts import UsageFact, set_facts, usage_facts
from store.usage.formats import format_named
from store.usage.freshness import freshen, pending_from
from store.usage.logs import Log
from store.usage.summary import Running, UsageSummary
from store.usage.windows import move_windows

Progress = Callable[[int, int], None]
_SPOOL_IN_MEMORY = 32 * 1024 * 1024


def import_usage(
    store: Store,
    sources: Sequence[Path | BinaryIO],
    *,
    format: str | None = None,  # noqa: A002  what it is called on the command line
    now: datetime,
    strict: bool = False,
    dry_run: bool = False,
    token_field: str = "",
    complete_since: datetime | None = None,
    progress: Progress | None = None,
    piece_lines: int = TOGETHER_LINES,
    allowed: Allowed = anybody,
) -> UsageSummary:
    """Count the requests in logs: files, gzip files, or a stream such as standard input.

    A log is known by its first bytes, so reading one again counts nothing and one that has grown is read on. Counts and
    position are one transaction for every 50,000 lines or fewer; `progress(done bytes, all bytes)` is called after each,
    with 0 for all where a stream can't tell. A bad line is named and left out; with `strict` it refuses the log before
    anything of any log is written. `token_field` says where the token id stands where it is not the format's own place.
    `complete_since` states that the logs hold every request since then, so that «never used» may be said of tokens as old.

    Raises BadInput for a log that can't be read or whose format is not known, and Refused when somebody else imports the
    same log at the same time, or when `allowed` does.
    """
    options = Options(None if format is None else format_named(format), token_field, to_ms(now), piece_lines, allowed)
    kept = [seekable(source) if strict and not isinstance(source, Path) else source for source in sources]
    if strict:
        _refuse_bad(store, kept, options)
        for source in kept:
            if not isinstance(source, Path):
                source.seek(0)
    left = None
    if not dry_run:
        left = pending_from(store)
        write_if(allowed, store, lambda unit: move_windows(unit, now))
    running, touched = Running(), set[TokenKey]()
    total, before = _size(kept), 0
    with store.reading() as reader:
        directory = Directory(reader.rows)
        for source in kept:
            with closing(Log(source)) as log:
                for _ in import_log(store, log, options, directory, running, touched, None if dry_run else now):
                    if progress is not None:
                        progress(before + log.done, total)
                before += log.done
    if not dry_run:
        freshen(store, touched, now, left)
        if complete_since is not None:
            write_if(allowed, store, lambda unit: _track_since(unit, complete_since))
    return running.summary(dry_run=dry_run, tokens=len(touched), notes=_notes(store, running, complete_since))


def _refuse_bad(store: Store, sources: Sequence[Path | BinaryIO], options: Options) -> None:
    """Read everything once without writing; raises BadInput naming the first bad line."""
    running = Running()
    with store.reading() as reader:
        directory = Directory(reader.rows)
        for source in sources:
            with closing(Log(source)) as log:
                for _ in import_log(store, log, options, directory, running, set(), None):
                    pass
    if running.bad_lines:
        name, line = running.bad_lines[0]
        more = running.totals["bad"] - 1
        others = f" (and {more:,} more)" if more else ""
        raise BadInput(
            f"{name}, line {line.number}: {line.reason}{others}. Nothing was imported.",
            "Mend the log, or leave out --strict to import all other lines.",
        )


def seekable(stream: BinaryIO) -> BinaryIO:
    """Return a stream that can be read twice; what does not fit into memory goes to an unnamed file."""
    if stream.seekable():
        return stream
    spool = SpooledTemporaryFile(max_size=_SPOOL_IN_MEMORY)  # noqa: SIM115  read again later, gone when dropped
    while block := stream.read(1024 * 1024):
        spool.write(block)
    spool.seek(0)
    return cast("BinaryIO", spool)


def _size(sources: Sequence[Path | BinaryIO]) -> int:
    """Return the bytes of all sources together, 0 as soon as one can't tell."""
    if not all(isinstance(source, Path) and source.is_file() for source in sources):
        return 0
    return sum(cast("Path", source).stat().st_size for source in sources)


def _track_since(unit: Unit, since: datetime) -> None:
    known = usage_facts(unit).get(UsageFact.TRACKING_SINCE)
    if known is None or to_ms(since) < known:
        set_facts(unit, {UsageFact.TRACKING_SINCE: to_ms(since)})
        unit.changed.add("usage")


def _notes(store: Store, running: Running, complete_since: datetime | None) -> tuple[str, ...]:
    since = store.facts.freshness.tracking_since
    if complete_since is not None or since is None or running.first_ms is None or running.first_ms >= to_ms(since):
        return ()
    return (
        f"The logs begin before {stamp(since)}, since when usage is tracked. If they hold every request, say so with "
        "--complete-since, so that “never used” may be said of tokens as old.",
    )
