"""Reading a log in pieces of whole lines, with the position after each, in memory that does not grow with the file."""

from __future__ import annotations

import gzip
import io
import os
import select
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from store.errors import BadInput

LINE_CAP = 64 * 1024
"""A longer line is left out as bad, without being kept in memory."""

PIECE_LINES = 1_000
PIECE_BYTES = 4 * 1024 * 1024
HEAD = 1_024
"""A log is known again by at most so many of its first bytes."""

FLUSH_S = 1.0
"""Lines of a live log wait no longer than this for others; then they are counted."""

_BLOCK = 256 * 1024
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of a log, without their line ends; None stands for one that was too long.

    `position` is where the next piece starts, in bytes of the unpacked log. `rest` is what follows the last line end at
    the end of the log: a line somebody may still be writing, or None when that is too long already. `more`: it ends only
    because it is full, and another one follows in any case.
    """

    lines: list[bytes | None]
    position: int
    rest: bytes | None = b""
    more: bool = False


class Log:
    """One log that is open for reading: a file, a gzip file or a stream such as standard input.

    A pipe is read as lines arrive, once its first KiB is there, by which it is known again.

    Raises BadInput when it can't be opened or unpacked.
    """

    def __init__(self, source: Path | BinaryIO, name: str = "standard input") -> None:
        self.name = str(source) if isinstance(source, Path) else name
        self._raw = _opened(source) if isinstance(source, Path) else _unbuffered(source)
        self._owned = isinstance(source, Path)
        self.size = _size_of(self._raw)
        self._start = self._raw.tell() if self.size else None
        """Where a log begins that can be read from anywhere."""
        first = _read_fully(self._raw, HEAD)
        self.packed = first.startswith(_GZIP)
        self._read_raw = len(first)
        if self.packed:
            self._ahead = b""
            self._stream: IO[bytes] = cast(
                "IO[bytes]", gzip.GzipFile(mode="rb", fileobj=cast("Any", _Joined(first, self._raw, self)))
            )
            self._ahead = self._unpacked(HEAD)
        else:
            self._stream = self._raw
            self._ahead = first
        self.head = self._ahead[:HEAD]

    @property
    def done(self) -> int:
        """Return how many bytes of the source have been read, for a progress bar."""
        return self._read_raw

    def unchanged(self) -> bool:
        """Say whether the log still begins as it did: one that was cut and written anew meanwhile must not be mixed up."""
        if self.packed or self._start is None or not self.size:
            return True
        try:
            return os.pread(self._raw.fileno(), len(self.head), self._start) == self.head
        except io.UnsupportedOperation:
            return True

    def count(self, size: int) -> None:
        """Note that so many more bytes of the source were read."""
        self._read_raw += size

    def pieces(self, position: int, lines: int = PIECE_LINES) -> Iterator[Piece]:
        """Yield the log from `position` on in pieces of up to `lines` lines; the last piece carries what is unfinished.

        Nothing is yielded when the log is shorter than `position` or has nothing new.
        """
        if not self._skip(position):
            return
        yield from cut(self.blocks(), position, lines, None if self.size else FLUSH_S)

    def blocks(self) -> Iterator[bytes | None]:
        """Yield all bytes of the log in blocks of up to 256 KiB; None when nothing has come through a pipe for a second."""
        while (block := self._next(_BLOCK)) != b"":
            yield block

    def close(self) -> None:
        """Close the file; a stream that was handed in stays open."""
        if self.packed:
            self._stream.close()
        if self._owned:
            self._raw.close()

    def _skip(self, position: int) -> bool:
        if position > len(self._ahead) and not self.packed and self._start is not None:
            if position > self.size:
                return False
            self._raw.seek(self._start + position)
            self.count(position - len(self._ahead))
            self._ahead = b""
            return True
        while position > 0:
            block = self._next(min(_BLOCK, position))
            if block == b"":
                return False
            position -= len(block or b"")
        return True

    def _next(self, size: int) -> bytes | None:
        if self._ahead:
            block, self._ahead = self._ahead[:size], self._ahead[size:]
            return block
        if self.packed:
            return self._unpacked(size)
        arrived = self._stream.read(size) if self.size else _arrived(self._raw, size)
        self.count(len(arrived or b""))
        return arrived

    def _unpacked(self, size: int) -> bytes:
        try:
            return self._stream.read(size)
        except (EOFError, OSError, zlib.error):
            self.close()
            raise BadInput(f"{self.name} is a damaged gzip file.", "Copy it again; what was read before is kept.") from None


def cut(blocks: Iterable[bytes | None], position: int, lines: int, every_s: float | None = None) -> Iterator[Piece]:
    """Cut blocks of bytes, the first of which begins at `position`, into pieces of up to `lines` lines.

    With `every_s`, lines wait no longer than that for others before they are a piece: what a live log needs.
    """
    cutter = _Cutter(position, lines)
    flushed, promised = time.monotonic(), False
    for block in blocks:
        if block:
            for piece in cutter.feed(block):
                flushed, promised = time.monotonic(), True
                yield piece
        if every_s is not None and time.monotonic() - flushed >= every_s:
            flushed = time.monotonic()
            piece = cutter.flush()
            if piece.lines or promised:
                promised = False
                yield piece
    last = cutter.finish()
    if last.lines or last.rest != b"" or promised:
        yield last


class _Cutter:
    """Cuts blocks into lines and lines into pieces."""

    def __init__(self, position: int, most: int) -> None:
        self._position = position
        self._most = most
        self._lines: list[bytes | None] = []
        self._held = 0
        self._carry = b""
        self._dropped = 0
        """Bytes of an overlong line thrown away so far; 0 when the line under way is not overlong."""

    def feed(self, block: bytes) -> Iterator[Piece]:
        block = self._carry + block
        parts = block.split(b"\n")
        self._carry = parts.pop()
        # Line by line only where one of them may be overlong.
        at_once = 1 if self._dropped or not _ends_often(block) else self._most
        start = 0
        while start < len(parts):
            some = parts[start : start + min(at_once, self._most - len(self._lines))]
            self._take(some)
            start += len(some)
            if len(self._lines) >= self._most or self._held >= PIECE_BYTES:
                yield self._piece(b"", more=True)
        if self._dropped or len(self._carry) > LINE_CAP:
            self._dropped += len(self._carry)
            self._carry = b""

    def _take(self, parts: list[bytes]) -> None:
        length = sum(map(len, parts)) + len(parts)
        if self._dropped or (len(parts) == 1 and length > LINE_CAP):
            length += self._dropped
            self._dropped = 0
            self._lines.append(None)
        else:
            self._lines += parts
            self._held += length
        self._position += length

    def flush(self) -> Piece:
        return self._piece(b"")

    def finish(self) -> Piece:
        return self._piece(None if self._dropped else self._carry)

    def _piece(self, rest: bytes | None, *, more: bool = False) -> Piece:
        lines, self._lines, self._held = self._lines, [], 0
        return Piece(lines, self._position, rest, more)


def _ends_often(block: bytes) -> bool:
    """Say whether lines end so often that none in the block can be overlong: once in every half of LINE_CAP at least."""
    half = LINE_CAP // 2
    return all(block.find(b"\n", start, start + half) >= 0 for start in range(0, len(block) - half + 1, half))


class _Joined:
    """A stream whose first bytes were read already, as gzip wants it: `read` alone."""

    def __init__(self, first: bytes, raw: BinaryIO, log: Log) -> None:
        self._first = first
        self._raw = raw
        self._log = log

    def read(self, size: int = -1) -> bytes:
        if self._first:
            wanted = len(self._first) if size < 0 else size
            block, self._first = self._first[:wanted], self._first[wanted:]
            return block
        block = self._raw.read(size)
        self._log.count(len(block))
        return block


def _unbuffered(source: BinaryIO) -> BinaryIO:
    """Return a pipe without its buffer, which would hold back what has arrived; nothing of it has been read yet."""
    if isinstance(source, io.BufferedReader) and not source.seekable():
        return cast("BinaryIO", source.raw)
    return source


def _arrived(raw: BinaryIO, size: int) -> bytes | None:
    """Return what has come through a pipe, b"" at its end, or None when nothing came for a second."""
    try:
        ready, _, _ = select.select([raw], [], [], FLUSH_S)
    except (ValueError, OSError, TypeError):
        return raw.read(size)
    if not ready:
        return None
    return raw.read(size)


def _opened(path: Path) -> BinaryIO:
    try:
        if path.is_dir():
            raise BadInput(f"{path} is a folder.", "Name the log files in it, such as FOLDER/*.log.")
        return path.open("rb")
    except FileNotFoundError:
        raise BadInput(f"There is no file {path}.", "Check the path.") from None
    except OSError as error:
        raise BadInput(f"{path} can't be read: {error.strerror}.", "Check its permissions.") from None


def _size_of(raw: BinaryIO) -> int:
    """Return the bytes from here to the end, 0 when the stream can't tell."""
    try:
        here = raw.tell()
        end = raw.seek(0, 2)
        raw.seek(here)
    except (OSError, ValueError):
        return 0
    return end - here


def _read_fully(raw: BinaryIO, size: int) -> bytes:
    blocks = b""
    while len(blocks) < size:
        block = raw.read(size - len(blocks))
        if not block:
            break
        blocks += block
    return blocks
