"""Plain checks answered straight from the bytes of their connection: most of a check's work is HTTP itself.

Only what is beyond doubt goes this way: one GET of /check that is whole, has no body and fits a strict pattern, with nothing
before it unanswered and nothing behind it. All else is h11's, as it ever was.
"""

from __future__ import annotations

import re
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol

from store.gateway.answers import worded
from store.gateway.front import Front

LONGEST = 8_192
_HEAD = re.compile(
    rb"GET (/check(?:/[!$&'()*+,\-./0-9:;=@A-Z_a-z~]*+)?+)(?:\?([!$%&'()*+,\-./0-9:;=?@A-Z_a-z~]*+))?+ HTTP/1\.1\r\n"
    rb"((?:[!#$%&'*+\-.^_`|~0-9A-Za-z]++:[\x20-\x7e\t\x80-\xff]*+\r\n)++)\r\n"
)
"""A path without percent signs, a query, header lines without folding: what every parser reads alike."""

_LEFT_TO_H11 = frozenset(
    (b"content-length", b"transfer-encoding", b"expect", b"upgrade", b"te", b"trailer", b"keep-alive", b"proxy-connection")
)
_LINES = {status: b"HTTP/1.1 %d %s\r\n" % (status, phrase) for status, phrase in STATUS_PHRASES.items()}


class _Every:
    """The headers of every answer: uvicorn makes a new list of them each second, for the date."""

    def __init__(self) -> None:
        self._headers: list[tuple[bytes, bytes]] = []
        self._lines = b""

    def lines(self, headers: list[tuple[bytes, bytes]]) -> bytes:
        """Return them as they are sent."""
        if headers is not self._headers:
            self._headers, self._lines = headers, worded(headers)
        return self._lines


def protocol_for(front: Front) -> type[H11Protocol]:
    """Return the protocol that asks `front` first."""
    every = _Every()

    class ShortWay(H11Protocol):
        _open_question = False
        """An answer is waited for; until it is written whatever comes on the connection is held back."""

        _held, _ending, _answered_at = b"", False, 0.0

        def data_received(self, data: bytes) -> None:
            if self._open_question:
                self._held += data
                if len(self._held) > LONGEST:
                    self.flow.pause_reading()
                return
            if len(data) <= LONGEST and data.startswith(b"GET /check") and self._between_requests():
                scope = plain_check(data)
                if scope is not None:
                    scope["client"] = self.client
                    self._open_question = True
                    front.short(scope, self._answer)
                    return
            super().data_received(data)

        def shutdown(self) -> None:
            if self._open_question:
                self._ending = True
            else:
                super().shutdown()

        def _between_requests(self) -> bool:
            conn, cycle = self.conn, self.cycle
            return (
                (cycle is None or cycle.response_complete)
                and conn.our_state is h11.IDLE
                and conn.their_state is h11.IDLE
                and not conn.trailing_data[0]
                and not self.flow.write_paused
                and not self.transport.is_closing()
            )

        def timeout_keep_alive_handler(self) -> None:
            """Hang up if nothing was asked for so long: one clock for many answers, set anew only when it has run out."""
            self.timeout_keep_alive_task = None
            left = self._answered_at + self.timeout_keep_alive - self.loop.time()
            if self._open_question or left > 0:
                self._wait(self.timeout_keep_alive if self._open_question else left)
            else:
                super().timeout_keep_alive_handler()

        def _wait(self, seconds: float) -> None:
            self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

        def _answer(self, status: int, headers: bytes, body: bytes) -> None:
            self._open_question = False
            self.server_state.total_requests += 1
            if self.transport.is_closing():
                return
            self.transport.write(
                b"".join((_LINES[status], every.lines(self.server_state.default_headers), headers, b"\r\n", body))
            )
            self._answered_at = self.loop.time()
            if self.timeout_keep_alive_task is None:
                self._wait(self.timeout_keep_alive)
            if self._ending:
                super().shutdown()
            elif self._held:
                held, self._held = self._held, b""
                self.flow.resume_reading()
                self.data_received(held)

    return ShortWay


def plain_check(data: bytes) -> dict[str, Any] | None:
    """Return what `asked` reads of one plain check, or None for whatever is not plainly one."""
    match = _HEAD.fullmatch(data)
    if match is None:
        return None
    headers, hosts = [], 0
    for text in match[3].split(b"\r\n")[:-1]:
        name, _, value = text.partition(b":")
        name, value = name.lower(), value.strip(b" \t")
        if name in _LEFT_TO_H11 or (name == b"connection" and value.lower() != b"keep-alive"):
            return None
        if name == b"host":
            hosts += 1
        headers.append((name, value))
    if hosts != 1:
        return None
    return {"method": "GET", "path": match[1].decode(), "query_string": match[2] or b"", "headers": headers}
