"""The inspector describes the row under the cursor, in every size, from the facts of the store."""

from __future__ import annotations

import pytest

from console.render.inspection import inspection, summary
from console.render.sheet import length
from console.screens.facts import gather
from store.opening import Store
from store.reads.tokens import token
from store.rows import Refusals
from tests.at_console import at_console
from tests.conftest import NOW
from tests.scenario import fill_scenario, key_of


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with the tokens of the scenarios."""
    fill_scenario(store)
    return store


def inspected(store: Store, short: str, width: int, height: int) -> str:
    """Return the inspector's text for a token of the scenarios."""
    with store.reading() as reader:
        row = token(reader, key_of(short), NOW)
        assert row is not None
        sheet = inspection(gather(reader, row, NOW), NOW, "tkd", width, height)
    assert len(sheet.lines) <= height
    assert all(length(line) <= width for line in sheet.lines)
    return summary([sheet.title, *sheet.lines])


@pytest.mark.parametrize(("width", "height"), [(76, 4), (96, 4), (116, 7), (128, 10), (56, 34), (80, 52)])
def test_every_size_says_whose_it_is_its_state_and_what_stops(filled: Store, width: int, height: int) -> None:
    text = inspected(filled, "T06", width, height)
    assert "CI deploy bot" in text
    assert "Acme" in text
    assert "admin" in text
    assert "active" in text
    assert "96 requests" in text


def test_a_wide_one_says_what_it_can_and_cannot_do_and_who_made_it(filled: Store) -> None:
    text = inspected(filled, "T06", 150, 10)
    assert "change the account's configuration" in text
    assert "left 2025-11-02" in text
    assert "creator" in text.lower() or "Raj" in text


def test_the_facts_know_the_next_call_the_siblings_and_the_refusals(filled: Store) -> None:
    with filled.reading() as reader:
        dead = token(reader, key_of("T12"), NOW)
        admin = token(reader, key_of("T06"), NOW)
        assert dead is not None
        assert admin is not None
        assert gather(reader, dead, NOW).refused_since == Refusals(611)
        facts = gather(reader, admin, NOW)
    assert facts.siblings == ()
    assert facts.others_live == 2
    assert facts.row.requests_24h == 96
    assert facts.hours is not None
    assert 0 < sum(facts.hours.requests) <= 96


async def test_it_follows_the_cursor_once_it_rests(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.press("j", "j")
        await hand.until(lambda: hand.tokens.row is not None and hand.tokens.row.name in hand.pane("inspector"))
        await hand.until(lambda: hand.tokens.facts is not None and hand.tokens.facts.complete)
        assert "30 days" in hand.pane("inspector")
