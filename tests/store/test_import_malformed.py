"""Broken and hostile files: each is told in one sentence with its line, and takes nothing good with it."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.address import parse_address
from store.creation import create_store
from store.errors import BadInput
from store.imports.importing import import_tokens
from store.opening import Store
from tests.conftest import NOW
from tests.gateway_logs import contents
from tests.making import PRIYA


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """Give a store on SQLite: reading a file is the same whatever it is saved to."""
    made = create_store(parse_address(str(tmp_path / "store" / "tokens.db")), NOW)
    yield made
    made.close()


HEADER = b"id,account,name,created_at\n"
GOOD = (b"G1,ACME,good one,2026-01-05\n", b"G2,ACME,good two,2026-01-05\n")
J1, J2 = (json.dumps({"id": name, "account": "ACME", "created_at": "2026-01-05"}).encode() for name in ("G1", "G2"))
DEEP = 50_000


def table(bad: bytes) -> bytes:
    """Put a bad line between two good ones."""
    return HEADER + GOOD[0] + bad + b"\n" + GOOD[1]


def lines(bad: bytes) -> bytes:
    return J1 + b"\n" + bad + b"\n" + J2 + b"\n"


def array(bad: bytes) -> bytes:
    return b"[" + J1 + b"," + bad + b"," + J2 + b"]"


LATIN = "is not UTF-8 (is it Latin-1?); save the file as UTF-8"
STOPPED = "; nothing from here on was read"
MALFORMED: tuple[tuple[str, bytes, list[tuple[int, str]], int], ...] = (
    ("a byte order mark", b"\xef\xbb\xbf" + table(b""), [], 2),
    ("a byte order mark before JSON", b"\xef\xbb\xbf" + lines(b""), [], 2),
    ("Windows line ends", table(b"").replace(b"\n", b"\r\n"), [], 2),
    ("no line end at the end", table(b"").rstrip(b"\n"), [], 2),
    ("semicolons", table(b"").replace(b",", b";"), [], 2),
    ("tabs", table(b"").replace(b",", b"\t"), [], 2),
    ("a NUL", table(b"B,ACME,na\0me,2026-01-05"), [(3, "holds a NUL character")], 2),
    ("Latin-1", table("B,ACME,Müller,2026-01-05".encode("latin-1")), [(3, LATIN)], 2),
    ("Latin-1 in JSON", lines('{"id": "é"}'.encode("latin-1")), [(2, LATIN)], 2),
    ("a short row", table(b"B,ACME,name"), [(3, "has 3 fields where the header has 4")], 2),
    ("a long row", table(b"B,ACME,name,2026-01-05,more"), [(3, "has 5 fields where the header has 4")], 2),
    ("a quote that is never closed", table(b'B,ACME,"name,2026-01-05'), [(3, "a quote is opened and never closed")], 2),
    ("two quotes that are never closed", table(b'B,ACME,"name,2026-01-05\nC,ACME,"name,2026-01-05'),
     [(3, "the quotes are not as CSV wants them"), (4, "a quote is opened and never closed")], 2),
    ("text behind a quote", table(b'B,ACME,"na"me,2026-01-05'), [(3, "the quotes are not as CSV wants them")], 2),
    ("a line break in quotes", table(b'B,ACME,"na\nme",2026-01-05'), [], 3),
    ("a line of a megabyte", table(b"B,ACME," + b"x" * 1_000_000 + b",2026-01-05"), [(3, "longer than 64 KiB")], 2),
    ("a field of 60 kB", table(b"B,ACME," + b"x" * 60_000 + b",2026-01-05"), [], 3),
    ("blank lines", table(b"\n  \n\n"), [], 2),
    ("only commas", table(b",,,"), [(3, "names no account; say which one with --account")], 2),
    ("the same token twice", table(b"G1,ACME,other,2026-01-05"), [(3, "the same token again; the first one counts")], 2),
    ("the same id in another account", table(b"G1,BOLT,other,2026-01-05"), [], 3),
    ("the year 9999", table(b"B,ACME,name,9999-12-31"), [(3, "created_at is in the future")], 2),
    ("the year 10000", table(b"B,ACME,name,10000-01-01"), [(3, "created_at is not a date or time")], 2),
    ("the year 0", table(b"B,ACME,name,0000-01-01"), [(3, "created_at is not a date or time")], 2),
    ("Arabic digits", table("B,ACME,name,٢٠٢٦-٠١-٠٥".encode()), [(3, "created_at is not a date or time")], 2),
    ("NaN for a date", table(b"B,ACME,name,NaN"), [(3, "created_at is not a date or time")], 2),
    ("a hidden character in an id", table("B\u200b,ACME,name,2026-01-05".encode()),
     [(3, "id holds a character that can't be seen")], 2),
    ("escape codes in an account", table(b"B,AC\x1b[2JME,name,2026-01-05"),
     [(3, "account holds a character that can't be seen")], 2),
    ("escape codes in a name", table(b"B,ACME,\x1b]0;x\x07,2026-01-05"), [], 3),
    ("a broken JSON line", lines(b'{"id": '), [(2, "not JSON")], 2),
    ("a JSON line that is no object", lines(b"[1]"), [(2, "not a JSON object")], 2),
    ("NaN in a JSON line", lines(b'{"id": "B", "account": "A", "created_at": NaN}'),
     [(2, "a number is not a number (NaN or Infinity)")], 2),
    ("a number of 5,000 digits", lines(b'{"id": ' + b"9" * 5_000 + b"}"), [(2, "not JSON")], 2),
    ("deep JSON", lines(b"[" * DEEP), [(2, "nested too deeply")], 2),
    ("deep JSON that is whole", lines(b'{"id":"B","account":"A","x":' + b"[" * 500 + b"]" * 500 + b"}"),
     [(2, "nested too deeply")], 2),
    ("half a character", lines(b'{"id": "B", "account": "\\ud800", "created_at": "2026-01-05"}'),
     [(2, "holds half a character (a lone surrogate)")], 2),
    ("a NUL written out", lines(b'{"id": "B\\u0000", "account": "A", "created_at": "2026-01-05"}'),
     [(2, "holds a NUL character")], 2),
    ("a key twice", lines(b'{"id": "B", "id": "G1", "account": "ACME", "created_at": "2026-01-05"}'),
     [(2, "the same token again; the first one counts")], 2),
    ("a JSON line of 100 kB", lines(b'{"id": "' + b"x" * 100_000 + b'"}'), [(2, "longer than 64 KiB")], 2),
    ("an array with a number in it", array(b"5"), [(2, "not a JSON object")], 2),
    ("an array with a broken object", array(b'{"id": }'), [(2, "the JSON is broken" + STOPPED)], 1),
    ("an array with NaN", array(b'{"id": "B", "account": NaN}'), [(2, "a number is not a number (NaN or Infinity)")], 2),
    ("an array that is cut", array(b"{}")[:-10], [(2, "names no account; say which one with --account"),
                                                 (3, "the JSON is broken" + STOPPED)], 1),
    ("an array without an end", array(J2.replace(b"G2", b"G3"))[:-1],
     [(4, "the array has no end; what came before was read")], 3),
    ("an array without a comma", b"[" + J1 + J2 + b"]", [(2, "the array is broken here" + STOPPED)], 1),
    ("a deep array", b"[" + J1 + b"," + b"[" * DEEP, [(2, "nested too deeply" + STOPPED)], 1),
    ("Latin-1 in an array", array('{"id": "é"}'.encode("latin-1")), [(2, "is not UTF-8" + STOPPED)], 1),
    ("an array over many lines", json.dumps([json.loads(J1), json.loads(J2)], indent=4).encode(), [], 2),
    ("an answer in one line", b'{"data": [' + J1 + b"," + J2 + b"]}", [], 2),
    ("an answer over many lines", json.dumps({"x": {}, "data": {"keys": [json.loads(J1)]}}, indent=1).encode(), [], 1),
    ("an answer of 200 kB in one line", b'{"x": "' + b"y" * 200_000 + b'", "data": [' + J1 + b"]}", [], 1),
    ("one object", J1, [], 1),
)  # fmt: skip


@pytest.mark.parametrize(("data", "bad", "good"), [case[1:] for case in MALFORMED], ids=[case[0] for case in MALFORMED])
def test_a_malformed_file_loses_only_what_is_malformed(
    sqlite_store: Store, tmp_path: Path, data: bytes, bad: list[tuple[int, str]], good: int
) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    name = "json" if data.lstrip(b"\xef\xbb\xbf")[:1] in (b"[", b"{") else "csv"
    summary = import_tokens(sqlite_store, path, format=name, actor=PRIYA, now=NOW)
    assert [(line.number, line.reason) for line in summary.bad_lines] == bad
    assert summary.new == len(contents(sqlite_store, ("token",))["token"]) == good
    if bad:
        before = contents(sqlite_store)
        with pytest.raises(BadInput, match="Nothing was imported"):
            import_tokens(sqlite_store, path, format=name, actor=PRIYA, now=NOW, strict=True)
        assert contents(sqlite_store) == before


def test_what_survives_a_malformed_file_can_be_saved_on_both_databases(store: Store, tmp_path: Path) -> None:
    for name, data, bad, _ in MALFORMED:
        path = tmp_path / name
        path.write_bytes(data)
        kind = "json" if data.lstrip(b"\xef\xbb\xbf")[:1] in (b"[", b"{") else "csv"
        summary = import_tokens(store, path, format=kind, actor=PRIYA, now=NOW)
        assert [(line.number, line.reason) for line in summary.bad_lines] == bad
        assert summary.new + summary.unchanged + summary.changed + summary.bad >= 1


REFUSED: tuple[tuple[str, bytes, str | None, str], ...] = (
    ("nothing", b"", None, "is empty"),
    ("blank lines alone", b"\n\n  \n", None, "is empty"),
    ("an empty array", b"[]", None, "holds no tokens"),
    ("UTF-16", "id,account\n".encode("utf-16"), None, "does not begin with a CSV header in UTF-8"),
    ("a header with a NUL", b"id,\0\n", None, "does not begin with a CSV header in UTF-8"),
    ("a header of a megabyte", b"x," * 500_000, None, "does not begin with a CSV header in UTF-8"),
    ("a Latin-1 header", "id,größe\n".encode("latin-1"), None, "The header of"),
    ("a header with an open quote", b'id,"account\n', None, "The header of"),
    ("a column twice", b"id,name,ID,created_at\n", None, "has the column “id” twice"),
    ("other columns", b"alpha,beta\n1,2\n", None, "The format of"),
    ("other fields", b'[{"alpha": 1}]', None, "The format of"),
    ("other columns than it was said to have", HEADER, "aws-csv", "has no column “access_key_1_active”"),
    ("CSV said to be JSON", HEADER, "json", "is not JSON"),
    ("JSON said to be CSV", J1, "csv", "has no column “created_at”"),
    ("an object that is no JSON", b'{"id": ', None, "is not JSON"),
    ("a lone word", b"hello", None, "The format of"),
    ("a huge answer", b'{"a":\n' + b'"' + b"x" * 17_000_000 + b'"}', None, "is larger than 16 MiB"),
)


@pytest.mark.parametrize(("data", "name", "problem"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_file_that_is_something_else_is_refused_with_a_remedy(
    sqlite_store: Store, tmp_path: Path, data: bytes, name: str | None, problem: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    before = contents(sqlite_store)
    with pytest.raises(BadInput) as caught:
        import_tokens(sqlite_store, path, format=name, actor=PRIYA, now=NOW)
    assert problem in caught.value.problem
    assert caught.value.remedy
    assert contents(sqlite_store) == before


def test_the_missing_and_the_unusable_are_refused(sqlite_store: Store, tmp_path: Path) -> None:
    for path, problem in ((tmp_path / "none.csv", "There is no file"), (tmp_path, "is a folder")):
        with pytest.raises(BadInput, match=problem):
            import_tokens(sqlite_store, path, actor=PRIYA, now=NOW)
    (tmp_path / "a.csv").write_bytes(HEADER)
    for account, environment, problem in (("A\x1b", "live", "The account given"), ("ACME", "prod", "is not an environment")):
        with pytest.raises(BadInput, match=problem):
            import_tokens(sqlite_store, tmp_path / "a.csv", actor=PRIYA, now=NOW, account=account, environment=environment)


class Endless(io.RawIOBase):
    """A file that is one line of 300 MB, made as it is read."""

    def __init__(self, start: bytes) -> None:
        self._start = start
        self._left = 300_000_000

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._start:
            start, self._start = self._start, b""
            return start
        size = min(size, self._left)
        self._left -= size
        return b"x" * size


@pytest.mark.parametrize("start", [HEADER + GOOD[0] + b'B,ACME,"', lines(b"")])
def test_a_line_without_end_is_left_out_in_little_memory(sqlite_store: Store, start: bytes) -> None:
    tracemalloc.start()
    try:
        summary = import_tokens(sqlite_store, Endless(start), actor=PRIYA, now=NOW, dry_run=True)  # type: ignore[arg-type]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert summary.new >= 1
    assert peak < 30_000_000


def test_an_array_of_any_size_is_read_in_little_memory(sqlite_store: Store, tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    with path.open("wb") as file:
        file.write(b"[")
        for number in range(40_000):
            file.write(J1.replace(b"G1", b"G%d" % number) + b",\n")
        file.write(J1.replace(b"G1", b"last") + b"]")
    tracemalloc.start()
    try:
        summary = import_tokens(sqlite_store, path, actor=PRIYA, now=NOW, dry_run=True)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert summary.new == 40_001
    assert peak < 30_000_000
