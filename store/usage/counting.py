"""Counting one log: line by line in memory, and saved in one transaction with the position it was read to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import compress
from typing import Any

from store.engine import Unit
from store.errors import BadInput
from store.moments import DAY_MS, MINUTE_MS
from store.opening import Store
from store.rows import TokenKey
from store.usage.collecting import uncollected
from store.usage.columns import Block
from store.usage.directory import Directory
from store.usage.events import BadLine, Event, LineError
from store.usage.formats import FORMATS, BlockReader, LineReader, LogFormat, recognise
from store.usage.logs import LINE_CAP, PIECE_LINES, Log, Piece
from store.usage.marks import Mark, find_mark, move_mark
from store.usage.measures import is_answered
from store.usage.saving import save_tally
from store.usage.summary import LogSummary, Running
from store.usage.tally import Tally

SKEW_MS = 5 * MINUTE_MS
TOGETHER_LINES = 50_000
"""So many lines at most are counted in memory before they are saved in one transaction: each saving has a price for every
token, so the fewer the better; but after a kill that many are read again."""

_MOST_HELD = 30_000
"""Fewer are saved together when they hold more different texts than this: each of them takes memory."""

_SAMPLE = 50
_BATCH, _FEWEST = 1_000, 16
"""So many lines are read together at most, and not fewer than so many: then it is quicker to look at each."""


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


@dataclass(frozen=True, slots=True)
class Way:
    """How the lines of one log are read: one by one, or many at once where the format has a quick way."""

    name: str
    read: LineReader
    block: BlockReader | None
    token_field: str
    now_ms: int


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
    way = Way(log.name, _no_reader, None, options.token_field, options.now_ms)
    unfinished = False
    tally = Tally()
    try:
        for piece in log.pieces(mark.position, min(PIECE_LINES, options.piece_lines)):
            if found is None:
                if not any(raw is None or raw.strip() for raw in piece.lines) and not (piece.rest or b"").endswith(b"}"):
                    unfinished = piece.rest is None or bool(piece.rest.strip())
                    continue
                found = options.format or _recognised(log, piece)
                way = replace(way, read=found.reader(options.token_field), block=found.block)
            piece, unfinished = _with_rest(piece, way.read, found.ends_itself)
            if piece.lines:
                _count(tally, piece, mark.lines, way, directory, running)
                mark = replace(mark, position=piece.position, lines=mark.lines + len(piece.lines))
            if piece.more and mark.lines - saved.lines < options.piece_lines and tally.size < _MOST_HELD:
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
            tally = Tally()
            yield
    finally:
        new = {what: running.totals[what] - before.get(what, 0) for what in ("counted", "bad")}
        name = "" if found is None else found.name
        running.logs.append(
            LogSummary(log.name, name, start.lines, mark.lines - start.lines, new["counted"], new["bad"], unfinished)
        )


def _commit(store: Store, tally: Tally, old: Mark, new: Mark, name: str, now: datetime, allowed: Allowed, source: str) -> None:
    def work(unit: Unit) -> None:
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


@uncollected()
def _count(tally: Tally, piece: Piece, lines_before: int, way: Way, directory: Directory, running: Running) -> None:
    """Count a piece's lines in memory; whatever can't be counted is noted."""
    for start in range(0, len(piece.lines), _BATCH):
        _count_lines(tally, piece.lines[start : start + _BATCH], lines_before + start, way, directory, running)
    running.totals["lines"] += len(piece.lines)


def _count_lines(
    tally: Tally, lines: Sequence[bytes | None], before: int, way: Way, directory: Directory, running: Running
) -> None:
    """Count lines together where all are ordinary; otherwise by halves, and at last one by one."""
    if way.block is not None and len(lines) >= _FEWEST:
        whole = [line for line in lines if line is not None]
        block = way.block(whole, way.token_field) if len(whole) == len(lines) else None
        if block is not None and max(block.ats) <= way.now_ms + DAY_MS:
            _count_block(tally, block, way, directory, running)
            return
        half = len(lines) // 2
        _count_lines(tally, lines[:half], before, way, directory, running)
        _count_lines(tally, lines[half:], before + half, way, directory, running)
        return
    events = list(_events(way, lines, before, running))
    directory.learn({event.token for event in events if event.token})
    for event in events:
        _count_event(tally, event, way, directory, running)


def _count_block(tally: Tally, block: Block, way: Way, directory: Directory, running: Running) -> None:
    names = Counter(block.tokens)
    directory.learn({name for name in names if name})
    numbers: dict[str, int] = {}
    for name, times in names.items():
        key = directory.find(name, "") if name else 0
        if not isinstance(key, int):
            numbers[name] = tally.number(key)
        elif name:
            running.unplaced(name, key, times)
        else:
            running.totals["nameless"] += times
    if len(numbers) < len(names):
        placed = [name in numbers for name in block.tokens]
        columns: list[list[Any]] = [list(compress(column, placed)) for column in block]
        block = Block(*columns)
    tally.extend_by(block, numbers)
    skew = way.now_ms + SKEW_MS
    running.totals["future"] += sum(at > skew for at in block.ats) if max(block.ats, default=0) > skew else 0


def _count_event(tally: Tally, event: Event, way: Way, directory: Directory, running: Running) -> None:
    if not event.token:
        tally.measures.add(event)
        running.totals["measured"] += 1
        return
    key = directory.find(event.token, event.account)
    if isinstance(key, int):
        running.unplaced(event.token, key)
        return
    if not is_answered(event):
        tally.measures.add(event, key[0])
        running.totals["measured"] += 1
        return
    tally.add(key, event)
    if event.at_ms > way.now_ms + SKEW_MS:
        running.totals["future"] += 1


def _events(way: Way, lines: Sequence[bytes | None], lines_before: int, running: Running) -> Iterator[Event]:
    name, read, limit = way.name, way.read, way.now_ms + DAY_MS
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
        if event.token or event.kind:
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
