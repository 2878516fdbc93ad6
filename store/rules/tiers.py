"""How much a token may do, in one word; which scopes make which is in store.rules.scopes."""

from __future__ import annotations

from enum import StrEnum


class Tier(StrEnum):
    """How much a token may do, derived from the scopes it holds (decisions.md, «Words»)."""

    READ_ONLY = "read-only"
    READ_WRITE = "read-write"
    ADMIN = "admin"
