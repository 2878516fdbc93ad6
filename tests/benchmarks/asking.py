"""Bar 26: how many checks a gateway answers beside a server that does nothing, how soon at half of that, and issuing."""

from __future__ import annotations

import os
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from store.rules.secrets import Secret
from store.writes.issuing import issue
from tests.benchmarks.changing import issue_order
from tests.benchmarks.measuring import Result, unmeasured
from tests.benchmarks.places import MANY, Bench
from tests.command_line import ROOT
from tests.gateway.running import Gateway

CONNECTIONS = 16
QUESTIONS, FEW_QUESTIONS = 5_000, 1_500
ROUNDS, FEW_ROUNDS = 5, 3
ISSUES, FEW_ISSUES = 200, 25
_NOTHING = """
import socket, uvicorn
from store.gateway.short_way import protocol_for
class Nothing:
    def short(self, scope, reply):
        reply(200, [(b"content-length", b"0")], b"")
        return True
async def app(scope, receive, send):
    raise AssertionError("asked in another way")
listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
listening.bind(("127.0.0.1", 0))
listening.listen(100)
print(listening.getsockname()[1], flush=True)
protocol = protocol_for(Nothing())
config = uvicorn.Config(app, http=protocol, log_config=None, access_log=False, server_header=False, lifespan="off")
uvicorn.Server(config).run([listening])
"""
"""The gateway's own server with its own way of reading a check, and nothing behind it."""


class Load:
    """Connections that ask the same question again as soon as it was answered; every answer must be 200."""

    def __init__(self, port: int, process: int, question: bytes) -> None:
        self._question, self._process = question, process
        self._sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS)]
        self._ready = selectors.DefaultSelector()
        for one in self._sockets:
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._ready.register(one, selectors.EVENT_READ)

    def microseconds(self, number: int) -> tuple[float, float]:
        """Return what an answer costs the server's process, all its threads together, and how many there were in a second.

        Time on the processor, because a second of a busy machine says nothing.
        """
        before, began, left = _spent_us(self._process), time.perf_counter(), number
        for one in self._sockets:
            one.sendall(self._question)
        while left > 0:
            for one in self._answered(1):
                left -= 1
                if left >= CONNECTIONS:
                    one.sendall(self._question)
        return (_spent_us(self._process) - before) / number, number / (time.perf_counter() - began)

    def p95_ms(self, a_second: float, number: int) -> float:
        """Return what 95 of 100 take no longer than when so many are asked in a second, from when each is due."""
        free, due, took = deque(self._sockets), dict[socket.socket, float](), list[float]()
        began, sent = time.perf_counter(), 0
        while len(took) < number:
            now = time.perf_counter()
            while free and sent < number and began + sent / a_second <= now:
                one = free.popleft()
                due[one] = began + sent / a_second
                one.sendall(self._question)
                sent += 1
            for one in self._answered(max(0.0, min(0.01, began + sent / a_second - now))):
                took.append(time.perf_counter() - due.pop(one))
                free.append(one)
        return statistics.quantiles(took, n=20)[-1] * 1_000

    def close(self) -> None:
        """Hang up."""
        self._ready.close()
        for one in self._sockets:
            one.close()

    def _answered(self, patience_s: float) -> Iterator[socket.socket]:
        for key, _ in self._ready.select(patience_s):
            one = key.fileobj
            assert isinstance(one, socket.socket)
            data = one.recv(4_096)
            assert data.startswith(b"HTTP/1.1 200"), data[:100]
            assert data.endswith(b"\r\n\r\n"), "an answer in two parts"
            yield one


def checks(bench: Bench) -> list[Result]:
    """Ask a gateway without memory, one with, and a server that does nothing, in turn."""
    rounds, number = (ROUNDS, QUESTIONS) if bench.tokens >= MANY else (FEW_ROUNDS, FEW_QUESTIONS)
    token = _issued(bench)()
    asked = f"GET /check?service=api HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token.reveal()}\r\n\r\n".encode()
    with ExitStack() as stack:
        nothing = stack.enter_context(_load(*_nothing(stack), asked))
        uncached = stack.enter_context(_load(*_gateway(stack, bench, "0"), asked))
        cached = stack.enter_context(_load(*_gateway(stack, bench, "30s"), asked))
        sides = (nothing, uncached, cached)
        found = [[one.microseconds(number) for one in sides] for _ in range(rounds + 1)][1:]
        late = _lateness(uncached, rounds, number)
    costs = [statistics.median(cost for cost, _ in side) for side in zip(*found, strict=True)]
    words = ", ".join(f"{cost:,.0f} us" for cost in costs)
    return [
        Result("26", "checks without memory / nothing", 0.6, costs[0] / costs[1], least=True, note=f"in this order: {words}"),
        Result("26", "checks with memory / nothing", 0.85, costs[0] / costs[2], least=True),
        late,
    ]


def _lateness(load: Load, rounds: int, number: int) -> Result:
    """Ask half as often as it could answer just before; a machine that is busy with others says nothing about it."""
    rates, late = [], []
    for _ in range(rounds):
        rates.append(load.microseconds(number)[1] / 2)
        late.append(load.p95_ms(rates[-1], number))
    what = f"p95 of a check at {statistics.median(rates):,.0f}/s"
    if os.getloadavg()[0] > 2 * (os.cpu_count() or 1):
        return unmeasured("26", what, 50, f"{statistics.median(late):,.0f} ms, but others keep the machine busy", unit="ms")
    return Result("26", what, 50, statistics.median(late), "ms")


def issuing(bench: Bench) -> list[Result]:
    """Issue tokens one after the other."""
    number = ISSUES if bench.tokens >= MANY else FEW_ISSUES
    took = []
    for _ in range(number):
        made = _issued(bench)
        began = time.perf_counter()
        made()
        took.append((time.perf_counter() - began) * 1_000)
    return [Result("26", "p95 of issuing a token", 200, statistics.quantiles(took, n=20)[-1], "ms")]


def _issued(bench: Bench) -> Callable[[], Secret]:
    store, now = bench.spare, bench.now
    order, mint = issue_order(store), store.mint()
    return lambda: store.write(lambda unit: issue(unit, order, now, mint), order.action_id).token


@contextmanager
def _load(port: int, process: int, question: bytes) -> Iterator[Load]:
    load = Load(port, process, question)
    try:
        yield load
    finally:
        load.close()


def _gateway(stack: ExitStack, bench: Bench, cache: str) -> tuple[int, int]:
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tokendesk-"))
    one = Gateway(bench.spare.address, "--cache", cache, "--spool", str(Path(folder) / "spool"), name=f"cache-{cache}")
    stack.callback(one.end)
    port = one.http.base_url.port
    assert port is not None
    return port, one.process.pid


def _nothing(stack: ExitStack) -> tuple[int, int]:
    process = subprocess.Popen([sys.executable, "-c", _NOTHING], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    stack.callback(process.stdout.close)
    stack.callback(process.wait, 20)
    stack.callback(process.terminate)
    return int(process.stdout.readline()), process.pid


def _spent_us(process: int) -> float:
    """Return the processor time of a process in microseconds, to the tick (10 ms)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1_000_000 / os.sysconf("SC_CLK_TCK")
