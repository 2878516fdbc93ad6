"""Exporting a list by keyboard: as it is shown, private, recorded before and after, and nothing left where it was stopped."""

from __future__ import annotations

import csv
import hashlib
import json
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from console.reports import exports
from console.reports.files import checked_path, default_path, place_words, write_draft
from console.reports.freshness import FRESHNESS
from console.reports.token_fields import FIELDS
from console.screens.audit import AuditScreen
from console.screens.listing import Listing
from store.errors import BadInput, Refused, StoreError
from store.opening import Store
from store.reader import Reader
from store.reads.tokens import Question, parse_sort
from store.rows import AuditRow
from store.writes import exports as export_writes
from tests.at_console import Hand, at_console
from tests.command_line import run
from tests.conftest import NOW
from tests.making import make_account, make_token
from tests.scenario import TOKENS, fill_scenario, key_of, secret_of


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with the 34 tokens of the scenarios."""
    fill_scenario(store)
    return store


def folder(home: Path) -> Path:
    return home / "data" / "tokendesk" / "exports"


def left_in(home: Path) -> list[str]:
    """Return the names of everything in the folder of exports, drafts included."""
    return sorted(path.name for path in folder(home).iterdir()) if folder(home).exists() else []


def exported(hand: Hand) -> list[AuditRow]:
    return list(reversed(hand.audit(action="export")))


async def until_done(hand: Hand, many: int = 1) -> None:
    await hand.until(lambda: len(exported(hand)) == 2 * many and hand.desktop.running is None, "the export")


async def test_the_list_is_exported_as_it_is_filtered_and_sorted(filled: Store, own_home: Path) -> None:
    async with at_console(filled) as hand:
        await hand.press("slash", *"acct", "equals_sign", *"BOLT", "enter")
        await hand.press("s", "n")
        await hand.until(lambda: hand.tokens.table.total.rows == 5, "the list")
        await hand.press("E")
        await hand.until_shown("5 tokens")
        await hand.press("enter")
        await until_done(hand)
        await hand.until_shown("5 tokens exported")
        begun, done = exported(hand)
    path = folder(own_home) / "tokens-2026-03-16.csv"
    assert left_in(own_home) == [path.name]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert list(rows[0]) == [*(field.name for field in FIELDS), *FRESHNESS]
    assert [row["name"] for row in rows] == sorted(TOKENS[short].name for short in ("T04", "T05", "T07", "T14", "T15"))
    assert begun.detail == {"list": "tokens", "format": "csv", "did": "began"}
    assert begun.reason.startswith("view live, filter acct=BOLT, sorted by ")
    assert done.detail == {
        "list": "tokens", "format": "csv", "did": "finished", "begun": begun.seq, "rows": 5,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }  # fmt: skip


async def test_marks_are_exported_alone_and_the_format_follows_the_choice(filled: Store, own_home: Path) -> None:
    async with at_console(filled) as hand:
        hand.tokens.table.mark([key_of("T12"), key_of("T01")])
        await hand.press("E", "right")
        await hand.until_shown("2 marked tokens")
        assert "will end in .json" in hand.screen()
        await hand.press("enter")
        await until_done(hand)
    assert left_in(own_home) == ["tokens-2026-03-16.json"]
    rows = json.loads((folder(own_home) / "tokens-2026-03-16.json").read_text())
    assert [row["id"] for row in rows] == [key_of("T12")[1], key_of("T01")[1]]
    assert (rows[0]["status"], rows[0]["scopes"]) == ("expired", ["orders.read", "orders.write"])


async def test_no_secret_and_no_digest_is_in_any_export(filled: Store, own_home: Path) -> None:
    async with at_console(filled) as hand:
        for many, (place, form) in enumerate(
            (("tokens", "csv"), ("tokens", "json"), ("audit", "json"), ("accounts", "csv"), ("views", "json")), 1
        ):
            await hand.press({"tokens": "f2", "audit": "f6", "accounts": "f3", "views": "f7"}[place])
            await hand.until(lambda: isinstance(hand.app.screen, Listing) and hand.desktop.table.total.exact, "the list")
            await hand.press("colon", *"export", "space", *f"{place}", "full_stop", *form, "enter")
            await hand.until(lambda: hand.desktop.dialog is not None, "the form")
            hand.desktop.dialog._fields[1].entry.set(str(own_home / f"{place}.{form}"))
            await hand.press("enter")
            await until_done(hand, many)
    with filled.reading() as reader:
        digests = [bytes(row[0]).hex() for row in reader.rows("SELECT digest FROM token WHERE digest IS NOT NULL")]
    for path in own_home.glob("*.*"):
        text = path.read_text()
        assert len(text) > 100, path
        for short in TOKENS:
            assert secret_of(short).reveal()[-38:] not in text
        assert not [digest for digest in digests if digest in text]
    accounts = list(csv.DictReader((own_home / "accounts.csv").read_text().splitlines()))
    assert [(row["id"], row["live_tokens"]) for row in accounts][2] == ("CRUX", "11")
    assert {"name": "live", "saved": "built-in"}.items() <= json.loads((own_home / "views.json").read_text())[0].items()
    audit = json.loads((own_home / "audit.json").read_text())
    assert [line["seq"] for line in audit] == list(range(audit[0]["seq"], 0, -1))
    assert audit == run("audit", "list", "--json", "--limit", "1000", store=filled.address).json[-len(audit):]  # fmt: skip


async def test_a_file_that_is_there_is_replaced_only_when_chosen(filled: Store, own_home: Path, tmp_path: Path) -> None:
    there = tmp_path / "there.csv"
    there.write_text("mine")
    async with at_console(filled) as hand:
        for answer, expected in (("escape", "mine"), ("r", "id,account")):
            await hand.press("E")
            hand.desktop.dialog._fields[1].entry.set(str(there))
            await hand.press("enter")
            await hand.until_shown("There is a file of this name")
            await hand.press(answer)
            if answer == "r":
                await until_done(hand)
            assert there.read_text().startswith(expected)
        hand.desktop.do_export("")
        assert str(folder(own_home)) in hand.desktop.dialog.values["file"]
    assert stat.S_IMODE(there.stat().st_mode) == 0o600


async def test_escape_stops_it_at_a_chunk_and_nothing_is_left(
    filled: Store, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "CHUNK", 1)
    reached, go_on = threading.Event(), threading.Event()
    audit_export = exports.audit_export

    def slow(*given: Any) -> exports.Export:
        made = audit_export(*given)

        def chunk(reader: Reader, after: object | None) -> exports.Chunk:
            reached.set()
            go_on.wait(20)
            return made.chunk(reader, after)

        return exports.Export(made.what, made.about, made.fields, chunk, made.total)

    monkeypatch.setattr(exports, "audit_export", slow)
    async with at_console(filled) as hand:
        await hand.press("f6")
        await hand.until(lambda: isinstance(hand.app.screen, AuditScreen) and hand.desktop.table.total.exact, "the log")
        await hand.press("E", "enter")
        await hand.until(reached.is_set, "the first chunk")
        await hand.until_shown("exporting audit lines: 0 of ")
        assert [name for name in left_in(own_home) if not name.startswith(".")] == []
        await hand.press("escape")
        go_on.set()
        await hand.until_shown("The export was stopped")
        assert hand.desktop.running is None
        assert [line.detail["did"] for line in exported(hand)] == ["began"]
    assert left_in(own_home) == []


@pytest.mark.parametrize("fails", ["begin_export", "finish_export"])
async def test_without_its_audit_line_there_is_no_file(
    filled: Store, own_home: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    def refuse(*given: Any, **more: Any) -> int:
        raise Refused("The log takes no lines.", "Make room.")

    monkeypatch.setattr(export_writes, fails, refuse)
    async with at_console(filled) as hand:
        await hand.press("E", "enter")
        await hand.until_shown("The log takes no lines.")
        await hand.until(lambda: hand.desktop.running is None)
    assert left_in(own_home) == []


async def test_read_only_exports_nothing_and_says_why(filled: Store, own_home: Path) -> None:
    async with at_console(filled, read_only=True) as hand:
        await hand.press("E")
        await hand.until_shown("an export is recorded in the audit log")
        assert hand.desktop.dialog is None
        await hand.until(lambda: len(refused(hand)) == 1, "the refusal on record")
        await hand.press("P")
        await hand.until_shown("a report is recorded in the audit log")
        await hand.press("colon")
        await hand.type("save view mine")
        await hand.press("enter")
        await hand.until_shown("Saving views: read-only.")
        await hand.until(lambda: refused(hand) == ["view", "report", "export"], "each refusal on record")
    assert left_in(own_home) == []


def refused(hand: Hand) -> list[object]:
    """Return what was refused by the log, the newest first."""
    return [line.detail["tried"] for line in hand.audit(action="denied") if line.detail["why"] == "read-only"]


def test_formulas_and_control_characters_are_harmless_in_csv_and_whole_in_json(store: Store, tmp_path: Path) -> None:
    make_account(store)
    names = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", ' =HYPERLINK("x")', 'say "hi", ok', "ordinary"]
    for name in names:
        make_token(store, name)
    export = exports.tokens_export(Question(sort=parse_sort("created")), NOW, "", None)
    with store.reading() as reader:
        drafts = {form: write_draft(reader, export, form, tmp_path / "x", lambda rows: None) for form in ("csv", "json")}
    text = drafts["csv"].path.read_text()
    in_csv = {row["name"] for row in csv.DictReader(text.splitlines())}
    held = {json.loads(json.dumps(row["name"])) for row in json.loads(drafts["json"].path.read_text())}
    assert in_csv == {name if name[0] in "so" else f"'{name}" for name in held}
    assert held == {name.strip() for name in names}
    assert all(line.startswith('"') for line in text.splitlines()[1:])
    assert [draft.rows for draft in drafts.values()] == [8, 8]
    assert all(draft.sha256 == hashlib.sha256(draft.path.read_bytes()).hexdigest() for draft in drafts.values())


def test_an_empty_list_is_a_heading_or_an_empty_array(store: Store, tmp_path: Path) -> None:
    export = exports.tokens_export(Question(), NOW, "", 0)
    with store.reading() as reader:
        assert len(write_draft(reader, export, "csv", tmp_path / "x", lambda rows: None).path.read_text().splitlines()) == 1
        assert json.loads(write_draft(reader, export, "json", tmp_path / "x", lambda rows: None).path.read_text()) == []


@pytest.mark.parametrize("chunk", [1, 7, 34, 500])
def test_every_row_is_written_once_whatever_the_size_of_a_chunk(
    filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(exports, "CHUNK", chunk)
    keys = [known.key for known in TOKENS.values()]
    heard: list[int] = []
    with filled.reading() as reader:
        for export in (exports.tokens_export(Question(), NOW, "", 34), exports.marked_export(keys, NOW)):
            draft = write_draft(reader, export, "json", tmp_path / "x", heard.append)
            ids = [row["id"] for row in json.loads(draft.path.read_text())]
            assert sorted(ids) == sorted(key[1] for key in keys)
            draft.drop()
    assert heard[-1] == 34
    assert sorted(tmp_path.glob(".tokendesk-*")) == []


def test_a_draft_never_replaces_another_file_unless_told_and_goes_when_it_fails(store: Store, tmp_path: Path) -> None:
    export = exports.tokens_export(Question(), NOW, "", 0)
    taken = tmp_path / "taken.csv"
    taken.write_text("mine")
    with store.reading() as reader:
        draft = write_draft(reader, export, "csv", taken, lambda rows: None)
        with pytest.raises(Refused, match="could not be written"):
            draft.publish(taken, replace=False)
        assert taken.read_text() == "mine"
        assert sorted(path.name for path in tmp_path.glob("*.csv")) == ["taken.csv"]
        link = tmp_path / "link.csv"
        link.symlink_to(taken)
        write_draft(reader, export, "csv", link, lambda rows: None).publish(link, replace=True)
    assert taken.read_text() == "mine"
    assert not link.is_symlink()
    assert not list(tmp_path.glob(".tokendesk-*"))


def test_a_place_that_can_not_be_written_to_is_told_before_anything_is(tmp_path: Path, own_home: Path) -> None:
    for text in ("", "  ", str(tmp_path), str(tmp_path / "no" / "x.csv"), "a\0b"):
        with pytest.raises((BadInput, StoreError)):
            checked_path(text, "csv")
    assert checked_path(str(tmp_path / "x.csv"), "json") == tmp_path / "x.json"
    assert checked_path(str(tmp_path / "x.txt"), "json") == tmp_path / "x.txt"
    first = default_path("tokens", "csv", NOW)
    assert checked_path(str(first), "csv") == first
    first.write_text("")
    assert default_path("tokens", "csv", NOW).name == "tokens-2026-03-16-2.csv"


def test_a_file_in_one_s_own_home_is_named_from_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/dana")
    assert place_words(Path("/home/dana/.local/share/tokendesk/exports/a.csv")) == "~/.local/share/tokendesk/exports/a.csv"
    assert place_words(Path("/home/danae/a.csv")) == "/home/danae/a.csv"
