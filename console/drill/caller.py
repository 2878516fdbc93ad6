"""A program that calls with a token again and again, and remembers how it was answered: in turns, not call by call."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from typing import NamedTuple

from store.rules.secrets import Secret
from store.rules.usage import Outcome

EVERY_S = 0.2
PATIENCE_S = 5.0
UNANSWERED = "NO ANSWER"
LATEST = 400
"""So many calls are remembered one by one, for a picture of them."""

PATH = "/check/v1/orders?scope=orders.read&service=orders"
AGENT = "leaked-copy/1.0"


class Reply(NamedTuple):
    """How one call was answered: the gateway's word, and what it told the caller, "" for nothing."""

    outcome: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """Calls in a row that got the same answer: the moments of the first and the last answer, and how many they were."""

    reply: Reply
    first: datetime
    last: datetime
    calls: int = 1

    @property
    def accepted(self) -> bool:
        """Say whether these calls got through."""
        return self.reply.outcome == Outcome.VALID.value

    @property
    def refused(self) -> bool:
        """Say whether these calls were turned away; no answer at all is neither."""
        return not self.accepted and self.reply.outcome != UNANSWERED


class Asker:
    """Asks one gateway over one connection that is kept; the token is revealed only where the request is made."""

    def __init__(self, address: str, token: Secret) -> None:
        self._connection = HTTPConnection(address, timeout=PATIENCE_S)
        self._token = token

    def __call__(self) -> Reply:
        """Call once and return the answer."""
        headers = {"Authorization": f"Bearer {self._token.reveal()}", "User-Agent": AGENT}
        try:
            self._connection.request("GET", PATH, headers=headers)
            answer = self._connection.getresponse()
            body = answer.read()
            return Reply(answer.getheader("X-Tokendesk-Outcome") or UNANSWERED, _message(body))
        except (OSError, HTTPException):
            self._connection.close()
            return Reply(UNANSWERED)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


class Caller:
    """Calls from a thread of its own, about five times a second, until `end`."""

    def __init__(self, ask: Callable[[], Reply], every_s: float = EVERY_S) -> None:
        self._ask, self._every_s = ask, every_s
        self._turns: list[Turn] = []
        self._latest: deque[bool | None] = deque(maxlen=LATEST)
        self._calls = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="caller", daemon=True)

    def start(self) -> None:
        """Begin to call."""
        self._thread.start()

    def end(self) -> None:
        """Stop, after the call that is under way."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(2 * PATIENCE_S)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Return what the calls met so far, the earliest first."""
        return tuple(self._turns)

    @property
    def latest(self) -> tuple[bool | None, ...]:
        """Return the latest calls one by one: accepted, refused (False), or not answered (None)."""
        return tuple(self._latest)

    @property
    def calls(self) -> int:
        """Return how many calls were made."""
        return self._calls

    def _run(self) -> None:
        while not self._ended.is_set():
            self.heard(self._ask(), datetime.now(UTC))
            self._ended.wait(self._every_s)

    def heard(self, reply: Reply, at: datetime) -> None:
        """Take down one answer."""
        last = self._turns[-1] if self._turns else None
        if last is not None and last.reply == reply:
            self._turns[-1] = replace(last, last=at, calls=last.calls + 1)
        else:
            self._turns.append(Turn(reply, at, at))
        turn = self._turns[-1]
        self._latest.append(None if reply.outcome == UNANSWERED else turn.accepted)
        self._calls += 1


@dataclass(frozen=True, slots=True)
class Met:
    """What the calls met, summed up; the moments are those of the caller, None where there was no such call."""

    accepted: int
    refused: int
    unanswered: int
    last_accepted: datetime | None
    first_refused: datetime | None
    now: Reply | None

    @property
    def open(self) -> bool:
        """Say whether the latest call got through."""
        return self.now is not None and self.now.outcome == Outcome.VALID.value


def met(turns: tuple[Turn, ...]) -> Met:
    """Sum up turns; `first_refused` is the first refusal after the last accepted call."""
    accepted = [turn for turn in turns if turn.accepted]
    refused = [turn for turn in turns if turn.refused]
    last = accepted[-1].last if accepted else None
    since = [turn.first for turn in refused if last is None or turn.first >= last]
    return Met(
        sum(turn.calls for turn in accepted),
        sum(turn.calls for turn in refused),
        sum(turn.calls for turn in turns if not turn.accepted and not turn.refused),
        last,
        since[0] if since else None,
        turns[-1].reply if turns else None,
    )


def _message(body: bytes) -> str:
    if not body:
        return ""
    try:
        told = json.loads(body)
    except ValueError:
        return ""
    return str(told.get("message", "")) if isinstance(told, dict) else ""
