"""A quarterly review from the frozen queue to the signed evidence, on both databases; what was signed stays as it is."""

from __future__ import annotations

import csv
import io
import os
import pwd
import sqlite3
import subprocess
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from console.render.audit_words import sentence
from store.errors import Refused
from store.opening import Store
from store.reads.audit import lines
from store.reads.reviews import review, review_items
from store.reads.verify import verify
from store.rows import TokenKey
from store.rules.reviews import Decision, Progress, checked_again, checked_reason
from store.rules.roles import Actor, Role
from store.writes.people import put_operator
from store.writes.reviews import DecideOrder, OpenReviewOrder, SignOrder, decide, open_review, sign_review
from tests.command_line import Ran, run
from tests.conftest import NOW
from tests.making import PRIYA
from tests.scenario import fill_scenario, key_of

NAME = "2026-Q1-acme"
LOCAL = f"local:{pwd.getpwuid(os.getuid()).pw_name}"
DAY, TICK = timedelta(days=1), timedelta(milliseconds=1)


@pytest.fixture
def store(demo_store: Store) -> Store:
    """The scenarios' store; its clock stands at NOW."""
    fill_scenario(demo_store)
    return demo_store


def tokendesk(store: Store, *arguments: str) -> Ran:
    return run("reviews", *arguments, store=store.address)


def about(store: Store, token: str, decision: str, *more: str) -> Ran:
    return tokendesk(store, "decide", NAME, key_of(token)[1], decision, "--reason", f"about {token}", *more)


def test_a_review_is_frozen_decided_left_resumed_signed_and_exported(store: Store, tmp_path: Path) -> None:
    opened = tokendesk(store, "open", NAME, "--account", "ACME", "--json").json
    assert opened["tokens"] == 6
    make_token_later = run("tokens", "issue", "--account", "ACME", "--name", "later", "--owner", "mia", "--scope", "orders.read",
                           "--yes", store=store.address)  # fmt: skip
    assert tokendesk(store, "list", "--json").json[0]["tokens"] == 6, "what comes later is no part of it"
    assert make_token_later.code == 0
    assert about(store, "T01", "keep", "--until", "90d").code == 0
    assert about(store, "T02", "revoke", "--yes").code == 0
    rotated = about(store, "T11", "rotate", "--yes", "--json")
    assert rotated.json["left"] == 3
    assert rotated.json["token"].startswith("tkd_live_")
    left = tokendesk(store, "show", NAME, "--open", "--json").json
    assert {one["id"][:3] for one in left["queue"]} == {"T03", "T06", "T10"}
    assert left["decisions"] == {"keep": 1, "revoke": 1, "rotate": 1}
    early = tokendesk(store, "sign", NAME, "--reviewer", "Dana Fox", "--yes")
    assert (early.code, "3 of its 6 tokens are undecided" in early.err) == (1, True)
    for token in ("T03", "T06", "T10"):
        assert about(store, token, "keep", "--until", "90d").code == 0
    signed = tokendesk(store, "sign", NAME, "--reviewer", "Dana Fox", "--yes", "--json").json
    assert (signed["tokens"], signed["reviewer"]) == (6, "Dana Fox")
    file = tmp_path / "evidence.csv"
    assert tokendesk(store, "export", NAME, "-o", str(file)).code == 0
    rows = list(csv.DictReader(io.StringIO(file.read_bytes().decode())))
    assert {row["id"][:3]: row["decision"] for row in rows} == {
        "T01": "keep", "T02": "revoke", "T03": "keep", "T06": "keep", "T10": "keep", "T11": "rotate",
    }  # fmt: skip
    assert {row["reviewer"] for row in rows} == {"Dana Fox"}
    with store.reading() as reader:
        told = lines(reader, action="review", limit=20)
        by_seq = {line.seq: line for line in told}
        assert all(by_seq[int(row["audit_seq"])].reason == row["reason"] for row in rows)
        assert [sentence(told[0]), sentence(told[-1])] == [
            f"signed off the review {NAME} for Dana Fox",
            f"opened the review {NAME} of 6 tokens",
        ]
        assert [sentence(line) for line in lines(reader, action="export", limit=2)] == [
            f"exported the evidence of the review {NAME}, 6 tokens, as csv",
            f"began to export the evidence of the review {NAME} as csv",
        ]
        [revoked] = lines(reader, action="revoke", limit=1)
        assert revoked.reason == f"review {NAME}: about T02"
        assert verify(reader).whole
    assert about(store, "T01", "revoke", "--yes").code == 1


def test_the_report_tells_what_a_review_decided_and_who_signed_it_off(store: Store, tmp_path: Path) -> None:
    """As it was at the report's moment: from the audit log, so that nothing that is done later changes a byte of it."""
    tokendesk(store, "open", NAME, "--account", "ACME")
    about(store, "T02", "revoke", "--yes")
    open_row, about_it, _ = report(store, tmp_path / "open", "T02")
    assert [open_row[name] for name in REVIEWED] == [NAME, "revoke", LOCAL, "2026-03-16T09:00:00Z", "", ""]
    assert f"  {NAME}: 1 - not signed off" in about_it
    for token in ("T01", "T03", "T06", "T10", "T11"):
        about(store, token, "keep", "--until", "90d")
    tokendesk(store, "sign", NAME, "--reviewer", "Dana Fox", "--yes")
    row, about_it, words = report(store, tmp_path / "signed", "T01")
    assert [row[name] for name in REVIEWED] == [
        NAME, "keep", LOCAL, "2026-03-16T09:00:00Z", "Dana Fox", "2026-03-16T09:00:00Z",
    ]  # fmt: skip
    assert f"  {NAME}: 6 - signed off by Dana Fox at 2026-03-16T09:00:00Z" in about_it
    assert f"{NAME}: 6 tokens, signed off by Dana Fox on 2026-03-16" in words
    assert "reviewed 2026-03-16: keep" in words
    before, about_it, _ = report(store, tmp_path / "before", "T01", "--as-of", "2026-03-16T08:59Z")
    assert [before[name] for name in REVIEWED] == [""] * 6
    assert "  none" in about_it


REVIEWED = ("review", "review_decision", "reviewed_by", "reviewed_at", "review_signed_by", "review_signed_at")


def report(store: Store, stem: Path, token: str, *more: str) -> tuple[dict[str, str], str, str]:
    """Make both forms of a report; return a token's row, the text beside the CSV, and the words of the PDF."""
    for form in ("csv", "pdf"):
        ran = run("report", "--account", "ACME", "--since", "1y", "-o", f"{stem}.{form}", *more, store=store.address)
        assert ran.code == 0, ran.err
    done = subprocess.run(["pdftotext", "-raw", f"{stem}.pdf", "-"], check=True, capture_output=True, text=True)
    rows = list(csv.DictReader(io.StringIO(Path(f"{stem}.csv").read_bytes().decode())))
    (row,) = (row for row in rows if row["id"] == key_of(token)[1])
    words = " ".join(done.stdout.replace("\u200b", "").split())
    return row, Path(f"{stem}.csv.txt").read_text(), words


@pytest.mark.parametrize(
    ("token", "decision", "more", "said"),
    [
        ("T01", "keep", (), "until a date"),
        ("T01", "keep", ("--until", "366d"), "within a year"),
        ("T01", "re-own", ("--owner", "raj", "--yes"), "no longer active"),
        ("T01", "narrow", ("--yes",), "scopes that stay"),
        ("T01", "ended", (), "is live"),
        ("T01", "forget", (), "no decision"),
        ("T05", "keep", ("--until", "90d"), "not part of this review"),
        ("T10", "rotate", ("--yes",), "retiring"),
    ],
)
def test_what_cannot_be_decided_is_refused_and_leaves_the_token_undecided(
    store: Store, token: str, decision: str, more: tuple[str, ...], said: str
) -> None:
    tokendesk(store, "open", NAME, "--account", "ACME")
    ran = about(store, token, decision, *more)
    assert ran.code in (1, 2)
    assert said in ran.err
    with store.reading() as reader:
        assert review(reader, NAME).progress == Progress(6, 0)
        assert len(lines(reader, action="review", limit=9)) == 1


def open_one(store: Store, *tokens: str) -> None:
    with store.reading() as reader:
        seqs = {row[0]: row[1] for row in reader.rows("SELECT id, audit_seq FROM token")}
    items = [(TokenKey(key_of(token)), seqs[key_of(token)[1]]) for token in tokens]
    order = OpenReviewOrder(review_id=NAME, title="", account_id=None, filter="live", items=items, actor=PRIYA)
    store.write(lambda unit: open_review(unit, order, NOW))


def say(store: Store, token: str, decision: Decision, actor: Actor = PRIYA, **more: object) -> None:
    order = DecideOrder(review_id=NAME, key=TokenKey(key_of(token)), decision=decision, reason="why", actor=actor, **more)  # type: ignore[arg-type]
    store.write(lambda unit: decide(unit, order, NOW))


def test_only_a_kept_token_is_decided_again_and_an_ended_one_is_said_to_be_so(store: Store) -> None:
    open_one(store, "T01", "T02", "T12", "T06")
    say(store, "T01", Decision.KEEP, again_at=NOW + DAY)
    say(store, "T01", Decision.REVOKE)
    with pytest.raises(Refused, match="decided already"):
        say(store, "T01", Decision.KEEP, again_at=NOW + DAY)
    with pytest.raises(Refused, match="expired already"):
        say(store, "T12", Decision.KEEP, again_at=NOW + DAY)
    say(store, "T12", Decision.ENDED)
    say(store, "T06", Decision.REOWN, owner="mia")
    with store.reading() as reader:
        found = {item.id[:3]: (item.decision, item.owner) for item in review_items(reader, NAME)}
    assert found["T06"] == ("re-own", "mia")
    assert (found["T01"][0], found["T12"][0], found["T02"][0]) == ("revoke", "ended", None)


def test_who_may_decide_need_not_be_who_may_open_and_sign(store: Store) -> None:
    open_one(store, "T01")
    store.write(lambda unit: put_operator(unit, "priya", Role.ADMIN, PRIYA, NOW))
    store.write(lambda unit: put_operator(unit, "sam", Role.SUPPORT, PRIYA, NOW))
    store.write(lambda unit: put_operator(unit, "ada", Role.AUDITOR, PRIYA, NOW))
    sam = Actor("sam", Role.ADMIN)
    with pytest.raises(Refused, match="may not revoke"):
        say(store, "T01", Decision.KEEP, Actor("ada", Role.ADMIN), again_at=NOW + DAY)
    say(store, "T01", Decision.KEEP, sam, again_at=NOW + DAY)
    with pytest.raises(Refused, match="may not change policies"):
        store.write(lambda unit: sign_review(unit, SignOrder(review_id=NAME, reviewer="Sam", actor=sam), NOW))


def test_the_database_keeps_a_signed_review_as_it_is(store: Store) -> None:
    open_one(store, "T01")
    say(store, "T01", Decision.KEEP, again_at=NOW + DAY)
    store.write(lambda unit: sign_review(unit, SignOrder(review_id=NAME, reviewer="Dana", actor=PRIYA), NOW))
    for statement in (
        "UPDATE review SET reviewer = 'Eve'",
        "UPDATE review_item SET reason = 'other'",
        "DELETE FROM review_item",
        "DELETE FROM review",
    ):
        if store.address.path is not None:
            connection = sqlite3.connect(store.address.path)
            with pytest.raises(sqlite3.IntegrityError, match="review"):
                connection.execute(statement)
            connection.close()
        else:
            with psycopg.connect(store.address.conninfo) as server, pytest.raises(psycopg.errors.IntegrityError, match="review"):
                server.execute(statement.encode())


def test_a_date_and_a_reason_are_kept_to_their_edges() -> None:
    assert checked_again(NOW + 365 * DAY, NOW) == NOW + 365 * DAY
    for bad in (None, NOW, NOW + 365 * DAY + TICK):
        with pytest.raises(Refused):
            checked_again(bad, NOW)
    assert checked_reason("  used ") == "used"
    with pytest.raises(Refused):
        checked_reason("  ")
    assert (Progress(1_000, 999).percent, Progress(3, 3).percent, Progress(3, 0).left) == (99, 100, 3)
