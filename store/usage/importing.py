"""Importing usage from gateway logs: each line counted exactly once, however often it is run or stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from store.engine import Unit
from store.errors import BadInput
from store.moments import DAY_MS, MINUTE_MS, stamp, to_ms
from store.opening import Store
from store.rows import TokenKey
from store.usage.directory import Directory
from store.usage.events import BadLine, Event, LineError
from store.usage.facts import UsageFact, set_facts, usage_facts
from store.usage.formats import FORMATS, LineReader, LogFormat, format_named, recognise
from store.usage.freshness import freshen, pending_from
from store.usage.logs import LINE_CAP, PIECE_LINES, Log, Piece
from store.usage.marks import Mark, find_mark, move_mark
from store.usage.saving import save_tally
from store.usage.summary import LogSummary, Running, UsageSummary
from store.usage.tally import Tally
from store.usage.windows import move_windows

Progress = Callable[[int, int], None]
SKEW_MS = 5 * MINUTE_MS
_SPOOL_IN_MEMORY = 32 * 1024 * 1024
TOGETHER_LINES = 50_000
"""So many lines at most are counted in memory before they are saved in one transaction: each saving has a price for every
token, so the fewer the better; but after a kill that many are read again."""

_MOST_HELD = 20_000
"""Fewer are saved together when what they say takes more memory than this many things in a tally."""

_SAMPLE = 50
_BATCH = 500


@dataclass(frozen=True, slots=True)
class _Options:
    format: LogFormat | None
    token_field: str
    now_ms: int
    piece_lines: int


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
) -> UsageSummary:
    """Count the requests in logs: files, gzip files, or a stream such as standard input.

    A log is known by its first bytes, so reading one again counts nothing and one that has grown is read on. Counts and
    position are one transaction for every 50,000 lines or fewer; `progress(done bytes, all bytes)` is called after each,
    with 0 for all where a stream can't tell. A bad line is named and left out; with `strict` it refuses the log before
    anything of any log is written. `token_field` says where the token id stands where it is not the format's own place.
    `complete_since` states that the logs hold every request since then, so that «never used» may be said of tokens as old.

    Raises BadInput for a log that can't be read or whose format is not known, and Refused when somebody else imports the
    same log at the same time.
    """
    options = _Options(None if format is None else format_named(format), token_field, to_ms(now), piece_lines)
    kept = [seekable(source) if strict and not isinstance(source, Path) else source for source in sources]
    if strict:
        _refuse_bad(store, kept, options)
        for source in kept:
            if not isinstance(source, Path):
                source.seek(0)
    left = None
    if not dry_run:
        left = pending_from(store)
        store.write(lambda unit: move_windows(unit, now))
    running, touched = Running(), set[TokenKey]()
    total, before = _size(kept), 0
    with store.reading() as reader:
        directory = Directory(reader.rows)
        for source in kept:
            with closing(Log(source)) as log:
                for _ in _import_log(store, log, options, directory, running, touched, None if dry_run else now):
                    if progress is not None:
                        progress(before + log.done, total)
                before += log.done
    if not dry_run:
        freshen(store, touched, now, left)
        if complete_since is not None:
            store.write(lambda unit: _track_since(unit, complete_since))
    return running.summary(dry_run=dry_run, tokens=len(touched), notes=_notes(store, running, complete_since))


def _import_log(
    store: Store,
    log: Log,
    options: _Options,
    directory: Directory,
    running: Running,
    touched: set[TokenKey],
    now: datetime | None,
) -> Iterator[None]:
    """Count one log piece by piece, yielding after each; with `now` None nothing is written."""
    with store.reading() as reader:
        mark = find_mark(reader.rows, log.head)
    start, before, saved = mark, dict(running.totals), mark
    found: LogFormat | None = None
    read: LineReader = _no_reader
    unfinished = False
    tally = Tally()
    for piece in log.pieces(mark.position, min(PIECE_LINES, options.piece_lines)):
        if found is None:
            if not any(raw is None or raw.strip() for raw in piece.lines) and not (piece.rest or b"").endswith(b"}"):
                unfinished = piece.rest is None or bool(piece.rest.strip())
                continue
            found = options.format or _recognised(log, piece)
            read = found.reader(options.token_field)
        piece, unfinished = _with_rest(piece, read, found.ends_itself)
        if piece.lines:
            _count(tally, log.name, piece, mark.lines, read, options, directory, running)
            mark = replace(mark, position=piece.position, lines=mark.lines + len(piece.lines))
        if piece.more and mark.lines - saved.lines < options.piece_lines and tally.size < _MOST_HELD:
            continue
        if mark.position == saved.position:
            continue
        running.counted(tally)
        if now is not None:
            _commit(store, tally, saved, mark, log.name, now)
        saved = mark = replace(mark, known=True)
        touched.update(tally.tokens)
        tally = Tally()
        yield
    new = {what: running.totals[what] - before.get(what, 0) for what in ("counted", "bad")}
    name = "" if found is None else found.name
    running.logs.append(LogSummary(log.name, name, start.lines, mark.lines - start.lines, new["counted"], new["bad"], unfinished))


def _commit(store: Store, tally: Tally, old: Mark, new: Mark, name: str, now: datetime) -> None:
    def work(unit: Unit) -> None:
        move_mark(unit, old, new, name, now)
        save_tally(unit, tally, now)

    store.write(work)


def _with_rest(piece: Piece, read: LineReader, ends_itself: bool) -> tuple[Piece, bool]:
    """Take in a last line without a line end where it is whole beyond doubt; else leave it for next time."""
    if piece.rest is None:
        return piece, True
    if not piece.rest.strip():
        return piece, False
    if ends_itself and len(piece.rest) <= LINE_CAP:
        try:
            read(piece.rest.decode("utf-8", "replace"))
        except LineError:
            return piece, True
        return Piece([*piece.lines, piece.rest], piece.position + len(piece.rest)), False
    return piece, True


def _count(
    tally: Tally,
    name: str,
    piece: Piece,
    lines_before: int,
    read: LineReader,
    options: _Options,
    directory: Directory,
    running: Running,
) -> None:
    """Count a piece's lines in memory; whatever can't be counted is noted."""
    skew = options.now_ms + SKEW_MS
    for start in range(0, len(piece.lines), _BATCH):
        lines = piece.lines[start : start + _BATCH]
        events = list(_events(name, lines, lines_before + start, read, options.now_ms, running))
        directory.learn({event.token for event in events})
        for event in events:
            key = directory.find(event.token, event.account)
            if isinstance(key, int):
                running.unplaced(event, key)
                continue
            tally.add(key, event)
            if event.at_ms > skew:
                running.totals["future"] += 1
    running.totals["lines"] += len(piece.lines)


def _events(
    name: str, lines: Sequence[bytes | None], lines_before: int, read: LineReader, now_ms: int, running: Running
) -> Iterator[Event]:
    limit = now_ms + DAY_MS
    for number, raw in enumerate(lines, lines_before + 1):
        if raw is None:
            running.bad(name, BadLine(number, f"longer than {LINE_CAP // 1024} KiB"))
            continue
        try:
            line = raw.decode("utf-8", "replace")
            if "\0" in line:
                raise LineError("holds a NUL character")
            if not line or line.isspace():
                continue
            event = read(line)
            if event.at_ms > limit:
                raise LineError("more than a day in the future")
        except LineError as error:
            running.bad(name, BadLine(number, str(error)))
            continue
        if event.masked:
            running.totals["masked"] += 1
        if event.token:
            yield event
        else:
            running.totals["nameless"] += 1


def _no_reader(line: str) -> Event:
    raise AssertionError("no format yet")


def _recognised(log: Log, piece: Piece) -> LogFormat:
    lines = (raw.decode("utf-8", "replace") for raw in [*piece.lines[:_SAMPLE], piece.rest] if raw and raw.strip())
    found = recognise(lines)
    if found is None:
        raise BadInput(
            f"The format of {log.name} is not recognised.",
            f"Name it with --format: {', '.join(known.name for known in FORMATS)}.",
        )
    return found


def _refuse_bad(store: Store, sources: Sequence[Path | BinaryIO], options: _Options) -> None:
    """Read everything once without writing; raises BadInput naming the first bad line."""
    running = Running()
    with store.reading() as reader:
        directory = Directory(reader.rows)
        for source in sources:
            with closing(Log(source)) as log:
                for _ in _import_log(store, log, options, directory, running, set(), None):
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
