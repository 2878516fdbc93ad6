"""How far usage is known is told whole: on another day with that day, on a narrow line in fewer words, never cut."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.cli.telling import blast_sentences
from console.render.blast import what_stops
from console.render.freshness import recorded_line, recorded_right, recorded_words
from console.render.pieces import Line
from store.opening import Store
from store.reads.blast import blast
from store.reads.tokens import token
from store.reads.usage import freshness
from store.rows import Freshness
from tests.at_console import at_console
from tests.conftest import NOW
from tests.rowmaker import Use, put_usage
from tests.scenario import fill_scenario, key_of

DAY = timedelta(days=1)
FRESH = Freshness(NOW - timedelta(minutes=1), NOW - 300 * DAY)
WRONG = Freshness(NOW - timedelta(minutes=1), NOW - 300 * DAY, ahead_s=3_700, ahead_from="/var/log/edge-17.log")


def said(line: Line) -> str:
    return "".join(piece.text for piece in line)


def test_on_another_day_the_day_is_told() -> None:
    assert recorded_words(FRESH, NOW) == "to 08:59Z"
    assert recorded_words(FRESH, NOW + DAY) == "to 16 Mar 08:59Z"
    assert said(recorded_right((), FRESH, NOW + DAY, 30)).strip() == "usage to 16 Mar 08:59Z"


@pytest.mark.parametrize("width", [80, 100, 120, 200])
def test_beside_a_clock_that_is_wrong_it_still_says_how_far(width: int) -> None:
    words = said(recorded_line(WRONG, NOW, width))
    assert words.startswith(" usage from edge-17.log is 1 h 1 min ahead of this clock · usage ")
    assert "08:59" in words
    assert len(words) <= width


async def test_the_list_of_a_store_where_nothing_is_recorded_any_more_says_since_which_day(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store, (80, 24), now=NOW + 3 * DAY) as hand:
        await hand.press("2")
        await hand.until_shown("nothing recorded for 3 days · usage to 16 Mar 08:59Z")


@pytest.mark.parametrize("width", [80, 120, 200])
@pytest.mark.parametrize(
    ("after", "words"),
    [
        (timedelta(hours=25), ""),
        (timedelta(hours=27), "nothing recorded for 27 h · "),
        (3 * DAY, "nothing recorded for 3 days · "),
    ],
)
def test_a_recording_that_has_stopped_is_told_first_and_one_that_is_done_every_night_is_not(
    after: timedelta, words: str, width: int
) -> None:
    whole = said(recorded_line(FRESH, NOW + after, width))
    assert whole.startswith(f" {words}usage ")
    assert said(recorded_right((), FRESH, NOW + after, width)).strip().startswith(f"{words}usage ")
    assert "08:59" in whole
    assert len(whole) <= width


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_the_list_of_accounts_says_how_far_its_numbers_are_known(store: Store, size: tuple[int, int]) -> None:
    fill_scenario(store)
    async with at_console(store, size) as hand:
        await hand.press("f3")
        await hand.until_shown("usage recorded to 2026-03-16 08:59Z")


async def test_so_the_dashboard_says_why_tokens_have_fallen_silent(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store, (80, 24), now=NOW + 3 * DAY) as hand:
        await hand.press(":", *"dashboard", "enter")
        await hand.until_shown("nothing recorded for 3 days")


async def test_a_token_s_page_tells_it_whole_beside_a_clock_that_is_wrong(store: Store) -> None:
    fill_scenario(store)
    put_usage(store, [Use(key_of("T01"), NOW + timedelta(minutes=61))])
    async with at_console(store, (80, 24)) as hand:
        await hand.press("enter")
        await hand.until_shown("ahead of this clock")
        assert "Z" in hand.pane("status")
        assert "…" not in hand.pane("status")


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_what_a_change_stops_is_not_known_where_nothing_is_recorded_any_more(store: Store, size: tuple[int, int]) -> None:
    fill_scenario(store)
    async with at_console(store, size, now=NOW + 3 * DAY) as hand:
        await hand.press("1")
        await hand.until_shown("What stops now")
        await hand.press("x")
        await hand.until(lambda: "Revoke this token?" in hand.screen() and "What stops now" in hand.screen(), "the question")
        await hand.press("escape", "S")
        await hand.until_shown("Message to callers")
        await hand.type("a leak")
        await hand.press("enter")
        await hand.until(
            lambda: "Suspend this token?" in hand.screen() and "What stops now" in hand.screen(), "the other question"
        )


def test_nor_does_the_command_line_claim_that_nothing_calls(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        row, later = token(reader, key_of("T10"), NOW), NOW + 3 * DAY
        assert row is not None
        row = replace(row, requests_24h=0)
        unused = "".join(piece.text for piece in what_stops(replace(row, last_used_at=None), later, fresh=freshness(reader)))
        assert unused == "What stops now is not known: nothing recorded for 3 days. No call with it is known."
        for now, words in ((NOW, "Stops now: "), (later, "What stops now is not known: nothing recorded for 3 days. ")):
            assert " ".join(blast_sentences(row, blast(reader, row, now), now, freshness(reader))).startswith(words)
