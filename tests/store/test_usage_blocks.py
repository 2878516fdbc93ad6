"""Ordinary lines are read many at once: a block must give what its lines would give one by one, or be refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.opening import Store
from store.usage.columns import code_of
from store.usage.combined import event
from store.usage.events import LineError
from store.usage.importing import import_usage
from store.usage.plain import PlainReader
from tests.conftest import NOW
from tests.gateway_logs import contents, put_tokens

ORDINARY = '203.0.113.9 - T01 [16/Mar/2026:07:00:{0:02d} +0000] "GET /v1/orders/{0}?page=2 HTTP/1.1" {1} 512 "-" "sync/2.1"'
ODD = (
    "",
    "nonsense",
    '203.0.113.9 - T01 [16/Mar/2026:07:00:00 +0000] "GET /v1" 200 512',
    '203.0.113.9 - T01 [16/Mar/2026:07:00:00 +0000] "GET /v1 HTTP/1.1" 200 512',
    '203.0.113.9 - T01 [16/Mar/2026:07:00:00 +0000] "GET POST /v1 HTTP/1.1" 200 512 "-" "x"',
    '203.0.113.9 - T01 [16/Mar/2026:07:00:00 +0000] "GET /v1" 200 512 "-" "x"',
    '203.0.113.9 - T01 [16/Mar/2026:25:00:00 +0000] "GET /v1 HTTP/1.1" 200 512 "-" "x"',
    '203.0.113.9 - T01 [16/Mar/2026:07:00:00 +0200] "GET /v1 HTTP/1.1" 200 512 "-" "x"',
    '203.0.113.9 - T01 [16/Mar/2026:07:00:00 +0000] "GET /v1 HTTP/1.1" 999 512 "-" "x"',
    '203.0.113.9 - T01 [16/Mar/2026:07:00:00 +0000] "GET /v1 HTTP/1.1" 200  "-" "x"',
    '203.0.113.9 - T01 [16/Mar/2026:07:00:00 +0000] "GET /v1 HTTP/1.1" 200 512 "-" "x" key_id=T02',
    '203.0.113.9 - T01 [16/Mar/2026:07:00:00 +0000] "GET /v1 HTTP/1.1" 200 512 "-" "x" a b',
    '203.0.113.9 - - [16/Mar/2026:07:00:00 +0000] "GET /v1 HTTP/1.1" 200 512 "-" "-"',
    '203.0.113.9 -  [16/Mar/2026:07:00:00 +0000] "GET /v1 HTTP/1.1" 200 512 "-" "x"',
    ' - T01 [16/Mar/2026:07:00:00 +0000] "GET /v1 HTTP/1.1" 200 512 "-" "x"',
    '203.0.113.9 - T01 [16/Mar/2026:07:00:00 +0000] "GET http://h/v1%20x#y HTTP/1.1" 200 512 "-" "x"',
    '203.0.113.9 - T01 [16/Mar/2026:07:00:00 +0000] "GET /v1%20x?y HTTP/1.1" 200 512 "-" "x"',
    '203.0.113.9 - T01 [16/Mar/2026:07:00:00 +0000] "GET /%61bc_live_AAAAAAAAAAAA_secret HTTP/1.1" 200 512 "-" "x"',
    '203.0.113.9 - T01 [16/Mar/2026:07:00:00 +0000] "GET /abc%5flive_AAAAAAAAAAAA_secret HTTP/1.1" 200 512 "-" "x"',
    '203.0.113.9 - abc_live_AAAAAAAAAAAA_secretsecret [16/Mar/2026:07:00:00 +0000] "GET /v1 HTTP/1.1" 200 512 "-" "x"',
    '203.0.113.9 - T01 [16/Mar/2026:07:00:00 +0000] "GET /v1 HTTP/1.1" 200 512 "-" "a\\"b"',
    '203.0.113.9 - T01 [16/Mar/2026:07:00:00 +0000] "GET /v1 HTTP/1.1" 200 512 "-" "Zürich\x01"',
    '203.0.113.9 - T01 [16/Mar/2026:07:00:00 +0000] "get /v1 HTTP/1.1" 200 512 "-" "x"',
    '203.0.113.9 - T01 [16/Mar/2026:07:00:00 +0000] "-" 400 0 "-" "-"',
    '203.0.113.9 - T01 [16/Mar/2026:07:00:00 +0000]  "GET /v1 HTTP/1.1" 200 512 "-" "x"',
    f'{"9" * 90} - T01 [16/Mar/2026:07:00:00 +0000] "GET /{"a" * 400} HTTP/1.1" 200 512 "-" "{"b" * 400}"',
    '"" "" "" "" "" ""',
    '203.0.113.9 - [T01] [16/Mar/2026:07:00:00 +0000] "GET /v1 HTTP/1.1" 200 512 "-" "x"',
    '203.0.113.9 [- T01 [16/Mar/2026:07:00:00 +0000] "GET /v1 HTTP/1.1" 200 512 "-" "x"',
    '203.0.113.9 - T01 [16/Mar/2026:07:00:00 +0000] "GET /v1 HTTP/1.1" 200 512 0.003 "-" "x"',
    '203.0.113.9 - T01 [16/Mar/2026:07:00:00 +0000] "GET /v1 HTTP/1.1" 200 512 "-" "x"key_id=T01',
    '203.0.113.9 - T01 [16/Mar/2026:07:00:00 +0000] "GET /v1 HTTP/1.1 " 200 512 "-" "x"',
    '203.0.113.9 - T01 [16/Mar/2026:07:00:00 +0000] "GET /v1 HTTP/1.1" "-" "x" 200 512',
    '203.0.113.9 - T01 [16/Mar/2026:07:00:00 +0000] "GET "/v1 HTTP/1.1 200" 512 "-" "x"',
    '203.0.113.9 - T01 [16/Mar/2026:07:00:00 +0000] "GET /v1 HTTP/1.1"" 200 512 "-" x"',
    '"GET /v1 HTTP/1.1" 200 512 "-" "x"',
)
WORDS = st.sampled_from((
    " ", '"', "[", "]", "\\", "-", "T01", "GET", "/v1/orders/7", "HTTP/1.1", "200", "512", "[16/Mar/2026:07:00:00", "+0000]",
    " - T01 [16/Mar/2026:07:00:00 +0000] ", '"GET /v1 HTTP/1.1"', ' 200 512 "-" "x"', "%", "?", "#", "_live_", "é", "\t",
))  # fmt: skip


def one_by_one(lines: list[str], token_field: str) -> list[tuple[object, ...]] | None:
    """Return what each line says, or None when one of them can't be read or had a token in it."""
    found: list[tuple[object, ...]] = []
    for line in lines:
        try:
            one = event(line, token_field)
        except LineError:
            return None
        if one.masked:
            return None
        code = code_of(one.outcome, one.status)
        found.append((one.at_ms, one.token, code, one.address, one.agent, one.method, one.path))
    return found


def assert_same(lines: list[str], token_field: str = "") -> bool:
    """Compare a block with its lines, and say whether it was read at all."""
    block = PlainReader(token_field).block([line.encode() for line in lines])
    if block is not None:
        columns = [column for column in block if column is not None]
        assert list(zip(*columns, strict=True)) == one_by_one(lines, token_field)
    return block is not None


def ordinary(count: int) -> list[str]:
    return [ORDINARY.format(number, 401 if number % 7 == 0 else 200) for number in range(count)]


def test_lines_that_say_more_before_the_referer_are_read_at_once_too() -> None:
    assert assert_same([line.replace(" 512 ", " 512 0.003 api ") for line in ordinary(60)])


def test_ordinary_lines_are_read_at_once_and_give_what_each_would() -> None:
    assert assert_same(ordinary(60))
    assert assert_same([f"{line} key_id=T0{number % 5}" for number, line in enumerate(ordinary(60))])
    assert assert_same([f"{line} key_id=T0{number % 5}" for number, line in enumerate(ordinary(60))], "user")


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("place", [0, 3, 6])
def test_an_odd_line_is_read_as_it_would_be_alone_or_refused_with_its_block(odd: str, place: int) -> None:
    lines = ordinary(6)
    assert_same([*lines[:place], odd, *lines[place:]])
    for other in ODD:
        assert_same([*lines[:place], odd, other, *lines[place:]])
    assert_same([odd])


@settings(max_examples=400, deadline=None)
@given(st.lists(st.lists(WORDS, max_size=16).map("".join), min_size=1, max_size=4))
def test_no_line_can_borrow_words_from_the_next(lines: list[str]) -> None:
    assert_same(lines)
    assert_same([*ordinary(2), *lines])


def test_lines_cut_anywhere_are_not_made_up_for_by_the_next() -> None:
    line = ordinary(1)[0]
    for end in range(len(line)):
        assert_same([line[:end], line[end:]])
        assert_same([line, line[end:] + line[:end], line])


def test_odd_lines_among_ordinary_ones_cost_nobody_a_count(store: Store, tmp_path: Path) -> None:
    put_tokens(store, ("ACME", "T01"), ("ACME", "T02"))
    log = tmp_path / "access.log"
    lines = ordinary(60) * 3
    for number, odd in enumerate(ODD):
        lines.insert(number * 6, odd)
    log.write_text("\n".join(lines) + "\n")
    summary = import_usage(store, [log], now=NOW, format="combined")
    bad = sum(1 for line in ODD if line and one_by_one([line], "") is None and "live_" not in line)
    assert summary.lines == len(lines)
    assert summary.bad == bad
    counted = {row[:2]: 0 for row in contents(store, ("token",))["token"]}
    for _, account, token, requests, *_ in contents(store, ("usage_hour",))["usage_hour"]:
        counted[account, token] = counted.get((account, token), 0) + requests
    assert summary.counted == sum(counted.values())
    assert counted["ACME", "T02"] == 1
    assert summary.counted + summary.bad + summary.nameless + summary.unknown == len([line for line in lines if line])
