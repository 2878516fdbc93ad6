"""Scenario A13 by command line: the audit report as CSV and PDF, on both databases."""

from __future__ import annotations

import csv
import hashlib
import re
import stat
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from store.opening import Store
from store.writes.editing import rename
from store.writes.ending import revoke
from store.writes.orders import RenameOrder, RevokeOrder
from tests.command_line import Ran, run
from tests.conftest import NOW
from tests.making import PRIYA
from tests.scenario import fill_scenario, key_of

PERIOD = ("--since", "2025-03-16", "--until", "2026-03-16")


@pytest.fixture
def store(demo_store: Store) -> Store:
    """The scenarios' store; its clock stands at NOW."""
    fill_scenario(demo_store)
    return demo_store


def report(store: Store, path: Path, *options: str, account: str | None = "ACME") -> Ran:
    whose = ("--account", account) if account else ("--all",)
    return run("report", *whose, *PERIOD, "-o", path, *options, store=store.address)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def shorts(path: Path) -> list[str]:
    return [row["id"].removesuffix("Scenario1") for row in rows_of(path)]


def text_of(path: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, text=True).stdout


def about(path: Path) -> dict[str, str]:
    lines = path.with_name(path.name + ".txt").read_text().splitlines()
    return dict(line.split(": ", 1) for line in lines[: lines.index("")])


def test_a13_the_past_year_of_an_account_as_csv(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "acme.csv"
    ran = report(store, path)
    assert ran.code == 0, ran.err
    rows = rows_of(path)
    assert shorts(path) == ["T01", "T02", "T03", "T06", "T10", "T11"]
    by_name = {row["name"]: row for row in rows}
    deploy = by_name["CI deploy bot"]
    assert (deploy["owner"], deploy["owner_name"], deploy["status"]) == ("mia", "Mia", "active")
    assert (deploy["scopes"], deploy["rationale"]) == ("settings.manage users.manage", "deploys the shop")
    assert (deploy["created_at"], deploy["expires_at"]) == ("2025-10-01T00:00:00Z", "2026-06-01T00:00:00Z")
    assert "orphaned" in deploy["findings"].split()
    assert by_name["old import"]["last_used_at"] == "2025-12-16T08:59:59Z"
    assert by_name["orders app v1"]["status"] == "retiring"
    assert {row["audit_log"] for row in rows} == {"proven"}
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE((tmp_path / "acme.csv.txt").stat().st_mode) == 0o600
    sha = hashlib.sha256(path.read_bytes()).hexdigest()
    assert about(path)["sha256"] == sha
    assert sha in ran.out


def test_a13_the_default_rule_lists_what_the_literal_one_omits_and_both_are_printed(store: Store, tmp_path: Path) -> None:
    default, literal = tmp_path / "default.csv", tmp_path / "literal.csv"
    assert report(store, default, account="BOLT").code == 0
    assert report(store, literal, "--rule", "created", account="BOLT").code == 0
    assert "T04" in shorts(default)
    assert set(shorts(default)) - set(shorts(literal)) == {"T04"}
    assert about(default)["rule"].startswith("created-or-live: Tokens created in the period, or live at any time in it")
    assert about(default)["other-rule"].startswith("created: ")
    assert about(literal)["rule"].startswith("created: Tokens created in the period, and no others")


def test_a13_both_forms_show_the_same_hashes_and_a_second_run_is_the_same_file(store: Store, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        assert report(store, folder / "acme.csv").code == 0
        assert report(store, folder / "acme.pdf").code == 0
    for name in ("acme.csv", "acme.csv.txt", "acme.pdf"):
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
    facts = about(first / "acme.csv")
    words = text_of(first / "acme.pdf")
    flat = re.sub(r"\s+", " ", words)
    assert facts["sha256"] in flat
    seq, link = facts["audit-head"].split()
    assert f"{seq} {link}" in flat
    with store.reading() as reader:
        kept = reader.value("SELECT hash FROM audit WHERE seq = :seq", {"seq": int(seq)})
    assert bytes(kept).hex() == link
    for name in ("billing sync for NetSuite", "old import", "edge boundary", "CI deploy bot", "orders app v1", "orders app v2"):
        assert name in flat, name
    assert "page 1 of 2" in flat
    assert "page 2 of 2" in flat
    assert "Tokens created in the period, or live at any time in it" in flat
    assert "Live, and has no expiry." in flat
    told = subprocess.run(["pdfinfo", str(first / "acme.pdf")], check=True, capture_output=True, text=True).stdout
    assert re.search(r"Tagged:\s+yes", told)
    assert re.search(r"Pages:\s+2", told)
    assert f"sha256:{facts['sha256']}" in told


def test_a13_what_was_done_since_changes_no_byte_of_an_earlier_report(store: Store, tmp_path: Path) -> None:
    before, after = tmp_path / "before.csv", tmp_path / "after.csv"
    assert report(store, before).code == 0
    store.write(lambda unit: rename(unit, RenameOrder(key=key_of("T01"), actor=PRIYA, name="ERP"), NOW + timedelta(hours=1)))
    store.write(lambda unit: revoke(unit, RevokeOrder(key=key_of("T02"), actor=PRIYA), NOW + timedelta(hours=2)))
    assert report(store, after).code == 0
    assert before.read_bytes() == after.read_bytes()
    assert about(before) == about(after)


def test_a13_every_report_stands_in_the_audit_log_before_and_after(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "acme.csv"
    assert report(store, path, "--case", "SOC2-7").code == 0
    lines = run("audit", "list", "--action", "export", "--json", store=store.address).json
    assert [line["detail"]["did"] for line in lines] == ["finished", "began"]
    assert {(line["account"], line["case"], line["detail"]["list"]) for line in lines} == {("ACME", "SOC2-7", "report")}
    assert lines[0]["detail"]["sha256"] == about(path)["sha256"]
    assert lines[0]["detail"]["rows"] == 6
    assert run("audit", "verify", store=store.address).code == 0


def test_a13_cells_that_would_be_formulas_are_text(store: Store, tmp_path: Path) -> None:
    names = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", " =1", "＝1+1")
    keys = [key_of(short) for short in ("T01", "T02", "T03", "T06", "T10", "T11", "T01")]
    for name, key in zip(names, keys, strict=True):
        order = RenameOrder(key=key, actor=PRIYA, name=name.strip())
        store.write(lambda unit, order=order: rename(unit, order, NOW))  # type: ignore[misc]
    path = tmp_path / "acme.csv"
    assert run("report", "--account", "ACME", "--until", "2026-03-17", "-o", path, store=store.address).code == 0
    for row in rows_of(path):
        assert row["name"].startswith("'"), row["name"]
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())


def test_every_account_is_reported_in_one_file(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "all.csv"
    assert report(store, path, account=None).code == 0
    assert {row["account"] for row in rows_of(path)} == {"ACME", "BOLT", "CRUX", "DELT"}
    assert len(rows_of(path)) == 34
    assert about(path)["account"] == "Every account"
    pages = tmp_path / "all.pdf"
    assert report(store, pages, account=None).code == 0
    words = text_of(pages)
    assert about(path)["sha256"] in words
    assert words.count("filler 01") == 2


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--account", "ACMI"), 1, "Did you mean Acme?"),
        (("--account", "ACME", "--all"), 2, "one of them"),
        ((), 2, "--account A, or --all"),
        (("--account", "ACME", "--since", "2026-03-17", "--until", "2026-03-16"), 2, "ends before it begins"),
        (("--account", "ACME", "--since", "soon"), 2, "not the beginning of a period"),
        (("--account", "ACME", "--as-of", "2026-03-17"), 2, "not come yet"),
        (("--account", "ACME", "--rule", "some"), 2, "created-or-live or created"),
        (("--account", "ACME", "--format", "docx"), 2, "csv or pdf"),
        (("--account", "ACME", "-o", "/no/such/folder/a.csv"), 2, "There is no folder"),
        (("--account", "ACME", "--read-only"), 1, "read-only"),
    ],
)
def test_a_report_that_makes_no_sense_is_refused_and_nothing_is_recorded(
    store: Store, options: tuple[str, ...], code: int, said: str
) -> None:
    ran = run("report", *options, store=store.address)
    assert (ran.code, said in ran.err) == (code, True), ran
    with store.reading() as reader:
        assert reader.value("SELECT count(*) FROM audit WHERE action = 'export'") == 0


def test_no_file_is_replaced_unless_that_is_said(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "acme.csv"
    beside = tmp_path / "acme.csv.txt"
    beside.write_text("mine")
    ran = report(store, path)
    assert ran.code == 1
    assert "is there already" in ran.err
    assert not path.exists()
    assert report(store, path, "--force").code == 0
    assert beside.read_text() != "mine"
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".tokendesk")] == []


def test_an_empty_period_is_a_report_too(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "none.csv"
    options = ("--account", "ACME", "--since", "2024-01-01", "--until", "2024-02-01")
    assert run("report", *options, "-o", path, store=store.address).code == 0
    assert rows_of(path) == []
    assert about(path)["tokens"] == "0"
    pages = tmp_path / "none.pdf"
    assert run("report", *options, "-o", pages, store=store.address).code == 0
    assert "No token belongs to this report." in text_of(pages)
