"""One check as a line of the log: what interfaces.md says of usage events, and what only a gateway knows."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from store.gateway.asked import Asked
from store.gateway.judging import Answer

AWAY_STATUS = 503

Noted = tuple[str, Asked, Answer | None, int, float]
"""One check as it is handed on: check or introspect, what was asked, the answer, when (ms) and how long it took (seconds).

No answer is that of a store that was away.
"""

_TEXTS = ("agent", "method", "path", "service", "request_id")
_encode = json.JSONEncoder(separators=(",", ":")).encode


def line(gateway: str, noted: Noted) -> str:
    """Return the line: `token` is empty unless it was proven, and nothing holds a secret.

    A check without an answer names no outcome: its status says that it failed (store.usage.measures).
    """
    kind, asked, answer, at_ms, seconds = noted
    known = None if answer is None else answer.known
    values: dict[str, object] = {
        "at": datetime.fromtimestamp(at_ms / 1_000, UTC).isoformat(timespec="milliseconds")[:-6] + "Z",
        "token": known.id if known is not None else "",
        **({"status": AWAY_STATUS} if answer is None else {"outcome": answer.outcome.value, "status": answer.status}),
        "kind": kind,
        "gateway": gateway,
        "latency_ms": round(seconds * 1_000, 3),
    }
    if known is not None:
        values["account"] = known.account_id
    if answer is not None and answer.step is not None:
        values["step"] = answer.step.value
    values |= {name: text for name in _TEXTS if (text := getattr(asked, name))}
    if asked.scopes:
        values["scope"] = " ".join(asked.scopes)[:100]
    if asked.address:
        values["ip"] = asked.address
    return _encode(values)
