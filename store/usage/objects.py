"""Lines of a JSON log, hundreds at once: decoded together, then read column by column.

What a block gives is what its lines would give one by one (store.usage.places). Where one of them is damaged or odd, there is
no block, and each is read by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from secrets import token_hex
from typing import Any

from store.usage import cells
from store.usage.cells import Column, Odd
from store.usage.columns import Block
from store.usage.events import LineError
from store.usage.fields import ADDRESS_CAP, ID_CAP, METHOD_CAP, TEXT_CAP, WORD_CAP, json_list, step_of
from store.usage.places import Place, Places, given, kind_of, request_parts

_MOST_BYTES = 512 * 1024
"""More is not decoded at once: two bytes may become a list of sixty."""

_BREAK = token_hex(16)
"""Put between lines, so that none can begin what the next one ends: nobody who writes a log can know it."""

_JOIN = f',"{_BREAK}",'.encode()
_NO_TOKEN = (None, "", "-")


def decoded(lines: Sequence[bytes]) -> list[dict[str, Any]] | None:
    """Return the objects of lines, or None when one of them is anything else, or they are too many to be decoded at once."""
    if sum(map(len, lines)) > _MOST_BYTES:
        return None
    try:
        found = json_list((b"[" + _JOIN.join(lines) + b"]").decode())
    except (LineError, UnicodeDecodeError):
        return None
    objects, breaks = found[::2], found[1::2]
    if len(found) != 2 * len(lines) - 1 or breaks.count(_BREAK) != len(breaks) or set(map(type, objects)) != {dict}:
        return None
    return objects


def read_objects(objects: Sequence[dict[str, Any]], where: Places, token_field: str) -> Block | None:
    """Read lines that were decoded, or return None when one of them must be looked at by itself."""
    try:
        return _read(_Sheet(objects), where, where.token_at(token_field))
    except (LineError, Odd):
        return None


def _read(sheet: _Sheet, where: Places, token_at: tuple[Place, ...]) -> Block:
    count, first = len(sheet.objects), sheet.first
    kinds = cells.words(first(where.kind), kind_of)
    kinds = kinds if kinds and any(kinds) else None
    tokens = first(token_at)
    if where.always_token and (kinds is None or "" in kinds) and (tokens is None or any(no in tokens for no in _NO_TOKEN)):
        raise Odd
    methods, paths = first(where.method), first(where.path)
    if where.request and (paths is None or None in paths or "" in paths):
        methods, paths = _requested(first(where.request), methods, paths)
    accounts = cells.texts(cells.words(first(where.account), given), ID_CAP, secret=False)
    return Block(
        cells.moments(first(where.at)),
        cells.token_ids(tokens, count),
        cells.codes(first(where.status), first(where.outcome), count),
        cells.texts(first(where.address), ADDRESS_CAP) or [""] * count,
        cells.texts(first(where.agent), TEXT_CAP) or [""] * count,
        cells.texts(methods, METHOD_CAP) or [""] * count,
        cells.paths(paths, TEXT_CAP, count),
        cells.texts(first(where.service), WORD_CAP),
        cells.durations(first(where.latency), where.per_unit),
        cells.ids(first(where.request_id), WORD_CAP),
        cells.texts(first(where.scope), WORD_CAP, secret=False),
        accounts if accounts and any(accounts) else None,
        kinds,
        cells.texts(first(where.gateway), WORD_CAP, secret=False) if kinds else None,
        cells.words(first(where.step), step_of) if kinds else None,
    )


def _requested(requests: Column, methods: Column, paths: Column) -> tuple[Column, Column]:
    """Return methods and paths, taken out of the request where a line has no path of its own."""
    if requests is None:
        return methods, paths
    none = [None] * len(requests)
    rows = zip(requests, methods or none, paths or none, strict=True)
    pairs = [request_parts(r) if r and type(r) is str and path in (None, "") else (method, path) for r, method, path in rows]
    return [method for method, _ in pairs], [path for _, path in pairs]


class _Sheet:
    """Objects, and the columns that were taken out of them."""

    def __init__(self, objects: Sequence[dict[str, Any]]) -> None:
        self.objects = objects
        self._names = set().union(*objects)
        self._parents: dict[Place, list[Any]] = {}

    def first(self, some: tuple[Place, ...]) -> Column:
        """Return what stands at the first of these places that holds more than nothing, line by line."""
        there = [place for place in some if place[0] in self._names]
        found: Column = None
        for number, place in enumerate(there, 1):
            column = self._column(place)
            found = column if found is None else _filled(found, column)
            if number == len(there) or not (None in found or "" in found):
                break
        return found

    def _column(self, place: Place) -> list[Any]:
        *before, name = place
        if not before:
            try:
                return list(map(itemgetter(name), self.objects))
            except KeyError:
                return [data.get(name) for data in self.objects]
        parents = self._parents.get(place[:-1])
        if parents is None:
            parents = self._parents[place[:-1]] = self._column(place[:-1])
        try:
            # Only an object takes a text: whatever else stands there is a TypeError.
            return list(map(itemgetter(name), parents))
        except (KeyError, TypeError):
            return [inner.get(name) if type(inner) is dict else None for inner in parents]


def _filled(values: list[Any], others: list[Any]) -> list[Any]:
    return [other if value is None or value == "" else value for value, other in zip(values, others, strict=True)]
