"""Ordinary lines of the combined log, hundreds at once: cut into columns by `split` alone, checked by their few distinct texts.

Whatever is not ordinary (a quote or backslash in a field, control characters, other letters than ASCII, what could be a
token) makes a block be refused, and then each of its lines is read by itself (store.usage.combined). What a block gives is
what those lines would give one by one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from sys import intern

from store.usage.columns import Block, code_of
from store.usage.combined import token_of
from store.usage.events import LineError
from store.usage.fields import ADDRESS_CAP, METHOD_CAP, TEXT_CAP, could_hold_token, log_ms, outcome_of, path_of, status_of

_ORDINARY = bytes(range(0x20, 0x7F)).replace(b"\\", b"") + b"\n"
_METHOD = re.compile(r"[A-Z]+")
_TIME = re.compile(r"\[[^ \]]+")
_ZONE = re.compile(r"[+-][0-9]{4}\]")
_STATUS = re.compile(r"[0-9]{3}")
_BREAK = " \n "
"""Put between lines, so that one with too few words can't be made up for by the next with too many."""


def read_block(lines: Sequence[bytes], token_field: str) -> Block | None:
    """Read lines of the combined log, or return None when one of them is not ordinary."""
    whole = b"\n".join(lines)
    if whole.translate(None, _ORDINARY):
        return None
    text = whole.decode("ascii")
    if could_hold_token(text):
        return None
    try:
        return _read(text, len(lines), token_field)
    except LineError:
        return None


def _read(text: str, count: int, token_field: str) -> Block | None:
    parts = text.split('"')
    if len(parts) != 6 * count + 1:
        return None
    # What stands before the first quote of a line, together with what stands after the last quote of the line before.
    heads = parts[0::6]
    words = _words('"'.join(heads).split("\n"), count)
    requests, answers = _words(parts[1::6], count), _words(parts[2::6], count)
    if words is None or len(words) < 6 or requests is None or len(requests) != 3 or answers is None or len(answers) < 3:
        return None
    addresses, names, users, times, zones, quotes, *trailing = words
    methods, paths = requests[0], requests[1]
    agents = {agent: "" if agent == "-" else intern(agent[:TEXT_CAP]) for agent in set(parts[5::6])}
    short = {address: intern(address[:ADDRESS_CAP]) for address in set(addresses)}
    verbs = {method: intern(method[:METHOD_CAP]) for method in set(methods)}
    # As many quotes as lines stand there, one in each: then no other word of a head holds one.
    if (
        set(quotes) != {'"'}
        or any(word.startswith("[") for word in {*names, *users})
        or not (all(map(_METHOD.fullmatch, verbs)) and all(short) and "" not in requests[2])
    ):
        return None
    ats, codes = _moments(times, zones), _codes(answers[1])
    cleaned = _paths(paths)
    if ats is None or codes is None or cleaned is None:
        return None
    return Block(
        ats,
        _tokens(users, trailing, token_field),
        codes,
        list(map(short.__getitem__, addresses)),
        list(map(agents.__getitem__, parts[5::6])),
        list(map(verbs.__getitem__, methods)),
        cleaned,
    )


def _words(texts: Sequence[str], count: int) -> list[list[str]] | None:
    """Return the words of as many texts column by column, or None unless they are so many and each has as many as the others."""
    if len(texts) != count:
        return None
    words = (_BREAK.join(texts) + _BREAK).split(" ")
    width = len(words) // count
    if len(words) != width * count + 1 or set(words[width - 1 :: width]) != {"\n"}:
        return None
    return [words[column:-1:width] for column in range(width - 1)]


def _moments(times: list[str], zones: list[str]) -> list[int] | None:
    """Return the milliseconds of times, each looked at once; None unless all look as they must and have one zone."""
    distinct, zone = set(times), zones[0]
    if zones.count(zone) != len(zones) or not _ZONE.fullmatch(zone) or not all(map(_TIME.fullmatch, distinct)):
        return None
    known = {time: log_ms(f"{time[1:]} {zone[:-1]}") for time in distinct}
    return list(map(known.__getitem__, times))


def _codes(statuses: list[str]) -> list[int] | None:
    known = {}
    for status in set(statuses):
        if not _STATUS.fullmatch(status):
            return None
        number = status_of(status)
        known[status] = code_of(outcome_of(None, number), number)
    return list(map(known.__getitem__, statuses))


def _paths(targets: list[str]) -> list[str] | None:
    """Return the paths of request targets, without queries; None for one that does not begin with `/` or may hide a token."""
    joined = "\n".join(targets)
    if joined[:1] != "/" or joined.count("\n/") != len(targets) - 1:
        return None
    if "%" in joined or "#" in joined or "://" in joined:
        targets = list(map(path_of, targets))
        if could_hold_token("\n".join(targets)):
            return None
    elif "?" in joined:
        targets = [target.partition("?")[0] for target in targets]
    return targets if max(map(len, targets)) <= TEXT_CAP else [target[:TEXT_CAP] for target in targets]


def _tokens(users: list[str], trailing: list[list[str]], token_field: str) -> list[str]:
    """Return what names the token in each line; `trailing` are the words after the agent, column by column."""
    if not trailing:
        known = {user: _token(user, "", token_field) for user in set(users)}
        return list(map(known.__getitem__, users))
    rest = list(map(" ".join, zip(*trailing, strict=True)))
    pairs = {pair: _token(*pair, token_field) for pair in set(zip(users, rest, strict=True))}
    return list(map(pairs.__getitem__, zip(users, rest, strict=True)))


@lru_cache(maxsize=10_000)
def _token(user: str, trailing: str, token_field: str) -> str:
    return token_of(user, trailing.split(), token_field)
