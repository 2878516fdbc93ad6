"""What the fault tests share: a store on PostgreSQL alone, for what only a server can do to us."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from store.address import Address, parse_address
from store.creation import create_store
from store.opening import Store
from tests.conftest import NOW


@pytest.fixture
def server_address(postgres: str) -> Iterator[Address]:
    """Return the address of an empty PostgreSQL database."""
    name = f"f{uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
    try:
        yield parse_address(postgres.replace("/postgres?", f"/{name}?"))
    finally:
        with psycopg.connect(postgres, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def server_store(server_address: Address) -> Iterator[Store]:
    """Return an empty store on PostgreSQL made at NOW."""
    made = create_store(server_address, NOW)
    yield made
    made.close()
