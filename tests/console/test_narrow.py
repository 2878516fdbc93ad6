"""Nothing that matters is cut on the smallest terminal everything is made for, 80 columns by 24 lines."""

from __future__ import annotations

import re

from store.opening import Store
from tests.at_console import Hand, at_console
from tests.incident import fill_incident
from tests.scenario import fill_scenario

NARROW = (80, 24)
CUT = re.compile(r"…(?![0-9A-Za-z]{4}\b)")
"""Dots that stand for what had no room, not for the beginning of an id."""


def told(hand: Hand, pane: str) -> str:
    """Return the words of a panel as they would be read aloud: without its frame and its line ends."""
    return " ".join(re.sub(r"[│╭╮╰╯─]", " ", hand.pane(pane)).split())


async def test_the_question_says_everything_that_stops_and_that_it_is_final(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store, NARROW) as hand:
        await hand.press("4", "x")
        await hand.until_shown("the next at any moment")
        words = told(hand, "inspector")
        for part in (
            "runaway sync", "yjLk", "Crux · env live · read-write", "10,001 requests in the last 24 hours",
            "crux-app calls GET /v1/orders.", "1 live token of Crux holds the same scopes.",
            "Cannot be undone.", "Refused everywhere within 30 s.", "y revoke it", "r rotate instead", "Esc keep it",
        ):  # fmt: skip
            assert part in words
        assert not CUT.search(words)


async def test_what_only_this_token_may_do_is_said_once_and_leaves_room_for_the_rest(store: Store) -> None:
    fill_scenario(store)
    fill_incident(store)
    async with at_console(store, NARROW) as hand:
        await hand.press("x")
        await hand.until_shown("the next at any moment")
        words = told(hand, "inspector")
        assert "No other live token of Crux may: orders.write." in words
        assert "holds the same scopes" not in words
        assert not CUT.search(words)


async def test_the_inspector_leaves_out_a_whole_sentence_rather_than_half_of_one(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store, NARROW) as hand:
        await hand.until_shown("Stops now")
        assert "the last a minute ago." in told(hand, "inspector")
        assert not CUT.search(told(hand, "inspector"))
        await hand.press("2", "j")
        await hand.until_shown("No use on record in 135 days")
        assert "since it was made 135 days ago." in told(hand, "inspector")
        assert not CUT.search(told(hand, "inspector"))


async def test_the_sort_and_how_far_usage_is_known_stand_beside_each_other(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store, NARROW) as hand:
        await hand.press("2")
        await hand.until_shown("longest unused first")
        assert told(hand, "status") == "sorted by last use, longest unused first usage to 08:59Z"


async def test_a_bulk_review_says_why_a_token_may_hurt(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store, NARROW) as hand:
        await hand.press("asterisk", "x")
        await hand.until_shown("Why it may hurt")
        await hand.until_shown("last 1 min ago")
        assert "Bulk revoke" in hand.pane("top")
        assert "runaway sync of Crux: USED 10,001× in 24 h by crux-app; last 1 min ago" in told(hand, "page")
        rows = hand.pane("page").splitlines()
        assert all("USED" in row for row in rows[2:12])
        assert "Enter goes on to the reason and the count." in told(hand, "page")
        await hand.press("G")
        await hand.until_shown("nothing is known that would stop")


async def test_what_is_left_under_a_question_takes_the_size_of_a_resized_terminal(store: Store) -> None:
    fill_scenario(store)
    fill_incident(store)
    async with at_console(store, NARROW) as hand:
        await hand.press("f12", "enter", "2")
        await hand.until_shown("Blast radius")
        await hand.press("x")
        await hand.until_shown("Revoke this token?")
        await hand.pilot.resize_terminal(120, 36)
        await hand.until_shown("line 12 (verified, found 2026-03-16 08:21Z)")


async def test_a_token_s_pages_say_which_lines_are_seen_and_cut_no_reason(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store, NARROW) as hand:
        await hand.press("2", "j", "enter")
        await hand.until_shown("1-19 of 31")
        assert "[Overview] 1 of 4" in hand.pane("page")
        await hand.press("a")
        await hand.until_shown("opened in the console")
        assert "Case, reason" in hand.pane("page")


async def test_what_is_said_of_a_filter_of_a_card_and_of_a_case_ends_where_it_should(store: Store) -> None:
    fill_scenario(store)
    fill_incident(store)
    async with at_console(store, NARROW) as hand:
        await hand.press("slash", *"acme")
        await hand.until_shown("Enter applies")
        assert not CUT.search(hand.pane("hints"))
        await hand.press("escape")
        await hand.press("C")
        await hand.until_shown("Select it above.  Esc goes back")
        await hand.press("escape", "f12", "enter")
        await hand.until_shown("2 of 5 done")
        assert "opened by marco" in told(hand, "page")
        await hand.until(lambda: "usage to 08:59Z" in hand.pane("status"), "how far usage is known")
        await hand.press("E")
        await hand.until_shown("Export INC-204")
        assert "ticks the post-mortem" in told(hand, "page")


async def test_the_audit_log_says_in_a_few_words_that_no_session_was_recorded(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store, NARROW) as hand:
        await hand.press("f6")
        await hand.until_shown("no session or host recorded")
        assert "os user · no session or host recorded" in hand.pane("inspector")
