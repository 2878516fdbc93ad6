"""The HTTP side: every check on one short way, everything else handed to the app behind it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

from store.gateway.answers import answered
from store.gateway.asked import PREFIX, Services, asked
from store.gateway.checking import Checker
from store.gateway.events import line
from store.gateway.measures import AWAY, Measures
from store.rules.networks import Network
from store.rules.usage import Outcome

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Receive, Send], Awaitable[None]]
CHECK, INTROSPECT = "check", "introspect"


class Recorder:
    """Where each answer goes: the numbers, the log that is counted, and the journal for whoever runs the gateway."""

    def __init__(
        self,
        name: str,
        measures: Measures,
        usage: Callable[[str], None],
        journal: Callable[[str], None],
        now_ms: Callable[[], int],
    ) -> None:
        self._name, self._measures, self._usage, self._journal, self._now_ms = name, measures, usage, journal, now_ms

    def note(self, kind: str, question: Any, answer: Any, seconds: float) -> None:
        """Record one answer; None is that of a store that is away, which says nothing about a token."""
        outcome = AWAY if answer is None else answer.outcome.value
        self._measures.note(outcome, question.service, seconds)
        if answer is not None:
            text = line(kind, self._name, question, answer, self._now_ms(), seconds)
            self._usage(text)
            if answer.outcome is not Outcome.VALID:
                self._journal(text)


class Front:
    """The ASGI application: `/check` and everything under it here, the rest in `behind`."""

    def __init__(self, checker: Checker, recorder: Recorder, trusted: Sequence[Network], services: Services, behind: App) -> None:
        self._checker, self._recorder = checker, recorder
        self._trusted, self._services, self._behind = trusted, services, behind

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request; its body, if it has one, is not read."""
        if scope["type"] != "http" or not is_check(scope["path"]):
            await self._behind(scope, receive, send)
            return
        started = time.perf_counter()
        question = asked(scope, self._trusted, self._services)
        answer = await self._checker.check(question.token, question.scopes, question.address)
        status, headers, body = answered(answer, question.scopes)
        self._recorder.note(CHECK, question, answer, time.perf_counter() - started)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def is_check(path: str) -> bool:
    """Say whether a path is that of a check: /check itself or anything under it (Envoy appends the original path)."""
    return path.startswith(PREFIX) and (len(path) == len(PREFIX) or path[len(PREFIX)] == "/")
