"""The HTTP side: every check on one short way, everything else handed to the app behind it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping, Sequence
from typing import Any

from store.gateway.answers import answered, answered_in_words
from store.gateway.asked import PREFIX, Asked, Services, Trust, asked
from store.gateway.checking import Checker, Wanted
from store.gateway.events import Noted
from store.gateway.judging import Answer, Presented
from store.gateway.measures import AWAY, Measures

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Receive, Send], Awaitable[None]]
Reply = Callable[[int, bytes, bytes], None]
"""Takes the status, the headers as they are sent, and the body."""

Open = tuple[Presented, Asked, float, Reply]
"""A question that is not answered yet: what to look up, what was asked, since when, and how to answer."""

_FAILED = (500, b"content-length: 0\r\n", b"")
CHECK, INTROSPECT = "check", "introspect"


class Recorder:
    """Where each answer goes: to the numbers at once, to the log as values that a thread puts into words."""

    def __init__(self, measures: Measures, keep: Callable[[Noted], None], now_ms: Callable[[], int]) -> None:
        self._measures, self._keep, self._now_ms = measures, keep, now_ms

    def note(self, kind: str, question: Asked, answer: Answer | None, seconds: float) -> None:
        """Record one answer; None is that of a store that is away: it says nothing about a token, but it is a failed check."""
        self._measures.note(AWAY if answer is None else answer.outcome.value, question.service, seconds)
        self._keep((kind, Asked("", *question[1:]), answer, self._now_ms(), seconds))


class Front:
    """The ASGI application: `/check` and everything under it here, the rest in `behind`."""

    def __init__(self, checker: Checker, recorder: Recorder, trust: Trust, services: Services, behind: App) -> None:
        self._checker, self._recorder = checker, recorder
        self._trust, self._services, self._behind = trust, services, behind
        self._tasks: set[asyncio.Future[None]] = set()
        self._open: list[Open] = []

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

    def short(self, scope: Any, reply: Reply) -> bool:
        """Answer a check through `reply`; False says that it will be called later, from the event loop.

        What the store is asked waits for the end of this turn of the loop: all that came in it are one question. On PostgreSQL an
        imported token is one of its own, because it can take longer.
        """
        started = time.perf_counter()
        question = asked(scope, self._trust, self._services)
        answer = self._checker.at_once(question.token, question.scopes, question.address)
        if isinstance(answer, Answer):
            self._recorder.note(CHECK, question, answer, time.perf_counter() - started)
            reply(*answered_in_words(answer, question.scopes))
            return True
        if self._checker.waits and not answer.id:
            self._start([(answer, question, started, reply)])
        else:
            if not self._open:
                asyncio.get_running_loop().call_soon(self._look_up_open)
            self._open.append((answer, question, started, reply))
        return False

    def _look_up_open(self) -> None:
        waiting, self._open = self._open, []
        if self._checker.waits:
            self._start(waiting)
            return
        try:
            answers = self._checker.look_up_now(_wanted(waiting))
        except Exception:
            _fail(waiting)
            raise
        self._reply_all(zip(waiting, answers, strict=True))

    def _start(self, waiting: Sequence[Open]) -> None:
        task = asyncio.ensure_future(self._look_up_later(waiting))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _look_up_later(self, waiting: Sequence[Open]) -> None:
        try:
            answers = await self._checker.look_up(_wanted(waiting))
        except Exception:
            _fail(waiting)
            raise
        self._reply_all(zip(waiting, answers, strict=True))

    def _reply_all(self, found: Iterator[tuple[Open, Answer | None]]) -> None:
        """Give each its answer: one that can't be given keeps nobody else from theirs."""
        try:
            for (_, question, started, reply), answer in found:
                self._recorder.note(CHECK, question, answer, time.perf_counter() - started)
                reply(*answered_in_words(answer, question.scopes))
        except Exception:
            asyncio.get_running_loop().call_soon(self._reply_all, found)
            raise


def _wanted(waiting: Sequence[Open]) -> list[Wanted]:
    return [(given, question.token, question.scopes, question.address) for given, question, *_ in waiting]


def _fail(waiting: Sequence[Open]) -> None:
    for *_, reply in waiting:
        reply(*_FAILED)


def is_check(path: str) -> bool:
    """Say whether a path is that of a check: /check itself or anything under it (Envoy appends the original path)."""
    return path.startswith(PREFIX) and (len(path) == len(PREFIX) or path[len(PREFIX)] == "/")
