"""Databases that come and go on a test's own PostgreSQL server, each on a connection of its own: a test may kill the others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg

from store.address import Address, parse_address

PATIENCE = 12
"""So many times a copy is tried, five seconds each, before a test gives up on it."""


@contextmanager
def new_database(server_uri: str, template: str = "template1") -> Iterator[Address]:
    """Make a PostgreSQL database, empty or a copy, and remove it again."""
    address = parse_address(server_uri.replace("/postgres?", f"/t{uuid4().hex}?"))
    make_database(address, template)
    try:
        yield address
    finally:
        drop_database(address)


def make_database(address: Address, template: str = "template1") -> None:
    """Make a database, empty or a copy of one that nobody uses any more: file by file, at half the cost of page by page.

    On a busy machine whoever has left it may take longer to end than the five seconds that the server waits.
    """
    with psycopg.connect(server_of(address), autocommit=True) as server:
        for patience in range(PATIENCE):
            try:
                server.execute(f"CREATE DATABASE {name_of(address)} TEMPLATE {template} STRATEGY file_copy".encode())
                return
            except psycopg.errors.ObjectInUse:
                if patience == PATIENCE - 1:
                    raise


def drop_database(address: Address) -> None:
    """Remove a database, and whoever is connected to it."""
    with psycopg.connect(server_of(address), autocommit=True) as server:
        server.execute(f"DROP DATABASE {name_of(address)} WITH (FORCE)".encode())


def name_of(address: Address) -> str:
    """Return the name of a database."""
    return address.conninfo.partition("?")[0].rpartition("/")[2]


def server_of(address: Address) -> str:
    """Return the address of the server's own database."""
    return address.conninfo.replace(f"/{name_of(address)}?", "/postgres?")
