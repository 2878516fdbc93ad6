"""The combined access log of nginx and Apache, as text: the token id is the remote user or one more field at the end."""

from __future__ import annotations

import re
from functools import lru_cache

from store.rules.usage import Outcome
from store.usage.events import Event, LineError
from store.usage.fields import (
    ADDRESS_CAP,
    METHOD_CAP,
    TEXT_CAP,
    could_hold_token,
    log_ms,
    make_event,
    outcome_of,
    status_of,
    token_id_of,
)

_NAMES = ("key_id", "token_id", "token")
LAST = "last"
USER = "user"
_PLAIN = re.compile(
    r'([^ "]+) [^ "]+ ([^ "\[]+) \[([^\]" ]+ [+-][0-9]{4})\] '
    r'"([A-Z]+) (/[^ "?#%:]*)(?:[?#][^ "]*)? [^ "]+" ([0-9]{3}) [^ "]+ "[^"]*" "([^"]*)"([^"]*)'
)
"""What almost every line looks like. Reading it at once takes a third of the time, and only such lines are read that way."""


def recognised(line: str) -> bool:
    """Say whether a line has the shape `address - user [time] "request" status ...`."""
    before, bracket, rest = line.partition(" [")
    return bool(bracket) and before.count(" ") >= 2 and '] "' in rest and rest[2:3] == "/"


def event(line: str, token_field: str) -> Event:
    """Read one line.

    `token_field` says where the token id stands: `user`, `last` (the last field of the line) or NAME for `NAME=id` after
    the agent. Without it `key_id=`, `token_id=` or `token=` count, then the remote user.
    """
    if line.isprintable() and "\\" not in line and not could_hold_token(line):
        found = _PLAIN.fullmatch(line)
        if found is not None:
            return _plain(found, token_field)
    if "\\" in line:
        # Apache writes a quote inside a field as \" and nginx as \x22; neither may end the field.
        line = line.replace("\\\\", "/").replace('\\"', "'")
    parts = line.split('"')
    head, bracket, moment = parts[0].partition(" [")
    if not bracket or len(parts) < 3:
        raise LineError("not an access log line")
    if len(parts) == 4 or len(parts) == 6:
        raise LineError("a quote is opened and never closed")
    names = head.split(" ", 2)
    if len(names) < 3:
        raise LineError("not an access log line")
    method, _, target = parts[1].partition(" ")
    after = parts[2].split()
    trailing = "".join(parts[6:]).split() if len(parts) > 6 else after[2:]
    return make_event(
        log_ms(moment.rstrip("] ")),
        _token(names[2], trailing, token_field),
        status=after[0] if after else None,
        address=names[0],
        agent=parts[5] if len(parts) > 5 and parts[5] != "-" else "",
        method=method,
        path=target.rpartition(" ")[0] or target,
    )


def _plain(found: re.Match[str], token_field: str) -> Event:
    """Build the event of a line in which nothing needs to be mended or cut out; what it gives is what `make_event` would."""
    address, user, moment, method, path, answer, agent, trailing = found.groups()
    at_ms, (outcome, status) = log_ms(moment), _answer(answer)
    return Event(
        at_ms, _token_id(user, trailing, token_field), outcome, status,
        address[:ADDRESS_CAP], "" if agent == "-" else agent[:TEXT_CAP], method[:METHOD_CAP], path[:TEXT_CAP],
    )  # fmt: skip


@lru_cache(maxsize=1_000)
def _answer(status: str) -> tuple[Outcome, int | None]:
    number = status_of(status)
    return outcome_of(None, number), number


@lru_cache(maxsize=10_000)
def _token_id(user: str, trailing: str, token_field: str) -> str:
    return token_of(user, trailing.split(), token_field)


def token_of(user: str, trailing: list[str], token_field: str) -> str:
    """Return the id of the token a line names, empty for none; `trailing` are the words after the agent."""
    return token_id_of(_token(user, trailing, token_field))[0]


def _token(user: str, trailing: list[str], token_field: str) -> str:
    if token_field == USER:
        return user
    if token_field == LAST:
        return trailing[-1].rpartition("=")[2] if trailing else ""
    names = (token_field,) if token_field else _NAMES
    for field in trailing:
        name, equals, value = field.partition("=")
        if equals and name in names:
            return value
    return "" if token_field else user
