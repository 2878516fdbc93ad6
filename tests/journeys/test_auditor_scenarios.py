"""Scenario A14: what an auditor kept shows every edit, gap, swap, cut and rewriting, here and on a machine of their own."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from store.opening import Store
from store.rules.chain import LINE_COLUMNS, line_hash
from tests.command_line import Ran, run
from tests.scenario import fill_scenario, key_of
from tests.store.test_verify import tamper

CUT = ("DELETE FROM audit_private WHERE seq > {0}", "DELETE FROM audit WHERE seq > {0}")


@pytest.fixture
def store(demo_store: Store) -> Store:
    """The scenarios' store; its clock stands at NOW."""
    fill_scenario(demo_store)
    return demo_store


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A key that is kept outside the store."""
    path = tmp_path / "audit.key"
    path.write_bytes(bytes(range(32)))
    path.chmod(0o600)
    return path


def audit(store: Store, *arguments: str | Path) -> Ran:
    return run("audit", *arguments, store=store.address)


def export(store: Store, path: Path, *more: str | Path) -> list[str]:
    ran = audit(store, "export", "-o", path, "--force", *more)
    assert ran.code == 0, ran
    return path.read_text("ascii").splitlines()


def lines_in(store: Store) -> int:
    return int(audit(store, "verify", "--json").json["lines"])


@pytest.fixture
def outside(tmp_path: Path, store: Store) -> Callable[..., Ran]:
    """Run the printed verifier where nothing of ours can be imported."""
    place = tmp_path / "auditor"
    place.mkdir()
    (place / "verify.py").write_text(audit(store, "verifier").out)

    def verify(*arguments: str | Path) -> Ran:
        given = [sys.executable, "-I", "-S", "verify.py", *map(str, arguments)]
        done = subprocess.run(given, capture_output=True, text=True, cwd=place, env={}, timeout=60)
        assert done.stderr == ""
        return Ran(done.returncode, done.stdout, done.stderr)

    return verify


def test_a14_rows_that_were_cut_off_show_against_what_was_kept(store: Store, tmp_path: Path) -> None:
    export(store, tmp_path / "yesterday.jsonl")
    kept = tmp_path / "checkpoint.txt"
    kept.write_text(audit(store, "checkpoint").out)
    number = lines_in(store)
    assert audit(store, "verify", "--against", kept).code == 0
    assert audit(store, "verify", "--against", tmp_path / "yesterday.jsonl").code == 0
    export(store, tmp_path / "today.jsonl")  # two lines more, of which today's export knows one
    tamper(store.address, *(one.format(number - 2) for one in CUT))
    assert audit(store, "verify").code == 0, "the chain alone can't show it"
    ran = audit(store, "verify", "--against", kept)
    assert (ran.code, ran.out) == (1, "")
    assert f"2 rows missing after #{number - 2}: checkpoint.txt knows #{number}." in ran.err
    ran = audit(store, "verify", "--against", tmp_path / "today.jsonl")
    assert ran.code == 1
    assert f"3 rows missing after #{number - 2}" in ran.err
    found = audit(store, "verify", "--against", kept, "--json")
    assert found.code == 1
    assert found.json["whole"] is False
    assert found.json["known_to"] == number


def test_checkpoints_in_any_order_are_all_compared(store: Store, tmp_path: Path) -> None:
    heads = [audit(store, "checkpoint").out]
    for _ in range(2):
        audit(store, "export")
        heads.insert(0, audit(store, "checkpoint").out)
    kept = tmp_path / "checkpoints.txt"
    kept.write_text("".join(heads))
    ran = audit(store, "verify", "--against", kept, "--json")
    assert (ran.code, ran.json["known"]) == (0, 3)
    kept.write_text("".join(heads).replace(heads[1].split()[2], "0" * 64))
    assert "the log was rewritten" in audit(store, "verify", "--against", kept).err


def test_a14_a_report_of_yesterday_is_enough(store: Store, tmp_path: Path) -> None:
    since = ("--account", "ACME", "--since", "2026-02-01", "--until", "2026-03-01")
    for form in ("csv", "pdf"):
        ran = run("report", *since, "--format", form, "-o", tmp_path / f"acme.{form}", store=store.address)
        assert ran.code == 0, ran
    export(store, tmp_path / "later.jsonl")
    export(store, tmp_path / "later.jsonl")
    for name in ("acme.csv.txt", "acme.pdf"):
        ran = audit(store, "verify", "--against", tmp_path / name, "--json")
        assert ran.code == 0, ran
        assert ran.json["known"] == 1
    known = int(ran.json["known_to"])
    tamper(store.address, *(one.format(known - 3) for one in CUT))
    for name in ("acme.csv.txt", "acme.pdf"):
        ran = audit(store, "verify", "--against", tmp_path / name)
        assert ran.code == 1
        assert "rows missing after #" in ran.err


def rebuild(store: Store) -> None:
    """Rewrite a line, and every hash after it, as somebody who owns the database can."""
    with store.reading() as reader:
        rows = reader.rows(f"SELECT {', '.join(LINE_COLUMNS)} FROM audit ORDER BY seq")
    statements, link = [], bytes(32)
    for row in rows:
        line: dict[str, Any] = dict(zip(LINE_COLUMNS, row, strict=True))
        if line["seq"] == 3:
            line["actor"] = "somebody else"
        line["prev_hash"] = link
        link = line_hash(line)
        pattern = "decode('{}', 'hex')" if store.address.path is None else "x'{}'"
        prev, own = (pattern.format(value.hex()) for value in (line["prev_hash"], link))
        statements.append(
            f"UPDATE audit SET actor = '{line['actor']}', prev_hash = {prev}, hash = {own} WHERE seq = {line['seq']}"
        )
    tamper(store.address, *statements)


def test_a_log_rebuilt_as_a_whole_is_found_and_can_not_be_sealed(store: Store, tmp_path: Path, key: Path) -> None:
    kept, exported = tmp_path / "checkpoints.txt", tmp_path / "old.jsonl"
    export(store, exported)
    kept.write_text(audit(store, "checkpoint", "--key", key).out)
    assert audit(store, "verify", "--against", kept, "--key", key).code == 0
    rebuild(store)
    assert audit(store, "verify").code == 0, "the chain alone can't show it"
    ran = audit(store, "verify", "--against", kept, "--key", key)
    assert ran.code == 1
    assert "the log was rewritten" in ran.err
    ran = audit(store, "verify", "--against", exported)
    assert ran.code == 1
    assert "Line #3 is not the one" in ran.err, "an export knows every line"
    other = tmp_path / "other.key"
    other.write_bytes(bytes(32))
    other.chmod(0o600)
    for forged in (audit(store, "checkpoint").out, audit(store, "checkpoint", "--key", other).out):
        kept.write_text(forged)
        ran = audit(store, "verify", "--against", kept, "--key", key)
        assert ran.code == 1
        assert "seal" in ran.err


def test_the_key_is_private_long_enough_and_nowhere_in_the_store(store: Store, tmp_path: Path, key: Path) -> None:
    audit(store, "checkpoint", "--key", key)
    export(store, tmp_path / "audit.jsonl", "--key", key)
    assert key.read_bytes().hex() not in (tmp_path / "audit.jsonl").read_text()
    if store.address.path is not None:
        assert key.read_bytes() not in store.address.path.read_bytes()
    key.chmod(0o644)
    assert "chmod 600" in audit(store, "checkpoint", "--key", key).err
    key.write_bytes(b"short")
    key.chmod(0o600)
    for wrong in (key, tmp_path / "missing"):
        ran = audit(store, "checkpoint", "--key", wrong)
        assert (ran.code, ran.out) == (2, "")
    (tmp_path / "poem.txt").write_text("nothing of the kind\n")
    assert audit(store, "verify", "--against", tmp_path / "poem.txt").code == 2


def changed_byte(lines: list[str]) -> list[str]:
    return [line.replace('"actor":"importer"', '"actor":"imposter"', 1) if '"seq":7,' in line else line for line in lines]


def rebuilt(lines: list[str]) -> list[str]:
    """Change a line, make every hash anew, and name the new head."""
    made, link, head = [lines[0]], "0" * 64, ""
    for text in lines[1:-1]:
        record = json.loads(text)
        shown = {name: record.pop(name) for name in ("hash", "time")}
        if record["seq"] == 3:
            record["actor"] = "somebody else"
        record["prev_hash"] = link
        link = hashlib.sha256(json.dumps(record, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
        made.append(json.dumps({**record, **shown, "hash": link}))
        head = f"{record['seq']} {link}"
    return [*made, json.dumps({"audit-head": head})]


def cut(lines: list[str]) -> list[str]:
    """Take the newest three away and name the head that is left."""
    last = json.loads(lines[-5])
    return [*lines[:-4], json.dumps({"audit-head": f"{last['seq']} {last['hash']}"})]


TAMPERED: dict[str, tuple[Callable[[list[str]], list[str]], int, str]] = {
    "one byte": (changed_byte, 2, "Audit line 7 was changed after it was written."),
    "a time for the reader": (
        lambda lines: [line.replace('"time":"20', '"time":"19') for line in lines], 2, "Audit line 1 was changed",
    ),
    "a row removed": (lambda lines: [*lines[:5], *lines[6:]], 2, "Audit line 5 is missing or out of its place"),
    "two swapped": (lambda lines: [*lines[:5], lines[6], lines[5], *lines[7:]], 2, "Audit line 5 is missing or out of its place"),
    "a row twice": (lambda lines: [*lines[:5], *lines[4:]], 2, "Audit line 5 is missing or out of its place"),
    "the newest three removed": (cut, 3, "3 rows missing after #"),
    "rebuilt without the key": (rebuilt, 2, "the log was rewritten"),
    "broken off": (lambda lines: lines[:-1], 5, "names no head"),
    "a line added after": (lambda lines: [*lines, lines[3]], 2, "Something follows the head"),
    "a name said twice": (lambda lines: [*lines[:5], lines[5].replace("{", '{"seq":9,', 1), *lines[6:]], 5, "not a whole JSON"),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERED)
def test_an_outsider_finds_it_without_our_code(store: Store, tmp_path: Path, outside: Callable[..., Ran], what: str) -> None:
    change, code, words = TAMPERED[what]
    exported, kept, bad = (tmp_path / name for name in ("audit.jsonl", "kept.txt", "bad.jsonl"))
    lines = export(store, exported)
    seq, link = json.loads(lines[-1])["audit-head"].split()
    kept.write_text(f"a note on paper\naudit-head: {seq} {link}\n")
    ran = outside(exported, "--against", kept)
    assert (ran.code, ran.lines[0]) == (0, f"Whole: audit lines 1 to {seq}, head {seq} {link}.")
    bad.write_text("\n".join(change(lines)) + "\n")
    ran = outside(bad, "--against", kept)
    assert ran.code == code, ran
    assert words in ran.out


def test_a_log_rebuilt_without_the_key_shows_by_its_seal_alone(
    store: Store, tmp_path: Path, key: Path, outside: Callable[..., Ran]
) -> None:
    exported, bad = tmp_path / "audit.jsonl", tmp_path / "bad.jsonl"
    lines = export(store, exported, "--key", key)
    assert outside(exported, "--key", key).code == 0
    bad.write_text("\n".join(rebuilt(lines)) + "\n")
    assert outside(bad).code == 0, "without key and anything kept it can't show"
    assert outside(bad, "--key", key).code == 4
    made_up = json.loads(rebuilt(lines)[-1])["audit-head"] + " sealed" + json.loads(lines[-1])["audit-head"].split("sealed")[1]
    bad.write_text("\n".join([*rebuilt(lines)[:-1], json.dumps({"audit-head": made_up})]) + "\n")
    assert outside(bad, "--key", key).code == 4


def test_exports_that_follow_each_other_are_checked_as_one(store: Store, tmp_path: Path, outside: Callable[..., Ran]) -> None:
    first, second = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    lines = export(store, first)
    seq = int(json.loads(lines[-1])["audit-head"].split()[0])
    run("tokens", "revoke", key_of("T02")[1], "--reason", "not used", "--yes", store=store.address)
    later = export(store, second, "--from", str(seq + 1))
    assert [json.loads(line)["action"] for line in later[1:-1]] == ["export", "revoke", "export"]
    assert "not used" not in second.read_text(), "a reason stays where it can be erased"
    assert f"Whole: audit lines 1 to {seq + 3}," in outside(first, second).out
    assert f"Whole: audit lines {seq + 1} to {seq + 3}," in outside(second, "--against", first).out
    assert outside(second, first).code == 2
    assert audit(store, "export", "--from", "9999").code == 2


def test_an_export_is_recorded_and_standard_output_gets_the_same(store: Store, tmp_path: Path) -> None:
    lines = export(store, tmp_path / "audit.jsonl")
    ran = audit(store, "export")
    assert ran.code == 0
    assert ran.lines[:-3] == lines[:-1]
    [finished] = run("audit", "list", "--action", "export", "--limit", "1", "--json", store=store.address).json
    assert finished["detail"]["sha256"] == hashlib.sha256(ran.out.encode()).hexdigest()
    assert finished["detail"]["rows"] == len(ran.lines) - 2
    assert audit(store, "export", "-o", tmp_path / "audit.jsonl").code == 1, "never over another file unasked"
