"""Taking the lines of a log into a tally: many at once where all are ordinary, otherwise one by one; nothing is written here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

from store.moments import DAY_MS, MINUTE_MS
from store.rows import TokenKey
from store.usage.collecting import uncollected
from store.usage.columns import Block
from store.usage.directory import Directory
from store.usage.events import BadLine, Event, LineError
from store.usage.formats import BlockReader, LineReader
from store.usage.logs import LINE_CAP, Piece
from store.usage.measures import is_answered
from store.usage.summary import Running
from store.usage.tally import Tally

SKEW_MS = 5 * MINUTE_MS
_BATCH, _FEWEST = 1_000, 16
"""So many lines are read together at most, and not fewer than so many: then it is quicker to look at each."""


@dataclass(frozen=True, slots=True)
class Way:
    """How the lines of one log are read: one by one, or many at once where the format has a quick way."""

    name: str
    read: LineReader
    block: BlockReader | None
    token_field: str
    now_ms: int


@uncollected()
def take_in(tally: Tally, piece: Piece, lines_before: int, way: Way, directory: Directory, running: Running) -> None:
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
    _count_events(tally, events, way, directory, running)


def _count_block(tally: Tally, block: Block, way: Way, directory: Directory, running: Running) -> None:
    numbers = tally.names
    new = [name for name in dict.fromkeys(block.tokens) if name not in numbers]
    if new and not _place(tally, block, new, directory, running):
        placed = [name in numbers for name in block.tokens]
        columns: list[list[Any]] = [list(compress(column, placed)) for column in block]
        block = Block(*columns)
    tally.extend_by(block)
    skew = way.now_ms + SKEW_MS
    running.totals["future"] += sum(at > skew for at in block.ats) if max(block.ats, default=0) > skew else 0


def _place(tally: Tally, block: Block, names: list[str], directory: Directory, running: Running) -> bool:
    """Number the tokens of these texts, note the texts that mean none, and say whether each of them means one."""
    directory.learn(filter(None, names))
    lost = []
    for name in names:
        key = directory.find(name, "") if name else 0
        if isinstance(key, int):
            lost.append((name, key))
        else:
            tally.names[name] = tally.number(key)
    times = Counter(block.tokens) if lost else {}
    for name, accounts in lost:
        if name:
            running.unplaced(name, accounts, times[name])
        else:
            running.totals["nameless"] += times[name]
    return not lost


def _count_events(tally: Tally, events: Sequence[Event], way: Way, directory: Directory, running: Running) -> None:
    """Count events of the log's order: checks are kept one by one, and what is usage of a token is counted together."""
    measures, totals, skew = tally.measures, running.totals, way.now_ms + SKEW_MS
    keys, counted = list[TokenKey](), list[Event]()
    for event in events:
        if not event.token:
            measures.add(event)
            totals["measured"] += 1
            continue
        key = directory.find(event.token, event.account)
        if isinstance(key, int):
            running.unplaced(event.token, key)
            continue
        if not is_answered(event):
            measures.add(event, key[0])
            totals["measured"] += 1
            continue
        if event.kind:
            measures.keep(event, key[0])
        keys.append(key)
        counted.append(event)
        if event.at_ms > skew:
            totals["future"] += 1
    tally.extend(keys, counted)


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
