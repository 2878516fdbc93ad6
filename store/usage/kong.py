"""Kong's file and HTTP log: the token id is `authenticated_entity.id`. Keys in headers and queries are never looked at."""

from __future__ import annotations

from typing import Any

from store.usage.places import Places, places

PLACES = Places(
    at=places("started_at"),
    token=places("authenticated_entity.id"),
    status=places("response.status"),
    address=places("client_ip"),
    agent=places("request.headers.user-agent"),
    method=places("request.method"),
    path=places("request.uri"),
    service=places("service.name"),
    latency=places("latencies.request"),
    request_id=places("request.id"),
    per_unit=1_000,
    dotted=True,
)


def recognised(data: dict[str, Any]) -> bool:
    """Say whether a line is one of Kong's."""
    return "started_at" in data and type(data.get("request")) is dict and type(data.get("response")) is dict
