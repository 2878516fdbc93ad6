"""Access logs of AWS API Gateway as JSON, by the names of its context variables. `apiKey` is the secret: never looked at."""

from __future__ import annotations

from typing import Any

from store.usage.places import Places, places

PLACES = Places(
    at=places("requestTimeEpoch", "requestTime"),
    token=places("apiKeyId", "identity.apiKeyId"),
    address=places("ip", "sourceIp", "identity.sourceIp"),
    agent=places("userAgent", "identity.userAgent"),
    method=places("httpMethod"),
    path=places("path", "resourcePath"),
    service=places("apiId", "domainName"),
    latency=places("responseLatency"),
    request_id=places("requestId"),
    per_unit=1_000,
    dotted=True,
)


def recognised(data: dict[str, Any]) -> bool:
    """Say whether a line names a request the way API Gateway does."""
    return "requestId" in data and ("requestTime" in data or "requestTimeEpoch" in data)
