"""A demo store for practising with: its clock runs, and one of its tokens is known in full, as if it had been leaked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from store.address import Address
from store.demo.book import open_book
from store.demo.building import build_demo
from store.demo.chance import Chance
from store.opening import Store
from store.rows import TokenKey
from store.rules.secrets import Secret

FEWEST = 150
"""Every story that is told, and a few tokens besides: built in seconds, and enough to look around in."""


@dataclass(frozen=True, slots=True)
class Leak:
    """An open store, and the whole token of it that is out."""

    store: Store
    key: TokenKey
    name: str
    hint: str
    secret: Secret


def build_leak(address: Address, seed: int, now: datetime, progress: Callable[[int, int], None] | None = None) -> Leak:
    """Build a store for a drill at an empty address and open it; raises what `build_demo` does.

    What leaks is the first token told of: live, and called every minute by its customer.
    """
    row = open_book(FEWEST, seed, now).cast[0].row
    store = build_demo(address, tokens=FEWEST, seed=seed, now=now, progress=progress, practice=True)
    secret = Chance(seed).token(row["environment"], row["id"], store.facts.brand)
    return Leak(store, TokenKey((row["account_id"], row["id"])), row["name"], secret.reveal()[-4:], secret)
