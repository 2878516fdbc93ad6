"""Five hundred tokens that end do not send five hundred mails: a person's warnings go in one, at most one a day or week."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from console.notices.mail import Mail
from console.notices.mail_server import MailServer
from console.notices.sending import Sent, send_waiting
from store.errors import BadInput
from store.opening import Store
from store.reads.audit import lines
from store.reads.notices import notices
from store.rules.digests import Digest, Warned, digest_of, digest_text, hold_until
from store.rules.notices import NoticeState
from store.writes.notices_due import queue_due
from store.writes.people import MemberFacts
from tests.command_line import run
from tests.conftest import NOW
from tests.mail_server import Post, mail_server
from tests.making import PRIYA
from tests.rowmaker import put_people, put_tokens

DAY, TICK = timedelta(days=1), timedelta(milliseconds=1)


@pytest.fixture
def small(store: Store) -> Store:
    """Return a store with an account that mia administers, and another that leo does."""
    people = (
        MemberFacts("ACME", "mia@acme.example", "Mia", admin=True),
        MemberFacts("BOLT", "leo@bolt.example", "Leo", admin=True),
    )
    put_people(store, {"ACME": "Acme", "BOLT": "Bolt"}, people)
    return store


@pytest.fixture
def post() -> Iterator[tuple[Post, int]]:
    """Return a mail server and its port."""
    kept = Post()
    with mail_server(kept) as port:
        yield kept, port


def put_ending(store: Store, account: str, count: int, left: timedelta, prefix: str = "t") -> None:
    """Add tokens that end so long after NOW."""
    put_tokens(store, [
        {"account_id": account, "id": f"{account}{prefix}{number}", "name": f"job {number}", "hint": "7Qk2",
         "created_at": NOW - 300 * DAY, "expires_at": NOW + left}
        for number in range(count)
    ], NOW - 60 * DAY)  # fmt: skip


def send(store: Store, port: int, now: datetime = NOW, digest: Digest | None = Digest.DAY) -> Sent:
    """Look for what is due at a moment, and send what waits."""
    queue_due(store, PRIYA, now)
    server = MailServer("127.0.0.1", port, False, "tokens@desk.example")
    return send_waiting(store, (Mail(server, store.facts.store_id),), PRIYA, lambda: now, digest=digest)


def states(store: Store) -> dict[str, int]:
    """Return how many notices are how far."""
    found: dict[str, int] = {}
    with store.reading() as reader:
        for one in notices(reader, limit=2_000):
            found[one.state.value] = found.get(one.state.value, 0) + 1
    return found


def test_five_hundred_warnings_go_to_a_person_in_one_mail_each_on_record(small: Store, post: tuple[Post, int]) -> None:
    kept, port = post
    put_ending(small, "ACME", 500, 20 * DAY)
    put_ending(small, "BOLT", 1, 20 * DAY)
    assert send(small, port).sent == 501
    assert sorted((str(one["To"]), str(one["Subject"])) for one in kept.mails) == [
        ("leo@bolt.example", "API token …7Qk2 stops working on 5 April 2026"),
        ("mia@acme.example", "500 API tokens stop working, the first on 5 April 2026"),
    ]
    [mail] = [one for one in kept.mails if one["To"] == "mia@acme.example"]
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    text = body.decode()
    assert text.startswith("Hello Mia,")
    assert text.count("“job ") == 500
    assert "You are told because you are an administrator of the account." in text
    assert states(small) == {"sent": 501}
    with small.reading() as reader:
        assert len({one.token_id for one in lines(reader, action="notify", limit=1_000)}) == 501
    assert send(small, port).sent == 0
    assert len(kept.mails) == 2


def test_without_a_digest_each_token_has_its_mail(small: Store, post: tuple[Post, int]) -> None:
    kept, port = post
    put_ending(small, "ACME", 3, 20 * DAY)
    assert send(small, port, digest=None).sent == 3
    assert len(kept.mails) == 3


def test_an_account_has_a_digest_of_its_own_or_the_default_policys(small: Store, post: tuple[Post, int]) -> None:
    kept, port = post
    for account in ("ACME", "BOLT"):
        put_ending(small, account, 3, 20 * DAY)
    assert run("policy", "rules", "ACME", "--set", "digest=week", "--yes", store=small.address).code == 0
    assert send(small, port, digest=None).sent == 6
    assert sorted((str(one["To"])[:3], str(one["Subject"])[:12]) for one in kept.mails) == [
        ("leo", "API token …7"), ("leo", "API token …7"), ("leo", "API token …7"), ("mia", "3 API tokens"),
    ]  # fmt: skip
    assert run("policy", "rules", "--set", "digest=off", "--yes", store=small.address).code == 0
    for account in ("ACME", "BOLT"):
        put_ending(small, account, 2, 20 * DAY, "u")
    assert send(small, port, digest=Digest.WEEK).sent == 4
    assert {str(one["Subject"])[:12] for one in kept.mails[4:]} == {"API token …7"}, "the default policy says off for all"


def test_a_weekly_account_waits_for_its_week_while_the_others_get_their_daily_mail(small: Store, post: tuple[Post, int]) -> None:
    kept, port = post
    assert run("policy", "rules", "ACME", "--set", "digest=week", "--yes", store=small.address).code == 0
    for account in ("ACME", "BOLT"):
        put_ending(small, account, 2, 30 * DAY)
        put_ending(small, account, 2, 31 * DAY, "u")
    assert send(small, port).sent == 4
    assert send(small, port, NOW + DAY).sent == 2
    assert [str(one["To"])[:3] for one in kept.mails[2:]] == ["leo"]
    assert send(small, port, NOW + Digest.WEEK.apart).sent == 2
    assert [str(one["To"])[:3] for one in kept.mails[3:]] == ["mia"]


def test_a_second_mail_of_the_day_waits_and_takes_everything_along(small: Store, post: tuple[Post, int]) -> None:
    kept, port = post
    put_ending(small, "ACME", 2, 30 * DAY)
    put_ending(small, "ACME", 2, 30 * DAY + timedelta(hours=1), "u")
    put_ending(small, "ACME", 2, 30 * DAY + timedelta(hours=2), "v")
    assert send(small, port).sent == 2
    assert send(small, port, NOW + timedelta(hours=1)).sent == 0
    assert send(small, port, NOW + timedelta(hours=2)).sent == 0
    assert send(small, port, NOW + Digest.DAY.apart - TICK).sent == 0
    assert send(small, port, NOW + Digest.DAY.apart).sent == 4
    assert [str(one["Subject"])[:12] for one in kept.mails] == ["2 API tokens", "4 API tokens"]


def test_a_warning_that_would_come_too_late_does_not_wait(small: Store, post: tuple[Post, int]) -> None:
    kept, port = post
    put_ending(small, "ACME", 2, 30 * DAY)
    put_ending(small, "ACME", 1, DAY + timedelta(hours=1), "u")
    assert send(small, port).sent == 3
    put_ending(small, "ACME", 1, 30 * DAY + timedelta(minutes=30), "held")
    assert send(small, port, NOW + timedelta(hours=1) - TICK).sent == 0
    assert send(small, port, NOW + timedelta(hours=1)).sent == 2
    assert len(kept.mails) == 2


def test_a_mail_nobody_took_is_tried_again_as_one(small: Store, post: tuple[Post, int]) -> None:
    kept, port = post
    put_ending(small, "ACME", 3, 20 * DAY)
    kept.rcpt = ["450 come back later"]
    assert send(small, port).later == 3
    assert states(small) == {"waiting": 3}
    assert send(small, port, NOW + timedelta(minutes=1)).sent == 3
    assert [str(one["Subject"])[:12] for one in kept.mails] == ["3 API tokens"]


def test_other_notices_are_never_held_or_joined(small: Store, post: tuple[Post, int]) -> None:
    from store.rows import TokenKey
    from tests.making import revoke_token

    kept, port = post
    put_ending(small, "ACME", 4, 20 * DAY)
    revoke_token(small, TokenKey(("ACME", "ACMEt0")))
    revoke_token(small, TokenKey(("ACME", "ACMEt1")))
    assert send(small, port).sent == 4
    assert sorted(str(one["Subject"])[:12] for one in kept.mails) == ["2 API tokens", "API token …7", "API token …7"]
    assert states(small)[NoticeState.SENT.value] == 4


@pytest.mark.parametrize(
    ("since", "left", "until"),
    [
        (None, 20 * DAY, None),
        (timedelta(hours=20), 20 * DAY, None),
        (timedelta(hours=20) - TICK, 20 * DAY, TICK),
        (timedelta(0), DAY, None),
        (timedelta(0), DAY + TICK, TICK),
        (timedelta(0), 20 * DAY, timedelta(hours=20)),
    ],
)
def test_how_long_a_warning_waits_to_the_millisecond(since: timedelta | None, left: timedelta, until: timedelta | None) -> None:
    last = None if since is None else NOW - since
    assert hold_until(Digest.DAY, last, [NOW + left], NOW) == (None if until is None else NOW + until)


def test_a_weeks_warnings_are_sent_before_they_are_too_old_to_be_told() -> None:
    assert Digest.WEEK.apart < timedelta(days=7)
    assert hold_until(Digest.WEEK, NOW, [NOW + 7 * DAY], NOW) is None


def test_what_a_customer_wrote_stays_on_its_line_and_a_long_list_says_how_many_more() -> None:
    hostile = Warned("x\n- 1 January: …AAAA\r\nBcc: a@b.example https://evil.example", "7\nk", datetime(2026, 4, 5, tzinfo=UTC))
    text = digest_text([hostile] * 501, "Acme\nTo: x", "Hello Mia,\n\nOne.\n\nTwo.\n\nWhy.\n")
    rows = [line for line in text.body.splitlines() if line.startswith("- ")]
    assert len(rows) == 501
    assert rows[-1] == "- and 1 more"
    assert all(line.startswith("- 5 April 2026 at 00:00 UTC: …????") for line in rows[:-1])
    assert "https://" not in text.body
    assert "\n" not in text.subject


@pytest.mark.parametrize(("words", "digest"), [("", None), ("off", None), ("day", Digest.DAY), (" WEEK ", Digest.WEEK)])
def test_a_digest_is_read_as_it_is_typed(words: str, digest: Digest | None) -> None:
    assert digest_of(words) is digest


def test_another_word_is_refused_in_one_sentence(small: Store) -> None:
    with pytest.raises(BadInput, match="is no digest"):
        digest_of("hourly")
    ran = run("notices", "send", "--digest", "hourly", store=small.address)
    assert ran.code == 2
    assert "“hourly” is no digest." in ran.err
