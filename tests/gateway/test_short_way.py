"""Only what is plainly one check is answered from its bytes; everything else is left to h11, and both ways may alternate."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any, cast

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from store.gateway.front import Front, Reply
from store.gateway.short_way import LONGEST, plain_check, protocol_for
from store.opening import Store
from tests.gateway.running import Gateway, gateway, live_token, make_account

PLAIN = b"GET /check/v1?scope=a%20b HTTP/1.1\r\nHost: x\r\nAuthorization: \t Bearer t \r\nX-Empty:\r\n\r\n"


def test_a_plain_check_is_read_as_h11_reads_it() -> None:
    assert plain_check(PLAIN) == {
        "method": "GET",
        "path": "/check/v1",
        "query_string": b"scope=a%20b",
        "headers": [(b"host", b"x"), (b"authorization", b"Bearer t"), (b"x-empty", b"")],
    }
    assert plain_check(PLAIN.replace(b"X-Empty:", b"Connection: Keep-Alive")) is not None
    for path in (b"/check", b"/check/", b"/check?", b"/check/a/..;b/*?x=/?y"):
        assert plain_check(PLAIN.replace(b"/check/v1?scope=a%20b", path)) is not None, path


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"GET", b"get"),
        (b"GET", b"HEAD"),
        (b"GET", b"POST"),
        (b"/check/v1", b"/checked"),
        (b"/check/v1", b"/check/%76"),
        (b"/check/v1", b"/check/\xc3\xa9"),
        (b"/check/v1", b"http://x/check"),
        (b"/check/v1", b"/check#a"),
        (b"/check/v1", b"/check /a"),
        (b"HTTP/1.1", b"HTTP/1.0"),
        (b"HTTP/1.1", b"HTTP/1.1 "),
        (b"Host: x\r\n", b""),
        (b"Host: x\r\n", b"Host: x\r\nHost: y\r\n"),
        (b"X-Empty:", b"Content-Length: 0"),
        (b"X-Empty:", b"content-LENGTH: 5"),
        (b"X-Empty:", b"Transfer-Encoding: chunked"),
        (b"X-Empty:", b"Expect: 100-continue"),
        (b"X-Empty:", b"Connection: close"),
        (b"X-Empty:", b"Connection: upgrade"),
        (b"X-Empty:", b"Upgrade: h2c"),
        (b"X-Empty:", b"X-Empty :"),
        (b"X-Empty:", b" folded: x"),
        (b"X-Empty:", b"no colon"),
        (b"X-Empty:", b"X: a\x00b"),
        (b"X-Empty:", b"X: a\nY: b"),
        (b"X-Empty:", b"X: a\rY: b"),
        (b"\r\n\r\n", b"\r\n"),
        (b"\r\n\r\n", b"\r\n\r\nGET /check HTTP/1.1\r\nHost: x\r\n\r\n"),
        (b"\r\n\r\n", b"\r\n\r\nx"),
    ],
)
def test_whatever_is_not_plain_is_left_to_h11(was: bytes, becomes: bytes) -> None:
    assert was in PLAIN
    assert plain_check(PLAIN.replace(was, becomes, 1)) is None


class Wire:
    """One connection, byte by byte."""

    def __init__(self, one: Gateway) -> None:
        self.socket = socket.create_connection((one.http.base_url.host, one.http.base_url.port), 10)
        self.file = self.socket.makefile("rb")

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self) -> tuple[int, dict[str, str]]:
        """Read one answer to its end and return its status and headers."""
        first, named = self.file.readline(), dict[str, str]()
        while (line := self.file.readline()) not in (b"\r\n", b""):
            name, _, value = line.decode().partition(":")
            named[name.lower()] = value.strip()
        self.file.read(int(named.get("content-length", 0)))
        return int(first.split()[1]), named

    def status(self) -> int:
        """Read one answer to its end."""
        return self.answer()[0]

    def close(self) -> None:
        self.file.close()
        self.socket.close()


@pytest.fixture
def wire(store: Store) -> Iterator[tuple[Wire, bytes]]:
    make_account(store)
    token = live_token(store).token.reveal().encode()
    with gateway(store.address, "--cache", "0") as one, closing(Wire(one)) as opened:
        yield opened, b"GET /check HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + b"\r\n\r\n"


def test_both_ways_alternate_on_one_connection(wire: tuple[Wire, bytes]) -> None:
    line, plain = wire
    bad = re.sub(rb"Bearer .*\r\n", b"Bearer junk\r\n", plain, count=1)
    posted = plain.replace(b"GET", b"POST").replace(b"Host", b"Content-Length: 5\r\nHost")
    chunked = plain.replace(b"GET", b"POST").replace(b"Host", b"Transfer-Encoding: chunked\r\nHost")
    for sent, statuses in (
        (plain, [200]),
        (bad, [401]),
        (plain.replace(b"GET", b"DELETE"), [200]),
        (plain, [200]),
        (plain + bad + plain, [200, 401, 200]),
        (posted + b"GET /", [200]),
        (plain, [200]),
        (chunked + b"5\r\nGET /\r\n0\r\n\r\n", [200]),
        (bad, [401]),
        (plain.replace(b"Host", b"X-Long: " + b"a" * LONGEST + b"\r\nHost"), [200]),
        (plain, [200]),
    ):
        line.send(sent)
        assert [line.status() for _ in statuses] == statuses


def test_answers_come_in_the_order_of_the_questions(wire: tuple[Wire, bytes]) -> None:
    line, plain = wire
    line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    none, bad = (re.sub(rb"Authorization.*\r\n", more, plain, count=1) for more in (b"", b"X-Api-Key: junk\r\n"))
    for _ in range(5):
        for sent in (plain, none, bad, plain.replace(b"GET", b"PUT"), plain[:20], plain[20:] + none):
            line.send(sent)
        assert [line.status() for _ in range(6)] == [200, 401, 401, 200, 200, 401]


def test_a_request_in_two_parts_is_one(wire: tuple[Wire, bytes]) -> None:
    line, plain = wire
    line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for at in (5, 12, len(plain) - 2):
        line.send(plain[:at])
        line.send(plain[at:])
        assert line.status() == 200
    # A whole request behind an unfinished one is its body or its head, never a request of its own.
    line.send(b"POST /check HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(plain))
    assert line.status() == 401
    line.send(plain)
    line.send(plain.replace(b"/check", b"/check/last"))
    assert line.status() == 200
    line.send(b"GET /check HTTP/1.1\r\nHost: x\r\n\r\n")
    assert line.status() == 401, "the body was not answered"


def test_many_at_once_each_get_their_own_answer(store: Store) -> None:
    make_account(store)
    issued = [live_token(store, f"token {number}") for number in range(5)]
    texts = [one.token.reveal() for one in issued] + ["junk", issued[0].token.reveal()[:-1] + "!"]
    wanted = [one.key[1] for one in issued] + ["", ""]
    with gateway(store.address, "--cache", "0") as one, ExitStack() as stack:
        lines = [stack.enter_context(closing(Wire(one))) for _ in range(140)]
        for _ in range(2):
            for number, line in enumerate(lines):
                line.send(f"GET /check HTTP/1.1\r\nHost: x\r\nX-Api-Key: {texts[number % 7]}\r\n\r\n".encode())
            found = [line.answer() for line in lines]
            assert [status for status, _ in found] == [200 if wanted[number % 7] else 401 for number in range(140)]
            assert [named.get("x-token-id", "") for _, named in found] == [wanted[number % 7] for number in range(140)]


class Clock:
    """Stands for the event loop: its time is set, and what is to be called later is called when that has come."""

    def __init__(self) -> None:
        self.now, self._later = 0.0, list[tuple[float, Callable[[], None]]]()

    def time(self) -> float:
        return self.now

    def call_later(self, seconds: float, what: Callable[[], None]) -> None:
        self._later.append((self.now + seconds, what))

    def pass_until(self, moment: float) -> None:
        while due := [one for one in self._later if one[0] <= moment]:
            first = min(due, key=lambda one: one[0])
            self._later.remove(first)
            self.now = first[0]
            first[1]()
        self.now = moment


class Connection:
    """Stands for the transport."""

    closed = False

    def __init__(self) -> None:
        self.written: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def get_extra_info(self, _: str) -> None:
        return None


class Slow:
    """Stands for the front: answers when it is told to."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []

    def short(self, scope: Any, reply: Reply) -> bool:
        self.replies.append(reply)
        return False


def test_a_connection_is_kept_from_its_last_answer_on() -> None:
    front, clock, connection, state = Slow(), Clock(), Connection(), ServerState()
    state.default_headers = [(b"date", b"today")]
    one = protocol_for(cast(Front, front))(
        Config(cast(Any, front), log_config=None, timeout_keep_alive=75), state, {}, cast(Any, clock)
    )
    one.connection_made(cast(Any, connection))
    for moment, took in ((0.0, 0.0), (40.0, 100.0), (200.0, 0.0)):
        clock.pass_until(moment)
        one.data_received(PLAIN)
        clock.pass_until(moment + took)
        front.replies.pop()(200, b"x: y\r\n", b"")
    assert connection.written == [b"HTTP/1.1 200 OK\r\ndate: today\r\nx: y\r\n\r\n"] * 3
    clock.pass_until(274.9)
    assert not connection.closed
    clock.pass_until(275.0)
    assert connection.closed
