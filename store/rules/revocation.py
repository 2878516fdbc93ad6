"""How soon a revocation holds everywhere (requirement V9)."""

from __future__ import annotations

from datetime import datetime, timedelta

CACHE_LIFETIME = timedelta(seconds=30)
"""How long a checker may go on answering from memory; what «refused everywhere by» is reckoned with."""


def refused_everywhere_by(revoked_at: datetime) -> datetime:
    """Return the moment after which no checker accepts the token any more."""
    return revoked_at + CACHE_LIFETIME
