"""The objects of a JSON file one by one: an array, one object a line, or an answer that holds an array."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from store.errors import BadInput
from store.imports.values import NOT_A_NUMBER
from store.usage.events import BadLine
from store.usage.logs import LINE_CAP, Log, cut

WHOLE_CAP = 16 * 1024 * 1024
"""An answer that holds its array inside an object is read whole, up to this size. Arrays and lines may be any size."""

RECORD_CAP = 1024 * 1024
_SPACE = " \t\r\n"
_BOM = b"\xef\xbb\xbf"
_LISTS = ("data", "tokens", "keys", "items", "results", "personal_access_tokens")
_DECODER = json.JSONDecoder(parse_constant=lambda _: NOT_A_NUMBER)
Item = tuple[int, dict[str, Any]]


def json_rows(log: Log) -> Iterator[Item | BadLine]:
    """Yield (number, object) or what is wrong with one; lines and array places are counted from 1.

    A line that is broken loses itself. In an array nothing behind a broken place can be read, and that is said.
    Raises BadInput for a file that holds neither.
    """
    start = log.head.removeprefix(_BOM).lstrip()
    if start.startswith(b"["):
        return _array(log)
    if start.startswith(b"{"):
        return _lines_or_whole(log)
    raise BadInput(f"{log.name} is not JSON.", "Give an array, or one object a line, in UTF-8.")


def _array(log: Log) -> Iterator[Item | BadLine]:
    source = _Text(log)
    source.skip("[")
    number = 0
    while (sign := source.peek()) not in ("]", ""):
        if sign == "," and number:
            source.skip(",")
        number += 1
        value = source.value()
        if isinstance(value, str):
            yield BadLine(number, f"{value}; nothing from here on was read")
            return
        yield _item(number, value[0])
        if source.peek() not in (",", "]", ""):
            yield BadLine(number + 1, "the array is broken here; nothing from here on was read")
            return
    if sign == "":
        yield BadLine(number + 1, "the array has no end; what came before was read")


class _Text:
    """The text of a log, read on as far as it is needed."""

    def __init__(self, log: Log) -> None:
        self._blocks = log.blocks()
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("strict").decode
        self._text = ""
        self._at = 0
        self._broken = False

    def peek(self) -> str:
        """Return the next character that is no space, empty at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _SPACE:
                    return self._text[self._at]
                self._at += 1
            if not self._more():
                return ""

    def skip(self, sign: str) -> None:
        """Step over a character that was seen."""
        assert self.peek() == sign
        self._at += 1

    def value(self) -> tuple[Any] | str:
        """Return the next value in a tuple of its own, or why it can't be read."""
        self.peek()
        while True:
            try:
                value, self._at = _DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                return "nested too deeply"
            except json.JSONDecodeError:
                if len(self._text) - self._at > RECORD_CAP:
                    return f"broken, or longer than {RECORD_CAP // 1024} KiB"
            except ValueError:
                return "a number is too long"
            else:
                return (value,)
            if not self._more():
                return "is not UTF-8" if self._broken else "the JSON is broken"

    def _more(self) -> bool:
        block = b"" if self._broken else next(self._blocks, b"")
        if not block:
            return False
        try:
            fresh = self._decode(block)
        except UnicodeDecodeError as error:
            # What stands before the first wrong byte is still good.
            self._broken = True
            fresh = error.object[: error.start].decode("utf-8").removeprefix("\ufeff")
        self._text = self._text[self._at :] + fresh
        self._at = 0
        return True


def _lines_or_whole(log: Log) -> Iterator[Item | BadLine]:
    blocks = (block for block in log.blocks() if block is not None)
    start = b""
    while len(start) < RECORD_CAP and (block := next(blocks, b"")):
        start += block
    sample = [line for line in start.split(b"\n") if line.strip()]
    found = [value for value in map(_object, sample[:5]) if value is not None]
    if found and (len(sample) > 1 or _inside(found[0]) is None):
        number = 0
        for piece in cut(chain([start], blocks), 0, 200):
            yield from _lines(piece.lines, piece.rest, number)
            number += len(piece.lines)
        return
    text = start
    for block in blocks:
        text += block
        if len(text) > WHOLE_CAP:
            raise BadInput(f"{log.name} is larger than {WHOLE_CAP // 1024 // 1024} MiB.", "Give an array, or one object a line.")
    yield from _whole(log.name, text)


def _lines(lines: list[bytes | None], rest: bytes | None, before: int) -> Iterator[Item | BadLine]:
    for number, raw in enumerate([*lines, rest], before + 1):
        if raw is None:
            yield BadLine(number, f"longer than {LINE_CAP // 1024} KiB")
        elif raw.strip():
            yield _line(number, raw)


def _line(number: int, raw: bytes) -> Item | BadLine:
    try:
        return _item(number, _DECODER.decode(raw.removeprefix(_BOM).decode("utf-8").strip(_SPACE)))
    except UnicodeDecodeError:
        return BadLine(number, "is not UTF-8 (is it Latin-1?); save the file as UTF-8")
    except RecursionError:
        return BadLine(number, "nested too deeply")
    except ValueError:
        return BadLine(number, "not JSON")


def _whole(name: str, text: bytes) -> Iterator[Item | BadLine]:
    try:
        value = _DECODER.decode(text.removeprefix(_BOM).decode("utf-8").strip(_SPACE))
    except (ValueError, RecursionError):
        raise BadInput(f"{name} is not JSON, or not in UTF-8.", "Give an array, or one object a line.") from None
    inside = _inside(value)
    for number, one in enumerate([value] if inside is None else inside, 1):
        yield _item(number, one)


def _inside(value: Any) -> list[Any] | None:
    """Return the array an answer holds, or None where it holds none."""
    if isinstance(value, Mapping):
        for name in _LISTS:
            inner = value.get(name)
            if isinstance(inner, list):
                return inner
            if isinstance(inner, Mapping) and (found := _inside(inner)) is not None:
                return found
    return None


def _object(raw: bytes) -> Any:
    item = _line(1, raw)
    return None if isinstance(item, BadLine) else item[1]


def _item(number: int, value: Any) -> Item | BadLine:
    return (number, value) if type(value) is dict else BadLine(number, "not a JSON object")
