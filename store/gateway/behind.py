"""The questions that are asked seldom: introspection (RFC 7662), revocation (RFC 7009), health and numbers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from store.errors import StoreError
from store.gateway.asked import Asked, Services, clean
from store.gateway.callers import Proven, claimed, proven
from store.gateway.checking import Checker
from store.gateway.front import INTROSPECT, Recorder
from store.gateway.judging import Answer
from store.gateway.measures import Measures
from store.gateway.sources import PATIENCE_S, away
from store.moments import SECOND_MS
from store.opening import Store
from store.rows import TokenKey
from store.rules.networks import host_of
from store.rules.secrets import Mint
from store.rules.usage import Outcome
from store.writes.gateway_callers import revoke_for

_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_LARGEST = 64 * 1024
_FORM = "application/x-www-form-urlencoded"
_PROXIED = ("x-forwarded-for", "x-real-ip", "forwarded")


class Halt(Exception):
    """An answer that ends a request early."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


@dataclass(frozen=True, slots=True)
class Behind:
    """What these questions are answered from."""

    store: Store
    mint: Mint
    checker: Checker
    recorder: Recorder
    measures: Measures
    services: Services
    host: str
    now: Callable[[], datetime]

    def app(self) -> Starlette:
        """Return the application."""
        return Starlette(
            routes=[
                Route("/introspect", self._ended(self.introspect), methods=["POST"]),
                Route("/revoke", self._ended(self.revoke), methods=["POST"]),
                Route("/healthz", self.healthy, methods=["GET"]),
                Route("/readyz", self.ready, methods=["GET"]),
                Route("/metrics", self._ended(self.numbers), methods=["GET"]),
            ]
        )

    async def introspect(self, request: Request) -> Response:
        """Say what a token is; for one that does not work exactly that and nothing else (RFC 7662 2.2)."""
        started = time.perf_counter()
        form = await _form(request)
        service = self.services.name(request.query_params.get("service", ""))
        try:
            caller = await self._caller(request, form)
        except StoreError:
            question = Asked("", (), service, _peer(request), "POST", "/introspect", "", "")
            self.recorder.note(INTROSPECT, question, None, time.perf_counter() - started)
            raise
        token = _token(form)
        answer = await self.checker.check(token)
        agent = clean(request.headers.get("user-agent", ""), token, 300)
        question = Asked(token, (), service, _peer(request), "POST", "/introspect", agent or caller.name, "")
        self.recorder.note(INTROSPECT, question, answer, time.perf_counter() - started)
        if answer is None:
            raise Halt(_error(503, "temporarily_unavailable"))
        return JSONResponse(_described(answer), headers=_NO_STORE)

    async def revoke(self, request: Request) -> Response:
        """Revoke a token whose secret is shown; what is not known is no error (RFC 7009 2.2)."""
        form = await _form(request)
        caller = await self._caller(request, form)
        if not caller.may_revoke:
            raise Halt(_error(400, "unauthorized_client"))
        answer = await self.checker.check(_token(form))
        if answer is None:
            raise Halt(_error(503, "temporarily_unavailable"))
        if answer.known is not None and answer.outcome is not Outcome.REVOKED:
            key, peer, action = _key_of(answer), _peer(request), str(uuid4())

            def end() -> None:
                self.store.write(lambda unit: revoke_for(unit, caller.name, key, peer, self.host, self.now(), action), action)

            await asyncio.to_thread(end)
            self.checker.memory.forget()
        return Response(status_code=200, headers=_NO_STORE)

    async def healthy(self, request: Request) -> Response:
        """Say that the gateway runs, whatever the store does."""
        return JSONResponse({"status": "ok"}, headers=_NO_STORE)

    async def ready(self, request: Request) -> Response:
        """Say whether the store can be reached: without it checks are refused."""

        def asked() -> None:
            with self.store.reading() as reader:
                reader.value("SELECT 1 FROM fact LIMIT 1")

        try:
            await asyncio.wait_for(asyncio.to_thread(asked), 3)
        except (StoreError, TimeoutError):
            return JSONResponse({"status": "store away"}, 503, headers=_NO_STORE)
        return JSONResponse({"status": "ok"}, headers=_NO_STORE)

    async def numbers(self, request: Request) -> Response:
        """Return the metrics: to this machine itself, but not through a proxy on it, and to every caller."""
        host = host_of(request.client.host) if request.client else None
        local = host is not None and host.is_loopback and not any(name in request.headers for name in _PROXIED)
        if not local:
            await self._caller(request, {})
        return Response(self.measures.text(), media_type="text/plain; version=0.0.4; charset=utf-8", headers=_NO_STORE)

    async def _caller(self, request: Request, form: Mapping[str, str]) -> Proven:
        claim = claimed(request.headers.get("authorization", ""), form)

        def found() -> Proven | None:
            with self.store.reading() as reader:
                return proven(reader, claim, self.mint)

        try:
            caller = await asyncio.wait_for(asyncio.to_thread(found), PATIENCE_S)
        except TimeoutError:
            raise away() from None
        if caller is None:
            raise Halt(_error(401, "invalid_client", {"WWW-Authenticate": 'Basic realm="tokendesk"'}))
        return caller

    def _ended(self, answer: Callable[[Request], Any]) -> Callable[[Request], Any]:
        async def run(request: Request) -> Response:
            try:
                response: Response = await answer(request)
            except Halt as halt:
                return halt.response
            except StoreError:
                return _error(503, "temporarily_unavailable")
            return response

        return run


async def _form(request: Request) -> Mapping[str, str]:
    """Return the fields of a form; raises Halt for another kind of body, one too large, or a field given twice."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise Halt(_error(400, "invalid_request"))
    size = 0
    parts = []
    async for part in request.stream():
        size += len(part)
        if size > _LARGEST:
            raise Halt(_error(413, "invalid_request"))
        parts.append(part)
    request._body = b"".join(parts)  # what `form` reads once the stream is consumed
    fields = [(str(name), str(value)) for name, value in (await request.form()).multi_items()]
    form = dict(fields)
    if len(form) != len(fields):
        raise Halt(_error(400, "invalid_request"))
    return form


def _token(form: Mapping[str, str]) -> str:
    token = form.get("token", "").strip()
    if not token:
        raise Halt(_error(400, "invalid_request"))
    return token


def _described(answer: Answer) -> dict[str, Any]:
    known = answer.known
    if known is None or answer.outcome is not Outcome.VALID:
        return {"active": False}
    told: dict[str, Any] = {
        "active": True,
        "scope": " ".join(sorted(known.scopes)),
        "client_id": known.account_id,
        "sub": known.account_id,
        "jti": known.id,
        "token_type": "Bearer",
        "iat": known.created_ms // SECOND_MS,
    }
    if known.ends_ms is not None:
        told["exp"] = known.ends_ms // SECOND_MS
    if known.networks != ():
        told["allowed_addresses"] = [str(network) for network in known.networks or ()]
    return told


def _key_of(answer: Answer) -> TokenKey:
    assert answer.known is not None
    return TokenKey((answer.known.account_id, answer.known.id))


def _peer(request: Request) -> str:
    return request.client.host[:64] if request.client else ""


def _error(status: int, word: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": word}, status, headers={**_NO_STORE, **(headers or {})})
