"""The calendar of expiries is good iCalendar whatever customers call their tokens: escaped, folded, one event a token."""

from __future__ import annotations

from datetime import timedelta

import pytest
from icalendar import Calendar

from console.reports.calendar import calendar_text
from store.notice_rows import Ending
from store.opening import Store
from tests.command_line import run
from tests.conftest import NOW
from tests.scenario import fill_scenario

HOSTILE = "a,b;c\\d\r\nEND:VEVENT\r\nBEGIN:VEVENT\nSUMMARY:forged\x1b[2J\u202e\u2028“q” " + "ü" * 90 + "漢" * 90


def ending(name: str = "sync", days: int = 5, token: str = "T1") -> Ending:
    return Ending("ACME", name, token, name, "7Qk2", "live", NOW + timedelta(days=days), False)


@pytest.fixture
def store(demo_store: Store) -> Store:
    """The scenarios' store; its clock stands at NOW."""
    fill_scenario(demo_store)
    return demo_store


def test_lines_end_with_crlf_and_hold_at_most_75_bytes() -> None:
    text = calendar_text([ending(HOSTILE)], "s1", NOW)
    lines = text.encode().split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 for line in lines)
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    for line in lines:
        line.decode()  # no character is cut in two by a fold
    assert sum(line.startswith(b" ") for line in lines) > 5


def test_what_a_customer_wrote_makes_no_event_of_its_own() -> None:
    text = calendar_text([ending(HOSTILE), ending("plain", token="T2")], "s1", NOW)
    unfolded = text.replace("\r\n ", "")
    assert unfolded.count("\r\nBEGIN:VEVENT\r\n") == 2
    assert "\r\nSUMMARY:forged" not in unfolded
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert r"a\,b\;c\\d END:VEVENT BEGIN:VEVENT SUMMARY:forged" in unfolded
    events = Calendar.from_ical(text).walk("VEVENT")
    assert "a,b;c\\d END:VEVENT" in str(events[0]["SUMMARY"])


def test_an_event_keeps_its_id_when_the_end_moves() -> None:
    uids = [
        str(Calendar.from_ical(calendar_text([ending(days=days)], store, NOW)).walk("VEVENT")[0]["UID"])
        for days, store in ((5, "s1"), (9, "s1"), (5, "s2"))
    ]
    assert uids[0] == uids[1] != uids[2]


def test_the_command_writes_the_ends_that_are_to_come(store: Store) -> None:
    ran = run("notices", "calendar", "--until", "2026-03-26", store=store.address)
    assert (ran.code, ran.err) == (0, "")
    events = Calendar.from_ical(ran.out).walk("VEVENT")
    assert [(str(one["SUMMARY"]).split(" of ")[1], one.decoded("DTSTART").isoformat()) for one in events] == [
        ("Bolt stops working (live environment)", "2026-03-16T21:00:00+00:00"),
        ("Acme stops working (live environment)", "2026-03-17T10:14:00+00:00"),
        ("Bolt stops working (live environment)", "2026-03-23T09:00:00+00:00"),
    ]
    assert str(events[1]["SUMMARY"]).startswith("Old token …")
    assert [one.walk("VALARM")[0].decoded("TRIGGER") for one in events] == [-timedelta(days=7)] * 3
    bolt = run("notices", "calendar", "--until", "2026-03-26", "--account", "BOLT", store=store.address)
    assert bolt.out.count("BEGIN:VEVENT") == 2


def test_without_the_library_it_says_what_to_install(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "icalendar", None)
    ran = run("notices", "calendar", store=store.address)
    assert ran.code == 1
    assert "tokendesk[calendar]" in ran.err
