"""What hostile and foreign words become on the pages of a report, and what is said where typst is missing or the disk is full."""

from __future__ import annotations

import csv
import resource
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from console.reports import report_pages, report_pdf
from console.reports.report import Subject
from console.reports.report_files import file_stem, write_report
from console.reports.report_widths import lines_in, width
from store.errors import Refused
from store.opening import Store
from store.rules.reporting import Period
from tests.conftest import NOW
from tests.rowmaker import put_people, put_tokens

HOSTILE = {
    "markup": '#panic("x")[*b*] $x$ <l> @ref \\ `raw` // no',
    "script": "<script>alert(1)</script>",
    "formula": "=cmd|' /C calc'!A0",
    "escape": "\x1b[2Jcleared\x07",
    "bidi": "NetSuite sync\u202egnillib",
    "zero": "zero\u200bwidth\u200djoin\ufeff",
    "long": "x" * 500,
    "cyrillic": "Кириллица",
    "greek": "Ελληνικά",
    "chinese": "日本語の名前",
    "thai": "ไทย",
    "emoji": "🔥 fire",
    "empty": "",
}
PERIOD = Period(NOW - timedelta(days=365), NOW, NOW)


@pytest.fixture
def hostile(store: Store) -> Store:
    put_people(store, {"ACME": "Acme #1 [x] 日本"}, [])
    made = NOW - timedelta(days=30)
    rows = [
        {"account_id": "ACME", "id": key, "name": name, "scopes": "orders.read", "created_at": made, "rationale": name,
         "expires_at": NOW + timedelta(days=30)}
        for key, name in HOSTILE.items()
    ]  # fmt: skip
    put_tokens(store, rows, made)
    return store


def made(store: Store, path: Path) -> str:
    subject = Subject("ACME", "Acme #1 [x] 日本", PERIOD)
    with store.reading() as reader:
        report = write_report(reader, subject, path.suffix[1:], path, lambda rows, what: None)
    report.publish(replace=False)
    return report.sha256


def words_of(path: Path) -> str:
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, text=True)
    return done.stdout.replace("\u200b", "")


def test_hostile_names_are_words_on_paper_and_never_markup(hostile: Store, tmp_path: Path) -> None:
    made(hostile, tmp_path / "a.pdf")
    words = words_of(tmp_path / "a.pdf")
    assert "\x1b" not in words
    assert "\u202e" not in words
    flat = " ".join(words.split())
    for expected in ('#panic("x")[*b*]', "<script>", "=cmd|", "\\x1b[2Jcleared", "\\u202e", "Кириллица", "Ελληνικά", "(no name)"):
        assert expected in flat, expected
    told = subprocess.run(["pdfinfo", str(tmp_path / "a.pdf")], check=True, capture_output=True, text=True).stdout
    assert "Tagged:          yes" in told
    assert "JavaScript:      no" in told


def test_a_character_no_font_has_is_written_as_its_number_and_said_to_be(hostile: Store, tmp_path: Path) -> None:
    missing = report_pdf._missing("abc 日本 Кириллица ไทย")
    assert {"б", "К"}.isdisjoint(missing)
    made(hostile, tmp_path / "a.pdf")
    words = words_of(tmp_path / "a.pdf")
    if "日" in missing:
        assert "\\u65e5" in words
        assert "the CSV of this report has it as it is" in words
    else:
        assert "日本" in words


def test_the_csv_keeps_foreign_names_and_neither_a_formula_nor_a_control_character(hostile: Store, tmp_path: Path) -> None:
    made(hostile, tmp_path / "a.csv")
    data = (tmp_path / "a.csv").read_bytes()
    assert data.count(b"\r\n") == data.count(b"\n") == len(HOSTILE) + 1
    assert not [byte for byte in data if byte < 0x20 and byte not in b"\r\n"]
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        names = {row["id"]: row["name"] for row in csv.DictReader(file, strict=True)}
    for key in ("cyrillic", "greek", "chinese", "thai", "emoji", "markup", "long"):
        assert names[key] == HOSTILE[key], key
    assert names["formula"] == f"'{HOSTILE['formula']}"


def test_a_second_reader_of_csv_sees_the_same_values(hostile: Store, tmp_path: Path) -> None:
    """LibreOffice is not at hand everywhere: a reader written after the grammar of RFC 4180 stands for it."""
    made(hostile, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.reader(file, strict=True))
    assert _by_hand((tmp_path / "a.csv").read_bytes().decode()) == expected


def _by_hand(text: str) -> list[list[str]]:
    """Read RFC 4180 letter by letter, as its grammar says."""
    rows: list[list[str]] = [[]]
    at = 0
    while at < len(text):
        assert text[at] == '"'
        end = at + 1
        while text[end] != '"' or text[end + 1 : end + 2] == '"':
            end += 2 if text[end] == '"' else 1
        rows[-1].append(text[at + 1 : end].replace('""', '"'))
        at = end + 1
        if text[at] == ",":
            at += 1
        else:
            assert text[at : at + 2] == "\r\n"
            at += 2
            rows.append([])
    return rows[:-1]


def test_two_reports_are_the_same_bytes_with_hostile_words_too(hostile: Store, tmp_path: Path) -> None:
    assert made(hostile, tmp_path / "a.pdf") == made(hostile, tmp_path / "b.pdf") == made(hostile, tmp_path / "c.csv")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_a_hundred_accounts_stand_in_one_table_and_each_has_its_own(store: Store, tmp_path: Path) -> None:
    put_people(store, {f"A{number:03}": f"Account {number:03}" for number in range(100)}, [])
    made_at = NOW - timedelta(days=9)
    rows = [{"account_id": f"A{number:03}", "id": f"T{number:03}", "name": f"job {number:03}", "created_at": made_at}
            for number in range(100)]  # fmt: skip
    put_tokens(store, rows, made_at)
    with store.reading() as reader:
        report = write_report(reader, Subject(None, "", PERIOD), "pdf", tmp_path / "all.pdf", lambda rows, what: None)
    report.publish(replace=False)
    words = words_of(tmp_path / "all.pdf")
    assert words.count("Account 042") == 2
    assert words.count("job 042") == 1
    assert report.rows == 100


def test_without_typst_one_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_pdf, "find_spec", lambda name: None)
    with pytest.raises(Refused) as refusal:
        report_pdf.require_typst()
    assert "pip install 'tokendesk[report]'" in refusal.value.remedy


def test_more_tokens_than_fit_on_paper_are_for_the_csv(hostile: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_pages, "MOST_ON_PAPER", 5)
    with pytest.raises(Refused, match="at most 5 tokens"):
        made(hostile, tmp_path / "a.pdf")
    made(hostile, tmp_path / "a.csv")


@contextmanager
def room(most: int) -> Iterator[None]:
    """Let files grow to so many bytes only, as a full disk would."""
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)


@pytest.mark.parametrize(("form", "most"), [("csv", 1_000), ("csv", 0), ("pdf", 1_000)])
def test_a_full_disk_is_told_and_leaves_nothing(hostile: Store, tmp_path: Path, form: str, most: int) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    with room(most), pytest.raises(Refused, match="could not be written"):
        made(hostile, folder / f"a.{form}")
    assert list(folder.iterdir()) == []


def test_a_file_that_appears_meanwhile_is_not_replaced_and_the_text_beside_it_goes_again(hostile: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with hostile.reading() as reader:
        report = write_report(reader, Subject("ACME", "Acme", PERIOD), "csv", path, lambda rows, what: None)
    path.write_text("mine")
    with pytest.raises(Refused, match="could not be written"):
        report.publish(replace=False)
    assert path.read_text() == "mine"
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["a.csv"]


@pytest.mark.parametrize(
    ("account", "stem"),
    [
        ("acme", "report-acme"),
        ("../../etc", "report-etc"),
        ("a/b c", "report-a-b-c"),
        ("日本", "report-account"),
        (None, "report-all"),
    ],
)
def test_whatever_an_account_is_called_its_file_has_a_plain_name(account: str | None, stem: str) -> None:
    assert file_stem(account) == stem


def test_a_row_is_never_thought_to_be_shorter_than_it_is() -> None:
    assert lines_in("orders.read", 110) == 1
    assert lines_in("customers.read, orders.write, products.write", 110) >= 2
    assert lines_in("x" * 60, 110) == 0
    assert width("WWWW") > 4 * 0.99 * 8
