"""Access logs of AWS API Gateway as JSON, by the names of its context variables. `apiKey` is the secret: never looked at."""

from __future__ import annotations

from typing import Any

from store.usage.events import Event
from store.usage.fields import inner, make_event, microseconds, moment_ms


def recognised(data: dict[str, Any]) -> bool:
    """Say whether a line names a request the way API Gateway does."""
    return "requestId" in data and ("requestTime" in data or "requestTimeEpoch" in data)


def event(data: dict[str, Any], token_field: str) -> Event:
    """Read one line; `token_field` is a dotted path, otherwise `apiKeyId` or `identity.apiKeyId`."""
    identity = inner(data, "identity")
    token = inner(data, *token_field.split(".")) if token_field else data.get("apiKeyId") or inner(identity, "apiKeyId")
    return make_event(
        moment_ms(data.get("requestTimeEpoch") or data.get("requestTime")),
        token,
        status=data.get("status"),
        address=data.get("ip") or data.get("sourceIp") or inner(identity, "sourceIp"),
        agent=data.get("userAgent") or inner(identity, "userAgent"),
        method=data.get("httpMethod"),
        path=data.get("path") or data.get("resourcePath"),
        service=data.get("apiId") or data.get("domainName"),
        latency_us=microseconds(data.get("responseLatency"), 1_000),
        request_id=data.get("requestId"),
    )
