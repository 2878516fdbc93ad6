"""Customers are told by the command line, from what is due to what nobody took, through a real mail server."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from store.opening import Store
from store.reads.case_file import case_file
from store.reads.timeline import timeline
from store.reads.token_rows import token_rows
from store.rules.checklist import State, Step
from store.writes.ending import revoke
from store.writes.orders import RevokeOrder
from store.writes.people import MemberFacts
from tests.command_line import Ran, run
from tests.conftest import NOW
from tests.journeys.conftest import Clock
from tests.mail_server import Hooked, Post, webhook
from tests.making import PRIYA
from tests.rowmaker import put_people
from tests.scenario import fill_scenario, key_of


@pytest.fixture
def filled(store: Store, clock: Clock) -> Store:
    """The scenarios' store, no demo; Leo and Mia have addresses."""
    fill_scenario(store)
    put_people(store, {}, [
        MemberFacts("BOLT", "leo", "leo@bolt.example", admin=True), MemberFacts("ACME", "mia", "mia@acme.example", admin=True),
    ])  # fmt: skip
    return store


def notices(store: Store, *words: str) -> Ran:
    return run("notices", *words, store=store.address)


def test_what_is_due_is_seen_before_it_is_sent_and_then_sent_once(filled: Store, post: Post) -> None:
    assert notices(filled, "due").out == "New in line: expiry of 2 tokens, orphan of 1 token.\n"
    assert notices(filled, "due").out == "Nothing new is due.\n"
    seen = notices(filled, "preview")
    assert "To:      leo@bolt.example" in seen.out
    assert "It stops working on 23 March 2026 at 09:00 UTC" in seen.out
    assert post.mails == []
    ran = notices(filled, "send")
    assert (ran.code, ran.out) == (1, "Nothing new is due.\n3 sent, 0 to be tried again, 1 dead.\n")
    assert "ned: no e-mail address is on record." in ran.err
    assert sorted(str(one["To"]) for one in post.mails) == ["leo@bolt.example", "mia@acme.example", "mia@acme.example"]
    again = notices(filled, "send", "--json")
    assert (again.code, again.json) == (0, {"due": 0, "sent": 0, "later": 0, "dead": 0, "stopped": None})
    assert len(post.mails) == 3


def test_the_dead_are_listed_and_tried_again(filled: Store, post: Post) -> None:
    post.rcpt = ["550 no such user"] * 9
    assert notices(filled, "send", "--quiet").code == 1
    dead = notices(filled, "dead", "--json").json
    assert sorted((one["recipient"], one["answer"]) for one in dead) == [
        ("leo", "550 no such user"), ("mia", "550 no such user"), ("mia", "550 no such user"),
        ("ned", "no e-mail address is on record"),
    ]  # fmt: skip
    assert "dead after 1 try: 550 no such user" in notices(filled, "dead").out
    post.rcpt = []
    first = next(one["id"] for one in dead if one["recipient"] == "leo")
    assert notices(filled, "retry", first[:8]).out == "1 put in line again.\n"
    assert notices(filled, "send").out.endswith("1 sent, 0 to be tried again, 0 dead.\n")
    assert notices(filled, "retry", first).code == 1
    assert notices(filled, "retry", "--all").out == "3 put in line again.\n"
    assert [one["state"] for one in notices(filled, "list", "--state", "waiting", "--json").json] == ["waiting"] * 3


def test_a_notice_under_a_case_ticks_its_step_and_stands_on_the_timeline(filled: Store, post: Post) -> None:
    order = RevokeOrder(key=key_of("T14"), actor=PRIYA, reason="leaked", case="INC-7")
    filled.write(lambda unit: revoke(unit, order, NOW), order.action_id)
    with filled.reading() as reader:
        before = case_file(reader, "INC-7", NOW)
    assert before is not None
    assert next(one for one in before.steps if one.step is Step.NOTIFY).state is State.OPEN
    notices(filled, "send")
    with filled.reading() as reader:
        after = case_file(reader, "INC-7", NOW)
        row = token_rows(reader, [key_of("T14")], NOW)[key_of("T14")]
        events = timeline(reader, row, NOW).events
    assert after is not None
    step = next(one for one in after.steps if one.step is Step.NOTIFY)
    assert step.state is State.DONE
    assert step.ticks[0].words == "notified leo of the revocation"
    assert [(one.word, one.about.split(", ")[0]) for one in events if one.word == "notified"] == [
        ("notified", "leo of the revocation")
    ]
    assert "notified leo of the revocation" in run("cases", "show", "INC-7", store=filled.address).out
    assert (
        "sent a notice of revocation about never used, new of BOLT by mail, BOLT/T14Scenario1, leo"
        in run("audit", "list", store=filled.address).out
    )


def test_a_warning_moves_with_the_end_and_follows_the_days_that_are_set(
    filled: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKENDESK_WARN_DAYS", "14")
    assert notices(filled, "due", "--json").json == {"expiry": 1, "orphan": 1}
    clock.now = NOW + timedelta(days=6)
    assert notices(filled, "due", "--json").json == {"expiry": 1}
    monkeypatch.setenv("TOKENDESK_WARN_DAYS", "soon")
    assert notices(filled, "due").code == 2


def test_nothing_is_sent_where_it_is_not_set_up_read_only_or_by_an_unknown_way(filled: Store, post: Post) -> None:
    assert "no way to tell people" in notices(filled, "send", "--by", "pigeon").err
    assert "Set webhook" in notices(filled, "send", "--by", "webhook").err
    ran = notices(filled, "send", "--read-only")
    assert ran.code == 1
    assert "read-only" in ran.err
    assert post.mails == []


def test_a_webhook_is_set_up_with_a_file_nobody_else_reads(
    filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hook secret\n")
    secret.chmod(0o644)
    kept = Hooked()
    with webhook(kept) as address:
        monkeypatch.setenv("TOKENDESK_WEBHOOK", address)
        assert "needs a secret" in notices(filled, "send").err
        monkeypatch.setenv("TOKENDESK_WEBHOOK_SECRET_FILE", str(secret))
        assert "chmod 600" in notices(filled, "send").err
        secret.chmod(0o600)
        ran = notices(filled, "send")
        assert ran.out.endswith("4 sent, 0 to be tried again, 0 dead.\n")
    assert len({headers["Idempotency-Key"] for headers, _ in kept.took}) == len(kept.took) == 4
    assert "hook secret" not in ran.out + ran.err
