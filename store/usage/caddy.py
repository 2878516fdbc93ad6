"""Caddy's JSON access log: the token id is a field added to it, or the user that signed in."""

from __future__ import annotations

from typing import Any

from store.usage.events import Event
from store.usage.fields import inner, make_event, microseconds, moment_ms


def recognised(data: dict[str, Any]) -> bool:
    """Say whether a line is one of Caddy's."""
    return "ts" in data and "status" in data and type(data.get("request")) is dict and "duration" in data


def event(data: dict[str, Any], token_field: str) -> Event:
    """Read one line; `token_field` is a dotted path, otherwise `key_id`, `token_id` or `user_id`."""
    request = inner(data, "request")
    agent = inner(request, "headers", "User-Agent")
    if token_field:
        token = inner(data, *token_field.split("."))
    else:
        token = data.get("key_id") or data.get("token_id") or data.get("user_id")
    return make_event(
        moment_ms(data.get("ts")),
        token,
        status=data.get("status"),
        address=inner(request, "client_ip") or inner(request, "remote_ip"),
        agent=agent[0] if type(agent) is list and agent else agent,
        method=inner(request, "method"),
        path=inner(request, "uri"),
        service=inner(request, "host"),
        latency_us=microseconds(data.get("duration"), 1_000_000),
    )
