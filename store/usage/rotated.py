"""The older logs beside one that is rotated, `access.log.1` or `access.log.1.gz` and on: which of them still want reading."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from store.errors import BadInput
from store.usage.logs import Log
from store.usage.marks import Ask, find_mark

Beside = tuple[tuple[int, int, int], ...]
_MOST, _ENDS = 9, ("", ".gz")


@dataclass(frozen=True, slots=True)
class Older:
    """Older logs to be read on or from their beginning, the oldest first: their names and the open files.

    `lost`: what was last read under the log's own name is neither it nor one of those beside it.
    """

    logs: tuple[tuple[str, BinaryIO], ...]
    lost: bool


def beside_now(path: Path) -> Beside:
    """Return what changes whenever a log is rotated by number: which file, of what size and time, is the youngest older one."""
    found = []
    for end in _ENDS:
        with suppress(OSError):
            there = path.with_name(f"{path.name}.1{end}").stat()
            found.append((there.st_ino, there.st_size, there.st_mtime_ns))
    return tuple(found)


def older_logs(ask: Ask, path: Path, held: BinaryIO | None, seen: bytes, stack: ExitStack) -> Older:
    """Return what is to be read before the log at `path`, opened: it may be renamed again at any moment.

    `held` is that log, opened before: one that comes after it is met here. `seen` is how it began before it was cut, empty
    where it was not: the copy begins like that.
    Logs that were read before are read on: something may have been written to them last. Where the log itself is new, so
    are those that are younger than the youngest one that was read: they came and went while nobody looked.
    """
    beside = [(name, file, known) for name, file in _beside(path, stack) if (known := _is_known(ask, file, seen)) is not None]
    youngest = next((number for number, (_, _, known) in enumerate(beside) if known), None)
    current = held is not None and bool(_is_known(ask, held))
    new = 0 if current or youngest is None else youngest
    wanted = [(name, file) for number, (name, file, known) in enumerate(beside) if known or number < new]
    return Older(tuple(reversed(wanted)), lost=youngest is None and not current and _was_read(ask, path))


def _was_read(ask: Ask, path: Path) -> bool:
    return bool(ask("SELECT name FROM read_log WHERE name = :name LIMIT 1", {"name": str(path)[-200:]}))


def _beside(path: Path, stack: ExitStack) -> Iterator[tuple[str, BinaryIO]]:
    """Yield the older logs, the youngest first: whoever rotates meanwhile moves them on to where they are still met."""
    for number in range(1, _MOST + 1):
        for end in _ENDS:
            older = path.with_name(f"{path.name}.{number}{end}")
            file = _open(older, stack)
            if file is not None:
                yield str(older), file


def _open(path: Path, stack: ExitStack) -> BinaryIO | None:
    try:
        return stack.enter_context(path.open("rb"))
    except OSError:
        return None


def _is_known(ask: Ask, file: BinaryIO, seen: bytes = b"") -> bool | None:
    """Say whether a log was read before; None when that can't be told: it is empty, or a gzip file still being written."""
    try:
        file.seek(0)
        with closing(Log(file)) as log:
            return (bool(seen) and log.head.startswith(seen)) or find_mark(ask, log.head).known if log.head else None
    except BadInput:
        return None
    finally:
        file.seek(0)
