"""How far usage is known is told whole: on another day with that day, on a narrow line in fewer words, never cut."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.render.freshness import recorded_line, recorded_right, recorded_words
from console.render.pieces import Line
from store.opening import Store
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
    assert recorded_words(FRESH, NOW + 3 * DAY) == "to 16 Mar 08:59Z"
    assert said(recorded_right((), FRESH, NOW + 3 * DAY, 30)).strip() == "usage to 16 Mar 08:59Z"


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
        await hand.until_shown("usage to 16 Mar 08:59Z")


async def test_a_token_s_page_tells_it_whole_beside_a_clock_that_is_wrong(store: Store) -> None:
    fill_scenario(store)
    put_usage(store, [Use(key_of("T01"), NOW + timedelta(minutes=61))])
    async with at_console(store, (80, 24)) as hand:
        await hand.press("enter")
        await hand.until_shown("ahead of this clock")
        assert "Z" in hand.pane("status")
        assert "…" not in hand.pane("status")
