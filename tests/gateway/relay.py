"""A network between a gateway and its PostgreSQL server that can be cut, or fall silent, and be mended again."""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import parse_qs, urlsplit

from store.address import Address, parse_address


class Relay:
    """Passes bytes on; `address` is the same database through it."""

    def __init__(self, address: Address, server: str) -> None:
        self.address, self._server = address, server
        self._open = threading.Event()
        self._open.set()
        self._refuses = False
        self._held: list[socket.socket] = []

    def cut(self, *, silently: bool) -> None:
        """Pass nothing on any more; unless `silently` both ends are told, and nobody else gets through."""
        self._open.clear()
        self._refuses = not silently
        if not silently:
            for one in self._held:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Let everything through again."""
        self._refuses = False
        self._open.set()

    def carry(self, client: socket.socket) -> None:
        """Pass on between one client and the server until a side hangs up."""
        server = socket.socket(socket.AF_UNIX)
        with client, server, selectors.DefaultSelector() as both, suppress(OSError):
            if self._refuses:
                return
            self._open.wait()
            server.connect(self._server)
            self._held += [client, server]
            both.register(client, selectors.EVENT_READ, server)
            both.register(server, selectors.EVENT_READ, client)
            while True:
                for ready, _ in both.select():
                    data = ready.fileobj.recv(65_536)  # type: ignore[union-attr]
                    if not data:
                        return
                    self._open.wait()
                    ready.data.sendall(data)


@contextmanager
def relayed(address: Address) -> Iterator[Relay]:
    """Lay a network to the database at an address for the time of a block."""
    parts = urlsplit(address.conninfo)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        through = f"postgresql://{parts.username}@127.0.0.1:{port}{parts.path}?sslmode=disable&gssencmode=disable"
        relay = Relay(parse_address(through), f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.5432")

        def listen() -> None:
            with suppress(OSError):
                while True:
                    client, _ = listening.accept()
                    threading.Thread(target=relay.carry, args=(client,), daemon=True).start()

        threading.Thread(target=listen, daemon=True).start()
        try:
            yield relay
        finally:
            relay.mend()
            listening.shutdown(socket.SHUT_RDWR)
