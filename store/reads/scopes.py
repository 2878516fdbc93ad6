"""The scopes this store knows, with what each can and cannot do, and the pairs that are risky together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from store.rules.scopes import RiskyPair, Scope, Tier


class Asked(Protocol):
    """What can be asked with SQL: a reader, or a transaction in progress."""

    def rows(self, sql: str, params: Mapping[str, Any] | None = None, /) -> Sequence[Sequence[Any]]:
        """Run a query and return all its rows."""


def catalogue(reader: Asked) -> dict[str, Scope]:
    """Return every scope by its name; an imported token may hold others."""
    rows = reader.rows("SELECT name, tier, can, cannot FROM scope ORDER BY name")
    return {name: Scope(name, Tier(tier), can, cannot) for name, tier, can, cannot in rows}


def pairs(reader: Asked) -> tuple[RiskyPair, ...]:
    """Return the risky pairs."""
    return tuple(RiskyPair(*row) for row in reader.rows("SELECT one, other, why FROM scope_pair ORDER BY one, other"))
