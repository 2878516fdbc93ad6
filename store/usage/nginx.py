"""nginx writing JSON: our own log format, and the variable names most others use."""

from __future__ import annotations

from typing import Any

from store.usage.places import Places, places

PLACES = Places(
    at=places("msec", "ts", "time_iso8601", "time_local", "timestamp", "time"),
    token=places("key_id", "token_id"),
    outcome=places("outcome"),
    address=places("remote_addr", "client_ip", "remote_ip"),
    agent=places("ua", "http_user_agent", "user_agent"),
    method=places("method", "request_method"),
    path=places("uri", "request_uri", "path"),
    request=places("request"),
    service=places("service", "server_name", "host"),
    latency=places("rt", "request_time"),
    request_id=places("rid", "request_id"),
    account=places("org", "account"),
    scope=places("scope"),
)


def recognised(data: dict[str, Any]) -> bool:
    """Say whether a line has a client address, a status and a moment under one of nginx's names."""
    return "status" in data and "remote_addr" in data and any(name in data for (name,) in PLACES.at)
