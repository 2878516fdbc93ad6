"""Telling a webhook of a notice: a signed POST of JSON under a key that is always the same for the same notice.

409 means that it is known there already. 408, 425, 429 and 5xx are tried again later, 400, 413 and 422 never.
"""

from __future__ import annotations

import json
from datetime import datetime

from console.notices.result import Fate, Result
from console.webhook import checked_url, post, signature
from store.moments import stamp
from store.notice_rows import NoticeRow
from store.rules.secrets import Secret

TIMEOUT_S = 20.0
_LATER, _NEVER, _KNOWN = (408, 425, 429), (400, 413, 422), 409


def body_of(row: NoticeRow) -> bytes:
    """Return what is sent: the same bytes each time for the same notice."""
    told = {
        "id": row.id, "kind": row.kind.value, "account": row.account_id, "token": row.token_id, "hint": row.hint,
        "recipient": row.recipient, "address": row.address, "subject": row.subject, "body": row.body,
        "case": row.case_id, "queued_at": stamp(row.queued_at),
    }  # fmt: skip
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


class Hook:
    """A webhook and the secret it is signed for with."""

    name = "webhook"

    def __init__(self, url: str, secret: Secret, store_id: str, timeout: float = TIMEOUT_S) -> None:
        self._url, self._secret, self._store_id, self._timeout = checked_url(url), secret, store_id, timeout

    def takes(self, row: NoticeRow) -> bool:
        """Take every notice: whoever runs the webhook finds out whom to tell."""
        return bool(row.id)

    def send(self, row: NoticeRow, now: datetime) -> Result:
        """Try once."""
        body = body_of(row)
        headers = {
            "Content-Type": "application/json", "Idempotency-Key": f"{self._store_id}/{row.id}",
            "X-Tokendesk-Signature": signature(body, self._secret.reveal().encode()),
        }  # fmt: skip
        status, problem = post(self._url, body, headers, self._timeout)
        if status is None:
            return Result(Fate.LATER, problem, stop=True)
        if 200 <= status < 300:
            return Result(Fate.SENT, f"it answered {status}")
        if status == _KNOWN:
            return Result(Fate.SENT, f"known already: it answered {status}")
        if status >= 500 or status in _LATER:
            return Result(Fate.LATER, problem)
        if status in _NEVER:
            return Result(Fate.NEVER, problem)
        return Result(Fate.OURS, problem, stop=True)

    def close(self) -> None:
        """Keep nothing open."""
