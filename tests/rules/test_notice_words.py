"""A notice says what stops, when and what to do; whatever a customer called things, it stays on its line."""

from __future__ import annotations

import pytest

from store.errors import BadInput
from store.rules.notice_words import About, Event, one_line, text_of
from store.rules.notices import Because, NoticeKind, Recipient, is_address, notice_id, warn_days
from tests.conftest import NOW

TO = Recipient("leo@bolt.example", "Leo", Because.CREATOR)
HOSTILE = "a\r\nBcc: all@x.example\r\n\r\n<script>\x1b]52;c;x\x07\u202e\u200b\u2028http://evil.example/\x00\x85“quoted”"


def about(event: Event = Event.EXPIRES, **more: object) -> About:
    facts = {"name": "Zapier", "hint": "7Qk2", "environment": "live", "account": "Bolt", "end": NOW, "last_used_at": NOW}
    return About(event=event, **(facts | more))  # type: ignore[arg-type]


@pytest.mark.parametrize("event", Event)
def test_every_notice_says_what_happens_what_to_do_and_why_one_is_told(event: Event) -> None:
    text = text_of(about(event, person="Raj"), TO)
    assert "…7Qk2" in text.subject
    assert len(text.subject) < 78
    for part in (
        "What happens: ",
        "What to do: ",
        "“Zapier” of Bolt",
        "live token",
        "last used on 16 March 2026",
        "because you made",
    ):
        assert part in text.body
    assert "{" not in text.subject + text.body
    if event in (Event.EXPIRES, Event.RETIRES, Event.ROTATED):
        assert "16 March 2026" in text.subject
        assert "16 March 2026 at 09:00 UTC" in text.body


@pytest.mark.parametrize("event", Event)
def test_what_a_customer_wrote_makes_no_line_no_header_and_no_link(event: Event) -> None:
    plain = text_of(about(event, person="Raj"), TO)
    to = Recipient("leo@bolt.example", HOSTILE, Because.CREATOR)
    hostile = text_of(about(event, name=HOSTILE, account=HOSTILE, person=HOSTILE, hint="\r\nX"), to)
    assert "\r" not in hostile.body + hostile.subject
    assert "\n" not in hostile.subject
    assert hostile.body.count("\n") == plain.body.count("\n")
    for sign in ("\x1b", "\x07", "\x00", "\x85", "\u202e", "\u200b", "\u2028", "://"):
        assert sign not in hostile.body + hostile.subject
    assert "Bcc" not in hostile.subject


def test_a_long_name_is_cut() -> None:
    assert len(one_line("x" * 5_000)) == 120
    assert one_line("x" * 5_000).endswith("…")


@pytest.mark.parametrize(("word", "good"), [
    ("leo@bolt.example", True), ("leo+tokens@bolt.example", True), ("leo", False), ("@bolt", False), ("leo@", False),
    ("leo@bolt.example\r\nBcc: x@y.example", False), ("leo@bolt.example, all@x.example", False), ("<leo@bolt.example>", False),
    ("leo @bolt.example", False), ("a@b@c", False), ("léo@bolt.example", False), ("leo@bolt..example", False),
    ("a" * 250 + "@b.cd", False),
])  # fmt: skip
def test_only_a_plain_address_is_one(word: str, good: bool) -> None:
    assert is_address(word) is good


def test_the_id_of_a_notice_follows_from_what_it_is_about() -> None:
    one = notice_id("A", "B", NoticeKind.EXPIRY, "7d@1", "leo")
    assert one == notice_id("A", "B", NoticeKind.EXPIRY, "7d@1", "leo")
    assert (
        len({one, notice_id("A", "B", NoticeKind.EXPIRY, "7d@2", "leo"), notice_id("AB", "", NoticeKind.EXPIRY, "7d@1", "leo")})
        == 3
    )


def test_days_to_warn_are_read_in_any_order() -> None:
    assert warn_days("1, 7 30 7") == (30, 7, 1)
    for wrong in ("", "0", "366", "seven", "-1", "٣"):
        with pytest.raises(BadInput):
            warn_days(wrong)
