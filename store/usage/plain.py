"""Ordinary lines of the combined log, hundreds at once: cut into columns by `split` alone, checked by their few distinct texts.

Whatever is not ordinary (a quote or backslash in a field, control characters, other letters than ASCII, what could be a
token) makes a block be refused, and then each of its lines is read by itself (store.usage.combined). What a block gives is
what those lines would give one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from operator import itemgetter
from sys import intern
from typing import TypeVar

from store.usage.columns import Block, code_of
from store.usage.combined import token_of
from store.usage.events import LineError
from store.usage.fields import ADDRESS_CAP, METHOD_CAP, TEXT_CAP, could_hold_token, log_ms, outcome_of, path_of, status_of

_ORDINARY = bytes(range(0x20, 0x7F)).replace(b"\\", b"") + b"\n"
_METHOD = re.compile(r"[A-Z]+")
_TIME = re.compile(r"\[[^ \]]+")
_ZONE = re.compile(r"[+-][0-9]{4}\]")
_STATUS = re.compile(r" [0-9]{3} ")
_BREAK = b" \n "
"""Put between lines, so that one with too few words can't be made up for by the next with too many."""

_BETWEEN = _BREAK.decode()
_answered = itemgetter(slice(5))
"""Takes the status with the blanks around it."""

_MOST = 10_000
_Text = TypeVar("_Text")
_Meaning = TypeVar("_Meaning")


class _Odd(Exception):
    """A text that is not what an ordinary line has there: its line must be read by itself."""


class _Known(dict[_Text, _Meaning]):
    """What texts of a column mean, each looked at once while it is remembered; raises _Odd, or LineError, for odd ones."""

    def __init__(self, find: Callable[[_Text], _Meaning]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, text: _Text) -> _Meaning:
        meaning: _Meaning = self._find(text)
        if len(self) >= _MOST:
            self.clear()
        self[text] = meaning
        return meaning

    def all(self, texts: Iterable[_Text]) -> list[_Meaning]:
        """Return what each text means."""
        return list(map(self.__getitem__, texts))


class PlainReader:
    """Reads ordinary lines of one log; `token_field` is as in `store.usage.combined.event`."""

    def __init__(self, token_field: str) -> None:
        self._addresses, self._methods, self._agents = _Known(_address), _Known(_method), _Known(_agent)
        self._codes = _Known(_code)
        self._token_field = token_field
        self._users = _Known(self._user)
        self._pairs = _Known(self._token)
        self._zone, self._times = "", _Known(_no_time)

    def block(self, lines: Sequence[bytes]) -> Block | None:
        """Read lines of the combined log, or return None when one of them is not ordinary."""
        whole = _BREAK.join(lines)
        if whole.translate(None, _ORDINARY):
            return None
        try:
            return self._read(whole.decode("ascii"), len(lines))
        except (_Odd, LineError):
            return None

    def _read(self, text: str, count: int) -> Block:
        parts = text.split('"')
        if len(parts) != 6 * count + 1:
            raise _Odd
        # What stands before the first quote of a line, together with what stands after the last quote of the line before.
        addresses, names, users, times, zones, quotes, *trailing = _words('"'.join(parts[0::6]), count, 6)
        methods, paths, _ = _words(_BETWEEN.join(parts[1::6]), count, 3, most=3)
        # As many quotes as lines stand there, one in each: then no other word of a head holds one.
        if quotes.count('"') != count or not _opens_no_time(names):
            raise _Odd
        return Block(
            self._moments(times, zones),
            self._tokens(users, trailing),
            self._codes.all(map(_answered, parts[2::6])),
            self._addresses.all(addresses),
            self._agents.all(parts[5::6]),
            self._methods.all(methods),
            _paths(paths),
        )

    def _moments(self, times: list[str], zones: list[str]) -> list[int]:
        zone = zones[0]
        if zones.count(zone) != len(zones):
            raise _Odd
        if zone != self._zone:
            if not _ZONE.fullmatch(zone):
                raise _Odd
            self._zone, self._times = zone, _Known(partial(_moment, zone[:-1]))
        return self._times.all(times)

    def _tokens(self, users: list[str], trailing: list[list[str]]) -> list[str]:
        """Return what names the token in each line; `trailing` are the words after the agent, column by column."""
        if not trailing:
            return self._users.all(users)
        rest = trailing[0] if len(trailing) == 1 else map(" ".join, zip(*trailing, strict=True))
        return self._pairs.all(zip(users, rest, strict=True))

    def _user(self, user: str) -> str:
        return self._token((user, ""))

    def _token(self, words: tuple[str, str]) -> str:
        """Return what names the token, by the remote user and what stands after the agent."""
        user, rest = (_without_token(text, empty=True) for text in words)
        if user.startswith("["):
            raise _Odd
        return token_of(user, rest.split(), self._token_field)


def _words(together: str, count: int, least: int, *, most: int = 1_000) -> list[list[str]]:
    """Return the words of texts joined by breaks, column by column; raises _Odd unless there are so many in each of them."""
    words = (together + _BETWEEN).split(" ")
    width = len(words) // count
    if len(words) != width * count + 1 or words[width - 1 :: width].count("\n") != count or not least < width <= most + 1:
        raise _Odd
    return [words[column:-1:width] for column in range(width - 1)]


def _opens_no_time(names: list[str]) -> bool:
    return names.count("-") == len(names) or not any(name.startswith("[") for name in set(names))


def _no_time(text: str) -> int:
    raise _Odd


def _moment(zone: str, time: str) -> int:
    if not _TIME.fullmatch(time):
        raise _Odd
    return log_ms(f"{time[1:]} {zone}")


def _address(text: str) -> str:
    return intern(_without_token(text)[:ADDRESS_CAP])


def _agent(text: str) -> str:
    return "" if text == "-" else intern(_without_token(text, empty=True)[:TEXT_CAP])


def _method(text: str) -> str:
    if not _METHOD.fullmatch(text):
        raise _Odd
    return intern(text[:METHOD_CAP])


def _code(text: str) -> int:
    if not _STATUS.fullmatch(text):
        raise _Odd
    number = status_of(text[1:4])
    return code_of(outcome_of(None, number), number)


def _without_token(text: str, *, empty: bool = False) -> str:
    if could_hold_token(text) or not (text or empty):
        raise _Odd
    return text


def _paths(targets: list[str]) -> list[str]:
    """Return the paths of request targets, without queries; raises _Odd for one that is no path or may hide a token."""
    joined = "\n".join(targets)
    if joined[:1] != "/" or joined.count("\n/") != len(targets) - 1:
        raise _Odd
    if "%" in joined or "#" in joined or "://" in joined:
        targets = list(map(path_of, targets))
        joined = "\n".join(targets)
    elif "?" in joined:
        targets = [target.partition("?")[0] for target in targets]
        joined = "\n".join(targets)
    if could_hold_token(joined):
        raise _Odd
    return targets if max(map(len, targets)) <= TEXT_CAP else [target[:TEXT_CAP] for target in targets]
