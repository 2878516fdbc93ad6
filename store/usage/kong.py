"""Kong's file and HTTP log: the token id is `authenticated_entity.id`. Keys in headers and queries are never looked at."""

from __future__ import annotations

from typing import Any

from store.usage.events import Event
from store.usage.fields import inner, make_event, microseconds, moment_ms


def recognised(data: dict[str, Any]) -> bool:
    """Say whether a line is one of Kong's."""
    return "started_at" in data and type(data.get("request")) is dict and type(data.get("response")) is dict


def event(data: dict[str, Any], token_field: str) -> Event:
    """Read one line; `token_field` is a dotted path such as `consumer.id`, otherwise `authenticated_entity.id`."""
    token = inner(data, *(token_field or "authenticated_entity.id").split("."))
    request = inner(data, "request")
    return make_event(
        moment_ms(data.get("started_at")),
        token,
        status=inner(data, "response", "status"),
        address=data.get("client_ip"),
        agent=inner(request, "headers", "user-agent"),
        method=inner(request, "method"),
        path=inner(request, "uri"),
        service=inner(data, "service", "name"),
        latency_us=microseconds(inner(data, "latencies", "request"), 1_000),
        request_id=inner(request, "id"),
    )
