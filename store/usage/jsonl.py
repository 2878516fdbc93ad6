"""Our own usage events, one JSON object a line (interfaces.md, «Usage events»)."""

from __future__ import annotations

from typing import Any

from store.usage.places import Places, places

PLACES = Places(
    at=places("at"),
    token=places("token"),
    outcome=places("outcome"),
    address=places("ip"),
    agent=places("agent"),
    method=places("method"),
    path=places("path"),
    service=places("service"),
    latency=places("latency_ms"),
    request_id=places("request_id"),
    account=places("account"),
    scope=places("scope"),
    kind=places("kind"),
    gateway=places("gateway"),
    step=places("step"),
    per_unit=1_000,
    always_token=True,
)
"""Only `at` and `token` are required, and no token where a gateway reports a check of none (`kind`)."""


def recognised(data: dict[str, Any]) -> bool:
    """Say whether a line is one of our own events."""
    return "at" in data and "token" in data
