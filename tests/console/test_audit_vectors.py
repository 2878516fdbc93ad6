"""The published example of an export: the same bytes for ever, read by the verifier, made by what writes exports."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from console.audit.exporting import export_pieces
from console.audit.verifier import COLUMNS, Wrong, check_exports, kept_heads, main
from store.reader import Params, Reader, Row
from store.rules.chain import FIRST_LINK, LINE, LINE_COLUMNS, line_hash

VECTORS = Path(__file__).parents[1] / "vectors"
KEY = bytes(range(32))
STORE = "0123456789abcdef0123456789abcdef"
AT = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
NAMES = (
    "nightly export",
    'x", "audit-head": "9 ' + "0" * 64,
    "\x1b]0;t\x07\x9b31m \u202egnp.exe\x7f\u2028\n audit-head: 9 " + "0" * 64,
    "株式会社 🦊 é",
)


def lines() -> list[Row]:
    """Return four linked lines; their names try to end a line, to move a cursor, and to be a head."""
    made: list[Row] = []
    link = FIRST_LINK
    for number, name in enumerate(NAMES, 1):
        line: dict[str, Any] = {
            "seq": number, "action_id": f"00000000-0000-4000-8000-{number:012}", "at": 1_773_651_600_000 + number,
            "actor": "priya", "actor_role": "admin", "actor_how": "local", "session": "", "action": "issue",
            "account_id": "ACME", "token_id": f"T{number}", "token_name": name, "scopes": "orders.read",
            "case_id": None if number % 2 else "INC-204", "detail": '{"tier":"read-only"}',
            "state_digest": bytes([number]) * 32, "private_digest": None, "prev_hash": link,
        }  # fmt: skip
        link = line_hash(line)
        made.append((*(line[name] for name in LINE.columns), link))
    return made


class Lines(Reader):
    """A store that holds these lines and nothing else; it counts how many it was asked for at once."""

    def rows(self, sql: str, params: Params | None = None) -> list[Row]:
        asked = params or {}
        seq = LINE.columns.index("seq")
        if "after" not in asked:
            return [(row[-1],) for row in lines() if row[seq] == asked["seq"]]
        return [row for row in lines() if asked["after"] < row[seq] <= asked["until"]][:2]

    def version(self) -> int | None:
        return None

    def cancel(self) -> None: ...

    def close(self) -> None: ...


def written(first: int = 1, key: bytes | None = KEY) -> bytes:
    return b"".join(data for data, _ in export_pieces(Lines(), STORE, AT, first=first, until=4, key=key))


def test_what_is_exported_is_the_published_example() -> None:
    assert written() == (VECTORS / "audit.jsonl").read_bytes()
    assert written(3, None) == (VECTORS / "audit-from-3.jsonl").read_bytes()
    assert (VECTORS / "audit.key").read_bytes() == KEY


def test_the_verifier_reads_it_and_names_the_columns_that_are_hashed(capsys: pytest.CaptureFixture[str]) -> None:
    assert sorted(LINE_COLUMNS) == list(COLUMNS)
    example, later, key = (str(VECTORS / name) for name in ("audit.jsonl", "audit-from-3.jsonl", "audit.key"))
    assert main([example, "--key", key]) == 0
    assert main([later, "--against", example]) == 0
    assert main([later, "--against", example, "--key", key]) == 4, "the later one is not sealed"
    assert "\x1b" not in capsys.readouterr().out


def test_nothing_a_customer_typed_acts_on_a_terminal_or_passes_for_a_head() -> None:
    data = written()
    assert all(byte == 10 or 32 <= byte < 127 for byte in data)
    assert data.count(b"\n") == len(NAMES) + 2
    assert max(number for number, _ in kept_heads(str(VECTORS / "audit.jsonl"), KEY)) == 4
    assert json.loads(data.splitlines()[3])["token_name"] == NAMES[2]


@pytest.mark.parametrize("column", [*COLUMNS, "hash", "time"])
def test_a_change_of_any_column_is_found(column: str, tmp_path: Path) -> None:
    records = [json.loads(line) for line in written(key=None).splitlines()]
    records[2][column] = 1 if records[2][column] != 1 else 2
    path = tmp_path / "bad.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    with pytest.raises(Wrong, match=r"[Ll]ine 2") as found:
        check_exports([str(path)], {}, None)
    assert found.value.code == 2


def test_a_line_that_was_written_anew_by_another_program_is_still_read(tmp_path: Path) -> None:
    path = tmp_path / "again.jsonl"
    records = [json.loads(line) for line in written().splitlines()]
    path.write_text("".join(json.dumps(dict(reversed(record.items()))) + "\n" for record in records))
    assert check_exports([str(path)], {}, KEY)[:2] == (1, 4)
    lines_then = path.read_text().splitlines()
    path.write_text("\n".join([*lines_then[:2], "{}", *lines_then[2:]]) + "\n")
    with pytest.raises(Wrong, match="added to audit line 2"):
        check_exports([str(path)], {}, KEY)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff\xfe\n",
        b"[]\n",
        b"{}\n",
        b'{"format":"tokendesk-audit/2","after":0}\n',
        b'{"format":"tokendesk-audit/1","after":-1}\n',
        b"[" * 100_000 + b"\n",
        b'{"format":"tokendesk-audit/1","after":0,"link":"' + b"0" * 64 + b'"}\n{"audit-head":"\\ud800"}\n',
        b'{"format":"tokendesk-audit/1","after":0,"link":"' + b"0" * 64 + b'"}\n{"seq":NaN}\n',
    ],
)
def test_a_file_that_is_no_export_ends_in_a_sentence(text: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_bytes(text)
    assert main([str(path)]) in (2, 5)
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert main([str(tmp_path / "missing")]) == 5
