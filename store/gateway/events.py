"""One check as a line of the log: what interfaces.md says of usage events, and what only a gateway knows."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted

from store.gateway.asked import Asked
from store.gateway.judging import Answer

AWAY_STATUS = 503

Noted = tuple[str, Asked, Answer | None, int, float]
"""One check as it is handed on: check or introspect, what was asked, the answer, when (ms) and how long it took (seconds).

No answer is that of a store that was away.
"""

_TEXTS = ("agent", "method", "path", "service", "request_id")


def line(gateway: str, noted: Noted) -> str:
    """Return the line: `token` is empty unless it was proven, and nothing holds a secret.

    A check without an answer names no outcome: its status says that it failed (store.usage.measures).
    It is put together by hand, in a quarter of the time: every check has one.
    """
    kind, asked, answer, at_ms, seconds = noted
    known = None if answer is None else answer.known
    ended = f'"status":{AWAY_STATUS}' if answer is None else f'"outcome":"{answer.outcome.value}","status":{answer.status}'
    text = (
        f'{{"at":"{_second(at_ms // 1_000)}.{at_ms % 1_000:03}Z","token":{quoted(known.id if known else "")},{ended},'
        f'"kind":"{kind}","gateway":{quoted(gateway)},"latency_ms":{round(seconds * 1_000, 3)}'
    )
    if known is not None:
        text += f',"account":{quoted(known.account_id)}'
    if answer is not None and answer.step is not None:
        text += f',"step":"{answer.step.value}"'
    for name in _TEXTS:
        if found := getattr(asked, name):
            text += f',"{name}":{quoted(found)}'
    if asked.scopes:
        text += f',"scope":{quoted(" ".join(asked.scopes)[:100])}'
    if asked.address:
        text += f',"ip":{quoted(asked.address)}'
    return text + "}"


@lru_cache(maxsize=16)
def _second(number: int) -> str:
    return datetime.fromtimestamp(number, UTC).isoformat()[:-6]
