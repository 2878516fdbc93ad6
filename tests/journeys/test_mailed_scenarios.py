"""Whoever made a token and whoever administers its account are mailed at the addresses on record: once, or visibly not."""

from __future__ import annotations

import os
import signal
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from console.notices.mail import Mail
from console.notices.mail_server import MailServer
from console.notices.sending import send_waiting
from console.screens.notices import NoticesScreen
from store.opening import Store, open_store
from store.reads.notices import notices, unaddressed
from store.rules.notices import BACK_OFF, LEASE, NoticeState
from store.writes.people import MemberFacts
from tests.at_console import at_console
from tests.command_line import Ran, run
from tests.conftest import NOW
from tests.faults.children import start
from tests.journeys.conftest import Clock
from tests.mail_server import Post, mail_server
from tests.making import PRIYA
from tests.rowmaker import put_people, put_tokens

DAY = timedelta(days=1)
RAJ, MIA = "raj@work.example", "mia@acme.example"


@pytest.fixture
def small(store: Store, clock: Clock) -> Store:
    """A token that ends in six days, made by raj in an account that mia administers; nobody has an address yet."""
    put_people(store, {"ACME": "Acme"}, [MemberFacts("ACME", "mia", "Mia", admin=True), MemberFacts("ACME", "raj", "Raj")])
    row = {"account_id": "ACME", "id": "A1", "name": "sync", "hint": "7Qk2", "creator_id": "raj",
           "created_at": NOW - 300 * DAY, "expires_at": NOW + 6 * DAY}  # fmt: skip
    put_tokens(store, [row], NOW - 60 * DAY)
    return store


def desk(store: Store, *words: str | Path) -> Ran:
    return run(*words, store=store.address)


def give_addresses(store: Store, folder: Path) -> None:
    """Bring in one address with a file, and give the other by command."""
    (folder / "people.csv").write_text(f"account,id,email\nACME,raj,{RAJ}\n")
    assert desk(store, "import", "people", folder / "people.csv").code == 0
    assert desk(store, "accounts", "member", "ACME", "mia", "--email", MIA, "--yes").code == 0


def sent_to(post: Post) -> dict[str, int]:
    return dict(Counter(str(one["To"]) for one in post.mails))


def test_the_creator_and_the_admin_get_the_mail_once_each(small: Store, post: Post, tmp_path: Path) -> None:
    give_addresses(small, tmp_path)
    assert desk(small, "notices", "due").err == ""
    assert desk(small, "notices", "send").out.endswith("2 sent, 0 to be tried again, 0 dead.\n")
    assert sent_to(post) == {RAJ: 1, MIA: 1}
    bodies = {str(one["To"]): str(one.get_payload(decode=True), "utf-8") for one in post.mails}  # type: ignore[arg-type]
    assert "You are told because you made this token." in bodies[RAJ]
    assert "You are told because you are an administrator" in bodies[MIA]
    for text in bodies.values():
        assert "It stops working on 22 March 2026 at 09:00 UTC." in text
        assert "What to do: Make a new token in your account before that day" in text
    for _ in range(2):
        assert desk(small, "notices", "send").code == 0
    assert sent_to(post) == {RAJ: 1, MIA: 1}


def test_who_has_no_address_is_counted_and_listed_and_never_guessed(small: Store, post: Post) -> None:
    assert "2 people to be told have no address on record" in desk(small, "notices", "due").err
    assert desk(small, "notices", "no-address", "--json").json == [
        {"account": "ACME", "member": "mia", "name": "Mia", "waiting": 1, "dead": 0},
        {"account": "ACME", "member": "raj", "name": "Raj", "waiting": 1, "dead": 0},
    ]
    assert "mia (no address)" in desk(small, "notices", "list").out
    assert "To:      raj (no address)" in desk(small, "notices", "preview").out
    assert desk(small, "notices", "send").code == 1
    assert post.mails == []
    assert [line.split()[-2:] for line in desk(small, "notices", "no-address").lines[1:]] == [["0", "1"]] * 2
    assert desk(small, "accounts", "member", "ACME", "mia", "--email", MIA, "--yes").err.endswith(
        "; 1 notice still to be told goes there.\n"
    )
    assert desk(small, "notices", "retry", "--all").code == 0
    assert desk(small, "notices", "send").code == 1
    assert sent_to(post) == {MIA: 1}
    assert "1 person to be told has no address on record" in desk(small, "notices", "list").err


def test_a_run_killed_in_the_middle_tells_at_most_one_person_twice_under_the_same_id(
    small: Store, clock: Clock, tmp_path: Path
) -> None:
    give_addresses(small, tmp_path)
    desk(small, "notices", "due")
    kept, address = Post(), small.address
    with mail_server(kept) as port:
        server = MailServer("127.0.0.1", port, False, "tokens@desk.example")

        def send(store: Store, now: datetime) -> int:
            return send_waiting(store, [Mail(server, store.facts.store_id)], PRIYA, lambda: now).sent

        kept.before = lambda: os.kill(child, signal.SIGKILL)
        child = start(lambda: send(open_store(address), NOW))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        kept.before = lambda: None
        assert len(kept.mails) == 1
        assert send(small, NOW + timedelta(seconds=1)) == 1, "the other one, at once"
        assert send(small, NOW + LEASE) == 1
        assert send(small, NOW + LEASE * 2) == 0
    assert sorted(sent_to(kept).values()) == [1, 2]
    assert len({str(one["Message-ID"]) for one in kept.mails}) == 2
    with small.reading() as reader:
        assert {one.state for one in notices(reader)} == {NoticeState.SENT}
        assert reader.value("SELECT count(*) FROM audit WHERE action = 'notify'") == 2


async def test_what_a_server_refuses_again_and_again_is_dead_in_the_console_and_taken_up_from_there(
    small: Store, clock: Clock, post: Post, tmp_path: Path
) -> None:
    give_addresses(small, tmp_path)
    desk(small, "accounts", "member", "ACME", "raj", "--no-email", "--yes")
    desk(small, "notices", "due")
    for number, wait in enumerate((*BACK_OFF, timedelta(0))):
        post.rcpt = ["451 4.7.1 mailbox away", "451 4.7.1 mailbox away"]
        ran = desk(small, "notices", "send", "--json").json
        assert (ran["sent"], ran["later"]) == (0, 1 if number < len(BACK_OFF) else 0)
        clock.now += wait
    assert post.mails == []
    with small.reading() as reader:
        assert {one.recipient: (one.state.value, one.tries) for one in notices(reader)} == {
            "mia": ("dead", 7),
            "raj": ("dead", 1),
        }
        assert [(one.recipient, one.dead) for one in unaddressed(reader)] == [("raj", 1)]
    post.rcpt = []
    async with at_console(small) as hand:
        await hand.press("M")
        await hand.until(lambda: isinstance(hand.app.screen, NoticesScreen) and hand.desktop.table.total.rows == 2, "notices")
        await hand.until_shown("raj (no address)")
        await hand.until_shown("1 person to be told has no address on record")
        await hand.press("slash")
        await hand.type("no-address")
        await hand.press("enter")
        await hand.until(lambda: hand.desktop.table.total.rows == 1, "raj's")
        await hand.press("escape")
        await hand.until(lambda: hand.desktop.table.total.rows == 2, "both")
        await hand.press("slash")
        await hand.type(MIA)
        await hand.press("enter")
        await hand.until(lambda: hand.desktop.table.total.rows == 1 and hand.desktop.row is not None, "mia's")
        await hand.until_shown("Dead after 7 tries: 451 4.7.1 mailbox away")
        await hand.press("r")
        await hand.until_shown("IN LINE AGAIN")
    assert desk(small, "notices", "send", "--json").json["sent"] == 1
    assert sent_to(post) == {MIA: 1}
