"""A wire between a store and its PostgreSQL server that can be cut at a chosen moment of a commit."""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import parse_qs, urlsplit

from store.address import Address, parse_address

_DONE = b"C\x00\x00\x00\x0bCOMMIT\x00"
"""What the server answers to a commit that is durable (protocol 3, CommandComplete)."""


class Fate(Enum):
    """What happens to a commit on its way."""

    LOST = "lost before it reached the server"
    UNANSWERED = "recorded, but the answer was lost"
    LATE = "reached the server after the client had given up"


@dataclass(slots=True)
class Wire:
    """What the next commits meet, in order, and how many connections are refused after the first cut; then all is well again."""

    address: Address
    upstream: str
    fates: list[Fate] = field(default_factory=list)
    refusals: int = 0
    late_s: float = 0.4
    _cut: bool = False

    def accepts(self) -> bool:
        """Say whether a new connection gets through."""
        if self._cut and self.refusals:
            self.refusals -= 1
            return False
        return True

    def carry(self, client: socket.socket) -> None:
        """Pass bytes on between one client and the server until a side hangs up or a commit meets its fate."""
        server = socket.socket(socket.AF_UNIX)
        with client, server, selectors.DefaultSelector() as both, suppress(OSError):
            server.connect(self.upstream)
            both.register(client, selectors.EVENT_READ, server)
            both.register(server, selectors.EVENT_READ, client)
            while True:
                for ready, _ in both.select():
                    data = ready.fileobj.recv(65_536)  # type: ignore[union-attr]
                    if not data:
                        return
                    if ready.fileobj is client and b"COMMIT" in data and self.fates:
                        self._cut = True
                        _strike(self.fates.pop(0), client, server, data, self.late_s)
                        return
                    ready.data.sendall(data)


def _strike(fate: Fate, client: socket.socket, server: socket.socket, data: bytes, late_s: float) -> None:
    if fate is not Fate.UNANSWERED:
        client.close()
    if fate is Fate.LOST:
        return
    if fate is Fate.LATE:
        threading.Event().wait(late_s)
    server.sendall(data)
    answer = b""
    while _DONE not in answer:
        more = server.recv(65_536)
        assert more, f"the server did not commit: {answer!r}"
        answer += more


@contextmanager
def wired(address: Address) -> Iterator[Wire]:
    """Lay a wire to the database at an address; `wire.address` is the same database through it."""
    parts = urlsplit(address.conninfo)
    folder = parse_qs(parts.query)["host"][0]
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        through = f"postgresql://{parts.username}@127.0.0.1:{port}{parts.path}?sslmode=disable&gssencmode=disable"
        wire = Wire(parse_address(through), f"{folder}/.s.PGSQL.5432")

        def listen() -> None:
            with suppress(OSError):
                while True:
                    client, _ = listening.accept()
                    if wire.accepts():
                        threading.Thread(target=wire.carry, args=(client,), daemon=True).start()
                    else:
                        client.close()

        threading.Thread(target=listen, daemon=True).start()
        try:
            yield wire
        finally:
            listening.shutdown(socket.SHUT_RDWR)
