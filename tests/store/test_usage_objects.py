"""JSON lines are decoded and read many at once: a block must give what its lines would give one by one, or be refused."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.moments import MILLISECOND
from store.opening import Store
from store.rules.secrets import new_token
from store.usage import intake
from store.usage.cells import durations, moments
from store.usage.events import Event, LineError
from store.usage.fields import microseconds, moment_ms
from store.usage.formats import FORMATS, LogFormat, format_named
from store.usage.importing import import_usage
from store.usage.objects import decoded, read_objects
from store.usage.places import Place, Places, event_at
from tests.conftest import NOW
from tests.gateway_logs import contents, event_line, put_tokens, write_log

JSON = tuple(known for known in FORMATS if known.places is not None)
SECRET = new_token("live", "0123456789AB").reveal()
START = datetime(2026, 3, 16, 7, tzinfo=UTC)

TIMES: tuple[tuple[Any, ...], ...] = (
    tuple((START + timedelta(milliseconds=7 * step)).isoformat() for step in range(40)),
    tuple((START + timedelta(microseconds=7_001 * step)).isoformat().replace("+00:00", "Z") for step in range(40)),
    ("2026-03-16T09:00:00+02:00", "2026-03-16T07:00:00Z"),
    ("2026-03-16T07:00:00", "2026-03-16T07:00:00.5"),
    ("16/Mar/2026:07:00:00 +0000", "16/Mar/2026:07:00:01 +0130"),
    tuple(f"17736516{step:02}.{step * 11:03}" for step in range(40)),
    tuple(1_773_651_600 + step * 0.0371 for step in range(40)),
    (1_773_651_600, 1_773_651_600.25),
    (1_773_651_600_123, 1_773_651_600_456),
)
ODD_TIMES = (None, "", "yesterday", True, [1], -5, 1e300, "1773651600", "17736516.0.123", "20260316T070000Z", 10**17, {"a": 1})
WORDS: dict[str, tuple[Any, ...]] = {
    "token": ("T01", "T02", "ACME/T01", "", "-", None, 7, " T01 "),
    "status": (200, 200, "200", 401, "403", None, "", "-", "000", 0),
    "outcome": (None, None, "", "EXPIRED", "valid"),
    "address": ("203.0.113.5", "203.0.113.6", "::1", None, "", "a" * 90),
    "agent": ("sync/2.1", "curl/8", None, "", ["sync/2.1", "other"], [], "a" * 400, "caf\xe9", "a\x1b[2J"),
    "method": ("GET", "POST", None, "", "G" * 30),
    "path": ("/v1/orders/1", "/v1/orders/2", "/v1?page=1", "/v1#x", "https://u@host/v1?x", "/v1%20a", None, "", "/" + "a" * 400),
    "request": ("GET /a b?c HTTP/1.1", "GET /", "", None, 7),
    "service": ("api", "", None, "s" * 200),
    "latency": (0.012, "0.012", 12, "12", None, "", "-", -1, 0.0005, 1.0005, 0.9999999, 1e14),
    "request_id": ("r1", "r2", "r" * 150, None, "", "\u202e"),
    "account": (None, "", "ACME", "-"),
    "scope": (None, "", "read", "s" * 150),
    "kind": (None, "", "check", "introspect"),
    "gateway": ("g1", None, ""),
    "step": ("scope", "no step", None),
}  # fmt: skip
ODD_WORDS: dict[str, tuple[Any, ...]] = {
    "token": (SECRET, "T" * 201, True, 1.5, [1]),
    "status": (99, 600, "abc", 200.0, True, {"a": 1}),
    "outcome": ("MAYBE", 7, [1]),
    "path": (f"/{SECRET}", "/" + SECRET.replace("_", "%5F"), 7, {"a": 1}),
    "latency": (True, [1], {"a": 1}),
    "kind": ("other", 0, [1]),
    **{name: (SECRET, 7, True, 1.5, {"a": [1]}, [SECRET]) for name in ("address", "agent", "method", "service", "request_id")},
    **{name: (7, True, {"a": [1]}, "\x00") for name in ("account", "scope", "gateway", "step", "request")},
}
NAMES = tuple(field.name for field in fields(Places) if field.name in ("at", *WORDS))


def put(data: dict[str, Any], place: Place, value: Any) -> None:
    """Set a value inside nested objects, unless something else stands in the way."""
    for name in place[:-1]:
        data = data.setdefault(name, {})
        if type(data) is not dict:
            return
    data[place[-1]] = value


def made(chance: Random, known: LogFormat, count: int, odd: float) -> list[dict[str, Any]]:
    """Make lines of a format: each thing at one of its places, each of them with the same few values in all lines."""
    where = known.places
    assert where is not None
    choices: dict[str, tuple[Any, ...]] = {"at": chance.choice(TIMES)}
    for name, values in WORDS.items():
        choices[name] = values if chance.random() < 0.4 else values[:1]
    left_out = {name for name in NAMES if name not in ("at", "token") and chance.random() < 0.2}
    lines = []
    for _ in range(count):
        line: dict[str, Any] = {}
        for name in NAMES:
            some: tuple[Place, ...] = getattr(where, name)
            if not some or name in left_out:
                continue
            value = chance.choice(choices[name])
            if chance.random() < odd:
                value = chance.choice(ODD_TIMES if name == "at" else ODD_WORDS[name])
            put(line, some[0] if chance.random() < 0.8 else chance.choice(some), value)
        lines.append(line)
    return lines


def one_by_one(lines: Sequence[dict[str, Any]], where: Places, token_field: str) -> list[Event] | None:
    """Return what each line says, or None when one of them can't be read or had a token in it."""
    try:
        found = [event_at(where, line, token_field) for line in lines]
    except LineError:
        return None
    return None if any(event.masked for event in found) else found


def kept(event: Event) -> Event:
    """Return an event without what is told of kinds only."""
    return event if event.kind else event._replace(gateway="", step="")


@pytest.mark.parametrize("known", JSON, ids=lambda known: known.name)
def test_a_block_gives_what_its_lines_give_one_by_one(known: LogFormat) -> None:
    where = known.places
    assert where is not None
    chance, read, refused = Random(f"{known.name} 20260316"), 0, 0
    for number in range(1_500):
        lines = made(chance, known, chance.choice((1, 3, 40)), chance.choice((0, 0, 0.01)))
        token_field = chance.choice(("", "", "", "other", "a.b"))
        block, each = read_objects(lines, where, token_field), one_by_one(lines, where, token_field)
        if block is None:
            refused += 1
            continue
        read += 1
        assert each is not None, (number, lines)
        told = list(block.events())
        if block.kinds is None:
            each = [kept(event) for event in each]
        assert told == each, (number, lines)
    assert read > 500
    assert refused > 20


@pytest.mark.parametrize("known", JSON, ids=lambda known: known.name)
def test_ordinary_lines_are_never_refused(known: LogFormat) -> None:
    where = known.places
    assert where is not None
    for times in TIMES:
        lines = []
        for number in range(60):
            line: dict[str, Any] = {}
            for name in NAMES:
                if getattr(where, name):
                    value = times[number % len(times)] if name == "at" else WORDS[name][number % 2]
                    put(line, getattr(where, name)[0], value)
            lines.append(line)
        assert read_objects(lines, where, "") is not None


@settings(max_examples=300, deadline=None)
@given(st.lists(st.floats(0, 4e9) | st.integers(0, 4_000_000_000_000).map(lambda ms: ms / 1_000), min_size=1))
def test_moments_and_durations_are_rounded_alike(numbers: list[float]) -> None:
    assert moments(numbers) == list(map(moment_ms, numbers))
    assert durations(numbers, 1_000_000) == [microseconds(number, 1_000_000) for number in numbers]


def test_moments_close_to_the_next_are_rounded_alike() -> None:
    numbers = [
        whole / 1_000 + part for whole in range(40, 60) for part in (0, 0.000999, 0.0009994, 0.0009995, 0.0009996, 0.00099971)
    ]
    assert moments(numbers) == list(map(moment_ms, numbers))
    assert moments([(START + step * MILLISECOND).isoformat() for step in range(1_000)]) == [
        moment_ms(START.isoformat()) + step for step in range(1_000)
    ]


LINES = (
    b'{"a": 1}', b'{"b": [{}]}', b'{"a": [{}', b'{}]}', b"{}, {}", b'{"a": {}', b"{}}", b"{", b"}", b"", b"  ", b"[]", b"1",
    b"null", b'{"a": NaN}', b'{"a": "\xff"}', b'{"a": "x\ty"}', b'{"a": "\x00"}', b'{"a": "', b'"}', b'{"a": ' + b"9" * 5_000,
    b'{"a":' * 5_000, b"[" * 50_000, b'{"a": 1},"x",{"b": 2}', b"]", b"[", b'"x",', b"{},", b",{}", b"\r", b'{"a": 1}\r',
)  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(LINES) | st.just(b"{}"), min_size=1, max_size=5))
def test_no_line_can_begin_what_the_next_one_ends(lines: list[bytes]) -> None:
    found = decoded(lines)
    alone = []
    for line in lines:
        try:
            alone.append(json.loads(line.decode()))
        except (ValueError, RecursionError):
            assert found is None
            return
    if found is None:
        assert any(type(value) is not dict or b"NaN" in line for value, line in zip(alone, lines, strict=True))
    else:
        assert found == alone


def test_lines_cut_anywhere_are_not_made_up_for_by_the_next() -> None:
    line = b'{"a": {"b": [1, {"c": "d,e"}]}, "f": "g"}'
    for end in range(1, len(line)):
        assert decoded([line[:end], line[end:]]) is None
        assert decoded([line, line[end:] + line[:end], line]) is None


def test_more_is_not_decoded_at_once_than_memory_allows() -> None:
    lines = [b'{"a": "' + b"x" * 60_000 + b'"}'] * 9
    assert decoded(lines) is None
    assert decoded(lines[:8]) is not None


ODD_LINES = (
    ("", "[1]", "nonsense", '{"a": [{}', "{}]}", '{"at": "2026-03-16T08:00:00Z"}', event_line(NOW, "T02", status=999)),
    (event_line(NOW, SECRET), event_line(NOW, "T02", agent=SECRET), event_line(NOW, "T02", agent=["x"]), event_line(NOW, "T09")),
    (event_line(NOW, "T02", kind="check", status=200), event_line(NOW, "T02", kind="check", status=503)),
    (event_line(NOW + timedelta(days=3), "T02"), event_line(NOW + timedelta(minutes=9), "T02"), event_line(NOW, "T02")[:-1]),
)


@pytest.mark.parametrize("number", range(len(ODD_LINES)))
def test_an_odd_line_among_many_costs_nobody_a_count(store: Store, tmp_path: Path, number: int) -> None:
    put_tokens(store, ("ACME", "T01"), ("ACME", "T02"))
    ordinary = [event_line(NOW - timedelta(seconds=step), f"T0{1 + step % 2}", path=f"/{step}") for step in range(120)]
    for place in (0, 77):
        for odd in ODD_LINES[number]:
            log = write_log(tmp_path / "a.jsonl", [*ordinary[:place], odd, *ordinary[place:]])
            together = import_usage(store, [log], now=NOW, dry_run=True)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(intake, "_FEWEST", 10_000)
                assert import_usage(store, [log], now=NOW, dry_run=True) == together
            assert (together.lines, together.counted >= 120) == (121, True)
            assert [line.number for _, line in together.bad_lines] == [place + 1] * together.bad


def test_accounts_tell_tokens_apart_also_when_read_together(store: Store, tmp_path: Path) -> None:
    put_tokens(store, ("ACME", "T01"), ("BOLT", "T01"), ("BOLT", "T02"))
    named = (("T01", "ACME"), ("T01", "BOLT"), ("T01", None), ("T02", None), ("T02", "ACME"))
    lines = [event_line(NOW, token, account=account) for token, account in named * 40]
    summary = import_usage(store, [write_log(tmp_path / "a.jsonl", lines)], now=NOW)
    assert (summary.counted, summary.ambiguous, summary.unknown) == (120, 40, 40)
    requests = {row[1:3]: row[3] for row in contents(store, ("usage_hour",))["usage_hour"]}
    assert requests == {("ACME", "T01"): 40, ("BOLT", "T01"): 40, ("BOLT", "T02"): 40}


def test_all_that_a_json_log_says_is_kept_when_read_together(store: Store, tmp_path: Path) -> None:
    put_tokens(store, ("ACME", "T01"))
    more = {"ip": "203.0.113.5", "agent": "sync/2", "method": "GET", "path": "/v1?x=1", "service": "api", "latency_ms": 12.5}
    lines = [event_line(NOW, "T01", request_id=f"r{step}", scope="read", status=200, **more) for step in range(40)]
    import_usage(store, [write_log(tmp_path / "a.jsonl", lines)], now=NOW)
    rows = contents(store, ("recent_request",))["recent_request"]
    assert {row[12] for row in rows} == {f"r{step}" for step in range(40)}
    assert {row[6:12] for row in rows} == {("203.0.113.5", "sync/2", "GET", "/v1", "api", 12_500)}
    assert any("read" in row for row in contents(store, ("usage_part",))["usage_part"])


def test_every_json_format_is_read_together() -> None:
    assert {known.name for known in JSON} == {"jsonl", "kong", "apigateway-json", "caddy", "nginx-json"}
    assert format_named("combined").many().each is None
