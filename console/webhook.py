"""Telling a webhook of an alert: a POST of JSON, signed with HMAC-SHA256; it is tried three times, then later again.

It is told before that is written down, so a crash in between tells it twice, never not at all: `id` stays the same.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from store.errors import BadInput
from store.moments import stamp

if TYPE_CHECKING:
    from store.indicator_rows import AlertRow

SECRET_VARIABLE = "TOKENDESK_WEBHOOK_SECRET"  # noqa: S105  the name of the variable, not the secret
TRIES = (0.0, 1.0, 3.0)
"""Seconds to wait before each try."""


class _Straight(HTTPRedirectHandler):
    """Follows no redirect: what is signed for one address is not sent to another."""

    def redirect_request(self, *_: object) -> None:
        return None


def checked_url(url: str) -> str:
    """Return an address that can be told; raises BadInput."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise BadInput("This is no address for a webhook.", "Use one such as https://hooks.example.com/tokendesk.")
    return url


def body_of(alert: AlertRow) -> bytes:
    """Return what is sent: the same bytes each time for the same alert."""
    told = {
        "id": f"{alert.cause}@{stamp(alert.opened_at)}", "cause": alert.cause, "title": alert.title, "severity": alert.severity,
        "detail": alert.detail, "opened_at": stamp(alert.opened_at), "runbook": alert.runbook,
    }  # fmt: skip
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def signature(body: bytes, secret: bytes) -> str:
    """Return the value of X-Tokendesk-Signature: `sha256=` and the HMAC of the body in hexadecimal digits."""
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()


def tell(url: str, alert: AlertRow, secret: bytes, timeout: float = 5.0, wait: Callable[[float], object] = time.sleep) -> str:
    """Send one alert and return "", or in a few words why nobody took it. Only an answer of 2xx counts."""
    body, problem = body_of(alert), ""
    headers = {
        "Content-Type": "application/json", "X-Tokendesk-Signature": signature(body, secret),
        "Idempotency-Key": hashlib.sha256(body).hexdigest(),
    }  # fmt: skip
    for pause in TRIES:
        wait(pause)
        status, problem = post(url, body, headers, timeout)
        if status is not None and 200 <= status < 300:
            return ""
    return problem


def post(url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> tuple[int | None, str]:
    """Send it once and return the status, None for no answer at all, and in a few words what came of it."""
    try:
        request = Request(url, body, dict(headers), method="POST")  # noqa: S310
        with build_opener(_Straight()).open(request, timeout=timeout) as answer:
            return answer.status, f"it answered {answer.status}"
    except HTTPError as error:
        error.close()
        return error.code, f"it answered {error.code}"
    except (URLError, HTTPException, OSError) as error:
        return None, "it did not answer in time" if "timed out" in str(error) else "it can't be reached"
