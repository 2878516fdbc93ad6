"""Taking the lines of a log into a tally: many at once where all are ordinary, otherwise one by one; nothing is written here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any, cast

from store.moments import DAY_MS, MINUTE_MS
from store.rows import TokenKey
from store.usage.collecting import uncollected
from store.usage.columns import Block, Named
from store.usage.directory import Directory
from store.usage.events import BadLine, Event, LineError
from store.usage.formats import LineReader, ManyReader
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
    many: ManyReader | None
    now_ms: int


@uncollected()
def take_in(tally: Tally, piece: Piece, lines_before: int, way: Way, directory: Directory, running: Running) -> None:
    """Count a piece's lines in memory; whatever can't be counted is noted."""
    for start in range(0, len(piece.lines), _BATCH):
        _count_lines(tally, piece.lines[start : start + _BATCH], lines_before + start, way, directory, running)
    running.totals["lines"] += len(piece.lines)


def _count_lines(
    tally: Tally,
    lines: Sequence[bytes | None],
    before: int,
    way: Way,
    directory: Directory,
    running: Running,
    prepared: Sequence[Any] | None = None,
) -> None:
    """Count lines together where all are ordinary; otherwise by halves, and at last one by one."""
    if way.many is None or len(lines) < _FEWEST:
        _count_each(tally, _events(way, lines, before, running, prepared), way, directory, running)
        return
    if prepared is None and None not in lines:
        prepared = way.many.prepare(cast("Sequence[bytes]", lines))
    block = None if prepared is None else way.many.block(prepared)
    latest = 0 if block is None else max(block.ats)
    if block is not None and latest <= way.now_ms + DAY_MS:
        if block.kinds is None:
            _count_block(tally, block, latest, way, directory, running)
        else:
            _count_each(tally, block.events(), way, directory, running)
        return
    half = len(lines) // 2
    for some in (slice(half), slice(half, None)):
        again = None if prepared is None else prepared[some]
        _count_lines(tally, lines[some], before + (some.start or 0), way, directory, running, again)


def _count_each(tally: Tally, events: Iterable[Event], way: Way, directory: Directory, running: Running) -> None:
    some = list(events)
    directory.learn({event.token for event in some if event.token})
    _count_events(tally, some, way, directory, running)


def _count_block(tally: Tally, block: Block, latest: int, way: Way, directory: Directory, running: Running) -> None:
    numbers, named = tally.names, block.named()
    new = [name for name in dict.fromkeys(named) if name not in numbers]
    if new and not _place(tally, named, new, directory, running):
        placed = [name in numbers for name in named]
        columns: list[list[Any] | None] = [None if column is None else list(compress(column, placed)) for column in block]
        block, named = Block(*columns), list(compress(named, placed))  # type: ignore[arg-type]
    tally.extend_by(block, named)
    skew = way.now_ms + SKEW_MS
    running.totals["future"] += sum(at > skew for at in block.ats) if latest > skew else 0


def _place(tally: Tally, named: Sequence[Named], new: list[Named], directory: Directory, running: Running) -> bool:
    """Number the tokens that are new, note what means none, and say whether each of them means one."""
    keys = directory.placed(new)
    if keys is not None:
        tally.names.update(zip(new, map(tally.number, keys), strict=True))
        return True
    pairs = [(name, name, "") if isinstance(name, str) else (name, *name) for name in new]
    directory.learn(token for _, token, _ in pairs if token)
    lost = []
    for name, token, account in pairs:
        key = directory.find(token, account) if token else 0
        if isinstance(key, int):
            lost.append((name, token, key))
        else:
            tally.names[name] = tally.number(key)
    times = Counter(named) if lost else {}
    for name, token, accounts in lost:
        if token:
            running.unplaced(token, accounts, times[name])
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


def _events(
    way: Way, lines: Sequence[bytes | None], lines_before: int, running: Running, prepared: Sequence[Any] | None
) -> Iterator[Event]:
    name, read, limit = way.name, way.read, way.now_ms + DAY_MS
    each = None if prepared is None or way.many is None else way.many.each
    for number, raw in enumerate(lines, lines_before + 1):
        if raw is None:
            running.bad(name, BadLine(number, f"longer than {LINE_CAP // 1024} KiB"))
            continue
        try:
            if each is not None and prepared is not None:
                event = each(prepared[number - lines_before - 1])
            else:
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
