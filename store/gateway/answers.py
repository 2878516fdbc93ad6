"""Answers to a check as HTTP: 200, 401 or 403 with the headers of RFC 6750, or 503 while nothing can be told."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote

from store.gateway.judging import Answer, Known
from store.gateway.measures import AWAY
from store.gateway.steps import Step
from store.rules.usage import Outcome

Headers = list[tuple[bytes, bytes]]
_JSON = (b"content-type", b"application/json")
_NO_STORE = (b"cache-control", b"no-store")
_QUOTABLE = re.compile(r"[^ !#-\[\]-~]")
_OUTCOMES = {outcome: (b"x-tokendesk-outcome", outcome.value.encode()) for outcome in Outcome}
_AWAY_BODY = json.dumps({"outcome": AWAY, "message": "the token store can't be asked right now"}).encode()


def answered(answer: Answer | None, scopes: Sequence[str]) -> tuple[int, Headers, bytes]:
    """Return status, headers and body; None for an answer says that the store is away (503, and no word about the token)."""
    if answer is None:
        headers = [_JSON, _NO_STORE, (b"x-tokendesk-outcome", AWAY.encode()), (b"retry-after", b"1")]
        return 503, [*headers, (b"content-length", str(len(_AWAY_BODY)).encode())], _AWAY_BODY
    headers = [_NO_STORE, _OUTCOMES[answer.outcome]]
    known = answer.known
    if known is not None:
        headers += [(b"x-token-id", _header(known.id)), (b"x-account-id", _header(known.account_id))]
    if answer.outcome is Outcome.VALID:
        return 200, [*headers, (b"content-length", b"0")], b""
    challenge = _challenge(answer, scopes)
    if challenge:
        headers.append((b"www-authenticate", challenge))
    body = json.dumps({"outcome": answer.outcome.value, "message": answer.why}).encode()
    return answer.status, [*headers, _JSON, (b"content-length", str(len(body)).encode())], body


def worded(headers: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Return headers as they are sent, a line each."""
    return b"".join([b"%s: %s\r\n" % pair for pair in headers])


def answered_in_words(answer: Answer | None, scopes: Sequence[str]) -> tuple[int, bytes, bytes]:
    """Return what `answered` does with the headers as they are sent; those of a token that may pass are kept ready."""
    if answer is not None and answer.outcome is Outcome.VALID and answer.known is not None:
        return 200, _accepted(answer.known.account_id, answer.known.id), b""
    status, headers, body = answered(answer, scopes)
    return status, worded(headers), body


@lru_cache(maxsize=10_000)
def _accepted(account_id: str, token_id: str) -> bytes:
    known = Known(account_id, token_id, (None,) * 6, "", frozenset(), 0, ())
    return worded(answered(Answer(Outcome.VALID, 200, "", known), ())[1])


def _challenge(answer: Answer, scopes: Sequence[str]) -> bytes:
    """Return the challenge of RFC 6750 3: no error code where no token was sent, and why in words that fit a header."""
    if answer.step is Step.ADDRESS:
        return b""
    if answer.step is Step.PRESENT:
        return b'Bearer realm="tokendesk"'
    error = "insufficient_scope" if answer.step is Step.SCOPE else "invalid_token"
    parts = [f'Bearer realm="tokendesk", error="{error}"', f'error_description="{_quotable(answer.why)}"']
    if answer.step is Step.SCOPE:
        parts.append(f'scope="{_quotable(" ".join(scopes))}"')
    return ", ".join(parts).encode()


def _quotable(text: str) -> str:
    return _QUOTABLE.sub("?", text)[:200]


def _header(text: str) -> bytes:
    """Return an id as a header can carry it: what is not plain ASCII in percent form."""
    return text.encode() if text.isascii() and text.isprintable() else quote(text).encode()
