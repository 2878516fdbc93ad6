"""Every command that prints numbers of usage says up to when they are recorded, in which steps and since when."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest

from console.reports.exports import accounts_export, marked_export, tokens_export
from console.reports.files import write_draft
from store.address import Address
from store.creation import create_store
from store.opening import Store
from store.reads.tokens import Question
from tests.command_line import run
from tests.conftest import NOW
from tests.rowmaker import Use, put_usage
from tests.scenario import TRACKING_SINCE, fill_scenario, key_of

SINCE = f"{TRACKING_SINCE:%Y-%m-%dT%H:%M:%SZ}"
KNOWN = "2026-03-16T08:59:00Z"
TOKEN = key_of("T10")[1]
FRESH = ["recorded_until", "resolution", "tracked_since"]
COMMANDS = (
    ("tokens", "show", TOKEN),
    ("tokens", "blast", TOKEN, key_of("T08")[1]),
    ("tokens", "timeline", TOKEN),
    ("tokens", "split", TOKEN),
    ("accounts", "show", "ACME"),
    ("accounts", "list"),
    ("dashboard",),
    ("dashboard", "executive"),
    ("dashboard", "on-call"),
    ("slo",),
    ("tokens", "list"),
    ("tokens", "list", "--columns", "id,requests_30d"),
    ("views", "--counts"),
    ("policy", "preview", "ACME", "--idle-limit", "90"),
    ("policy", "due"),
    ("policy", "apply"),
    ("reviews", "show", "spring"),
)
PRINTED = (*COMMANDS[:7], *COMMANDS[10:])


@pytest.fixture
def store(demo_store: Store) -> Store:
    """The scenarios' store; its clock stands at NOW."""
    fill_scenario(demo_store)
    run("reviews", "open", "spring", "--account", "ACME", store=demo_store.address)
    return demo_store


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_json_with_numbers_of_usage_says_how_far_they_are_known(store: Store, command: tuple[str, ...]) -> None:
    found = run(*command, "--json", store=store.address).json
    for one in found if isinstance(found, list) else [found]:
        step = "hour" if command[:2] == ("accounts", "show") else "minute"
        assert (one["recorded_until"], one["resolution"], one["tracked_since"]) == (KNOWN, step, SINCE)


@pytest.mark.parametrize("command", PRINTED, ids=" ".join)
def test_and_so_does_what_a_person_reads(store: Store, command: tuple[str, ...]) -> None:
    ran = run(*command, store=store.address)
    said = ran.out + ran.err
    assert "recorded up to 2026-03-16" in said
    assert "by the hour" in said if command[:2] == ("accounts", "show") else "by the minute" in said or "1 min" in said
    assert f"tracked since {SINCE[:10]}" in said


def test_a_clock_that_is_ahead_is_told_wherever_usage_is(store: Store) -> None:
    put_usage(store, [Use(key_of("T10"), NOW + timedelta(minutes=62))])
    for command in (
        ("tokens", "show", TOKEN),
        ("tokens", "list"),
        ("tokens", "blast", TOKEN),
        ("accounts", "list"),
        ("dashboard",),
    ):
        ran = run(*command, store=store.address)
        assert "1 h 2 min ahead of this clock" in ran.out + ran.err, command
    card = run("tokens", "card", TOKEN, store=store.address).out
    assert "2026-03-16 10:02Z, by a clock that is ahead of ours." in card
    assert "Some of it is dated up to 1 h 2 min ahead of our clock." in card


def test_the_lines_of_a_csv_file_say_it_themselves_except_where_the_columns_are_chosen(store: Store) -> None:
    everything = list(csv.DictReader(io.StringIO(run("tokens", "list", "--csv", store=store.address).out)))
    assert len(everything) == 34
    assert {tuple(one[name] for name in FRESH) for one in everything} == {(KNOWN, "minute", SINCE)}
    chosen = run("tokens", "list", "--csv", "--columns", "id,requests_24h", "--limit", "1", store=store.address)
    assert chosen.lines[0] == "id,requests_24h"
    asked = run("tokens", "list", "--csv", "--columns", "recorded_until,id", "--filter", f"id={TOKEN}", store=store.address)
    assert list(csv.reader(asked.lines)) == [["recorded_until", "id"], [KNOWN, TOKEN]]
    table = run("tokens", "list", "--columns", "id,tracked_since", "--filter", f"id={TOKEN}", store=store.address)
    assert table.lines == [f"{'Id':<12}  Tracked since", f"{TOKEN}  {SINCE}"]


def test_json_of_columns_without_usage_has_them_alone(store: Store) -> None:
    [one] = run("tokens", "list", "--json", "--columns", "id,name", "--filter", f"id={TOKEN}", store=store.address).json
    assert list(one) == ["id", "name"]


def test_the_evidence_of_a_review_says_how_far_its_last_uses_are_known(store: Store) -> None:
    lines = csv.DictReader(io.StringIO(run("reviews", "export", "spring", "-o", "-", store=store.address).out))
    known = {tuple(line[name] for name in FRESH) for line in lines}
    assert known == {(KNOWN, "minute", SINCE)}


@pytest.mark.parametrize("form", ["csv", "json"])
def test_exports_of_tokens_marks_and_accounts_say_it_on_each_line(store: Store, tmp_path: Path, form: str) -> None:
    lists = (
        (tokens_export(Question(), NOW, "", None), "minute"),
        (marked_export([key_of("T10")], NOW), "minute"),
        (accounts_export("", NOW, None), "minute"),
    )
    for export, step in lists:
        with store.reading() as reader:
            draft = write_draft(reader, export, form, tmp_path / "list", lambda rows: None)
        text = draft.path.read_text()
        rows = list(csv.DictReader(io.StringIO(text))) if form == "csv" else json.loads(text)
        assert {tuple(one[name] for name in FRESH) for one in rows} == {(KNOWN, step, SINCE)}, export.what


def test_an_empty_store_says_that_nothing_is_recorded(address: Address) -> None:
    create_store(address, NOW, demo_now=NOW).close()
    assert "No usage is recorded yet." in run("accounts", "list", store=address).err
