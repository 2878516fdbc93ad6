"""Our own usage events, one JSON object a line (interfaces.md, «Usage events»)."""

from __future__ import annotations

from typing import Any

from store.rules.indicators import Kind
from store.usage.events import Event, LineError
from store.usage.fields import make_event, microseconds, moment_ms

_KINDS = {kind.value: kind.value for kind in (Kind.LOG, Kind.CHECK, Kind.INTROSPECT)}


def recognised(data: dict[str, Any]) -> bool:
    """Say whether a line is one of our own events."""
    return "at" in data and "token" in data


def event(data: dict[str, Any], token_field: str) -> Event:
    """Read one event; only `at` and `token` are required, and no token where a gateway reports a check of none (`kind`)."""
    token = data.get(token_field or "token")
    said = data.get("kind") or ""
    kind = _KINDS.get(said) if type(said) is str else None
    if kind is None:
        raise LineError("the kind is not one of the known words")
    if token in (None, "", "-") and not kind:
        raise LineError(f"{token_field or 'token'} is missing")
    return make_event(
        moment_ms(data.get("at")),
        token,
        outcome=data.get("outcome"),
        status=data.get("status"),
        address=data.get("ip"),
        agent=data.get("agent"),
        method=data.get("method"),
        path=data.get("path"),
        service=data.get("service"),
        latency_us=microseconds(data.get("latency_ms"), 1_000),
        request_id=data.get("request_id"),
        account=data.get("account"),
        scope=data.get("scope"),
        kind=kind,
        gateway=data.get("gateway"),
        step=data.get("step"),
    )
