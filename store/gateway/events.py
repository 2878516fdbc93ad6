"""One check as a line of the log: what interfaces.md says of usage events, and what only a gateway knows."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from store.gateway.asked import Asked
from store.gateway.judging import Answer

_TEXTS = ("agent", "method", "path", "service", "request_id")
_encode = json.JSONEncoder(separators=(",", ":")).encode


def line(kind: str, gateway: str, asked: Asked, answer: Answer, at_ms: int, seconds: float) -> str:
    """Return the line: `kind` is check or introspect; `token` is empty unless it was proven, and nothing holds a secret."""
    known = answer.known
    values: dict[str, object] = {
        "at": datetime.fromtimestamp(at_ms / 1_000, UTC).isoformat(timespec="milliseconds")[:-6] + "Z",
        "token": known.id if known is not None else "",
        "outcome": answer.outcome.value,
        "status": answer.status,
        "kind": kind,
        "gateway": gateway,
        "latency_ms": round(seconds * 1_000, 3),
    }
    if known is not None:
        values["account"] = known.account_id
    if answer.step is not None:
        values["step"] = answer.step.value
    values |= {name: text for name in _TEXTS if (text := getattr(asked, name))}
    if asked.scopes:
        values["scope"] = " ".join(asked.scopes)[:100]
    if asked.address:
        values["ip"] = asked.address
    return _encode(values)
