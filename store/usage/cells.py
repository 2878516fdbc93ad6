"""Values of many lines, one column at a time: what `make_event` does with each, done once for each distinct one where it can.

Whatever would need more than that (a token to be cut out, a value of a rare type) raises Odd: then the lines are read one
by one. LineError is raised as for a single line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from sys import intern
from typing import Any

from store.moments import EPOCH, MILLISECOND, SECOND_MS
from store.usage.columns import code_of
from store.usage.events import LineError
from store.usage.fields import (
    FAR_SECONDS,
    could_hold_token,
    microseconds,
    moment_ms,
    outcome_of,
    path_of,
    status_of,
    text_of,
    token_id_of,
)
from store.usage.places import only

Column = list[Any] | None
"""The values of one thing, None where no line has it."""

_TEXT: frozenset[type] = frozenset({str, type(None)})
_STATUS: frozenset[type] = frozenset({int, str, type(None)})
_NUMBER: frozenset[type] = frozenset({int, float})
_PLAIN_SECONDS = 14
"""The length of `1773651600.123`."""


class Odd(Exception):
    """Raised for lines that must be looked at one by one."""


def moments(column: Column) -> list[int]:
    """Return the milliseconds of moments."""
    if column is None:
        raise LineError("the time is missing")
    types = set(map(type, column))
    if types == {str}:
        return _from_texts(column)
    if types == {float} and min(column) >= 0 and max(column) < FAR_SECONDS:
        return _whole([number * SECOND_MS for number in column])
    return list(map(moment_ms, column))


def _from_texts(column: list[str]) -> list[int]:
    distinct = set(column)
    if 2 * len(distinct) <= len(column):
        known = {text: moment_ms(text) for text in distinct}
        return list(map(known.__getitem__, column))
    together = "".join(column)
    if set(map(len, column)) == {_PLAIN_SECONDS} and set(together[10::_PLAIN_SECONDS]) == {"."} and together.isascii():
        digits = together.replace(".", "")
        if digits.isdigit() and len(digits) == (_PLAIN_SECONDS - 1) * len(column):
            return [int(text[:10] + text[11:]) for text in column]
    if {text[4:5] for text in column} == {"-"}:
        try:
            values = [(moment - EPOCH) // MILLISECOND for moment in map(datetime.fromisoformat, column)]
        except (ValueError, OverflowError, TypeError):
            return list(map(moment_ms, column))
        if min(values) >= 0 and max(values) < FAR_SECONDS * SECOND_MS:
            return values
    return list(map(moment_ms, column))


def _whole(numbers: list[float]) -> list[Any]:
    """Return `int(round(number, 3))` of each, which takes a third of the time unless a number is close to the next."""
    return [
        whole if (rest := number - (whole := int(number))) < 0.999 else whole + 1 if rest > 0.9996 else int(round(number, 3))
        for number in numbers
    ]


def durations(column: Column, per_unit: int) -> list[int | None] | None:
    """Return the microseconds of durations."""
    if column is None:
        return None
    types = set(map(type, column))
    if types <= _NUMBER and min(column) >= 0 and max(column) * per_unit < 1e15:
        return _whole([number * per_unit for number in column])
    if not types <= _NUMBER | _TEXT:
        raise Odd
    known = {value: microseconds(value, per_unit) for value in set(column)}
    return list(map(known.__getitem__, column))


def codes(statuses: Column, outcomes: Column, count: int) -> list[int]:
    """Return the codes of statuses and of the outcomes that some logs name."""
    # Asked before they are a set, to which True is like 1, and 1.0 too.
    _only(statuses, _STATUS)
    _only(outcomes, _TEXT)
    if outcomes is None:
        if statuses is None:
            return [code_of(outcome_of(None, None), None)] * count
        known = {status: _code(status, None) for status in set(statuses)}
        return list(map(known.__getitem__, statuses))
    pairs = list(zip(statuses or [None] * count, outcomes, strict=True))
    both = {pair: _code(*pair) for pair in set(pairs)}
    return list(map(both.__getitem__, pairs))


def _code(status: object, outcome: object) -> int:
    number = status_of(status)
    return code_of(outcome_of(outcome, number), number)


def token_ids(column: Column, count: int) -> list[str]:
    """Return the public ids in token fields."""
    if column is None:
        return [""] * count
    _only(column, _STATUS)
    known = {value: _token_id(value) for value in set(column)}
    return list(map(known.__getitem__, column))


@lru_cache(maxsize=10_000, typed=True)
def _token_id(value: object) -> str:
    token_id, masked = token_id_of(value)
    if masked:
        raise Odd
    return token_id


def texts(column: Column, cap: int, *, secret: bool = True) -> list[str] | None:
    """Return texts as they are kept, cut to size; of a list of them, as Caddy writes headers, the first.

    `secret`: a token could stand in them.
    """
    if column is None:
        return None
    if type(column[0]) is list:
        column = list(map(only, column))
    distinct = _distinct(column)
    if secret:
        _no_token("\n".join(filter(None, distinct)))
    known = {value: intern(text_of(value)[:cap]) for value in distinct}
    return list(map(known.__getitem__, column))


def words(column: Column, clean: Callable[[Any], str]) -> list[str] | None:
    """Return what few distinct words become."""
    if column is None:
        return None
    known = {value: clean(value) for value in _distinct(column)}
    return list(map(known.__getitem__, column))


def paths(column: Column, cap: int, count: int) -> list[str]:
    """Return the paths of request targets, cut to size; hardly one is like another."""
    if column is None:
        return [""] * count
    column = _filled(column)
    together = " ".join(column)
    if "#" in together or "%" in together or "://" in together:
        column = list(map(path_of, column))
        together = " ".join(column)
    elif "?" in together:
        column = [target.partition("?")[0] for target in column]
        together = " ".join(column)
    return _uncommon(column, together, cap)


def ids(column: Column, cap: int) -> list[str] | None:
    """Return names of requests, cut to size; none is like another."""
    if column is None:
        return None
    column = _filled(column)
    return _uncommon(column, " ".join(column), cap)


def _uncommon(column: list[str], together: str, cap: int) -> list[str]:
    _no_token(together)
    if not together.isprintable():
        column = list(map(text_of, column))
    return column if max(map(len, column)) <= cap else [text[:cap] for text in column]


def _filled(column: list[Any]) -> list[str]:
    """Return texts, empty where there is none."""
    if set(map(type, column)) == {str}:
        return column
    _only(column, _TEXT)
    return [value or "" for value in column]


def _distinct(column: list[Any]) -> set[str | None]:
    try:
        distinct = set(column)
    except TypeError:
        raise Odd from None
    _only(distinct, _TEXT)
    return distinct


def _only(column: Iterable[Any] | None, types: frozenset[type]) -> None:
    if column is not None and not types.issuperset(map(type, column)):
        raise Odd


def _no_token(text: str) -> None:
    if could_hold_token(text):
        raise Odd
