"""One request as a gateway logged it, whatever the format of the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from store.rules.usage import Outcome


class Event(NamedTuple):
    """A request that named a token, or none where `token` is empty.

    A named tuple and no dataclass, because one is made for every line of every log: it costs a fifth.
    `at_ms` is milliseconds since 1970. `token` is the public id, `account` the account's id where the log tells it.
    Texts are cut to size and free of control characters; `masked` says that a token was found in one of them or in
    `token` itself and cut out. `path` has no query. `scope` is the one the request was allowed by, where the log tells it.
    `kind` is a word of store.rules.indicators where a gateway reports a check, with the name of that `gateway`
    and the `step` at which it failed first (store.gateway.steps).
    """

    at_ms: int
    token: str
    outcome: Outcome = Outcome.VALID
    status: int | None = None
    address: str = ""
    agent: str = ""
    method: str = ""
    path: str = ""
    service: str = ""
    latency_us: int | None = None
    request_id: str = ""
    account: str = ""
    masked: bool = False
    scope: str = ""
    kind: str = ""
    gateway: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that was left out: its number in the file, counted from 1, and why. Never its text, which may hold a secret."""

    number: int
    reason: str


class LineError(ValueError):
    """Why one line can't be read, in words that follow «line 12:»."""
