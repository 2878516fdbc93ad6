"""Scenario A9 by command line, without SSH: a dump is triaged, what is verified ends, and nothing of the dump is kept."""

from __future__ import annotations

import base64
import io
import json
import random
import subprocess
import sys
import tracemalloc
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from console.actor import actor_at
from store.opening import Store
from store.reads.exposures import exposed_tokens, exposures_of
from store.reads.triage import triage
from store.reads.verify import verify
from store.rules.leaks import Verdict
from store.rules.roles import Role
from store.rules.secrets import Secret, digest_of
from store.writes.people import put_operator
from tests.command_line import ROOT, run, url
from tests.conftest import NOW
from tests.making import PRIYA
from tests.scenario import damaged, fill_scenario, forged, key_of, secret_of


@pytest.fixture
def store(demo_store: Store) -> Store:
    """The scenarios' store; its clock stands at NOW."""
    fill_scenario(demo_store)
    return demo_store


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


def places(store: Store) -> list[tuple[Any, ...]]:
    """Return what is on record: token, source, place, verdict, times and case."""
    with store.reading() as reader:
        rows = reader.rows("SELECT token_id, source, place, verdict, times, case_id FROM exposure ORDER BY token_id, place")
    return [tuple(row) for row in rows]


def log(store: Store, after: int = 0) -> list[tuple[Any, ...]]:
    """Return the audit lines after a number: action, token and case."""
    with store.reading() as reader:
        return [
            tuple(row) for row in reader.rows(f"SELECT action, token_id, case_id FROM audit WHERE seq > {after} ORDER BY seq")
        ]


def test_a9_a_dry_run_with_a_case_leaves_its_places_on_record_and_no_token_works_differently(store: Store, dump: Path) -> None:
    start = len(log(store))
    ran = run("triage", dump, "--case", "INC-204", store=store.address)
    assert ran.code == 2
    assert "5 places are on record now. 2 tokens are marked as exposed." in ran.out
    t01, t02, t08, t13 = (key_of(short)[1] for short in ("T01", "T02", "T08", "T13"))
    assert places(store) == sorted(
        [
            (t01, "dump.txt", "line 900", "id only", 1, "INC-204"),
            (t02, "dump.txt", "line 1700", "damaged", 1, "INC-204"),
            (t08, "dump.txt", "line 40", "verified", 1, "INC-204"),
            (t08, "dump.txt", "line 4900", "verified", 1, "INC-204"),
            (t13, "dump.txt", "line 2500", "dead", 1, "INC-204"),
        ],
        key=lambda one: (one[0], one[2]),
    )
    assert log(store, start)[:2] == [("case", None, "INC-204"), ("look-up", None, "INC-204")]
    assert sorted(log(store, start)[2:]) == sorted(("expose", one, "INC-204") for one in (t01, t02, t08, t13))
    with store.reading() as reader:
        assert verify(reader).whole
        assert reader.value("SELECT count(*) FROM token WHERE revoked_at IS NOT NULL OR suspended_at IS NOT NULL") == 1
        since, until = NOW - timedelta(days=30), NOW + timedelta(days=1)
        assert exposed_tokens(reader, since, until) == 2
    before, at = places(store), len(log(store))
    again = run("triage", dump, "--revoke", "verified", "--confirm", 1, "--case", "INC-204", store=store.address)
    assert again.code == 0
    assert "Where they were seen was on record already." in again.out
    assert places(store) == before
    assert log(store, at) == [("look-up", None, "INC-204"), ("revoke", t08, "INC-204")]


def test_a_dry_run_without_a_case_writes_nothing_at_all(store: Store, dump: Path) -> None:
    before = log(store)
    ran = run("triage", dump, store=store.address)
    assert "Nothing was put on record; --case or --record does." in ran.out
    assert (log(store), places(store)) == (before, [])
    assert run("triage", dump, "--read-only", store=store.address).code == 2


def test_the_record_says_what_was_read_and_when_it_was_reported(store: Store, dump: Path) -> None:
    words = ("--record", "--source", "mail of a researcher", "--reported", "2026-03-16T08:00Z", "--reason", "bounty 7")
    ran = run("triage", dump, *words, "--json", store=store.address)
    assert (ran.json["recorded"], ran.json["places_recorded"], ran.json["source"]) == (True, 5, "mail of a researcher")
    (live,) = (one for one in ran.json["tokens"] if one["verdict"] == "verified")
    assert live["places"] == [{"place": "line 40", "times": 1}, {"place": "line 4900", "times": 1}]
    with store.reading() as reader:
        first = exposures_of(reader, key_of("T08"))[0]
    assert (first.source, first.reported_at) == ("mail of a researcher", NOW - timedelta(hours=1))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--case", "INC-204", "--read-only"), "This is read-only."),
        (("--record", "--reported", "2027-01-01"), "The report is from the future."),
        (("--revoke", "verified", "--confirm", "2", "--case", "INC-204"), "but --confirm says 2. Nothing was revoked."),
    ],
)
def test_what_is_refused_leaves_no_record(store: Store, dump: Path, options: tuple[str, ...], said: str) -> None:
    before = log(store)
    ran = run("triage", dump, *options, store=store.address)
    assert ran.code == 1
    assert said in ran.err
    denied = [("denied", None, None)] if "read-only" in said else []
    assert (log(store), places(store)) == ([*before, *denied], [])


@pytest.mark.parametrize(
    ("role", "options", "code", "said"),
    [
        (Role.AUDITOR, (), 2, ""),
        (Role.AUDITOR, ("--case", "INC-204"), 1, "may look for leaked tokens, but not put them on record"),
        (Role.SUPPORT, ("--case", "INC-204"), 2, ""),
        (Role.SUPPORT, ("--revoke", "verified", "--confirm", "1"), 1, "The role support may not revoke many tokens."),
        (Role.ON_CALL, ("--revoke", "verified", "--confirm", "1"), 0, ""),
    ],
)
def test_each_role_may_do_in_a_triage_what_the_table_gives_it(
    store: Store, dump: Path, role: Role, options: tuple[str, ...], code: int, said: str
) -> None:
    me = actor_at(store).name.removeprefix("local:")
    store.write(lambda unit: put_operator(unit, "priya", Role.ADMIN, PRIYA, NOW))
    store.write(lambda unit: put_operator(unit, me, role, PRIYA, NOW))
    ran = run("triage", dump, *options, store=store.address)
    assert ran.code == code, ran
    assert said in ran.err


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


def reports(form: str) -> str:
    """Return a scanner's report of T08 and of somebody else's token."""
    secret, other = secret_of("T08").reveal(), "ghp_" + "x" * 36
    if form == "gitleaks":
        one = {"RuleID": "key", "File": "billing/sync.py", "StartLine": 12, "Commit": "0123456789abcdef" * 2 + "01234567"}
        return json.dumps([{**one, "Match": f"k = '{secret}'", "Secret": secret}, {**one, "Secret": other}], indent=1)
    if form == "trufflehog":
        git = {"repository": "https://git.example/acme/app.git", "file": "a.env", "line": 3, "commit": "ab" * 20}
        one = {"DetectorName": "Custom", "SourceMetadata": {"Data": {"Git": git}}}
        return "\n".join(json.dumps({**one, "Raw": raw}) for raw in (secret, other)) + "\n"
    one = {"type": "tokendesk", "source": "content", "url": f"https://git.example/a/b?t={secret}"}
    return json.dumps([{**one, "token": secret}, {**one, "token": other}])


@pytest.mark.parametrize(
    ("form", "place"),
    [
        ("gitleaks", "billing/sync.py:12@0123456789ab"),
        ("trufflehog", "https://git.example/acme/app.git a.env:3@abababababab"),
        ("partner", "https://git.example/a/b"),
    ],
)
def test_a_scanners_report_is_recognised_and_its_places_go_on_record(store: Store, tmp_path: Path, form: str, place: str) -> None:
    report = tmp_path / "report.json"
    report.write_text(reports(form))
    ran = run("triage", report, "--record", "--json", store=store.address)
    assert ran.code == 2, ran
    assert ids(ran.json, "verified") == [key_of("T08")[1]]
    assert (ran.json["not_ours"], ran.json["tokens"][0]["places"]) == (1, [{"place": place, "times": 1}])
    assert secret_of("T08").reveal()[22:] not in ran.out + ran.err
    assert [one[2] for one in places(store)] == [place]


@pytest.mark.parametrize("form", ["gitleaks", "trufflehog", "partner"])
def test_a_report_that_breaks_off_is_refused_in_one_sentence(store: Store, tmp_path: Path, form: str) -> None:
    report = tmp_path / "report.json"
    report.write_text(reports(form)[:-9])
    ran = run("triage", report, "--record", store=store.address)
    assert ran.code == 1
    assert f"Read as a report of {form}, its record 2 breaks off or can't be read; nothing was done." in ran.err
    assert (ran.out, places(store)) == ("", [])
    assert run("triage", report, "--format", "text", store=store.address).code == 2
    assert run("triage", report, "--format", "odd", store=store.address).code == 2


@pytest.mark.parametrize(
    ("form", "named", "field"),
    [("partner", "gitleaks", "Secret"), ("gitleaks", "trufflehog", "Raw"), ("gitleaks", "partner", "token")],
)
def test_a_report_read_as_another_kind_is_refused_and_not_called_clean(
    store: Store, tmp_path: Path, form: str, named: str, field: str
) -> None:
    report = tmp_path / "report.json"
    report.write_text(reports(form))
    ran = run("triage", report, "--format", named, "--record", store=store.address)
    assert (ran.code, ran.out, places(store)) == (1, "", [])
    assert f"Read as a report of {named}, its record 1 has no “{field}”; nothing was done." in ran.err


def test_a_report_that_github_did_not_sign_is_refused_before_it_is_read(store: Store, tmp_path: Path) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    keys, report = tmp_path / "keys.json", tmp_path / "report.json"
    keys.write_text(json.dumps({"public_keys": [{"key_identifier": "k1", "key": pem, "is_current": True}]}))
    report.write_text(reports("partner"))
    signed = base64.b64encode(private.sign(report.read_bytes(), ec.ECDSA(SHA256()))).decode()
    words = ("--record", "--signature", signed, "--keys", keys)
    right = run("triage", report, *words, "--key-id", "k1", "--json", store=store.address)
    assert right.code == 2, right
    assert ids(right.json, "verified") == [key_of("T08")[1]]
    before = (log(store), places(store))
    report.write_text(reports("partner") + " ")
    wrong = run("triage", report, *words, "--key-id", "k1", store=store.address)
    assert (wrong.code, wrong.out) == (1, "")
    assert "The signature is wrong" in wrong.err
    other = run("triage", report, *words, "--key-id", "k2", store=store.address)
    assert other.code == 1
    assert "The key k2 is not among those" in other.err
    assert run("triage", report, *words, store=store.address).code == 2
    assert (log(store), places(store)) == before
