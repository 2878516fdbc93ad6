"""Scenarios of the dashboards, by keyboard and by command, on both databases: who to call, and the three roles' boards."""

from __future__ import annotations

import json

import pytest

from console.screens.card import CardScreen
from console.screens.dashboard import DashboardScreen
from console.screens.detail import DetailScreen
from console.screens.tokens import TokensScreen
from store.opening import Store
from tests.at_console import Hand, at_console
from tests.command_line import run
from tests.scenario import fill_scenario, key_of


@pytest.fixture
def filled(store: Store) -> Store:
    fill_scenario(store)
    return store


async def to_contact(hand: Hand, words: str) -> None:
    """Go to the dashboard and put the cursor on the line that says this."""
    await hand.press("f4")
    await hand.until(lambda: isinstance(hand.app.screen, DashboardScreen) and hand.desktop.dashboard, "the dashboard")
    await hand.until(lambda: hand.desktop.dashboard.contacts is not None, "who to call")
    await hand.press("w")
    for _ in range(5):
        assert hand.desktop.spot.target.panel == "contacts"
        if words in hand.desktop.spot.target.says:
            return
        await hand.press("j")
    raise AssertionError(f"no line says {words!r}")


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_an_operator_sees_whom_to_call_opens_the_token_and_copies_a_card(filled: Store, size: tuple[int, int]) -> None:
    async with at_console(filled, size) as hand:
        await hand.press("colon", *"case", "space", *"INC", "minus", *"7", "enter")
        await to_contact(hand, "shopify bridge")
        assert "shopify bridge · Bolt" in hand.screen()
        assert "Leo (owner, admin)" in hand.screen()
        assert "refused 611× in 7 d; expired" in hand.screen()
        await hand.press("enter")
        await hand.until(lambda: isinstance(hand.app.screen, DetailScreen), "the token")
        assert hand.desktop.row.key == key_of("T12")
        await hand.press("escape")
        assert hand.desktop.spot.target.token == key_of("T12")
        await hand.press("C")
        await hand.until(lambda: isinstance(hand.app.screen, CardScreen), "the card")
        card = hand.desktop.text
        assert card.startswith("INC-7: The API token “shopify bridge” of Bolt")
        assert (
            "Why we call: it has not worked since 2026-03-10 00:00Z, 6 days ago, but is still called: "
            "611 requests were refused in the last 7 days (expired), the last on 2026-03-15 08:30Z" in card
        )
        assert "Whom to call: Leo (owner, admin), no e-mail on record." in card
        assert "Usage is recorded up to 2026-03-16 08:59Z" in card
        assert hand.app.clipboard == card


async def test_a_number_beside_the_tokens_opens_their_view(filled: Store) -> None:
    async with at_console(filled, (80, 24)) as hand:
        await to_contact(hand, "partner feed")
        await hand.press("g")
        assert hand.desktop.spot.target.view == "used-after-revoke"
        await hand.press("C")
        assert "Put the cursor on a token of Who to call" in hand.screen()
        await hand.press("enter")
        await hand.until(lambda: isinstance(hand.app.screen, TokensScreen) and hand.tokens.table.total.rows == 1, "its view")


def test_the_command_tells_whom_to_call_as_a_table_and_as_json(filled: Store) -> None:
    address = str(filled.address.path or filled.address.conninfo)
    ran = run("--store", address, "dashboard")
    assert ran.code == 0, ran.err
    assert "Who to call" in ran.out
    assert "Ned (owner, admin)" in ran.out
    ran = run("--store", address, "dashboard", "--json")
    assert ran.code == 0, ran.err
    told = {one["finding"]: one for one in json.loads(ran.out)["who_to_call"]}
    after = told["used-after-revoke"]
    assert (after["id"], after["times"]) == ("T13Scenario1", {"number": 1, "more": False})
    assert after["call"] == [{"id": "ned", "name": "Ned", "owner": True, "admin": True, "email": None}]
