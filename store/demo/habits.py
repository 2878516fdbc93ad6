"""Who calls with a token, what for and from where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Habits:
    """Who calls and from where. `new_address` is seen first at or after the moment given with it.

    `recent` is how many latest requests are told one by one, `failing` the share that the service answers with 500.
    """

    agent: str = ""
    paths: Sequence[str] = ("GET /v1/orders",)
    addresses: Sequence[str] = ("192.0.2.10",)
    new_address: tuple[str, int] | None = None
    recent: int = 20
    failing: float = 0.002
    service: str = "api"
