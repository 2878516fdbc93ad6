"""`tokendesk cases`: what is opened, noted, closed and exported is on record, and what is printed says only what is known."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from console.reports.case_markdown import code
from store.opening import Store
from store.reads.case_file import case_file
from store.reads.verify import verify
from store.rows import TokenKey
from tests.command_line import Ran, run
from tests.conftest import NOW
from tests.making import PRIYA, make_account, make_token
from tests.rowmaker import Use, put_usage, track_since

INC = "INC-204"
HOSTILE = "x`](https://evil.example) <img src=x onerror=y> @everyone\x1b]0;t\x07\u202e``` | # [click](javascript:x)"


@pytest.fixture
def store(demo_store: Store) -> Store:
    """A store whose clock stands at NOW, with one account."""
    make_account(demo_store)
    track_since(demo_store, NOW - timedelta(days=30))
    return demo_store


@pytest.fixture
def key(store: Store) -> TokenKey:
    """A token of ACME."""
    return make_token(store).key


def cases(store: Store, *arguments: str | Path | int) -> Ran:
    return run("cases", *arguments, store=store.address)


def test_a_case_named_by_a_command_just_works_and_is_listed(store: Store, key: TokenKey) -> None:
    assert run("tokens", "revoke", key[1], "--case", INC, "--yes", store=store.address).code == 0
    ran = cases(store, "list")
    assert (ran.code, ran.err.strip()) == (0, "1 case.")
    assert ran.lines[1].split()[:3] == [INC, "open", "2026-03-16"]
    (line,) = cases(store, "list", "--json").json
    assert (line["case"], line["tokens"], line["tokens_working"], line["lines"]) == (INC, 1, 0, 2)
    assert cases(store, "list", "--search", "no such", "--json").json == []


def test_a_case_is_opened_noted_closed_and_reopened(store: Store, key: TokenKey) -> None:
    opened = cases(store, "open", INC, "--title", "leak", "--token", key[1], "--json")
    assert opened.json["did"] == "open"
    assert cases(store, "open", INC).code == 1
    assert "Noted under INC-204 who was told (audit #" in cases(store, "note", INC, "by phone", "--told", "Leo").out
    assert cases(store, "note", INC).code == 1
    assert cases(store, "note", "INC-9", "x").code == 1
    closed = cases(store, "close", INC, "--note", "all fine")
    assert closed.code == 0
    assert "Not done: revoke or rotate" in closed.err
    assert cases(store, "close", INC, "--note", "again").code == 1
    assert cases(store, "list", "--open", "--json").json == []
    assert cases(store, "reopen", INC, "--reason", "a second copy").code == 0
    record = cases(store, "show", INC, "--json").json
    assert [line["detail"]["did"] for line in record["timeline"]] == ["open", "notice", "close", "reopen"]
    assert {step["step"]: step["state"] for step in record["steps"]} == {
        "identify": "done", "revoke or rotate": "open", "audit usage": "open", "notify": "done", "post-mortem": "done",
    }  # fmt: skip


def test_a_token_is_set_aside_and_taken_back(store: Store, key: TokenKey) -> None:
    cases(store, "open", INC)
    assert cases(store, "add", INC, key[1]).code == 0
    assert cases(store, "aside", INC, key[1]).code == 1
    assert cases(store, "aside", INC, key[1], "--reason", "not ours to worry about").code == 0
    record = cases(store, "show", INC, "--json").json
    assert (record["tokens"], [one["id"] for one in record["set_aside"]]) == ([], [key[1]])


def test_reading_a_token_under_a_case_is_the_audit_of_its_usage(store: Store, key: TokenKey) -> None:
    assert run("tokens", "show", key[1], "--case", INC, store=store.address).code == 0
    assert run("tokens", "timeline", key[1], "--case", INC, store=store.address).code == 0
    steps = {step["step"]: step for step in cases(store, "show", INC, "--json").json["steps"]}
    assert steps["audit usage"]["state"] == "done"
    assert steps["audit usage"]["evidence"][0]["says"].endswith("usage read")
    assert steps["audit usage"]["evidence"][0]["by"] == steps["identify"]["evidence"][0]["by"]


def test_what_is_not_known_is_never_a_zero(store: Store, key: TokenKey) -> None:
    cases(store, "open", INC)
    record = cases(store, "show", INC, "--json").json
    assert (record["discovered_at"], record["discovery_to_revocation_minutes"]) == (None, None)
    assert "Discovery: not known" in cases(store, "show", INC).out
    cases(store, "add", INC, key[1])
    shown = cases(store, "show", INC).out
    assert "calls after exposure         not known: no usage is recorded" in shown
    assert "addresses never seen before  none recorded" in shown
    assert "no request recorded in the 7 days before" in shown
    (token,) = cases(store, "show", INC, "--json").json["tokens"]
    assert (token["after_exposure"]["accepted"], token["ended_at"]) == (None, None)


def test_numbers_say_their_resolution_and_how_far_usage_is_known(store: Store, key: TokenKey) -> None:
    cases(store, "add", INC, key[1])
    put_usage(store, [Use(key, NOW), Use(key, NOW + timedelta(minutes=2), address="203.0.113.9")], NOW + timedelta(minutes=2))
    with store.reading() as reader:
        found = case_file(reader, INC, NOW + timedelta(minutes=5))
    assert found is not None
    from console.render.case_words import address_words, after_words

    after = found.tokens[0].aftermath
    assert after_words(after) == (
        "1 accepted after 2026-03-16 09:00Z, and 1 in that very minute, before or after it; "
        "counted by the minute, recorded to 2026-03-16 09:02Z"
    )
    assert address_words(after) == "203.0.113.9 (first 2026-03-16 09:02Z, 1 request)"


def test_an_export_is_whole_private_recorded_and_ticks_the_post_mortem(store: Store, key: TokenKey, tmp_path: Path) -> None:
    run("tokens", "suspend", key[1], "--case", INC, "--yes", store=store.address)
    for form in ("md", "json"):
        path = tmp_path / f"case.{form}"
        ran = cases(store, "export", INC, "-o", path)
        assert ran.code == 0, ran.err
        assert path.stat().st_mode & 0o777 == 0o600
        assert sha256(path.read_bytes()).hexdigest() in ran.out
        assert cases(store, "export", INC, "-o", path).code == 1
        assert cases(store, "export", INC, "-o", path, "--force").code == 0
    assert json.loads((tmp_path / "case.json").read_text())["case"] == INC
    text = (tmp_path / "case.md").read_text()
    assert "suspended, not ended" in text
    steps = {step["step"]: step["state"] for step in cases(store, "show", INC, "--json").json["steps"]}
    assert (steps["post-mortem"], steps["revoke or rotate"]) == ("done", "partly")
    piped = cases(store, "export", INC, "-o", "-")
    assert piped.out.startswith("# Case `INC-204`\n")
    assert cases(store, "export", INC, "--format", "pdf").code == 2
    assert cases(store, "export", "INC-9", "-o", "-").code == 1
    with store.reading() as reader:
        assert verify(reader).whole


def test_read_only_looks_at_cases_and_changes_none(store: Store, key: TokenKey) -> None:
    cases(store, "open", INC)
    for arguments in (("open", "INC-2"), ("note", INC, "x"), ("close", INC, "--note", "x"), ("export", INC, "-o", "-")):
        assert cases(store, *arguments, "--read-only").code == 1
    assert cases(store, "show", INC, "--read-only").code == 0
    assert cases(store, "list", "--json").json[0]["lines"] == 1


@pytest.mark.parametrize("text", [HOSTILE, "`", "``", "` `", "a`b``c", "\\`", "](x)", "  ", "\n# head", "&lt;b&gt;"])
def test_foreign_text_in_markdown_is_one_code_span_and_nothing_else(text: str) -> None:
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(f"- by {code(text)} and on")
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {"text", "code_inline"}
    spans = [child for child in inline if child.type == "code_inline"]
    assert len(spans) == bool(text.strip())
    assert "\x1b" not in code(text)


def test_a_hostile_customer_and_note_stay_text_in_every_form(store: Store) -> None:
    key = make_token(store, name=HOSTILE[:100].replace("\x1b", "").replace("\x07", "").replace("\u202e", "")).key
    from store.writes.cases import NoteOrder, OpenOrder, note, open_case

    store.write(lambda unit: open_case(unit, OpenOrder(case=INC, actor=PRIYA, words=HOSTILE, key=key), NOW))
    store.write(lambda unit: note(unit, NoteOrder(case=INC, actor=PRIYA, words=HOSTILE, told=HOSTILE), NOW))
    text = cases(store, "export", INC, "-o", "-").out
    inline = [child for token in MarkdownIt("commonmark", {"html": True}).parse(text) for child in token.children or ()]
    assert {child.type for child in inline} <= {"text", "code_inline", "strong_open", "strong_close", "softbreak"}
    assert "evil.example" not in "".join(child.content for child in inline if child.type == "text")
    for ran in (cases(store, "show", INC), cases(store, "list"), cases(store, "show", INC, "--json")):
        assert not {"\x1b", "\x07", "\u202e"} & set(ran.out)
