"""Scenarios of the dashboards, by keyboard and by command, on both databases: who to call, and the three roles' boards."""

from __future__ import annotations

import json
import re

import pytest

from console.render.measure_words import gap_words, gap_words_short, value_words
from console.screens.card import CardScreen
from console.screens.dashboard import DashboardScreen
from console.screens.detail import DetailScreen
from console.screens.role_boards import DebugScreen, ExecutiveScreen, OnCallScreen, RoleBoard
from console.screens.tokens import TokensScreen
from store.opening import Store
from store.rules.roles import Actor, Role
from store.writes.people import put_operator
from tests.at_console import Hand, at_console
from tests.command_line import run
from tests.conftest import NOW
from tests.gateway_rows import LEAKED, put_rows, watch
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


# A15 -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def watched(filled: Store) -> Store:
    """The scenarios' store with gateways that report."""
    watch(filled)
    return filled


async def to_board(hand: Hand, key: str) -> None:
    """Go to one of the three dashboards and wait until it is read."""
    await hand.press("f4")
    await hand.until(lambda: isinstance(hand.app.screen, DashboardScreen), "the dashboard")
    await hand.press(key)
    await hand.until(lambda: isinstance(hand.app.screen, RoleBoard) and hand.desktop.counted, "the board")


async def seen_on_all_pages(hand: Hand) -> str:
    """Return everything that is on the pages of a dashboard."""
    await hand.press("g")
    pages = [hand.screen()]
    for _ in range(6):
        await hand.press("pagedown")
        pages.append(hand.screen())
    return "\n".join(pages)


SIZES = pytest.mark.parametrize("size", [(80, 24), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")


@SIZES
async def test_executive_shows_success_and_401_rate_with_target_and_gap(watched: Store, size: tuple[int, int]) -> None:
    async with at_console(watched, size) as hand:
        await to_board(hand, "e")
        seen = await seen_on_all_pages(hand)
        month = hand.desktop.found.month
        for name, target in (("M1", "≥ 99.9 %"), ("M3", "≥ 99.95 %"), ("M5", "< 0.1 %")):
            row = month.named(name)
            assert target in seen
            assert value_words(row.unit, row.value) in seen
            assert gap_words(row) in seen or gap_words_short(row) in seen
        assert value_words(month.named("M1").unit, month.named("M1").value) == "99.90 %"
        assert month.named("M3").met is False
        assert "overspent" in seen
        assert "Knocking" in seen
        assert "a bar is an hour, UTC" in seen or "lowest" in seen


@SIZES
async def test_on_call_shows_latencies_revocations_with_later_refusals_and_the_busiest(
    watched: Store, size: tuple[int, int]
) -> None:
    async with at_console(watched, size) as hand:
        await to_board(hand, "c")
        seen = await seen_on_all_pages(hand)
        assert re.search(r"PAGE +Requests answered 401 in several services", seen)
        assert "Look for one cause of all" in seen
        assert re.search(r"reports +! +99\.\d\d %", seen)
        assert re.search(r"Checks +<\d+(\.\d)? ms +<70 ms +<70 ms +! < 50 ms", seen)
        assert re.search(r"Issuing +<70 ms +<70 ms +<70 ms +✓ < 200 ms", seen)
        assert re.search(r"partner feed · Delt .*✓ refused after 24 s", seen)
        assert re.search(r"runaway sync · Crux.* 10,001", seen)
        assert re.search(r"● gw-1 +heard 5 s ago · answers from memory 30 s · grace 60 s", seen)
        assert re.search(r"! gw-2 +heard 9 min ago", seen)


async def test_where_there_is_little_room_the_alert_under_the_cursor_says_what_to_do(watched: Store) -> None:
    ticket = {"opened_at": NOW, "severity": "ticket", "detail": ""}
    put_rows(watched, "alert", [{"cause": f"401-burst-service:s{number}", **ticket} for number in range(1, 6)])
    async with at_console(watched, (80, 24)) as hand:
        await to_board(hand, "c")
        assert "Look at that service's latest deploy" not in hand.screen()
        await hand.press("j", "j")
        await hand.until_shown("Look at that service's latest deploy")
        assert hand.desktop.spot.target.name.startswith("401-burst-service")


async def test_a_line_of_on_call_opens_its_token(watched: Store) -> None:
    async with at_console(watched, (200, 60)) as hand:
        await to_board(hand, "c")
        while hand.desktop.spot.target.panel != "proofs":
            await hand.press("tab")
        await hand.press("enter")
        await hand.until(lambda: isinstance(hand.app.screen, DetailScreen), "the token")
        assert hand.desktop.row.key == key_of("T13")
        await hand.press("escape", "d")
        await hand.until(lambda: isinstance(hand.app.screen, DebugScreen) and hand.desktop.counted, "debug")
        await hand.press("escape")
        await hand.until(lambda: isinstance(hand.app.screen, DashboardScreen), "the dashboard under it")


@SIZES
async def test_debug_shows_the_steps_of_a_failed_check_with_the_first_that_failed(watched: Store, size: tuple[int, int]) -> None:
    async with at_console(watched, size) as hand:
        await to_board(hand, "d")
        assert [one.request_id for one in hand.desktop.found.checks] == ["r-expired", "r-scope", "r-leak"]
        screen = hand.screen()
        assert re.search(r"✓ +6 it is not revoked", screen)
        assert re.search(r"✕ +7 its expiry has passed", screen)
        assert "← first to fail: expired, 401" in screen
        assert re.search(r"· +8 its overlap after rotation goes on", screen)
        await hand.press("j")
        await hand.until_shown("← first to fail: scope missing, 403")
        assert "orders.write" in hand.screen()
        assert re.search(r"✕ +10 it lacks a scope that is wanted", hand.screen())
        await hand.press("j")
        await hand.until_shown("← first to fail: unknown token, 401")
        everything = await seen_on_all_pages(hand)
        assert LEAKED[-20:] not in everything
        assert "50 ms" in everything


async def test_support_may_not_open_debug_and_is_told_why_and_what_to_do(watched: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.actor._os_user", lambda: "dana")
    watched.write(lambda unit: put_operator(unit, "ann", Role.ADMIN, Actor("local:x", Role.ADMIN), NOW))
    watched.write(lambda unit: put_operator(unit, "dana", Role.SUPPORT, Actor("ann", Role.ADMIN), NOW))
    async with at_console(watched, (80, 24)) as hand:
        await to_board(hand, "d")
        screen = " ".join(hand.screen().split())
        assert "The role support may not look into failed checks one by one." in screen
        assert "Ask someone with one of the roles on-call, security, admin." in screen
        assert hand.desktop.found is None
        assert "/v1/orders" not in screen
        await hand.press("c")
        await hand.until(lambda: isinstance(hand.app.screen, OnCallScreen) and hand.desktop.counted, "on-call")


async def test_the_dashboards_are_reached_by_command_and_palette(watched: Store) -> None:
    async with at_console(watched, (120, 36)) as hand:
        await hand.press("colon", *"dashboard", "space", *"executive", "enter")
        await hand.until(lambda: isinstance(hand.app.screen, ExecutiveScreen), "executive")
        await hand.press("f2", "colon", *"dashboard", "space", *"nobody", "enter")
        await hand.until_shown("There is no dashboard “nobody”.")
        await hand.press("escape", "ctrl+p", *"on-call", "enter")
        await hand.until(lambda: isinstance(hand.app.screen, OnCallScreen), "on-call")


async def test_without_a_gateway_the_dashboards_say_no_data_and_never_0(store: Store) -> None:
    async with at_console(store, (120, 36)) as hand:
        await to_board(hand, "e")
        assert hand.screen().count("no data") >= 3
        assert "0.00 %" not in hand.screen()
        await hand.press("c")
        await hand.until(lambda: isinstance(hand.app.screen, OnCallScreen) and hand.desktop.counted, "on-call")
        assert "No gateway has reported" in hand.screen()
        assert "✓ No alert is open." in hand.screen()
        await hand.press("d")
        await hand.until(lambda: isinstance(hand.app.screen, DebugScreen) and hand.desktop.counted, "debug")
        assert "No gateway has reported, so no check is on record." in hand.screen()


@pytest.mark.parametrize("board", ["executive", "oncall", "on-call", "debug"])
def test_the_command_prints_each_dashboard_as_tables_and_as_json(watched: Store, board: str) -> None:
    address = str(watched.address.path or watched.address.conninfo)
    ran = run("--store", address, "dashboard", board)
    assert ran.code == 0, ran.err
    words = {"executive": "Error budget", "debug": "Failed checks"}.get(board, "What to do")
    assert words in ran.out
    ran = run("--store", address, "dashboard", board, "--json")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert told.keys() >= {"executive": {"indicators", "rate_401"}, "debug": {"failed_checks"}}.get(board, {"alerts", "gateways"})
    assert LEAKED[-20:] not in ran.out


def test_the_command_refuses_debug_to_support_and_an_unknown_name(watched: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.actor._os_user", lambda: "dana")
    address = str(watched.address.path or watched.address.conninfo)
    wrong = run("--store", address, "dashboard", "nobody")
    assert wrong.code == 2
    assert "Dashboards: executive, on-call, debug" in wrong.err
    watched.write(lambda unit: put_operator(unit, "ann", Role.ADMIN, Actor("local:x", Role.ADMIN), NOW))
    watched.write(lambda unit: put_operator(unit, "dana", Role.SUPPORT, Actor("ann", Role.ADMIN), NOW))
    ran = run("--store", address, "dashboard", "debug", "--json")
    assert ran.code != 0
    assert ran.out == ""
    assert "The role support may not look into failed checks" in ran.err
