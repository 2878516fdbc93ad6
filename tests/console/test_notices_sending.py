"""Notices reach a real mail server and a real webhook once each, whatever those answer, on both databases."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import signal
import socket
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from console.notices.hook import Hook
from console.notices.mail import Mail
from console.notices.mail_server import MailServer
from console.notices.mail_server import mail_server as read_server
from console.notices.result import Way
from console.notices.sending import Sent, send_waiting
from store.errors import BadInput, Refused
from store.notice_rows import NoticeRow
from store.opening import Store, open_store
from store.reads.notices import notices
from store.rows import TokenKey
from store.rules.notices import BACK_OFF, LEASE, NoticeState
from store.rules.secrets import Secret
from store.writes.people import MemberFacts
from tests.conftest import NOW
from tests.faults.children import start
from tests.mail_server import Hooked, Post, certificate, mail_server, webhook
from tests.making import PRIYA, revoke_token
from tests.rowmaker import put_people, put_tokens

SECRET = Secret("hook secret")
SENDER = "tokens@desk.example"


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with one revoked token whose creator is to be told."""
    put_people(store, {"ACME": "Acme\r\nBcc: all@x.example"}, [MemberFacts("ACME", "raj@acme.example", "Raj")])
    put_tokens(store, [{
        "account_id": "ACME", "id": "A1", "name": "sync\r\nBcc: x@y.example\r\n\r\nhttp://evil.example", "hint": "7Qk2",
        "creator_id": "raj@acme.example", "created_at": NOW - timedelta(days=9), "expires_at": NOW + timedelta(days=60),
    }])  # fmt: skip
    revoke_token(store, TokenKey(("ACME", "A1")))
    return store


@pytest.fixture
def post() -> Iterator[tuple[Post, MailServer]]:
    """A mail server and how to reach it."""
    kept = Post()
    with mail_server(kept) as port:
        yield kept, MailServer("127.0.0.1", port, False, SENDER)


@pytest.fixture
def hook() -> Iterator[tuple[Hooked, str]]:
    """A webhook and its address."""
    kept = Hooked()
    with webhook(kept) as address:
        yield kept, address


def send(store: Store, *ways: Way, now: datetime = NOW, limit: int = 9) -> Sent:
    return send_waiting(store, ways, PRIYA, lambda: now, limit)


def mail(store: Store, server: MailServer, timeout: float = 5.0) -> Mail:
    return Mail(server, store.facts.store_id, timeout)


def the_one(store: Store) -> NoticeRow:
    with store.reading() as reader:
        (row,) = notices(reader)
    return row


def told(store: Store) -> int:
    with store.reading() as reader:
        return int(reader.value("SELECT count(*) FROM audit WHERE action = 'notify'"))


def test_a_mail_says_it_once_and_no_customer_writes_its_headers(filled: Store, post: tuple[Post, MailServer]) -> None:
    kept, server = post
    assert send(filled, mail(filled, server)) == Sent(sent=1)
    assert send(filled, mail(filled, server)) == Sent()
    (sent,) = kept.mails
    row = the_one(filled)
    assert (sent["From"], sent["To"]) == (SENDER, "raj@acme.example")
    assert sent["Subject"] == "API token …7Qk2 was revoked and no longer works"
    assert sent["Message-ID"] == f"<{row.id}.{filled.facts.store_id[:8]}@desk.example>"
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Bcc"] is None
    assert {name.lower() for name in sent} <= {
        "from", "to", "subject", "date", "message-id", "auto-submitted", "content-type", "content-transfer-encoding",
        "mime-version", "x-peer", "x-mailfrom", "x-rcptto",
    }  # fmt: skip
    body = str(sent.get_payload(decode=True), "utf-8") if isinstance(sent.get_payload(decode=True), bytes) else ""  # type: ignore[arg-type]
    assert body.replace("\r\n", "\n") == row.body
    assert "Bcc: x@y.example http: //evil.example" in body
    assert (row.state, row.way, row.tries) == (NoticeState.SENT, "mail", 1)
    assert told(filled) == 1


def test_a_recipient_who_is_refused_is_dead_at_once(filled: Store, post: tuple[Post, MailServer]) -> None:
    kept, server = post
    kept.rcpt = ["550 5.1.1 no such user"]
    assert send(filled, mail(filled, server)) == Sent(dead=1)
    assert (the_one(filled).state, the_one(filled).answer) == (NoticeState.DEAD, "550 5.1.1 no such user")
    assert (kept.mails, told(filled)) == ([], 0)


def test_greylisting_is_waited_out(filled: Store, post: tuple[Post, MailServer]) -> None:
    kept, server = post
    kept.rcpt = ["451 4.7.1 greylisted", "451 4.7.1 greylisted"]
    at = NOW
    for wait in BACK_OFF[:2]:
        assert send(filled, mail(filled, server), now=at) == Sent(later=1)
        assert the_one(filled).next_try_at == at + wait
        assert send(filled, mail(filled, server), now=at + wait - timedelta(milliseconds=1)) == Sent()
        at += wait
    assert send(filled, mail(filled, server), now=at) == Sent(sent=1)
    assert len(kept.mails) == 1


@pytest.mark.parametrize(("answer", "state"), [("452 4.2.2 full", NoticeState.WAITING), ("554 5.7.1 spam", NoticeState.DEAD)])
def test_a_text_that_is_not_taken_is_tried_again_only_where_that_helps(
    filled: Store, post: tuple[Post, MailServer], answer: str, state: NoticeState
) -> None:
    kept, server = post
    kept.data = [answer]
    send(filled, mail(filled, server))
    assert (the_one(filled).state, the_one(filled).answer) == (state, answer)


def test_a_server_that_says_nothing_costs_one_try_and_ends_the_run(filled: Store) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = MailServer("127.0.0.1", silent.getsockname()[1], False, SENDER)
        done = send(filled, mail(filled, server, timeout=0.1))
    assert (done.later, done.stopped) == (1, "the mail server can't be reached (no answer in time)")
    assert (the_one(filled).state, the_one(filled).tries) == (NoticeState.WAITING, 1)


def test_a_server_that_is_not_there_costs_one_try_and_ends_the_run(filled: Store) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    done = send(filled, mail(filled, MailServer("127.0.0.1", port, False, SENDER)))
    assert (done.later, done.stopped) == (1, "the mail server can't be reached (Connection refused)")


def test_mail_goes_over_tls_that_is_checked_and_signs_in(filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Post()
    context, trusted = certificate(tmp_path, "127.0.0.2")
    with mail_server(kept, "127.0.0.2", context, "right") as port:

        def through(password: str) -> MailServer:
            return MailServer("127.0.0.2", port, False, SENDER, "tokens", Secret(password))

        assert "TLS can't be trusted" in send(filled, mail(filled, through("right"))).stopped
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        assert "refused the user or password" in send(filled, mail(filled, through("wrong"))).stopped
        assert (the_one(filled).state, the_one(filled).tries) == (NoticeState.WAITING, 0)
        assert send(filled, mail(filled, through("right"))) == Sent(sent=1)
    assert len(kept.mails) == 1


def test_nothing_goes_to_another_machine_without_tls(filled: Store) -> None:
    kept = Post()
    with mail_server(kept, "127.0.0.2") as port:
        done = send(filled, mail(filled, MailServer("127.0.0.2", port, False, SENDER)))
    assert done.stopped == "the mail server offers no TLS, or no way to sign in"
    assert kept.mails == []


def test_a_mail_sent_by_a_process_that_was_killed_then_is_known_again(filled: Store, post: tuple[Post, MailServer]) -> None:
    kept, server = post
    kept.data = ["250 taken", "554 5.3.0 duplicate message"]
    kept.before = lambda: os.kill(child, signal.SIGKILL)
    address = filled.address

    def send_and_die() -> None:
        other = open_store(address)
        send_waiting(other, [mail(other, server)], PRIYA, lambda: NOW)

    child = start(send_and_die)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    kept.before = lambda: None
    assert (the_one(filled).state, told(filled)) == (NoticeState.SENDING, 0)
    assert send(filled, mail(filled, server), now=NOW + LEASE - timedelta(milliseconds=1)) == Sent()
    assert send(filled, mail(filled, server), now=NOW + LEASE) == Sent(sent=1)
    assert len(kept.mails) == 2
    assert len({one["Message-ID"] for one in kept.mails}) == 1
    assert told(filled) == 1


def test_a_duplicate_that_was_never_sent_before_is_a_refusal(filled: Store, post: tuple[Post, MailServer]) -> None:
    kept, server = post
    kept.data = ["554 5.3.0 duplicate message"]
    assert send(filled, mail(filled, server)) == Sent(dead=1)


def test_a_webhook_is_told_with_a_signature_and_a_key(filled: Store, hook: tuple[Hooked, str]) -> None:
    kept, address = hook
    assert send(filled, Hook(address, SECRET, filled.facts.store_id)) == Sent(sent=1)
    ((headers, body),) = kept.took
    row = the_one(filled)
    assert headers["X-Tokendesk-Signature"] == "sha256=" + hmac.new(b"hook secret", body, hashlib.sha256).hexdigest()
    assert headers["Idempotency-Key"] == f"{filled.facts.store_id}/{row.id}"
    said = json.loads(body)
    assert (said["kind"], said["token"], said["recipient"], said["body"]) == ("revocation", "A1", "raj@acme.example", row.body)
    assert row.way == "webhook"


@pytest.mark.parametrize(("code", "state", "tries", "stops"), [
    (200, NoticeState.SENT, 1, False), (409, NoticeState.SENT, 1, False), (429, NoticeState.WAITING, 1, False),
    (503, NoticeState.WAITING, 1, False), (400, NoticeState.DEAD, 1, False), (401, NoticeState.WAITING, 0, True),
    (302, NoticeState.WAITING, 0, True), (0, NoticeState.WAITING, 1, True),
])  # fmt: skip
def test_what_a_webhook_answers_decides(
    filled: Store, hook: tuple[Hooked, str], code: int, state: NoticeState, tries: int, stops: bool
) -> None:
    kept, address = hook
    kept.codes = [code]
    done = send(filled, Hook(address, SECRET, filled.facts.store_id), limit=1)
    assert (the_one(filled).state, the_one(filled).tries, bool(done.stopped)) == (state, tries, stops)
    assert len(kept.took) == 1


def test_a_webhook_that_takes_it_and_says_nothing_costs_one_try_and_is_told_with_the_same_key_again(
    filled: Store, hook: tuple[Hooked, str]
) -> None:
    kept, address = hook
    over = threading.Event()
    kept.before = lambda: over.wait(30)
    done = send(filled, Hook(address, SECRET, filled.facts.store_id, timeout=0.2))
    over.set()
    assert (done.sent, done.later, done.stopped) == (0, 1, "it did not answer in time")
    assert (the_one(filled).state, the_one(filled).tries, told(filled)) == (NoticeState.WAITING, 1, 0)
    kept.codes = [409]
    assert send(filled, Hook(address, SECRET, filled.facts.store_id), now=NOW + BACK_OFF[0]) == Sent(sent=1)
    assert len(kept.took) == 2
    assert len({headers["Idempotency-Key"] for headers, _ in kept.took}) == 1
    assert told(filled) == 1


def test_a_webhook_told_by_a_process_that_was_killed_then_is_told_with_the_same_key(
    filled: Store, hook: tuple[Hooked, str]
) -> None:
    kept, url = hook
    kept.codes = [204, 409]
    kept.before = lambda: os.kill(child, signal.SIGKILL)
    address = filled.address

    def send_and_die() -> None:
        other = open_store(address)
        send_waiting(other, [Hook(url, SECRET, other.facts.store_id)], PRIYA, lambda: NOW)

    child = start(send_and_die)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    kept.before = lambda: None
    assert send(filled, Hook(url, SECRET, filled.facts.store_id), now=NOW + LEASE) == Sent(sent=1)
    assert len(kept.took) == 2
    assert len({headers["Idempotency-Key"] for headers, _ in kept.took}) == 1
    assert len({body for _, body in kept.took}) == 1
    assert (the_one(filled).answer, told(filled)) == ("known already: it answered 409", 1)


def test_whoever_has_no_address_is_told_by_the_webhook_or_not_at_all(
    filled: Store, post: tuple[Post, MailServer], hook: tuple[Hooked, str]
) -> None:
    put_people(filled, {}, [MemberFacts("ACME", "leo", "Leo", admin=True)])
    put_tokens(filled, [{"account_id": "ACME", "id": "A2", "creator_id": "leo", "created_at": NOW}])
    revoke_token(filled, TokenKey(("ACME", "A2")))
    put_tokens(filled, [{"account_id": "ACME", "id": "A3", "creator_id": "leo", "created_at": NOW}])
    both = (mail(filled, post[1]), Hook(hook[1], SECRET, filled.facts.store_id))
    assert send(filled, *both) == Sent(sent=2)
    assert (len(post[0].mails), len(hook[0].took)) == (1, 1)
    revoke_token(filled, TokenKey(("ACME", "A3")))
    assert send(filled, mail(filled, post[1])) == Sent(dead=1)


@pytest.mark.parametrize("address", [
    "mail.example.com", "http://mail.example.com", "smtp://", "smtp://tokens:pass@mail.example.com", "smtp://x:99999", "smtp://a/b",
])  # fmt: skip
def test_an_address_that_is_no_mail_server_or_holds_a_password_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_server(address, SENDER, None)
    assert "pass@" not in str(refused.value)


def test_a_mail_server_has_the_usual_ports_and_wants_its_password() -> None:
    found = read_server("smtps://tokens@mail.example.com", SENDER, Secret("x"))
    assert (found.host, found.port, found.tls, found.user, found.here) == ("mail.example.com", 465, True, "tokens", False)
    assert read_server("smtp://mail.example.com", SENDER, None).port == 587
    with pytest.raises(BadInput, match="wants a password"):
        read_server("smtp://tokens@mail.example.com", SENDER, None)
    with pytest.raises(BadInput, match="mail_from"):
        read_server("smtp://mail.example.com", "a@b\r\nBcc: c@d", None)


def test_a_demo_store_tells_nobody(filled: Store, post: tuple[Post, MailServer], monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    monkeypatch.setattr(filled, "facts", replace(filled.facts, demo_now=NOW))
    with pytest.raises(Refused, match="tells nobody"):
        send(filled, mail(filled, post[1]))
    assert post[0].mails == []
