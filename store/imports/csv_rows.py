"""The rows of a CSV file one by one, so that a broken one takes no other with it."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from store.errors import BadInput
from store.usage.events import BadLine
from store.usage.logs import LINE_CAP, Log

_MOST_LINES = 50
"""A quoted field that runs over more lines than this was never closed."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BOM = b"\xef\xbb\xbf"
Item = tuple[int, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    raw: bytes | None


class CsvRows:
    """A CSV file being read: `columns` are the names of its header, in lower case.

    Commas, semicolons or tabs, as the header has them. Raises BadInput when there is no header that can be read.
    """

    def __init__(self, log: Log) -> None:
        self.name = log.name
        self._lines = _numbered(log)
        self._waiting: deque[_Line] = deque()
        header = next((line for line in self._lines if line.raw is None or line.raw.strip()), None)
        if header is None:
            raise BadInput(f"{log.name} is empty.", "Give a file with a header line and one line for each token.")
        self.columns = self._header(header)

    def __iter__(self) -> Iterator[Item | BadLine]:
        """Yield (line number, values by column) or what is wrong with a line."""
        while (line := self._next()) is not None:
            if line.raw is not None and not line.raw.strip():
                continue
            yield self._row(line)

    def _row(self, first: _Line) -> Item | BadLine:
        taken = [first]
        try:
            text = _decoded(first)
            while text.count('"') % 2:
                more = self._next() if len(taken) < _MOST_LINES else None
                if more is None:
                    raise ValueError("a quote is opened and never closed")
                taken.append(more)
                text += "\n" + _decoded(more)
                if len(text) > LINE_CAP:
                    raise ValueError("a quote is opened and never closed")
            fields = self._fields(text)
            if len(fields) != len(self.columns):
                raise ValueError(f"has {len(fields)} fields where the header has {len(self.columns)}")
        except ValueError as error:
            # What follows the first line may be whole rows of their own: a stray quote loses its own line only.
            self._waiting.extendleft(reversed(taken[1:]))
            return BadLine(first.number, str(error))
        return first.number, dict(zip(self.columns, fields, strict=True))

    def _fields(self, text: str) -> list[str]:
        try:
            return next(csv.reader([text], delimiter=self._delimiter, strict=True), [])
        except csv.Error:
            raise ValueError("the quotes are not as CSV wants them") from None

    def _header(self, line: _Line) -> tuple[str, ...]:
        raw = line.raw
        if raw is None or b"\0" in raw or raw.startswith(_UTF16):
            raise BadInput(f"{self.name} does not begin with a CSV header in UTF-8.", "Save it as CSV in UTF-8 and try again.")
        try:
            text = _decoded(_Line(line.number, raw.removeprefix(_BOM)))
            self._delimiter = max(",;\t", key=text.count)
            columns = tuple(name.strip().lower() for name in self._fields(text))
        except ValueError as error:
            raise BadInput(f"The header of {self.name} can't be read: {error}.", "Save the file as CSV in UTF-8.") from None
        if len(set(columns)) != len(columns):
            twice = next(name for name in columns if columns.count(name) > 1)
            raise BadInput(f"The header of {self.name} has the column “{twice[:40]}” twice.", "Rename or remove one of them.")
        return columns

    def _next(self) -> _Line | None:
        return self._waiting.popleft() if self._waiting else next(self._lines, None)


def _numbered(log: Log) -> Iterator[_Line]:
    number = 0
    for piece in log.pieces(0, 1_000):
        for raw in piece.lines:
            number += 1
            yield _Line(number, None if raw is None else raw.removesuffix(b"\r"))
        if piece.rest != b"":
            yield _Line(number + 1, piece.rest)


def _decoded(line: _Line) -> str:
    if line.raw is None:
        raise ValueError(f"longer than {LINE_CAP // 1024} KiB")
    if b"\0" in line.raw:
        raise ValueError("holds a NUL character")
    try:
        return line.raw.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8 (is it Latin-1?); save the file as UTF-8") from None
