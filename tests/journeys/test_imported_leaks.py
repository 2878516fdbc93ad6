"""Tokens that came from another system with the SHA-256 of their text are found in what was leaked, on both databases."""

from __future__ import annotations

import hashlib
import io
import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from store.address import Address
from store.creation import create_store
from store.opening import Store
from store.reader import Reader, Row
from store.reads.identify import identify
from store.reads.triage import Triage, triage
from store.rules.leaks import Verdict
from store.rules.secrets import Secret
from tests.command_line import run
from tests.conftest import NOW
from tests.scenario import fill_scenario, key_of, secret_of

SECRETS = {
    "old-41": "unkey_3ZhT9mQx2LpVdW8sKfYbNc",
    "old-42": "glpat-x7_Ys2ab9-Kqw01ZtLmP",
    "old-43": "9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b",
    "old-44": "svc.v2.Q1w2E3r4T5y6U7i8O9p0",
}
HEADING = "id,account,name,created_at,digest_scheme,digest,revoked_at\n"


@pytest.fixture
def store(demo_store: Store, tmp_path: Path) -> Store:
    """The scenarios' store with four imported tokens of other forms, the last of them revoked."""
    fill_scenario(demo_store)
    rows = [
        f"{token},BOLT,old {token},2026-01-01T00:00:00Z,sha256,{hashlib.sha256(secret.encode()).hexdigest()},"
        f"{'2026-02-01T00:00:00Z' if token == 'old-44' else ''}\n"
        for token, secret in SECRETS.items()
    ]
    (tmp_path / "old.csv").write_text(HEADING + "".join(rows))
    assert run("import", "tokens", str(tmp_path / "old.csv"), store=demo_store.address).code == 0
    return demo_store


def searched(store: Store, text: str) -> Triage:
    with store.reading() as reader:
        return triage(reader, io.BytesIO(text.encode()), NOW, store.mint())


def told(found: Triage) -> list[tuple[str, str, int, list[int]]]:
    return sorted((one.id, one.found.verdict.value, one.times, one.lines) for one in found.sightings)


def test_only_the_first_words_are_compared_and_a_triage_says_so(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.reads.triage.MOST_TRIED", 2)
    words = [SECRETS["old-41"], "Zx81Qm30Vw55Kd27Lp", SECRETS["old-42"]]
    found = searched(store, f"{words[0]}\n{words[1]}\n{words[2]}\nours {secret_of('T08').reveal()}\n")
    assert told(found) == sorted([(key_of("T08")[1], "verified", 1, [4]), ("old-41", "verified", 1, [1])])
    assert (found.tried, found.cut_short, searched(store, words[0]).cut_short) == (2, True, False)
    (tmp_path / "dump.txt").write_text("\n".join(words))
    assert "Only the first 2 such words were" in run("triage", str(tmp_path / "dump.txt"), store=store.address).out


def test_each_is_found_in_a_text_with_its_lines_and_its_verdict(store: Store) -> None:
    text = (
        f'# a config\nkey={SECRETS["old-41"]}\n{{"private": "{SECRETS["old-42"]}"}}\n'
        f"curl -H 'Authorization: Token {SECRETS['old-43']}' https://api.example.com/v1\n"
        f"{SECRETS['old-44']}.\nagain {SECRETS['old-41']} and ours {secret_of('T08').reveal()}\nghp_{'k' * 36}\n"
    )
    found = searched(store, text)
    assert told(found) == sorted([
        (key_of("T08")[1], "verified", 1, [6]), ("old-41", "verified", 2, [2, 6]), ("old-42", "verified", 1, [3]),
        ("old-43", "verified", 1, [4]), ("old-44", "dead", 1, [5]),
    ])  # fmt: skip
    assert (found.foreign, found.duplicates) == (1, 1)
    assert 4 <= found.tried <= 10


def test_reports_of_scanners_name_where_they_stand(store: Store) -> None:
    report = [
        {
            "RuleID": "generic",
            "Secret": SECRETS["old-43"],
            "Match": f"key = {SECRETS['old-43']}",
            "File": "a.env",
            "StartLine": 3,
        },
        {"RuleID": "generic", "Secret": "AKIA" + "Q2" * 8, "Match": "x", "File": "b.env", "StartLine": 1},
    ]
    found = searched(store, json.dumps(report))
    assert [(one.id, one.times) for one in found.sightings] == [("old-43", 1)]
    assert next(iter(found.sightings[0].places)).startswith("a.env")
    assert found.foreign == 1


def test_a_paste_of_several_words_names_them_behind_our_own(store: Store) -> None:
    pasted = f"see {SECRETS['old-41']} and {secret_of('T08').reveal()} twice {SECRETS['old-41']}, and {SECRETS['old-44']}"
    with store.reading() as reader:
        found = identify(reader, Secret(pasted), NOW, store.mint())
        alone = identify(reader, Secret(f"TOKEN={SECRETS['old-42']}"), NOW, store.mint())
    assert [(one.row.id if one.row else None, one.verdict) for one in found] == [
        (key_of("T08")[1], Verdict.VERIFIED), ("old-41", Verdict.VERIFIED), ("old-44", Verdict.DEAD),
    ]  # fmt: skip
    assert [(one.row.id if one.row else None, one.verdict) for one in alone] == [("old-42", Verdict.VERIFIED)]


def test_the_command_line_says_how_many_words_it_tried_and_echoes_none(store: Store, tmp_path: Path) -> None:
    chance = random.Random(5)
    junk = " ".join(f"{chance.getrandbits(96):024x}" for _ in range(1_200))
    (tmp_path / "leak.txt").write_text(f"{junk}\nkey={SECRETS['old-41']}\n{junk}\n")
    ran = run("triage", str(tmp_path / "leak.txt"), "--json", store=store.address)
    assert (ran.code, ran.json["words_tried"], ran.json["not_ours"], ran.json["duplicates"]) == (2, 1_201, 0, 0)
    assert [(one["id"], one["verdict"], one["lines"]) for one in ran.json["tokens"]] == [("old-41", "verified", [2])]
    said = run("triage", str(tmp_path / "leak.txt"), store=store.address)
    assert "1,201 words of other forms were compared with the digests of imported tokens." in said.out
    for word in (SECRETS["old-41"], junk[:24]):
        assert word not in ran.out + ran.err + said.out + said.err
    ended = run("triage", str(tmp_path / "leak.txt"), "--revoke", "verified", "--confirm", "1", store=store.address)
    assert ended.code == 0, ended.err
    assert searched(store, SECRETS["old-41"]).sightings[0].found.verdict is Verdict.DEAD


def test_no_word_of_what_is_pasted_or_read_is_sent_to_the_database(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    with store.reading() as reader:
        kind = type(reader)
    plain = kind.rows

    def watched(self: Reader, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        sent.extend(value for value in (params or {}).values() if isinstance(value, str))
        return plain(self, sql, params or {})

    monkeypatch.setattr(kind, "rows", watched)
    unknown = "someone-elses-Secret-0123456789"
    with store.reading() as reader:
        assert identify(reader, Secret(unknown), NOW, store.mint())[0].verdict is Verdict.NOT_OURS
        assert identify(reader, Secret("old-43"), NOW, store.mint())[0].verdict is Verdict.ID_ONLY
        identify(reader, Secret(f"a text with {unknown} in it"), NOW, store.mint())
    searched(store, f"key={unknown}\n")
    assert "someone-" in sent
    assert not [value for value in sent if unknown[:9] in value]


def test_a_store_without_imported_digests_tries_no_word(address: Address) -> None:
    made = create_store(address, NOW, demo_now=NOW)
    fill_scenario(made)
    assert searched(made, f"key={SECRETS['old-41']}").tried == 0
    made.close()
