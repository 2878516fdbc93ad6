"""Scenario A9 by command line, without SSH: a dump is triaged, what is verified ends, and nothing of the dump is kept."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.address import Address
from store.creation import create_store
from store.opening import Store
from store.reads.triage import triage
from store.rules.leaks import Verdict
from store.rules.secrets import Secret, digest_of
from tests.command_line import ROOT, run, url
from tests.conftest import NOW
from tests.scenario import damaged, fill_scenario, forged, key_of, secret_of


@pytest.fixture
def store(address: Address) -> Iterator[Store]:
    """The scenarios' store; its clock stands at NOW."""
    made = create_store(address, NOW, demo_now=NOW)
    fill_scenario(made)
    made.close()
    made = Store(address)
    yield made
    made.close()


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    """The dump of A9: six tokens and a repetition in 5,000 lines of junk."""
    chance = random.Random(9)
    lines = [" ".join(f"{chance.getrandbits(64):x}" for _ in range(6)) for _ in range(5_000)]
    hidden = [
        f"Authorization: Bearer {secret_of('T08').reveal()}",
        f"key={forged(secret_of('T01'))}",
        f'{{"token": "{damaged(secret_of("T02"))}"}}',
        secret_of("T13").reveal(),
        "ghp_" + "x" * 36,
        f"again: {secret_of('T08').reveal()}",
    ]
    for place, text in zip((40, 900, 1_700, 2_500, 3_300, 4_900), hidden, strict=True):
        lines[place - 1] = text
    path = tmp_path / "dump.txt"
    path.write_text("\n".join(lines))
    return path


def ids(record: Any, verdict: str) -> list[str]:
    return [one["id"] for one in record["tokens"] if one["verdict"] == verdict]


def test_a9_a_dump_is_told_apart_with_three_digest_checks_and_nothing_is_changed(
    store: Store, dump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    def counted(token: Secret, key: Secret) -> bytes:
        made.append(1)
        return digest_of(token, key)

    monkeypatch.setattr("store.reads.identify.digest_of", counted)
    ran = run("triage", dump, "--case", "INC-204", "--json", store=store.address)
    assert ran.code == 2
    record = ran.json
    assert ids(record, "verified") == [key_of("T08")[1]]
    assert ids(record, "id only") == [key_of("T01")[1]]
    assert ids(record, "damaged") == [key_of("T02")[1]]
    assert ids(record, "dead") == [key_of("T13")[1]]
    assert (record["not_ours"], record["duplicates"], record["bytes"]) == (1, 1, dump.stat().st_size)
    (live,) = (one for one in record["tokens"] if one["verdict"] == "verified")
    assert (live["times"], live["lines"]) == (2, [40, 4_900])
    (dead,) = (one for one in record["tokens"] if one["verdict"] == "dead")
    assert (dead["revoked_at"], dead["revoked_by"]) == ("2026-03-14T12:00:00Z", "priya")
    assert len(made) == 3
    with store.reading() as reader:
        assert reader.value("SELECT count(*) FROM token WHERE revoked_at IS NOT NULL") == 1


def test_a9_the_summary_says_it_in_one_screen_and_not_a_word_of_the_dump(store: Store, dump: Path) -> None:
    ran = run("triage", dump, store=store.address)
    assert ran.code == 2
    assert "1 live and verified, 1 with a real id but no right secret, 1 a damaged copy, 1 already dead, 1 not ours" in ran.out
    assert "Nothing was revoked. To end what is verified: --revoke verified --confirm 1" in ran.out
    assert len(ran.lines) < 24
    for short in ("T01", "T02", "T08", "T13"):
        assert secret_of(short).reveal()[22:] not in ran.out + ran.err


def test_a9_revoking_takes_the_right_count_and_ends_only_what_is_verified(store: Store, dump: Path) -> None:
    wrong = run("triage", dump, "--revoke", "verified", "--confirm", 2, store=store.address)
    assert wrong.code == 1
    assert "1 live token was verified, but --confirm says 2. Nothing was revoked." in wrong.err
    ran = run("triage", dump, "--revoke", "verified", "--confirm", 1, "--case", "INC-204", store=store.address)
    assert ran.code == 0, ran
    assert "REVOKED, refused everywhere by" in ran.out
    with store.reading() as reader:
        revoked = reader.rows("SELECT id, revoke_reason FROM token WHERE revoked_at IS NOT NULL ORDER BY id")
        assert [(row[0], row[1]) for row in revoked if row[0] != key_of("T13")[1]] == [
            (key_of("T08")[1], "leaked: found in dump.txt")
        ]
        assert reader.value("SELECT case_id FROM audit ORDER BY seq DESC LIMIT 1") == "INC-204"
    again = run("triage", dump, "--json", store=store.address)
    assert again.code == 0
    assert ids(again.json, "verified") == []


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--revoke", "all", "--confirm", "1"), 2, "Only tokens whose secret is proven are ended here."),
        (("--revoke", "verified"), 2, "How many tokens are to be ended is missing."),
        (("--revoke", "verified", "--confirm", "1", "--read-only"), 1, "read-only"),
    ],
)
def test_a_revoke_that_is_not_meant_is_refused_before_anything_is_read(
    store: Store, dump: Path, options: tuple[str, ...], code: int, said: str
) -> None:
    ran = run("triage", dump, *options, store=store.address)
    assert ran.code == code
    assert said in ran.err
    with store.reading() as reader:
        assert reader.value("SELECT count(*) FROM token WHERE revoked_at IS NOT NULL") == 1


def test_a_file_that_is_not_there_is_named(store: Store, tmp_path: Path) -> None:
    ran = run("triage", tmp_path / "none.txt", store=store.address)
    assert ran.code == 2
    assert "can't be read" in ran.err


def test_the_canary_is_in_no_table_after_a_triage(store: Store, dump: Path) -> None:
    run("triage", dump, "--revoke", "verified", "--confirm", 1, store=store.address)
    with store.reading() as reader:
        kept = json.dumps([[str(value) for value in row] for row in reader.rows("SELECT detail, token_name, scopes FROM audit")])
        kept += json.dumps([[str(value) for value in row] for row in reader.rows("SELECT reason, host FROM audit_private")])
    for short in ("T01", "T02", "T08", "T13"):
        assert secret_of(short).reveal()[22:-6] not in kept


def test_standard_input_is_read_when_no_file_is_named(store: Store, dump: Path) -> None:
    with dump.open("rb") as stream:
        ran = subprocess.run(
            [sys.executable, "-m", "console", "triage", "--store", url(store.address), "--json"],
            stdin=stream,
            capture_output=True,
            cwd=ROOT,
            check=False,
        )
    assert ran.returncode == 2, ran.stderr
    assert ids(json.loads(ran.stdout), "verified") == [key_of("T08")[1]]


class _Endless(io.RawIOBase):
    """Junk made while it is read, with a token in the middle."""

    def __init__(self, length: int, hidden: bytes) -> None:
        self._left, self._half, self._hidden = length, length // 2, hidden
        self._line = b"GET /v1/orders 200 tkd_liv e 0123456789abcdef ZmFrZQ==\n" * 2_000

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._left <= 0:
            return 0
        block = self._line[: len(buffer)]
        if self._left <= self._half:
            block, self._half = b"\n" + self._hidden + b"\n", 0
        buffer[: len(block)] = block
        self._left -= len(block)
        return len(block)


def test_memory_does_not_grow_with_the_text(store: Store) -> None:
    peaks = []
    for length in (8_000_000, 48_000_000):
        stream = io.BufferedReader(_Endless(length, secret_of("T08").reveal().encode()))
        tracemalloc.start()
        with store.reading() as reader:
            found = triage(reader, stream, NOW, store.mint())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert [one.id for one in found.of(Verdict.VERIFIED)] == [key_of("T08")[1]]
    assert peaks[1] < 1.2 * peaks[0]
