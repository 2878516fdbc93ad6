"""The CSV of a report in a real LibreOffice: the same values in every cell, and no formula (T39 of security.md)."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from console.reports.report import Subject
from console.reports.report_files import write_report
from store.opening import Store
from store.rules.reporting import Period
from tests.conftest import NOW
from tests.rowmaker import put_people, put_tokens

pytestmark = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not at hand (.ci/run installs it)")

NAMES = {
    "formula": "=cmd|' /C calc'!A0",
    "sum": "=1+1",
    "plus": "+1-1",
    "minus": "-2+3",
    "at": "@SUM(1;2)",
    "wide": "\uff1d1+1",
    "tab": "\t=1+1",
    "link": '=HYPERLINK("http://evil.example";"click")',
    "zeros": "007",
    "exponent": "12E4",
    "date": "2026-03-16",
    "fraction": "1/2",
    "truth": "TRUE",
    "percent": "5%",
    "quotes": 'say "hello", twice',
    "semicolons": "a;b|c",
    "cyrillic": "Кириллица",
    "chinese": "日本語の名前",
    "emoji": "🔥 fire",
    "long": "x" * 500,
    "empty": "",
}
PERIOD = Period(NOW - timedelta(days=365), NOW, NOW)
QUOTED_IS_TEXT = "44,34,76,1,,0,true"
AS_IT_LIKES = "44,34,76,1,,0,false,true,false,false,false,-1,true"
"""What is chosen while a CSV is opened: comma, quotation mark, UTF-8; then what becomes of quoted cells, numbers and formulas."""
TABLE, TEXT, OFFICE = (f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("table", "text", "office"))


@pytest.fixture
def report(store: Store, tmp_path: Path) -> Path:
    """Return the CSV of a report on tokens with such names, ids, rationales and hints."""
    put_people(store, {"ACME": "=Acme"}, [])
    made = NOW - timedelta(days=30)
    rows = [
        {"account_id": "ACME", "id": key, "name": name, "scopes": "orders.read", "created_at": made, "rationale": name,
         "expires_at": NOW + timedelta(days=30), "hint": f"{number:04}"}
        for number, (key, name) in enumerate(NAMES.items())
    ]  # fmt: skip
    put_tokens(store, rows, made)
    with store.reading() as reader:
        made_report = write_report(reader, Subject("ACME", "=Acme", PERIOD), "csv", tmp_path / "a.csv", lambda rows, what: None)
    made_report.publish(replace=False)
    return tmp_path / "a.csv"


def opened(path: Path, choices: str) -> tuple[list[list[str]], set[str], int]:
    """Open a CSV in LibreOffice; return the cells as they are shown, what kinds they are, and how many are formulas."""
    folder = path.parent / "opened"
    profile = f"-env:UserInstallation=file://{path.parent}/profile"
    how = ["--headless", profile, f"--infilter=CSV:{choices}", "--convert-to", "fods", "--outdir", str(folder)]
    subprocess.run(["soffice", *how, str(path)], check=True, capture_output=True, timeout=120)
    rows, kinds, formulas = [], set[str](), 0
    for row in ElementTree.parse(folder / f"{path.stem}.fods").getroot().iter(f"{TABLE}table-row"):
        cells: list[str] = []
        for cell in row.findall(f"{TABLE}table-cell"):
            words = ["".join(_written(part)) for part in cell.findall(f"{TEXT}p")]
            cells += ["\n".join(words)] * int(cell.get(f"{TABLE}number-columns-repeated", "1"))
            kinds.add(cell.get(f"{OFFICE}value-type", "string"))
            formulas += f"{TABLE}formula" in cell.attrib
        rows.append(cells)
    return rows, kinds, formulas


def _written(part: ElementTree.Element) -> Iterator[str]:
    """Yield the words of a paragraph; several spaces are an element of their own."""
    yield part.text or ""
    for inner in part:
        yield " " * int(inner.get(f"{TEXT}c", "1")) if inner.tag == f"{TEXT}s" else "".join(_written(inner))
        yield inner.tail or ""


def test_libreoffice_shows_the_same_values_where_quoted_cells_are_text(report: Path) -> None:
    with report.open(encoding="utf-8", newline="") as file:
        expected = list(csv.reader(file, strict=True))
    rows, kinds, formulas = opened(report, QUOTED_IS_TEXT)
    assert len(rows) == len(expected) == len(NAMES) + 1
    assert "with quoted fields as text" in report.with_name("a.csv.txt").read_text()
    width = len(expected[0])
    assert [[*row, *[""] * width][:width] for row in rows] == expected
    assert (kinds, formulas) == ({"string"}, 0)


def test_libreoffice_takes_no_cell_for_a_formula_however_it_is_opened(report: Path) -> None:
    rows, _, formulas = opened(report, AS_IT_LIKES)
    assert formulas == 0
    shown = {cell for row in rows for cell in row}
    assert not [cell for cell in shown if re.match(r"[=+@\t\uff1d]", cell)]
    assert {"'=1+1", "'+1-1", "'=Acme"} <= shown


def test_the_same_opening_does_take_a_formula_that_nobody_made_harmless(report: Path) -> None:
    raw = report.with_name("raw.csv")
    raw.write_text('"=1+1"\r\n')
    assert opened(raw, AS_IT_LIKES)[2] == 1
