"""Every log format usage can be read from: one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from store.errors import BadInput
from store.usage import apigateway, caddy, combined, jsonl, kong, nginx, plain
from store.usage.columns import Block
from store.usage.events import Event, LineError
from store.usage.fields import json_object
from store.usage.objects import decoded, read_objects
from store.usage.places import Places, event_at

LineReader = Callable[[str], Event]


@dataclass(frozen=True, slots=True)
class ManyReader:
    """How many lines are read at once, in two steps, because lines that were decoded need not be so again.

    `prepare` gives what `block` and `each` take, one thing for every line, or None where a line is damaged. `block` is None
    where one is not ordinary, and each must be looked at: then `each` reads one, and raises LineError.
    """

    prepare: Callable[[Sequence[bytes]], Sequence[Any] | None]
    block: Callable[[Sequence[Any]], Block | None]
    each: Callable[[Any], Event] | None = None


@dataclass(frozen=True, slots=True)
class LogFormat:
    """A kind of log: its name for `--format`, what it is called, how a line of it is known, and how one is read.

    Either `json_recognised` and `places` are set or all that begins with `text_`. `token` says where the token id stands
    unless told otherwise.
    A JSON line is whole once its last brace is there, so the last line needs no line end; a text line does.
    """

    name: str
    title: str
    token: str
    json_recognised: Callable[[dict[str, Any]], bool] | None = None
    places: Places | None = None
    text_recognised: Callable[[str], bool] | None = None
    text_event: Callable[[str, str], Event] | None = None
    text_blocks: Callable[[str], Callable[[Sequence[bytes]], Block | None]] | None = None

    def reader(self, token_field: str = "") -> LineReader:
        """Return the function that reads one line; it raises LineError."""
        where, from_text = self.places, self.text_event
        if where is not None:
            return lambda line: event_at(where, json_object(line), token_field)
        assert from_text is not None
        return lambda line: from_text(line, token_field)

    def many(self, token_field: str = "") -> ManyReader:
        """Return how many lines are read at once."""
        where, from_text = self.places, self.text_blocks
        if where is not None:
            return ManyReader(
                decoded,
                lambda objects: read_objects(objects, where, token_field),
                lambda data: event_at(where, data, token_field),
            )
        assert from_text is not None
        return ManyReader(lambda lines: lines, from_text(token_field))

    @property
    def ends_itself(self) -> bool:
        """Say whether a last line without a line end can be trusted to be whole."""
        return self.places is not None


FORMATS: tuple[LogFormat, ...] = (
    LogFormat("jsonl", "tokendesk's own events", "token", jsonl.recognised, jsonl.PLACES),
    LogFormat("kong", "Kong's file or HTTP log", "authenticated_entity.id", kong.recognised, kong.PLACES),
    LogFormat("apigateway-json", "AWS API Gateway's access log", "apiKeyId", apigateway.recognised, apigateway.PLACES),
    LogFormat("caddy", "Caddy's access log", "key_id, token_id or user_id", caddy.recognised, caddy.PLACES),
    LogFormat("nginx-json", "nginx writing JSON", "key_id or token_id", nginx.recognised, nginx.PLACES),
    LogFormat(
        "combined",
        "the combined access log of nginx or Apache",
        "key_id=, token_id= or token= after the agent, or the remote user",
        text_recognised=combined.recognised,
        text_event=combined.event,
        text_blocks=lambda token_field: plain.PlainReader(token_field).block,
    ),
)


def format_named(name: str) -> LogFormat:
    """Return the format of this name; raises BadInput."""
    for found in FORMATS:
        if found.name == name:
            return found
    raise BadInput(f"There is no usage format “{name[:30]}”.", f"Use one of {', '.join(f.name for f in FORMATS)}.")


def recognise(lines: Iterable[str]) -> LogFormat | None:
    """Return the format of the first line that has one, or None."""
    for line in lines:
        found = _recognise_line(line)
        if found is not None:
            return found
    return None


def _recognise_line(line: str) -> LogFormat | None:
    try:
        data = json_object(line)
    except LineError:
        return next((f for f in FORMATS if f.text_recognised is not None and f.text_recognised(line)), None)
    return next((f for f in FORMATS if f.json_recognised is not None and f.json_recognised(data)), None)
