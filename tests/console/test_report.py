"""Making an audit report by keyboard, down to the file and the audit log."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest

from console.render.audit_words import sentence
from console.screens.reporting import wished
from store.opening import Store
from store.rules.roles import Actor, Role
from store.writes.people import put_operator
from tests.at_console import Hand, at_console
from tests.conftest import NOW
from tests.scenario import fill_scenario, key_of


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with the 34 tokens of the scenarios."""
    fill_scenario(store)
    return store


def folder(home: Path) -> Path:
    return home / "data" / "tokendesk" / "exports"


async def until_done(hand: Hand) -> None:
    await hand.until(lambda: len(hand.audit(action="export")) == 2 and hand.desktop.running is None, "the report")


@pytest.mark.parametrize(
    ("argument", "asked"),
    [
        ("ACME 1y pdf", ("ACME", "1y", "pdf")),
        ("ACME", ("ACME", "1y", "csv")),
        ("", ("HERE", "1y", "csv")),
        ("90d", ("HERE", "90d", "csv")),
        ("ACME 2025-01-01..2026-01-01 csv", ("ACME", "2025-01-01..2026-01-01", "csv")),
        ("Acme Tools 2025-01-01 PDF", ("Acme Tools", "2025-01-01", "pdf")),
        ("all pdf", ("all", "1y", "pdf")),
    ],
)
def test_the_command_says_account_beginning_and_form(argument: str, asked: tuple[str, str, str]) -> None:
    assert wished(argument, "HERE") == asked


async def test_a13_a_report_is_made_from_the_console(filled: Store, own_home: Path) -> None:
    async with at_console(filled, (180, 40)) as hand:
        await hand.press("colon", *"report", "space", *"ACME", "space", *"1y", "space", *"pdf", "enter")
        await hand.until_shown("Enter go on")
        assert "Tokens created in the period, and older ones that were live in it." in hand.screen()
        assert "File" in hand.screen()
        await hand.press("enter")
        await until_done(hand)
        await hand.until_shown("6 tokens reported")
        done, begun = hand.audit(action="export")
        assert "SHA-256" in hand.screen()
        assert sentence(done).endswith("reported on 6 tokens as pdf, 2025-03-16 to 2026-03-16")
    (path,) = folder(own_home).iterdir()
    assert path.name == "report-ACME-2026-03-16.pdf"
    assert path.read_bytes().startswith(b"%PDF-1.7")
    assert begun.detail | {"did": "", "format": ""} == {
        "list": "report", "format": "", "did": "", "since": "2025-03-16T09:00:00Z", "until": "2026-03-16T09:00:00Z",
        "as_of": "2026-03-16T09:00:00Z", "rule": "created-or-live",
    }  # fmt: skip
    assert done.detail["rows"] == 6
    assert str(done.detail["sha256"]) in path.read_bytes().decode("latin-1")


async def test_the_account_under_the_cursor_is_offered_and_the_hash_is_that_of_the_file(filled: Store, own_home: Path) -> None:
    async with at_console(filled) as hand:
        await hand.press("f3")
        await hand.until(lambda: hand.desktop.table.total.rows == 4 and hand.desktop.row is not None, "the accounts")
        await hand.press("down")
        await hand.until(lambda: hand.desktop.row.id == "BOLT", "the cursor")
        await hand.press("P")
        await hand.until_shown("BOLT")
        await hand.press("enter")
        await until_done(hand)
        done = hand.audit(action="export")[0]
    paths = sorted(folder(own_home).iterdir())
    assert [path.name for path in paths] == ["report-BOLT-2026-03-16.csv", "report-BOLT-2026-03-16.csv.txt"]
    assert done.detail["sha256"] == hashlib.sha256(paths[0].read_bytes()).hexdigest()
    with paths[0].open(newline="") as file:
        assert key_of("T04")[1] in {row["id"] for row in csv.DictReader(file)}


async def test_what_is_wrong_stays_on_the_form_or_is_said_and_leaves_no_file(filled: Store, own_home: Path) -> None:
    async with at_console(filled) as hand:
        await hand.press("colon", *"report", "space", *"ACME", "space", *"2027-01-01", "enter")
        await hand.until_shown("Enter go on")
        await hand.press("enter")
        await hand.until_shown("ends before it begins")
        await hand.press("escape")
        await hand.press("colon", *"report", "space", *"ACMI", "enter")
        await hand.until_shown("Enter go on")
        await hand.press("enter")
        await hand.until_shown("Did you mean Acme?")
        assert not hand.audit(action="export")
    assert not folder(own_home).exists() or list(folder(own_home).iterdir()) == []


async def test_a_report_on_every_account_is_refused_by_the_store(filled: Store, own_home: Path) -> None:
    local = Actor("local:x", Role.ADMIN)
    async with at_console(filled) as hand:
        actor = hand.app.session.actor
        assert actor is not None
        filled.write(lambda unit: put_operator(unit, "ada", Role.ADMIN, local, NOW))
        filled.write(lambda unit: put_operator(unit, actor.name, Role.SUPPORT, Actor("ada", Role.ADMIN), NOW))
        await hand.press("colon", *"report", "space", *"all", "enter")
        await hand.until_shown("Enter go on")
        await hand.press("enter")
        await hand.until_shown("may not report on every account")
        assert not hand.audit(action="export")
    assert list(folder(own_home).iterdir()) == []
