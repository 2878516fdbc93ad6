"""Where a JSON log says what: of each thing the places it may stand at, and how one line is read by them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from store.rules.indicators import Kind
from store.usage.events import Event, LineError
from store.usage.fields import make_event, microseconds, moment_ms

Place = tuple[str, ...]
"""The names that lead to a value through nested objects."""

KINDS = {kind.value: kind.value for kind in (Kind.LOG, Kind.CHECK, Kind.INTROSPECT)}


@dataclass(frozen=True, slots=True)
class Places:
    """Where the values of a format stand; of several places the first counts that holds more than null or an empty text.

    `request` is a place of `GET /path HTTP/1.1`, for lines without a path of their own. A latency is in units of
    `per_unit` microseconds. `dotted`: a token field that somebody names leads through nested objects, `consumer.id`.
    `always_token`: a line without a token is bad, unless its kind says that it is a check.
    """

    at: tuple[Place, ...]
    token: tuple[Place, ...]
    status: tuple[Place, ...] = (("status",),)
    outcome: tuple[Place, ...] = ()
    address: tuple[Place, ...] = ()
    agent: tuple[Place, ...] = ()
    method: tuple[Place, ...] = ()
    path: tuple[Place, ...] = ()
    request: tuple[Place, ...] = ()
    service: tuple[Place, ...] = ()
    latency: tuple[Place, ...] = ()
    request_id: tuple[Place, ...] = ()
    account: tuple[Place, ...] = ()
    scope: tuple[Place, ...] = ()
    kind: tuple[Place, ...] = ()
    gateway: tuple[Place, ...] = ()
    step: tuple[Place, ...] = ()
    per_unit: int = 1_000_000
    dotted: bool = False
    always_token: bool = False

    def token_at(self, token_field: str) -> tuple[Place, ...]:
        """Return where the token stands when somebody names another field for it; empty is the format's own places."""
        if not token_field:
            return self.token
        return (tuple(token_field.split(".")) if self.dotted else (token_field,),)


def places(*names: str) -> tuple[Place, ...]:
    """Return places from dotted names."""
    return tuple(tuple(name.split(".")) for name in names)


def event_at(where: Places, data: dict[str, Any], token_field: str) -> Event:
    """Read one line that was decoded; raises LineError."""
    token_at = where.token_at(token_field)
    token, kind = _first(data, token_at), kind_of(_first(data, where.kind))
    if where.always_token and not kind and token in (None, "-"):
        raise LineError(f"{'.'.join(token_at[0])} is missing")
    method, path, agent = _first(data, where.method), _first(data, where.path), _first(data, where.agent)
    if path is None:
        request = _first(data, where.request)
        if type(request) is str:
            method, path = request_parts(request)
    return make_event(
        moment_ms(_first(data, where.at)),
        token,
        outcome=_first(data, where.outcome),
        status=_first(data, where.status),
        address=_first(data, where.address),
        agent=only(agent),
        method=method,
        path=path,
        service=_first(data, where.service),
        latency_us=microseconds(_first(data, where.latency), where.per_unit),
        request_id=_first(data, where.request_id),
        account=given(_first(data, where.account)),
        scope=_first(data, where.scope),
        kind=kind,
        gateway=_first(data, where.gateway),
        step=_first(data, where.step),
    )


def kind_of(value: object) -> str:
    """Return the kind a line names, that of a request where it names none; raises LineError for an unknown word."""
    said = value or ""
    kind = KINDS.get(said) if type(said) is str else None
    if kind is None:
        raise LineError("the kind is not one of the known words")
    return kind


def request_parts(request: str) -> tuple[str, str]:
    """Return the method and the target of `GET /path HTTP/1.1`."""
    method, _, target = request.partition(" ")
    return method, target.rpartition(" ")[0] or target


def only(value: Any) -> Any:
    """Return the first of a list of values, as Caddy writes headers."""
    return value[0] if type(value) is list and value else value


def given(value: Any) -> Any:
    """Return a value, nothing where a log has a dash for it."""
    return "" if value == "-" else value


def _first(data: dict[str, Any], some: Iterable[Place]) -> Any:
    for place in some:
        value: Any = data
        for name in place:
            if type(value) is not dict:
                value = None
                break
            value = value.get(name)
        if value is not None and value != "":
            return value
    return None
