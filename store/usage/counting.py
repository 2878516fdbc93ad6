"""Counting one log: line by line in memory, and saved in one transaction with the position it was read to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from store.engine import Unit
from store.errors import BadInput
from store.opening import Store
from store.rows import TokenKey
from store.usage.directory import Directory
from store.usage.events import Event, LineError
from store.usage.formats import FORMATS, LineReader, LogFormat, recognise
from store.usage.intake import Way, take_in
from store.usage.logs import LINE_CAP, PIECE_LINES, Log, Piece
from store.usage.marks import Mark, find_mark, move_mark
from store.usage.saving import save_tally
from store.usage.summary import LogSummary, Running
from store.usage.tally import Tally

TOGETHER_LINES = 50_000
"""So many lines at most are counted in memory before they are saved in one transaction: each saving has a price for every
token, so the fewer the better; but after a kill that many are read again."""

MOST_HELD, MOST_SHOWN = 30_000, 10_000
"""Fewer are saved together when they hold more different texts than the first: each of them takes memory. A dry run, which
saves nothing and has no use for more, holds no more lines than the second."""

_SAMPLE = 50


Allowed = Callable[[Unit], object]


def anybody(unit: Unit) -> None:
    """Let a program record usage that no operator has asked for."""


def write_if(allowed: Allowed, store: Store, work: Callable[[Unit], None]) -> None:
    """Do work in one transaction that whoever asks for it is allowed to do at that moment."""

    def both(unit: Unit) -> None:
        allowed(unit)
        work(unit)

    store.write(both)


@dataclass(frozen=True, slots=True)
class Options:
    """How a log is to be read: `format` None finds it out, `token_field` empty is the format's own place.

    `source` is what it is called where its clock is wrong; empty, its own name.
    `allowed` is asked in every transaction that counts, and raises Refused when whoever imports may not, or no more.
    """

    format: LogFormat | None
    token_field: str
    now_ms: int
    piece_lines: int
    allowed: Allowed = anybody
    source: str = ""


def import_log(
    store: Store,
    log: Log,
    options: Options,
    directory: Directory,
    running: Running,
    touched: set[TokenKey],
    now: datetime | None,
) -> Iterator[None]:
    """Count one log, yielding after each saving; with `now` None nothing is written. A log that is cut meanwhile ends there."""
    with store.reading() as reader:
        mark = find_mark(reader.rows, log.head)
    start, before, saved = mark, dict(running.totals), mark
    found: LogFormat | None = None
    way = Way(log.name, _no_reader, None, options.now_ms)
    unfinished = False
    most_lines = options.piece_lines if now is not None else min(options.piece_lines, MOST_SHOWN)
    tally = Tally()
    try:
        for piece in log.pieces(mark.position, min(PIECE_LINES, options.piece_lines)):
            if found is None:
                if not any(raw is None or raw.strip() for raw in piece.lines) and not (piece.rest or b"").endswith(b"}"):
                    unfinished = piece.rest is None or bool(piece.rest.strip())
                    continue
                found = options.format or _recognised(log, piece)
                way = replace(way, read=found.reader(options.token_field), many=found.many(options.token_field))
            piece, unfinished = _with_rest(piece, way.read, found.ends_itself)
            if piece.lines:
                take_in(tally, piece, mark.lines, way, directory, running)
                mark = replace(mark, position=piece.position, lines=mark.lines + len(piece.lines))
            if piece.more and mark.lines - saved.lines < most_lines and (now is None or tally.size < MOST_HELD):
                continue
            if mark.position == saved.position:
                continue
            if not log.unchanged():
                break
            running.counted(tally)
            if now is not None:
                _commit(store, tally, saved, mark, log.name, now, options.allowed, options.source or log.name)
            saved = mark = replace(mark, known=True)
            touched.update(tally.tokens)
            tally = Tally() if now is not None else tally.emptied()
            yield
    finally:
        new = {what: running.totals[what] - before.get(what, 0) for what in ("counted", "bad")}
        name = "" if found is None else found.name
        running.logs.append(
            LogSummary(log.name, name, start.lines, mark.lines - start.lines, new["counted"], new["bad"], unfinished)
        )


def _commit(store: Store, tally: Tally, old: Mark, new: Mark, name: str, now: datetime, allowed: Allowed, source: str) -> None:
    def work(unit: Unit) -> None:
        unit.connection.spare_memory()
        move_mark(unit, old, new, name, now)
        save_tally(unit, tally, now, source)

    write_if(allowed, store, work)


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
