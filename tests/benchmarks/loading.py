"""Servers under load: a gateway and others that do nothing, the connections that ask them, and what an answer costs."""

from __future__ import annotations

import selectors
import socket
import statistics
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.command_line import ROOT
from tests.gateway.running import children_of

CONNECTIONS = 16
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
        """Return the processor time the server has taken, with the process that counts for it, in microseconds."""
        all_of_it = (self._process, *children_of(self._process))
        return sum(time.clock_gettime(~process << 3 | _SPENT) for process in all_of_it) * 1_000_000

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


@contextmanager
def loaded(port: int, process: int, question: bytes) -> Iterator[Load]:
    """Ask a server for the time of a block."""
    load = Load(port, process, question)
    try:
        yield load
    finally:
        load.close()


def doing_nothing(stack: ExitStack, http: str) -> tuple[int, int]:
    """Start a server that does nothing, reading HTTP in one of the two ways; return its port and its process."""
    program = _NOTHING.replace("HTTP,", f"{http},")
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    stack.callback(process.stdout.close)
    stack.callback(process.wait, 20)
    stack.callback(process.terminate)
    return int(process.stdout.readline()), process.pid
