"""The catalogue in plain words, who holds what, what the catalogue does not know, and the way to the tokens."""

from __future__ import annotations

import pytest

from console.screens.scopes import ScopesScreen
from store.opening import Store
from store.reads.scopes import holders, of_scope, scope_lines
from store.reads.tokens import Question, count
from store.rules.scopes import CATALOGUE
from tests.at_console import at_console
from tests.conftest import NOW
from tests.rowmaker import put_people, put_tokens
from tests.scenario import fill_scenario

STRANGE = 'core:[red]"x"'


@pytest.fixture
def filled(store: Store) -> Store:
    """Return the scenarios' store, with a token that holds scopes nobody knows."""
    fill_scenario(store)
    put_people(store, {"ECHO": "Echo"}, [])
    held = [(f"{STRANGE} orders.read refunds.create", False), ("admin.* billing.export refunds.create", True)]
    rows = [
        {"account_id": "ECHO", "id": f"e{number}", "scopes": scopes, "broad": broad, "created_at": NOW}
        for number, (scopes, broad) in enumerate(held)
    ]
    put_tokens(store, rows)
    return store


def test_every_scope_says_how_many_live_tokens_hold_it(filled: Store) -> None:
    with filled.reading() as reader:
        found = scope_lines(reader, NOW)
        assert [one.name for one in found[: len(CATALOGUE)]] == sorted(scope.name for scope in CATALOGUE)
        assert {one.name for one in found[len(CATALOGUE) :]} == {STRANGE, "admin.*"}
        for one in found:
            assert one.live_tokens == count(reader, Question("live", of_scope(one.name)), NOW), one.name
            accounts, many = holders(reader, one.name, NOW)
            assert sum(holder.live_tokens for holder in accounts) == one.live_tokens
            assert many == len(accounts)
    by_name = {one.name: one for one in found}
    assert [pair.other for pair in by_name["refunds.create"].pairs] == ["billing.export"]
    assert by_name[STRANGE].known is None
    assert (by_name["admin.*"].tier.value, by_name["admin.*"].wildcard) == ("admin", True)


async def test_a_scope_is_found_explained_and_leads_to_its_tokens(filled: Store) -> None:
    async with at_console(filled, (140, 40)) as hand:
        await hand.press("f8")
        await hand.until(lambda: isinstance(hand.app.screen, ScopesScreen) and hand.desktop.table.total.rows == 18, "scopes")
        await hand.press("slash")
        await hand.type("refund pay")
        await hand.press("enter")
        await hand.until(lambda: hand.desktop.table.total.rows == 2, "those with the words")
        await hand.press("slash", "ctrl+u")
        await hand.type("refunds")
        await hand.press("enter")
        await hand.until(lambda: hand.desktop.row is not None and hand.desktop.row.name == "refunds.create", "the scope")
        await hand.until_shown("in 1 account: Echo 2")
        inspector = " ".join(hand.pane("inspector").replace("│", " ").split())
        assert "Can refund payments" in inspector
        assert "risky with billing.export" in inspector
        await hand.press("enter")
        await hand.until(lambda: hand.app.screen is hand.app.screen_stack[0] and hand.tokens.table.total.rows == 2, "tokens")
        assert hand.tokens.here.filter == 'scope="refunds.create"'


async def test_what_the_catalogue_does_not_know_is_said_to_be_so_and_still_found(filled: Store) -> None:
    async with at_console(filled, (140, 40)) as hand:
        await hand.press("o", "s")
        await hand.until(lambda: isinstance(hand.app.screen, ScopesScreen) and hand.desktop.table.visible_rows, "scopes")
        await hand.press("G")
        await hand.until(lambda: hand.desktop.row is not None and hand.desktop.row.name == STRANGE, "the last one")
        await hand.until(lambda: STRANGE in hand.pane("inspector"), "the last one's facts")
        await hand.until_shown("in 1 account: Echo 1")
        assert "! not in the catalogue" in hand.screen()
        await hand.press("enter")
        await hand.until(lambda: hand.app.screen is hand.app.screen_stack[0] and hand.tokens.table.total.rows == 1, "its token")
