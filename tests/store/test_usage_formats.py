"""Each log format is read field by field, known from its first lines, and bad lines are named by reason."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from store.moments import to_ms
from store.opening import Store
from store.rules.secrets import new_token
from store.rules.usage import Outcome
from store.usage import combined
from store.usage.events import Event, LineError
from store.usage.formats import FORMATS, format_named, recognise
from store.usage.importing import import_usage
from tests.conftest import NOW
from tests.gateway_logs import contents, event_line, put_tokens, token_row, write_log

AT = to_ms(NOW)
MSEC = AT / 1_000
KONG_ID = "4661f656-8a85-5b5d-98e8-de4b9d5d5f4f"


def kong(**more: Any) -> dict[str, Any]:
    return {
        "request": {"id": "rq1", "uri": "/v1/orders?apikey=hunter22", "method": "POST", "headers": {"user-agent": "sync/2"},
                    "querystring": {"apikey": "hunter22"}},
        "response": {"status": 201},
        "latencies": {"request": 9, "kong": 1, "proxy": 8},
        "authenticated_entity": {"id": KONG_ID, "consumer_id": "c1"},
        "service": {"name": "orders"},
        "client_ip": "203.0.113.5",
        "started_at": AT,
        **more,
    }  # fmt: skip


SAMPLES: tuple[tuple[str, str | dict[str, Any], Event], ...] = (
    (
        "jsonl",
        {"at": "2026-03-16T10:00:00+01:00", "token": "T1", "outcome": "EXPIRED", "status": 401, "ip": "203.0.113.5",
         "agent": "netsuite-sync/2.1", "method": "GET", "path": "/v1/orders?q=1", "service": "api", "latency_ms": 12.5,
         "request_id": "r1"},
        Event(AT, "T1", Outcome.EXPIRED, 401, "203.0.113.5", "netsuite-sync/2.1", "GET", "/v1/orders", "api", 12_500, "r1"),
    ),
    ("jsonl", {"at": "2026-03-16T09:00:00Z", "token": "T1"}, Event(AT, "T1")),
    ("kong", kong(), Event(AT, KONG_ID, Outcome.VALID, 201, "203.0.113.5", "sync/2", "POST", "/v1/orders", "orders", 9_000,
                           "rq1")),
    ("kong", kong(authenticated_entity=None), Event(AT, "", Outcome.VALID, 201, "203.0.113.5", "sync/2", "POST", "/v1/orders",
                                                    "orders", 9_000, "rq1")),
    (
        "apigateway-json",
        {"requestId": "r9", "ip": "203.0.113.5", "requestTime": "16/Mar/2026:09:00:00 +0000", "httpMethod": "GET",
         "resourcePath": "/orders", "status": "429", "protocol": "HTTP/1.1", "responseLength": "58", "apiKeyId": "k9",
         "apiKey": "the secret itself", "userAgent": "curl/8", "responseLatency": "7"},
        Event(AT, "k9", Outcome.RATE_LIMITED, 429, "203.0.113.5", "curl/8", "GET", "/orders", "", 7_000, "r9"),
    ),
    (
        "apigateway-json",
        {"requestId": "r9", "requestTimeEpoch": AT, "identity": {"apiKeyId": "k9", "sourceIp": "203.0.113.5"}, "status": 403},
        Event(AT, "k9", Outcome.INSUFFICIENT_SCOPE, 403, "203.0.113.5", request_id="r9"),
    ),
    (
        "caddy",
        {"level": "info", "ts": MSEC, "logger": "http.log.access", "msg": "handled request",
         "request": {"remote_ip": "203.0.113.5", "method": "GET", "host": "api.example.com", "uri": "/v1/orders?t=1",
                     "headers": {"User-Agent": ["sync/2"], "Authorization": []}},
         "user_id": "T1", "duration": 0.0125, "size": 10, "status": 200},
        Event(AT, "T1", Outcome.VALID, 200, "203.0.113.5", "sync/2", "GET", "/v1/orders", "api.example.com", 12_500),
    ),
    (
        "nginx-json",
        {"ts": "2026-03-16T09:00:00+00:00", "msec": f"{MSEC:.3f}", "remote_addr": "203.0.113.5", "method": "GET",
         "uri": "/v1/orders", "status": 200, "bytes": 12, "rt": "0.012", "key_id": "T1", "org": "ACME", "ua": "sync/2",
         "rid": "r7"},
        Event(AT, "T1", Outcome.VALID, 200, "203.0.113.5", "sync/2", "GET", "/v1/orders", "", 12_000, "r7", "ACME"),
    ),
    (
        "nginx-json",
        {"time_iso8601": "2026-03-16T09:00:00+00:00", "remote_addr": "203.0.113.5", "request": "GET /a b?c HTTP/1.1",
         "status": "401", "request_time": "0.500", "http_user_agent": "sync/2", "key_id": "-"},
        Event(AT, "", Outcome.NOT_FOUND, 401, "203.0.113.5", "sync/2", "GET", "/a b", "", 500_000),
    ),
    (
        "combined",
        '203.0.113.5 - T1 [16/Mar/2026:09:00:00 +0000] "GET /v1/orders?x=1 HTTP/1.1" 403 12 "https://a.example/?k=1" "sync/2"',
        Event(AT, "T1", Outcome.INSUFFICIENT_SCOPE, 403, "203.0.113.5", "sync/2", "GET", "/v1/orders"),
    ),
    (
        "combined",
        '203.0.113.5 - - [16/Mar/2026:04:00:00 -0500] "GET / HTTP/1.1" 200 12 "-" "Mozilla \\"5\\"" rt=0.1 key_id=T1',
        Event(AT, "T1", Outcome.VALID, 200, "203.0.113.5", "Mozilla '5'", "GET", "/"),
    ),
    ("combined", '203.0.113.5 - - [16/Mar/2026:09:00:00 +0000] "-" 400 0 "-" "-"', Event(AT, "", Outcome.VALID, 400,
                                                                                        "203.0.113.5", "", "-", "")),
    ("combined", '::1 - big user [16/Mar/2026:09:00:00 +0000] "HEAD / HTTP/2.0" 200 5', Event(AT, "big user", Outcome.VALID, 200,
                                                                                             "::1", "", "HEAD", "/")),
)  # fmt: skip


def as_line(sample: str | dict[str, Any]) -> str:
    return sample if isinstance(sample, str) else json.dumps(sample)


@pytest.mark.parametrize(("name", "sample", "event"), SAMPLES)
def test_a_line_is_known_and_read_field_by_field(name: str, sample: str | dict[str, Any], event: Event) -> None:
    line = as_line(sample)
    found = recognise(["", line])
    assert found is not None
    assert found.name == name
    assert found.reader()(line) == event


def test_every_format_has_a_sample_and_a_name_of_its_own() -> None:
    assert {name for name, _, _ in SAMPLES} == {known.name for known in FORMATS}
    assert len({known.name for known in FORMATS}) == len(FORMATS)


@pytest.mark.parametrize(
    ("name", "field", "sample", "token"),
    [
        ("kong", "consumer.id", {**kong(), "consumer": {"id": "c7"}}, "c7"),
        ("kong", "consumer.id.deeper", {**kong(), "consumer": {"id": "c7"}}, ""),
        ("nginx-json", "api_key", {"msec": MSEC, "remote_addr": "::1", "status": 200, "api_key": "T8", "key_id": "T9"}, "T8"),
        ("jsonl", "key", {"at": AT, "key": "T8"}, "T8"),
        ("combined", "user", '::1 - T1 [16/Mar/2026:09:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "-" key_id=T2', "T1"),
        ("combined", "last", '::1 - T1 [16/Mar/2026:09:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "-" 0.1 T3', "T3"),
        ("combined", "last", '::1 - T1 [16/Mar/2026:09:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "-" "T3"', "T3"),
        ("combined", "cred", '::1 - T1 [16/Mar/2026:09:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "-" cred=T4 a=b', "T4"),
        ("combined", "cred", '::1 - T1 [16/Mar/2026:09:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "-" a=b', ""),
    ],
)
def test_the_token_can_stand_elsewhere(name: str, field: str, sample: str | dict[str, Any], token: str) -> None:
    assert format_named(name).reader(field)(as_line(sample)).token == token


BASE = {"at": "2026-03-16T09:00:00Z", "token": "T1"}
BAD_LINES: tuple[tuple[str, str | dict[str, Any], str], ...] = (
    ("jsonl", "nonsense", "not JSON"),
    ("jsonl", "{", "not JSON"),
    ("jsonl", '{"at": "2026-03-16T09:00:00Z", "token": "T1"', "not JSON"),
    ("jsonl", "[1, 2]", "not a JSON object"),
    ("jsonl", "null", "not a JSON object"),
    ("jsonl", '"text"', "not a JSON object"),
    ("jsonl", "[" * 30_000, "the JSON is nested too deeply"),
    ("jsonl", '{"a":' * 10_000, "the JSON is nested too deeply"),
    ("jsonl", '{"at": NaN, "token": "T1"}', "a number is not a number (NaN or Infinity)"),
    ("jsonl", '{"at": -Infinity, "token": "T1"}', "a number is not a number (NaN or Infinity)"),
    ("jsonl", '{"at": ' + "9" * 5_000 + ', "token": "T1"}', "not JSON"),
    ("jsonl", '{"at": 1e400, "token": "T1"}', "the time is not a time"),
    ("jsonl", {"token": "T1"}, "the time is missing"),
    ("jsonl", {"at": None, "token": "T1"}, "the time is missing"),
    ("jsonl", {"at": True, "token": "T1"}, "the time is not a time"),
    ("jsonl", {"at": [1], "token": "T1"}, "the time is not a time"),
    ("jsonl", {"at": "yesterday", "token": "T1"}, "the time is not a time"),
    ("jsonl", {"at": "2026-02-30T09:00:00Z", "token": "T1"}, "the time is not a time"),
    ("jsonl", {"at": "2026-03-16T24:01:00Z", "token": "T1"}, "the time is not a time"),
    ("jsonl", {"at": "٢٠٢٦-03-16T09:00:00Z", "token": "T1"}, "the time is not a time"),
    ("jsonl", {"at": "1969-12-31T23:59:59Z", "token": "T1"}, "the time is outside 1970-9999"),
    ("jsonl", {"at": -5, "token": "T1"}, "the time is outside 1970-9999"),
    ("jsonl", {"at": 10**17, "token": "T1"}, "the time is outside 1970-9999"),
    ("jsonl", {"at": 10**40, "token": "T1"}, "the time is not a time"),
    ("jsonl", {"at": BASE["at"]}, "token is missing"),
    ("jsonl", {**BASE, "token": ""}, "token is missing"),
    ("jsonl", {**BASE, "token": "x" * 201}, "the token id is longer than 200 characters"),
    ("jsonl", {**BASE, "outcome": "MAYBE"}, "the outcome is not one of the known words"),
    ("jsonl", {**BASE, "outcome": 7}, "the outcome is not one of the known words"),
    ("jsonl", {**BASE, "status": "abc"}, "the status is not an HTTP status"),
    ("jsonl", {**BASE, "status": "٢٠٠"}, "the status is not an HTTP status"),
    ("jsonl", {**BASE, "status": 99}, "the status is not an HTTP status"),
    ("jsonl", {**BASE, "status": 600}, "the status is not an HTTP status"),
    ("jsonl", {**BASE, "status": {"code": 200}}, "the status is not an HTTP status"),
    ("combined", "hello", "not an access log line"),
    ("combined", "a b [16/Mar/2026:09:00:00 +0000]", "not an access log line"),
    ("combined", 'a - [16/Mar/2026:09:00:00 +0000] "GET / HTTP/1.1" 200 1', "not an access log line"),
    ("combined", 'a - b [16/Mar/2026:09:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "cut', "a quote is opened and never closed"),
    ("combined", 'a - b [32/Mar/2026:09:00:00 +0000] "GET / HTTP/1.1" 200 1', "the time is not a time"),
    ("combined", 'a - b [16/Mrz/2026:09:00:00 +0000] "GET / HTTP/1.1" 200 1', "the time is not a time"),
    ("combined", 'a - b [16/Mar/2026:25:00:00 +0000] "GET / HTTP/1.1" 200 1', "the time is not a time"),
    ("combined", 'a - b [16/Mar/2026:09:00:00 UTC] "GET / HTTP/1.1" 200 1', "the time is not a time"),
    ("combined", 'a - b [] "GET / HTTP/1.1" 200 1', "the time is not a time"),
    ("combined", 'a - b [16/Mar/2026:0٩:00:00 +0000] "GET / HTTP/1.1" 200 1', "the time is not a time"),
    ("combined", 'a - b [16/Mar/2026:09:00:00 +0000] "GET / HTTP/1.1" OK 1', "the status is not an HTTP status"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "sample", "reason"), BAD_LINES)
def test_a_bad_line_has_a_reason(name: str, sample: str | dict[str, Any], reason: str) -> None:
    line = sample if isinstance(sample, str) else json.dumps(sample)
    with pytest.raises(LineError) as caught:
        format_named(name).reader()(line)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"x" * 70_000, "longer than 64 KiB"),
        (b"x" * 3_000_000, "longer than 64 KiB"),
        (b'{"at": "2026-03-16T09:00:00Z", "token": "T0\x001"}', "holds a NUL character"),
        (b"\xff\xfe{\x00}\x00", "holds a NUL character"),
        (b'{"at": "2026-03-16T09:00:00Z", "token": "T01', "not JSON"),
    ],
)
def test_hostile_bytes_lose_no_other_line(store: Store, tmp_path: Path, raw: bytes, reason: str) -> None:
    put_tokens(store, ("ACME", "T01"))
    good = event_line(NOW, "T01").encode()
    log = tmp_path / "a.jsonl"
    log.write_bytes(b"\r\n".join([good, raw, b"", good, b""]))
    summary = import_usage(store, [log], now=NOW)
    assert [(line.number, line.reason) for _, line in summary.bad_lines] == [(2, reason)]
    assert summary.counted == 2


def test_text_from_outside_is_cut_to_size_and_loses_its_control_characters(store: Store, tmp_path: Path) -> None:
    put_tokens(store, ("ACME", "T01"))
    line = event_line(NOW, "T01", agent="sync\x1b[2J\x00\ud800\u202e!", path="/" + "a" * 5_000, ip="1" * 500, request_id=["no"])
    latin = b'{"at": "2026-03-16T09:00:00Z", "token": "T01", "agent": "caf\xe9"}'
    log = tmp_path / "a.jsonl"
    log.write_bytes(line.encode() + b"\n" + latin + b"\n")
    import_usage(store, [log], now=NOW)
    first, second = sorted(contents(store, ("recent_request",))["recent_request"], key=lambda row: row[3])
    assert first[7] == "sync\ufffd[2J\ufffd\ufffd\ufffd!"
    assert (len(first[9]), len(first[6]), first[12]) == (300, 64, "")
    assert second[7] == "caf\ufffd"


def test_no_secret_of_ours_is_kept_wherever_it_stands_in_a_log(store: Store, tmp_path: Path) -> None:
    put_tokens(store, ("ACME", "0123456789AB"))
    secret = new_token("live", "0123456789AB").reveal()
    body = secret.rpartition("_")[2]
    escaped = json.dumps(secret).replace("_", "\\u005f")
    lines = [
        event_line(NOW, secret),
        event_line(NOW, "0123456789AB", path=f"/v1/orders?access_token={secret}"),
        event_line(NOW, "0123456789AB", path=f"/v1/{secret}/orders", agent=f"x {secret}", request_id=secret, ip=secret),
        event_line(NOW, "0123456789AB", path="/v1/" + secret.replace("_", "%5F")),
        event_line(NOW, "0123456789AB", path=f"https://{secret}@api.example.com/v1"),
        event_line(NOW, "0123456789AB", agent="a" * 270 + secret),
        event_line(NOW, "0123456789AB")[:-1] + f', "agent": {escaped}}}',
        event_line(NOW, "0123456789AB", method=secret, service=secret),
        "not json " + secret,
    ]  # fmt: skip
    summary = import_usage(store, [write_log(tmp_path / "a.jsonl", lines)], now=NOW)
    assert (summary.counted, summary.bad, summary.masked) == (8, 1, 6)
    assert any("the public id was kept" in note for note in summary.notes)
    assert token_row(store, "ACME", "0123456789AB")["requests_24h"] == 8
    for part in (body, body[:12], body[:6]):
        assert part not in repr(contents(store))
        assert part not in repr(summary)
    if store.address.path is not None:
        for file in store.address.path.parent.iterdir():
            assert body[:12].encode() not in file.read_bytes()


def test_a_real_looking_access_log_gives_the_counts_of_awk(store: Store, tmp_path: Path) -> None:
    put_tokens(store, ("ACME", "T01"), ("ACME", "T02"))
    lines = []
    for step in range(240):
        at = datetime(2026, 3, 16, 8, step // 4, 15 * (step % 4), tzinfo=UTC)
        user, status = ("T01", "T02", "-")[step % 3], (200, 200, 304, 401, 503)[step % 5]
        request = f'"GET /v1/orders/{step} HTTP/1.1" {status} 512 "-" "sync/2"'
        lines.append(f"203.0.113.{step % 7} - {user} [{at:%d/%b/%Y:%H:%M:%S} +0000] {request}")
    summary = import_usage(store, [write_log(tmp_path / "access.log", lines)], now=NOW)
    assert (summary.lines, summary.counted, summary.nameless) == (240, 160, 80)
    (first, second) = contents(store, ("usage_hour",))["usage_hour"]
    by_status = [sum(line.split()[2] == "T01" and line.split()[8][0] == kind for line in lines) for kind in "2345"]
    assert first[3:] == (80, sum(" 401 " in line and " T01 " in line for line in lines), *by_status)
    assert second[3] == 80


def test_a_plain_line_read_at_once_says_what_a_careful_reading_says(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = Random(20260316)
    secret = new_token("live", "0123456789AB").reveal()
    parts: tuple[tuple[str, ...], ...] = (
        ("203.0.113.5", "2001:db8::1", "a" * 80, "é"), (" ",), ("-", "x"), (" ",),
        ("T1", "ACME/T1", "-", "a b", "[T1]", "T" * 201),
        (" [",),
        ("16/Mar/2026:09:00:00 +0000", "16/Mar/2026:09:00:00 +0130", "31/Feb/2026:09:00:00 +0000", "16/Mar/2026:09:00:00"),
        ('] "',), ("GET", "get", "PROPFIND" * 3, ""),
        (" /v1/orders", " /v1/a?b=1#c", " /a#b", " /a%20b",
          " http://host/a", " /x://y", f" /{secret}", " /a b", " *", " /" + "p" * 400, ""),
        (" HTTP/1.1", ""), ('" ',), ("200", "401", "403", "429", "099", "600", "-", "20"), (" 512", " -"),
        (' "-" "sync/2.1"', ' "http://r/" "-"', ' "-" "a\\"b"', f' "-" "{secret}"', ' "-" "\x1b[2J"', ' "-" "open', ""),
        ("", " key_id=T9", " 0.012 token=T8", ' "more"', "\r"),
    )  # fmt: skip
    lines = ["".join(chance.choices(some, [6] + [1] * (len(some) - 1))[0] for some in parts) for _ in range(5_000)]
    quick = [[told_by(line, field) for field in ("", "user", "last", "key_id")] for line in lines]
    plain = sum(combined._PLAIN.fullmatch(line) is not None for line in lines)
    assert 500 < plain < 4_500
    monkeypatch.setattr(combined, "_PLAIN", re.compile("(?!)"))
    assert [[told_by(line, field) for field in ("", "user", "last", "key_id")] for line in lines] == quick


def told_by(line: str, token_field: str) -> Event | str:
    try:
        return combined.event(line, token_field)
    except LineError as error:
        return str(error)
