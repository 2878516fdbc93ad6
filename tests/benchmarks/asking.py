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
from collections.abc import Callable, Iterator, Sequence
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
QUESTIONS, FEW_QUESTIONS = 10_000, 3_000
ROUNDS, FEW_ROUNDS = 5, 3
ISSUES, FEW_ISSUES = 200, 25
LATER_S = 1.5
"""So long after a round everything it left to be done later is done: checks are written to a log and counted from there."""

_NOTHING = """
import socket, uvicorn
START = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]}
BODY = {"type": "http.response.body", "body": b""}
async def app(scope, receive, send):
    await send(START)
    await send(BODY)
class Nothing:
    def short(self, scope, reply):
        reply(200, b"content-length: 0\\r\\n", b"")
        return True
def protocol():
    from store.gateway.short_way import protocol_for
    return protocol_for(Nothing())
listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
listening.bind(("127.0.0.1", 0))
listening.listen(100)
print(listening.getsockname()[1], flush=True)
quiet = {"log_config": None, "access_log": False, "server_header": False, "lifespan": "off"}
config = uvicorn.Config(app, http=HTTP, timeout_keep_alive=75, **quiet)
uvicorn.Server(config).run([listening])
"""
"""The gateway's server, uvicorn, with an application that does nothing."""

APPLICATION, BARE = '"auto"', "protocol()"
"""How it reads HTTP: as it comes, for any application, which is what the bar compares with; or in the gateway's own short way,
with nothing behind it, which is more than the bar asks: it says what the gateway's own work costs beside that of its sockets."""


_SPENT = 2
"""The kind of clock that runs while a process, named by its number, has a processor (Linux: clock_getcpuclockid)."""


class Load:
    """Connections that ask the same question again as soon as it was answered; every answer must be 200."""

    def __init__(self, port: int, process: int, question: bytes) -> None:
        self._question, self._process = question, process
        self._sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS)]
        self._ready = selectors.DefaultSelector()
        for one in self._sockets:
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._ready.register(one, selectors.EVENT_READ)

    def a_second(self, number: int) -> float:
        """Ask so often and return how many answers there were in a second."""
        began, left = time.perf_counter(), number
        for one in self._sockets:
            one.sendall(self._question)
        while left > 0:
            for one in self._answered(1):
                left -= 1
                if left >= CONNECTIONS:
                    one.sendall(self._question)
        return number / (time.perf_counter() - began)

    def spent_us(self) -> float:
        """Return the processor time the server's process has taken, all its threads together, in microseconds."""
        return time.clock_gettime(~self._process << 3 | _SPENT) * 1_000_000

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
    """Ask a gateway without memory, one with, and servers that do nothing, in turn.

    What counts is the processor time of an answer, with all that is done later for it, because a second of a busy machine says
    little; how many answers there were in a second is told beside it.
    """
    rounds, number = (ROUNDS, QUESTIONS) if bench.tokens >= MANY else (FEW_ROUNDS, FEW_QUESTIONS)
    token = _issued(bench)()
    asked = f"GET /check?service=api HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token.reveal()}\r\n\r\n".encode()
    with ExitStack() as stack:
        places = (_nothing(stack, APPLICATION), _nothing(stack, BARE), _gateway(stack, bench, "0"), _gateway(stack, bench, "30s"))
        sides = [stack.enter_context(_load(*place, asked)) for place in places]
        found = [_round(sides, number) for _ in range(rounds + 1)][1:]
        late = _lateness(sides[2], rounds, number)
    costs = [statistics.median(cost for cost, _ in side) for side in zip(*found, strict=True)]
    rates = [statistics.median(rate for _, rate in side) for side in zip(*found, strict=True)]
    results = []
    for side, what, target in ((2, "without memory", 0.6), (3, "with memory", 0.85)):
        words = f"{costs[side]:,.0f} us and {costs[0]:,.0f}, by the clock {rates[side] / rates[0]:.2f} x"
        words += f"; reading as shortly {costs[1]:,.0f}: {costs[1] / costs[side]:.2f} x, {rates[side] / rates[1]:.2f} x"
        results.append(Result("26", f"checks {what} / nothing", target, costs[0] / costs[side], least=True, note=words))
    return [*results, late]


def _round(sides: Sequence[Load], number: int) -> list[tuple[float, float]]:
    """Return what an answer of each side takes, now and later, and how many there were in a second."""
    before = [side.spent_us() for side in sides]
    rates = [side.a_second(number) for side in sides]
    time.sleep(LATER_S)
    return [((side.spent_us() - spent) / number, rate) for side, spent, rate in zip(sides, before, rates, strict=True)]


def _lateness(load: Load, rounds: int, number: int) -> Result:
    """Ask half as often as it could answer just before; a machine that is busy with others says nothing about it."""
    rates, late = [], []
    for _ in range(rounds):
        rates.append(load.a_second(number) / 2)
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


def _nothing(stack: ExitStack, http: str) -> tuple[int, int]:
    program = _NOTHING.replace("HTTP,", f"{http},")
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    stack.callback(process.stdout.close)
    stack.callback(process.wait, 20)
    stack.callback(process.terminate)
    return int(process.stdout.readline()), process.pid
