"""Running a gateway: its parts put together, from the first request to the last line counted."""

from __future__ import annotations

import asyncio
import signal
import socket
import ssl
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from store.errors import Refused
from store.gateway.asked import Services, Trust
from store.gateway.checking import Checker
from store.gateway.clerk import Clerk
from store.gateway.events import Noted, line
from store.gateway.front import Front, Recorder
from store.gateway.journal import Journal
from store.gateway.measures import Measures
from store.gateway.memory import Memory
from store.gateway.sources import open_source
from store.gateway.spool import SEGMENT_BYTES, Spool
from store.gateway.watching import Watcher
from store.moments import to_ms
from store.opening import Store
from store.rules.networks import Network, host_of
from store.rules.usage import Outcome
from store.writes.gateway_callers import GatewayReport

BACKLOG = 2_048
KEEP_ALIVE_S = 75
"""Longer than proxies keep a connection, so that none is closed under a request."""

TURN_S = 0.0002
"""So long a thread that writes the log keeps a check waiting that has just sent or received: Python's own 5 ms, which each such
call waits for, would hold up all checks that come while the log is written. What counts is a process of its own (`counter`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a gateway runs; `lifetime` and `grace` are seconds, `port` 0 takes a free one."""

    name: str
    host: str
    port: int
    lifetime: float
    grace: float
    trusted: tuple[Network, ...]
    services: tuple[str, ...]
    spool: Path
    certificate: Path | None = None
    key: Path | None = None
    segment_bytes: int = SEGMENT_BYTES


def serve(store: Store, settings: Settings, now: Callable[[], datetime]) -> None:
    """Serve until SIGINT or SIGTERM. Raises Refused without the extra, the store key, the port or the folder it needs."""
    require_extra()
    _refuse_bad_certificate(settings)
    sys.setswitchinterval(TURN_S)
    listening = _listening(settings)
    try:
        asyncio.run(_run(store, settings, now, listening))
    finally:
        listening.close()


def require_extra() -> None:
    """Raise Refused, with how to install them, when the libraries of the extra are missing."""
    try:
        import prometheus_client
        import python_multipart
        import starlette
        import uvicorn
    except ModuleNotFoundError as error:
        raise Refused(
            f"The gateway needs the library {error.name}.", "Install it with `pip install 'tokendesk[gateway]'`."
        ) from None
    del prometheus_client, python_multipart, starlette, uvicorn


def _refuse_bad_certificate(settings: Settings) -> None:
    if settings.certificate is None:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.certificate, settings.key)
    except (OSError, ValueError) as error:  # an SSLError is an OSError too
        why = error.strerror if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) else "they do not fit"
        raise Refused(f"The certificate and its key can't be used: {why}.", "Check --tls-cert and --tls-key, as PEM.") from None


def _listening(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # The protocol is named because asyncio sends without delay only where it is.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((settings.host, settings.port))
        listening.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listening.close()
        why = error.strerror if isinstance(error, OSError) else "no such port"
        raise Refused(f"{settings.host}:{settings.port} can't be listened on: {why}.", "Choose another with --listen.") from None
    return listening


async def _run(store: Store, settings: Settings, now: Callable[[], datetime], listening: socket.socket) -> None:
    import uvicorn

    from store.gateway.behind import Behind
    from store.gateway.short_way import protocol_for

    loop, started_at, mint = asyncio.get_running_loop(), now(), store.mint()
    frozen = store.facts.demo_now

    def now_ms() -> int:
        return time.time_ns() // 1_000_000 if frozen is None else to_ms(frozen)

    journal = Journal()
    source, memory = open_source(store.address), Memory(settings.lifetime, settings.grace)

    def worded(noted: Noted) -> str:
        """Put one check into words; whoever runs the gateway is told of those that were refused."""
        text = line(settings.name, noted)
        if noted[2] is None or noted[2].outcome is not Outcome.VALID:
            journal.line(text)
        return text

    def trouble(words: str) -> None:
        journal.tell("trouble", why=words)

    def away(problem: str) -> None:
        if problem:
            trouble(f"the store can't be asked: {problem}")
        else:
            journal.tell("answering", why="the store can be asked again")

    checker = Checker(source, memory, mint, now_ms, away)
    spool = Spool(settings.spool, worded, segment_bytes=settings.segment_bytes, tell=trouble)
    where = "{}:{}".format(*listening.getsockname()[:2])

    def told(unsaved: int, stopped_at: datetime | None) -> GatewayReport:
        return GatewayReport(
            name=settings.name,
            address=where,
            version=version("tokendesk"),
            started_at=started_at,
            stopped_at=stopped_at,
            cache_ms=round(settings.lifetime * 1_000),
            grace_ms=round(settings.grace * 1_000),
            checks=checker.checks,
            cache_hits=checker.hits,
            stale=checker.stale,
            unsaved=unsaved,
        )

    clerk = Clerk(store, spool, told, now, trouble)
    measures = Measures(lambda: _levels(checker, spool, clerk))
    recorder = Recorder(measures, spool.add, now_ms)
    services = Services(settings.services)
    behind = Behind(store, mint, checker, recorder, measures, services, socket.gethostname(), now)
    front = Front(checker, recorder, Trust(settings.trusted), services, behind.app())
    watcher = Watcher(
        store.address,
        lambda: _soon(loop, memory.forget),
        trouble,
    )
    server = uvicorn.Server(
        uvicorn.Config(
            front,
            http=protocol_for(front),
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            lifespan="off",
            backlog=BACKLOG,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=5,
            ssl_certfile=None if settings.certificate is None else str(settings.certificate),
            ssl_keyfile=None if settings.key is None else str(settings.key),
        )
    )
    # uvicorn raises the signal that ended it once more: there is still something to be written then.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    spool.start()
    clerk.start()
    if not store.address.is_sqlite:
        watcher.start()
    journal.tell(
        "listening",
        gateway=settings.name,
        address=where,
        cache_s=settings.lifetime,
        grace_s=settings.grace,
        trusted=" ".join(map(str, settings.trusted)),
        spool=str(settings.spool),
    )
    host = host_of(listening.getsockname()[0])
    if settings.certificate is None and (host is None or not host.is_loopback):
        trouble("tokens can be read on the way: listen on this machine alone, or serve HTTPS with --tls-cert")
    try:
        await server.serve(sockets=[listening])
    finally:
        watcher.stop()
        source.close()
        await asyncio.to_thread(_end, spool, clerk)
        journal.tell("stopped", checks=checker.checks, unsaved=clerk.unsaved)
        journal.close()


def _end(spool: Spool[Noted], clerk: Clerk) -> None:
    """Write what is held first, then count it."""
    spool.close()
    clerk.stop()


def _soon(loop: asyncio.AbstractEventLoop, what: Callable[[], None]) -> None:
    try:
        loop.call_soon_threadsafe(what)
    except RuntimeError:
        return  # the gateway has ended


def _levels(checker: Checker, spool: Spool[Noted], clerk: Clerk) -> dict[str, tuple[str, str, float]]:
    return {
        "tokendesk_cache_hits": ("counter", "Checks answered from memory.", checker.hits),
        "tokendesk_cache_entries": ("gauge", "Tokens remembered.", len(checker.memory)),
        "tokendesk_stale_answers": ("counter", "Checks answered from memory while the store was away.", checker.stale),
        "tokendesk_unanswered_checks": ("counter", "Checks refused because the store was away.", checker.away),
        "tokendesk_usage_waiting": ("gauge", "Checks not counted in the store yet.", clerk.unsaved),
        "tokendesk_usage_lost": ("counter", "Checks that could not be kept: the disk was full.", spool.lost),
    }
