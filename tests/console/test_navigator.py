"""The saved views beside the list: counts, digits, and choosing one by the keys where it is not shown."""

from __future__ import annotations

import pytest

from console.screens import reading
from console.screens.reading import Reading
from console.widgets.navigator import count_words
from store.opening import Store
from store.reads.views import Count
from store.rules.views import VIEWS
from tests.at_console import at_console
from tests.making import revoke_token
from tests.scenario import fill_scenario, key_of


async def test_every_view_is_listed_with_its_count(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store, size=(140, 40)) as hand:
        text = hand.pane("navigator")
        for view in VIEWS:
            row = next(line for line in text.splitlines() if f" {view.short} " in line)
            assert f"{hand.tokens.counts[view.name].number:,}" in row


def noting_counts(monkeypatch: pytest.MonkeyPatch, cap: int) -> list[tuple[int, bool]]:
    """Count first up to `cap`, and note which numbers of live tokens are drawn, and whether each may be more."""
    drawn: list[tuple[int, bool]] = []
    count_up_to = Reading._count_views_up_to

    async def noted(screen: Reading, *given: object) -> None:
        await count_up_to(screen, *given)  # type: ignore[arg-type]
        drawn.append((screen.counts["live"].number, screen.counts["live"].more))

    monkeypatch.setattr(reading, "FIRST_CAP", cap)
    monkeypatch.setattr(Reading, "_count_views_up_to", noted)
    return drawn


async def test_long_views_are_counted_to_the_end_after_the_first_picture_and_stay_exact(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_scenario(store)
    drawn = noting_counts(monkeypatch, 4)
    async with at_console(store) as hand:
        await hand.until(lambda: hand.tokens.counts["live"].number == 32)
        revoke_token(store, key_of("T02"))
        await hand.until(lambda: hand.tokens.counts["live"].number == 31, "the new count")
    assert drawn[0] == (4, True)
    assert not any(more for _, more in drawn[1:])
    assert {number for number, _ in drawn[1:]} == {32, 31}


def test_a_count_that_stopped_says_that_there_may_be_more() -> None:
    counted = [Count(0), Count(999), Count(1_234), Count(100, True), Count(1_000, True), Count(100_000, True)]
    assert [count_words(count) for count in counted] == ["0", "999", "1,234", "100+", "1k+", "100k+"]


async def test_where_no_view_is_long_the_first_count_is_the_only_one(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_scenario(store)
    drawn = noting_counts(monkeypatch, 34)
    async with at_console(store) as hand:
        await hand.press("j")
        await hand.until(lambda: hand.tokens.facts is not None and hand.tokens.facts.complete)
    assert drawn == [(32, False)]


async def test_where_it_is_left_out_a_key_brings_it_and_takes_it_away(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store, size=(80, 24)) as hand:
        assert "Views" not in hand.screen().splitlines()[1]
        await hand.press("V")
        await hand.until(lambda: "Views" in hand.screen().splitlines()[1])
        await hand.press("j", "j")
        assert VIEWS[2].rule in hand.pane("inspector")
        await hand.press("enter")
        assert hand.tokens.here.view == VIEWS[2].name
        await hand.until(lambda: "Views" not in hand.screen().splitlines()[1])


async def test_escape_leaves_the_view_as_it_was(store: Store) -> None:
    async with at_console(store) as hand:
        await hand.press("V", "j", "escape")
        assert hand.tokens.here.view == "live"
        assert hand.tokens.dialog is None


async def test_a_click_opens_a_view(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store) as hand:
        await hand.pilot.click("#navigator", offset=(6, 3))
        await hand.until(lambda: hand.tokens.here.view == VIEWS[2].name)
