"""nginx writing JSON: our own log format, and the variable names most others use."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from store.usage.events import Event
from store.usage.fields import make_event, microseconds, moment_ms

_NAMES = {
    "at": ("msec", "ts", "time_iso8601", "time_local", "timestamp", "time"),
    "token": ("key_id", "token_id"),
    "address": ("remote_addr", "client_ip", "remote_ip"),
    "method": ("method", "request_method"),
    "path": ("uri", "request_uri", "path"),
    "agent": ("ua", "http_user_agent", "user_agent"),
    "seconds": ("rt", "request_time"),
    "request_id": ("rid", "request_id"),
    "account": ("org", "account"),
    "service": ("service", "server_name", "host"),
}


def recognised(data: dict[str, Any]) -> bool:
    """Say whether a line has a client address, a status and a moment under one of nginx's names."""
    return "status" in data and "remote_addr" in data and any(name in data for name in _NAMES["at"])


def event(data: dict[str, Any], token_field: str) -> Event:
    """Read one line; `token_field` names the field of the token id, otherwise `key_id` or `token_id`."""
    names = _names_in(tuple(data))
    method, path = _first(data, names["method"]), _first(data, names["path"])
    if path is None and type(data.get("request")) is str:
        method, _, target = data["request"].partition(" ")
        path = target.rpartition(" ")[0] or target
    return make_event(
        moment_ms(_first(data, names["at"])),
        data.get(token_field) if token_field else _first(data, names["token"]),
        outcome=data.get("outcome"),
        status=data.get("status"),
        address=_first(data, names["address"]),
        agent=_first(data, names["agent"]),
        method=method,
        path=path,
        service=_first(data, names["service"]),
        latency_us=microseconds(_first(data, names["seconds"]), 1_000_000),
        request_id=_first(data, names["request_id"]),
        account=_account(_first(data, names["account"])),
        scope=data.get("scope"),
    )


def _account(value: Any) -> Any:
    return "" if value == "-" else value


def _first(data: dict[str, Any], names: tuple[str, ...]) -> Any:
    for name in names:
        value = data[name]
        if value not in (None, ""):
            return value
    return None


@lru_cache(maxsize=50)
def _names_in(fields: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return which names of each thing are among a line's fields: most logs have the same fields in every line."""
    return {what: tuple(name for name in names if name in fields) for what, names in _NAMES.items()}
