"""Caddy's JSON access log: the token id is a field added to it, or the user that signed in."""

from __future__ import annotations

from typing import Any

from store.usage.places import Places, places

PLACES = Places(
    at=places("ts"),
    token=places("key_id", "token_id", "user_id"),
    address=places("request.client_ip", "request.remote_ip"),
    agent=places("request.headers.User-Agent"),
    method=places("request.method"),
    path=places("request.uri"),
    service=places("request.host"),
    latency=places("duration"),
    dotted=True,
)


def recognised(data: dict[str, Any]) -> bool:
    """Say whether a line is one of Caddy's."""
    return "ts" in data and "status" in data and type(data.get("request")) is dict and "duration" in data
