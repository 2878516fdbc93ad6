"""The line of one check: written by hand for speed, and still JSON whatever a caller sends."""

from __future__ import annotations

import json

import pytest

from store.gateway.asked import Asked
from store.gateway.events import line
from store.gateway.judging import REFUSED, Answer, Known, judge
from store.gateway.steps import Step

KNOWN = Known('AC"ME \u20ac\n', "T1\u00e9", (None,) * 6, "", frozenset(), 0, ())
EMPTY = Asked("", (), "", "", "", "", "", "")
NASTY = Asked("", ("a", 'b"'), 'sv"c', "203.0.113.5", "GET", "/p\u2028\\", "agent\x00\U0001f600", "\ud800")
AT_MS = 1_795_000_000_007


@pytest.mark.parametrize("asked", [EMPTY, NASTY])
@pytest.mark.parametrize("answer", [None, *REFUSED.values(), judge(KNOWN, (), None, 0), judge(KNOWN, ("x",), None, 0)])
def test_a_line_is_json_whatever_a_caller_sends(answer: Answer | None, asked: Asked) -> None:
    text = line('g"w', ("check", asked, answer, AT_MS, 0.00123456))
    read = json.loads(text)
    assert json.dumps(read, separators=(",", ":")) == text
    assert (read["at"], read["gateway"], read["latency_ms"], read["kind"]) == ("2026-11-18T11:06:40.007Z", 'g"w', 1.235, "check")
    assert read.get("outcome") == (None if answer is None else answer.outcome.value)
    assert read["status"] == (503 if answer is None else answer.status)
    proven = answer is not None and answer.known is not None
    assert (read["token"], read.get("account")) == ((KNOWN.id, KNOWN.account_id) if proven else ("", None))
    texts = {"agent": "agent\x00\U0001f600", "method": "GET", "path": "/p\u2028\\", "service": 'sv"c', "request_id": "\ud800"}
    wanted = {**texts, "scope": 'a b"', "ip": "203.0.113.5"} if asked is NASTY else {}
    assert {name: read.get(name) for name in (*texts, "scope", "ip")} == {
        name: wanted.get(name) for name in (*texts, "scope", "ip")
    }


def test_a_refused_check_names_the_step_that_failed() -> None:
    refused = judge(KNOWN._replace(scopes=frozenset({"a"})), ("b",), None, 0)
    assert json.loads(line("one", ("check", EMPTY, refused, AT_MS, 0.0)))["step"] == Step.SCOPE.value
    assert "step" not in json.loads(line("one", ("check", EMPTY, judge(KNOWN, (), None, 0), AT_MS, 0.0)))
