"""The scenarios A6 and A7 by keyboard and by command line: cut-over, blast radius and revoking, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.moments import to_ms
from store.opening import Store
from store.rules.status import Status
from tests.at_console import Hand, at_console
from tests.command_line import run
from tests.conftest import NOW
from tests.scenario import fill_scenario, key_of

LATER = NOW + timedelta(hours=24)


@pytest.fixture
def store(demo_store: Store) -> Store:
    """The scenarios' store; its clock stands at NOW."""
    fill_scenario(demo_store)
    return demo_store


async def opened(hand: Hand, short: str) -> None:
    """Find a token, put the cursor on it and wait until the inspector knows all about it."""
    await hand.press("slash")
    await hand.type(short)
    await hand.press("enter")
    await hand.until(lambda: [row.id for row in hand.tokens.table.visible_rows] == [key_of(short)[1]], short)
    await hand.until(lambda: hand.tokens.facts is not None and hand.tokens.facts.complete, "what is known about it")


def folded(screen: str) -> str:
    return " ".join(screen.replace("│", " ").split())


async def test_a6_the_cut_over_meter_says_how_much_has_moved_and_when_it_is_safe(store: Store) -> None:
    async with at_console(store, (100, 60)) as hand:
        await opened(hand, "T10")
        await hand.press("enter")
        await hand.until_shown("91.7% moved")
        words = folded(hand.screen())
        assert "91.7% moved (1,320 of 1,440 in 24 h), last old call 2026-03-16 08:40Z: NOT yet safe" in words
    async with at_console(store, (120, 60), now=LATER) as hand:
        await opened(hand, "T10")
        await hand.press("enter")
        await hand.until_shown("safe to revoke")
        await hand.press("x")
        await hand.until_shown("Revoke this token?")
        await hand.answer()
        await hand.until(lambda: hand.token(key_of("T10")).revoked_at == LATER, "the revocation")


async def test_a6_the_meter_names_who_still_calls_and_notes_who_was_updated(store: Store) -> None:
    async with at_console(store, (100, 60)) as hand:
        await opened(hand, "T10")
        await hand.press("enter")
        await hand.until_shown("91.7% moved")
        words = folded(hand.screen())
        assert "91.7% moved (1,320 of 1,440), last old call 08:40Z, not yet safe" in words
        assert "acme-app last 08:40Z still calls" in words
        assert "x revoke the old one" in words
        await hand.press("i")
        await hand.until_shown("Integration updated")
        await hand.press("enter")
        await hand.until_shown("✓ updated")
        noted = hand.audit(key_of("T10"), "look-up")[0]
        assert noted.reason == "integration updated: acme-app"
        assert hand.token(key_of("T10")).status is Status.RETIRING
    async with at_console(store, (100, 60), now=LATER) as hand:
        await opened(hand, "T10")
        await hand.press("enter")
        await hand.until_shown("safe to revoke")
        assert "not yet safe" not in hand.screen()
        await hand.press("x")
        await hand.until_shown("Revoke this token?")
        await hand.answer()
        await hand.until(lambda: hand.token(key_of("T10")).revoked_at == LATER, "the revocation")
        retires = hand.token(key_of("T10")).retires_at
        assert retires is not None
        assert retires > LATER


def test_a6_on_the_command_line(store: Store) -> None:
    now = run("tokens", "show", "T10Scenario1", "--json", store=store.address).json
    assert (round(now["moved_share"], 3), now["old_safe_to_revoke"]) == (0.917, False)
    assert "91.7% moved (1,320 of 1,440 in 24 h)" in run("tokens", "show", "T11Scenario1", store=store.address).out
    set_clock(store)
    assert run("tokens", "show", "T10Scenario1", "--json", store=store.address).json["old_safe_to_revoke"] is True
    revoked = run("tokens", "revoke", "T10Scenario1", "--yes", "--json", store=store.address).json
    assert revoked["at"] == "2026-03-17T09:00:00Z"


def set_clock(store: Store) -> None:
    """Let the store's own clock stand at LATER, before the overlap of T10 ends at 10:14."""
    sql = "UPDATE fact SET value = :now WHERE name = 'demo_now'"
    store.write(lambda unit: unit.run(sql, {"now": str(to_ms(LATER))}))


BLAST = (
    "96 requests in the last 24 hours",
    "acme-app calls GET /v1/orders",
    "No other live token of Acme may: settings.manage, users.manage",
    "It holds admin access.",
    "Cannot be undone.",
)


async def test_a7_the_question_says_what_breaks_and_only_y_revokes(store: Store) -> None:
    async with at_console(store, (120, 60)) as hand:
        await opened(hand, "T06")
        assert "no longer active" in folded(hand.screen()) or "left" in folded(hand.screen())
        await hand.press("x")
        await hand.until_shown("Revoke this token?")
        words = folded(hand.pane("inspector"))
        for sentence in BLAST:
            assert sentence in words
        assert "Calls about every 30 minutes: the next at any moment." in words
        await hand.until(lambda: hand.audit(key_of("T06"), "look-up"), "the audited preview")
        await hand.press("enter", "space", "n")
        await hand.press("escape")
        assert hand.token(key_of("T06")).status is Status.ACTIVE
        assert not hand.audit(key_of("T06"), "revoke")
        await hand.press("x")
        await hand.until_shown("Revoke this token?")
        await hand.answer()
        await hand.until_shown("09:00:30")
        assert hand.token(key_of("T06")).revoked_at == NOW
        await hand.press("x")
        await hand.until_shown("Already revoked")
        assert len(hand.audit(key_of("T06"), "revoke")) == 1


def test_a7_on_the_command_line(store: Store) -> None:
    [record] = run("tokens", "blast", "T06Scenario1", "--json", store=store.address).json
    with store.reading() as reader:
        assert reader.value("SELECT count(*) FROM audit WHERE action = 'look-up' AND token_id = 'T06Scenario1'") == 1
    assert (record["requests_1h"], record["requests_24h"], record["requests_7d"], record["refused_7d"]) == (2, 96, 96, 0)
    assert [use["name"] for use in record["integrations"]] == ["acme-app"]
    assert [(use["name"], use["requests"]) for use in record["endpoints"]] == [("GET /v1/orders", 96)]
    assert (record["siblings"], record["sole_scopes"]) == ([], ["settings.manage", "users.manage"])
    assert record["next_call"] == "2026-03-16T09:00:00Z"
    said = run("tokens", "blast", "T06Scenario1", "T01Scenario1", store=store.address).out
    assert "acme-app calls GET /v1/orders" in said
    assert "2,880 requests in the last 24 hours" in said


def test_the_timeline_says_why_a_sync_stopped(store: Store) -> None:
    record = run("tokens", "timeline", "T12Scenario1", "--json", store=store.address).json
    assert record["sentence"] == (
        "It last worked on 2026-03-09 23:45Z. It ended on 2026-03-10 00:00Z, its expiry. "
        "Since then 611 calls were refused (EXPIRED), the last on 2026-03-15 08:30Z."
    )
    assert [event["event"] for event in record["events"]][-3:] == ["last success", "expires", "last refusal"]
    revoked = run("tokens", "timeline", "T13Scenario1", store=store.address).out
    assert "It was revoked on 2026-03-14 12:00Z by priya, partner left." in revoked
    assert "It has not stopped" in run("tokens", "timeline", "T06Scenario1", store=store.address).out
    assert "Nothing has called with it" in run("tokens", "timeline", "T15Scenario1", store=store.address).out


async def test_the_timeline_page_shows_the_sentence_and_the_events(store: Store) -> None:
    async with at_console(store, (120, 40)) as hand:
        await opened(hand, "T12")
        await hand.press("T")
        await hand.until_shown("its expiry")
        words = folded(hand.screen())
        assert "It last worked on 2026-03-09 23:45Z. It ended on 2026-03-10 00:00Z, its expiry." in words
        assert "last refusal EXPIRED" in words
        await hand.press("t")
        await hand.until_shown("bolt-app")
        await hand.press("G")
        await hand.until_shown("Last 52 weeks")
