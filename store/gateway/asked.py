"""What a proxy asks: the token, the scopes wanted, and whose request it is about. Nobody's word counts beyond their own."""

from __future__ import annotations

import re
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
_PATHS = (b"x-original-uri", b"x-forwarded-uri", b"x-original-url")
_METHODS = (b"x-original-method", b"x-forwarded-method")
_MOST_CALLERS = 10_000
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


class Trust:
    """Which proxies are believed, and what they have said: the same few callers come again and again."""

    def __init__(self, networks: Sequence[Network]) -> None:
        self._networks = networks
        self._peers: dict[str, bool] = {}
        self._found: dict[tuple[str, bytes, bytes], str] = {}

    def believes(self, peer: str) -> bool:
        """Say whether a peer is a trusted proxy."""
        known = self._peers.get(peer)
        if known is None:
            if len(self._peers) >= _MOST_CALLERS:
                self._peers.clear()
            known = self._peers[peer] = is_within(peer, self._networks)
        return known

    def address(self, peer: str, forwarded: bytes, real: bytes) -> str:
        """Return who called through a trusted peer."""
        said = (peer, forwarded, real)
        found = self._found.get(said)
        if found is None:
            if len(self._found) >= _MOST_CALLERS:
                self._found.clear()
            named = forwarded.decode("latin-1").replace("\n", ",").split(",") if forwarded else ()
            found = self._found[said] = client_address(peer, named, _last(real), self._networks)
        return found


def asked(scope: Any, trust: Trust, services: Services) -> Asked:
    """Read a question from an ASGI scope. Every check goes through here: it is written to take little.

    Every scope that is named anywhere is wanted, so that a caller who adds one only asks for more. The address and the
    original request are taken from headers only when a trusted proxy asks.
    """
    headers: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in _HEADERS:
            headers[name] = value if name not in headers else headers[name] + b"\n" + value
    token = _token(headers.get(b"authorization"), headers.get(b"x-api-key"))
    query = scope["query_string"]
    scopes, service = _query(query) if query else ((), "")
    if b"x-required-scope" in headers:
        scopes += _words(headers[b"x-required-scope"].decode("latin-1"))
    client = scope["client"]
    address = peer = client[0] if client else ""
    method, path = scope["method"], scope["path"][len(PREFIX) :]
    if trust.believes(peer):
        address = trust.address(peer, headers.get(b"x-forwarded-for", b""), headers.get(b"x-real-ip", b""))
        path = next((path_of(_last(headers[name])) for name in _PATHS if name in headers), path)
        method = next((_last(headers[name]) for name in _METHODS if name in headers), method)
    return Asked(
        token,
        scopes,
        services.name(service),
        address[:ADDRESS_CAP],
        clean(method, token, METHOD_CAP),
        clean(path, token, TEXT_CAP),
        clean(_last(headers[b"user-agent"]), token, TEXT_CAP) if b"user-agent" in headers else "",
        clean(_last(headers[b"x-request-id"]), token, WORD_CAP) if b"x-request-id" in headers else "",
    )


def clean(text: str, token: str, cap: int) -> str:
    """Return a text fit to be kept: printable, without a token, not too long."""
    if not text:
        return text
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


def _last(value: bytes) -> str:
    """Return the last of the values a header came with."""
    return (value.rpartition(b"\n")[2] if b"\n" in value else value).decode("latin-1")


def _token(authorization: bytes | None, key: bytes | None) -> str:
    """Return the one token that was sent, "" for none or for two that differ: nobody must see another one than we did."""
    found = []
    if authorization is not None:
        values = authorization.decode("latin-1")
        for value in values.split("\n") if "\n" in values else (values,):
            kind, _, rest = value.strip().partition(" ")
            if kind.lower() == "bearer":
                found.append(rest.strip())
        if key is None and len(found) == 1:
            return found[0]
    if key is not None:
        found += [value.strip() for value in key.decode("latin-1").split("\n")]
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
