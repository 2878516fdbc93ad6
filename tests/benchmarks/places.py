"""Where the benchmarks run: a large and a small demo store, on a database, and how many rounds each bar gets."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from store.address import Address, parse_address
from store.demo.building import NOW, build_demo
from store.opening import Store, open_store
from tests.benchmarks.measuring import FEW_ROUNDS, ROUNDS
from tests.benchmarks.multiplying import MOST_BUILT, build_many

VARIABLE = "TOKENDESK_BENCH_TOKENS"
FEW, MANY = 20_000, 200_000
"""How many tokens the large store has when nothing is said; from how many on a run counts as a big one."""

SMALL = 5_000
"""The small store: as large as a demo store must be for the same stories to be told as in the large one."""


REPORTED = 13_200


def wanted_tokens() -> int:
    """Return the size asked for in the environment."""
    return int(os.environ.get(VARIABLE, FEW))


@dataclass
class Bench:
    """One database with its demo stores, which are built when they are first asked for and kept in `folder`."""

    folder: Path
    tokens: int = FEW
    server: str = ""
    _opened: list[Store] = field(default_factory=list)
    _databases: list[str] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """Return the demo stores' moment."""
        return NOW

    @property
    def is_sqlite(self) -> bool:
        """Say whether this runs on SQLite."""
        return not self.server

    @property
    def rounds(self) -> int:
        """Return how many rounds each side gets."""
        return ROUNDS if self.tokens >= MANY else FEW_ROUNDS

    @cached_property
    def large(self) -> Store:
        """Return the store with all the tokens."""
        return self._built("large", self.tokens)

    @cached_property
    def small(self) -> Store:
        """Return the store to compare it with."""
        return self._built("small", SMALL)

    @cached_property
    def tenth(self) -> Store:
        """Return a store a tenth as large, as performance.md compares the work of a page with; never below the small one."""
        return self._built("tenth", self.tokens // 10) if self.tokens // 10 > SMALL else self.small

    @cached_property
    def spare(self) -> Store:
        """Return another small store, for what changes it."""
        return self._built("spare", SMALL)

    @cached_property
    def reported(self) -> Store:
        """Return the store reports are made of: in a big run a little over 10,000 of its tokens belong to the last year."""
        return self._built("reported", REPORTED) if self.tokens >= MANY else self.spare

    @contextmanager
    def driving(self, store: Store) -> Iterator[Callable[[str, Any], list[Any]]]:
        """Lend the bare driver's way to run a query on a store, as a user without us would."""
        if store.address.path is not None:
            with closing(sqlite3.connect(store.address.path)) as connection:
                yield lambda sql, values: connection.execute(sql, values).fetchall()
        else:
            with psycopg.connect(store.address.conninfo, autocommit=True) as server:
                yield lambda sql, values: server.execute(sql.encode(), values).fetchall()

    def empty(self) -> Address:
        """Return the address of a new, empty place."""
        if self.is_sqlite:
            return parse_address(str(self.folder / f"{uuid4().hex}.db"))
        return self._database(f"b{uuid4().hex}")

    def close(self) -> None:
        """Close the stores; databases on a server are dropped unless it is only there for us."""
        for store in self._opened:
            store.close()

    def _built(self, name: str, tokens: int) -> Store:
        place = self.folder / f"{name}-{tokens}.db"
        if self.is_sqlite and place.exists():
            store = open_store(parse_address(str(place)))
        else:
            address = parse_address(str(place)) if self.is_sqlite else self._database(f"{name}_{tokens}")
            store = build_demo(address, tokens=tokens) if tokens <= MOST_BUILT else build_many(address, tokens)
        self._opened.append(store)
        return store

    def _database(self, name: str) -> Address:
        with psycopg.connect(self.server, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name}".encode())
        return parse_address(self.server.replace("/postgres?", f"/{name}?"))
