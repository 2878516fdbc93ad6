"""How soon a revocation holds everywhere (requirement V9)."""

from __future__ import annotations

from datetime import timedelta

CACHE_LIFETIME = timedelta(seconds=30)
"""How long a checker may go on answering from memory where none has said; what «refused everywhere by» is reckoned with.

`store.reads.gateways.longest_memory` says what the gateways that run now have said.
"""
