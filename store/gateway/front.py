"""The HTTP side: every check on one short way, everything else handed to the app behind it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from store.gateway.answers import Headers, answered
from store.gateway.asked import PREFIX, Asked, Services, Trust, asked
from store.gateway.checking import Checker
from store.gateway.events import Noted
from store.gateway.judging import Answer
from store.gateway.measures import AWAY, Measures

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Receive, Send], Awaitable[None]]
CHECK, INTROSPECT = "check", "introspect"


class Recorder:
    """Where each answer goes: to the numbers at once, to the log as values that a thread puts into words."""

    def __init__(self, measures: Measures, keep: Callable[[Noted], None], now_ms: Callable[[], int]) -> None:
        self._measures, self._keep, self._now_ms = measures, keep, now_ms

    def note(self, kind: str, question: Asked, answer: Answer | None, seconds: float) -> None:
        """Record one answer; None is that of a store that is away, which says nothing about a token."""
        if answer is None:
            self._measures.note(AWAY, question.service, seconds)
            return
        self._measures.note(answer.outcome.value, question.service, seconds)
        self._keep((kind, question._replace(token=""), answer, self._now_ms(), seconds))


class Front:
    """The ASGI application: `/check` and everything under it here, the rest in `behind`."""

    def __init__(self, checker: Checker, recorder: Recorder, trust: Trust, services: Services, behind: App) -> None:
        self._checker, self._recorder = checker, recorder
        self._trust, self._services, self._behind = trust, services, behind

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request; its body, if it has one, is not read."""
        if scope["type"] != "http" or not is_check(scope["path"]):
            await self._behind(scope, receive, send)
            return
        started = time.perf_counter()
        question = asked(scope, self._trust, self._services)
        answer = await self._checker.check(question.token, question.scopes, question.address)
        status, headers, body = answered(answer, question.scopes)
        self._recorder.note(CHECK, question, answer, time.perf_counter() - started)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def at_once(self, scope: Any) -> tuple[int, Headers, bytes] | None:
        """Answer a check that need not wait for anything: status, headers and body; None leaves it to `__call__`."""
        started = time.perf_counter()
        question = asked(scope, self._trust, self._services)
        answer = self._checker.at_once(question.token, question.scopes, question.address)
        if answer is None:
            return None
        self._recorder.note(CHECK, question, answer, time.perf_counter() - started)
        return answered(answer, question.scopes)


def is_check(path: str) -> bool:
    """Say whether a path is that of a check: /check itself or anything under it (Envoy appends the original path)."""
    return path.startswith(PREFIX) and (len(path) == len(PREFIX) or path[len(PREFIX)] == "/")
