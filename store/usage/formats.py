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

LineReader = Callable[[str], Event]
BlockReader = Callable[[Sequence[bytes], str], Block | None]
"""Reads lines given the place of the token id; None when one of them is not ordinary and each must be looked at."""


@dataclass(frozen=True, slots=True)
class LogFormat:
    """A kind of log: its name for `--format`, what it is called, how a line of it is known, and how one is read.

    Exactly one of the pairs `json_*` and `text_*` is set. `token` says where the token id stands unless told otherwise.
    `block` reads many ordinary lines at once where the format has a quick way for them.
    A JSON line is whole once its last brace is there, so the last line needs no line end; a text line does.
    """

    name: str
    title: str
    token: str
    json_recognised: Callable[[dict[str, Any]], bool] | None = None
    json_event: Callable[[dict[str, Any], str], Event] | None = None
    text_recognised: Callable[[str], bool] | None = None
    text_event: Callable[[str, str], Event] | None = None
    block: BlockReader | None = None

    def reader(self, token_field: str = "") -> LineReader:
        """Return the function that reads one line; it raises LineError."""
        from_json, from_text = self.json_event, self.text_event
        if from_json is not None:
            return lambda line: from_json(json_object(line), token_field)
        assert from_text is not None
        return lambda line: from_text(line, token_field)

    @property
    def ends_itself(self) -> bool:
        """Say whether a last line without a line end can be trusted to be whole."""
        return self.json_event is not None


FORMATS: tuple[LogFormat, ...] = (
    LogFormat("jsonl", "tokendesk's own events", "token", jsonl.recognised, jsonl.event),
    LogFormat("kong", "Kong's file or HTTP log", "authenticated_entity.id", kong.recognised, kong.event),
    LogFormat("apigateway-json", "AWS API Gateway's access log", "apiKeyId", apigateway.recognised, apigateway.event),
    LogFormat("caddy", "Caddy's access log", "key_id, token_id or user_id", caddy.recognised, caddy.event),
    LogFormat("nginx-json", "nginx writing JSON", "key_id or token_id", nginx.recognised, nginx.event),
    LogFormat(
        "combined",
        "the combined access log of nginx or Apache",
        "key_id=, token_id= or token= after the agent, or the remote user",
        text_recognised=combined.recognised,
        text_event=combined.event,
        block=plain.read_block,
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
