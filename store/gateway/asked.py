"""What a proxy asks: the token, the scopes wanted, and whose request it is about. Nobody's word counts beyond their own."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

from store.rules.networks import Network, client_address, is_within
from store.usage.fields import ADDRESS_CAP, METHOD_CAP, TEXT_CAP, WORD_CAP, could_hold_token, path_of, without_tokens

PREFIX = "/check"
_HEADERS = frozenset(
    name.encode()
    for name in (
        "authorization", "x-api-key", "x-required-scope", "x-forwarded-for", "x-real-ip", "user-agent", "x-request-id",
        "x-original-uri", "x-original-url", "x-forwarded-uri", "x-original-method", "x-forwarded-method",
    )
)  # fmt: skip
_SERVICE = re.compile(r"[A-Za-z0-9._-]{1,40}")
_MOST_SERVICES = 50
OTHER = "other"
"""What services are called that are not named well, or come after the first 50: a number of its own each would grow for ever."""


class Asked(NamedTuple):
    """One question. `token` "" when none was sent, or several that differ; no text but that holds anything of a token."""

    token: str
    scopes: tuple[str, ...]
    service: str
    address: str
    method: str
    path: str
    agent: str
    request_id: str


class Services:
    """The names services may have in numbers: those that were stated, or the first 50 that come up."""

    def __init__(self, names: Sequence[str] = ()) -> None:
        self._fixed = bool(names)
        self._known = set(names)

    def name(self, text: str) -> str:
        """Return the name to count under."""
        if text in self._known or not text:
            return text
        if self._fixed or len(self._known) >= _MOST_SERVICES or _SERVICE.fullmatch(text) is None:
            return OTHER
        self._known.add(text)
        return text


def asked(scope: Any, trusted: Sequence[Network], services: Services) -> Asked:
    """Read a question from an ASGI scope.

    Every scope that is named anywhere is wanted, so that a caller who adds one only asks for more. The address and the
    original request are taken from headers only when a trusted proxy asks.
    """
    headers: defaultdict[bytes, list[str]] = defaultdict(list)
    for name, value in scope["headers"]:
        if name in _HEADERS:
            headers[name].append(value.decode("latin-1"))
    scopes, service = _query(scope["query_string"]) if scope["query_string"] else ((), "")
    if b"x-required-scope" in headers:
        scopes = (*scopes, *_words(" ".join(headers[b"x-required-scope"])))
    token = _token(headers)
    client = scope["client"]
    peer = client[0] if client else ""
    method, path = scope["method"], scope["path"][len(PREFIX) :]
    address = peer
    if trusted and is_within(peer, trusted):
        forwarded = ",".join(headers[b"x-forwarded-for"])
        real = headers[b"x-real-ip"]
        address = client_address(peer, forwarded.split(",") if forwarded else (), real[-1] if real else "", trusted)
        for names in (b"x-original-uri", b"x-forwarded-uri", b"x-original-url"):
            if names in headers:
                path = path_of(headers[names][-1])
                break
        for names in (b"x-original-method", b"x-forwarded-method"):
            if names in headers:
                method = headers[names][-1]
                break
    agent, request = headers.get(b"user-agent"), headers.get(b"x-request-id")
    return Asked(
        token,
        scopes,
        services.name(service),
        address[:ADDRESS_CAP],
        clean(method, token, METHOD_CAP),
        clean(path, token, TEXT_CAP),
        clean(agent[-1], token, TEXT_CAP) if agent else "",
        clean(request[-1], token, WORD_CAP) if request else "",
    )


def clean(text: str, token: str, cap: int) -> str:
    """Return a text fit to be kept: printable, without a token, not too long."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else "\ufffd" for c in text)
    if "%" in text and _holds(unquote(text), token):
        text = unquote(text)
    if could_hold_token(text):
        text = without_tokens(text)
    if token and token in text:
        text = text.replace(token, "***")
    return text[:cap]


def _holds(text: str, token: str) -> bool:
    return could_hold_token(text) or bool(token and token in text)


def _token(headers: defaultdict[bytes, list[str]]) -> str:
    """Return the one token that was sent, "" for none or for two that differ: nobody must see another one than we did."""
    found = []
    for value in headers.get(b"authorization", ()):
        kind, _, rest = value.strip().partition(" ")
        if kind.lower() == "bearer":
            found.append(rest.strip())
    found += [value.strip() for value in headers.get(b"x-api-key", ())]
    if not found or any(one != found[0] for one in found[1:]):
        return ""
    return found[0]


@lru_cache(maxsize=256)
def _query(raw: bytes) -> tuple[tuple[str, ...], str]:
    """Return the scopes and the service a query names; a location's query is always the same, so it is read once."""
    scopes: list[str] = []
    service = ""
    for name, value in parse_qsl(raw.decode("latin-1")):
        if name == "scope":
            scopes += _words(value)
        elif name == "service" and not service:
            service = value
    return tuple(scopes), service


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())
