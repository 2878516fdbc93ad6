"""The scopes this store knows, with what each can and cannot do, and the pairs that are risky together."""

from __future__ import annotations

from store.reader import Reader
from store.rules.scopes import RiskyPair, Scope, Tier


def catalogue(reader: Reader) -> dict[str, Scope]:
    """Return every scope by its name; an imported token may hold others."""
    rows = reader.rows("SELECT name, tier, can, cannot FROM scope ORDER BY name")
    return {name: Scope(name, Tier(tier), can, cannot) for name, tier, can, cannot in rows}


def pairs(reader: Reader) -> tuple[RiskyPair, ...]:
    """Return the risky pairs."""
    return tuple(RiskyPair(*row) for row in reader.rows("SELECT one, other, why FROM scope_pair ORDER BY one, other"))
