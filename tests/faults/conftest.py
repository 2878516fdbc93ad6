"""What the fault tests share: a store on PostgreSQL alone, for what only a server can do to us."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from store.address import Address
from store.creation import create_store
from store.opening import Store
from tests.conftest import NOW
from tests.databases import new_database


@pytest.fixture
def server_address(postgres: str) -> Iterator[Address]:
    """Return the address of an empty PostgreSQL database."""
    with new_database(postgres) as made:
        yield made


@pytest.fixture
def server_store(server_address: Address) -> Iterator[Store]:
    """Return an empty store on PostgreSQL made at NOW."""
    made = create_store(server_address, NOW)
    yield made
    made.close()
