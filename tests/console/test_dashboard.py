"""The dashboard by keyboard: what it shows is what the store holds, and every number opens its tokens."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from console.render import board_revocations
from console.render.board import LAYOUTS, Board, drawn
from console.render.board_plots import _unit
from console.render.glyphs import ascii_glyphs
from console.render.grid import Columns, Part, Rect, Rows, fixed, placed, shares
from console.render.sheet import length
from console.screens.dashboard import DashboardScreen
from console.screens.tokens import TokensScreen
from store.dashboard_rows import Amount, Dashboard, Revocations
from store.indicator_rows import Proof
from store.opening import Store
from store.reads.dashboard import FIRST, dashboard
from store.reads.tokens import Question, count
from store.rows import Freshness, TokenKey
from store.rules.filters import parse
from tests.at_console import Hand, at_console
from tests.command_line import run
from tests.conftest import NOW
from tests.random_store import fill_random
from tests.scenario import fill_scenario

SIZES = ((40, 12), (60, 20), (80, 24), (100, 30), (120, 36), (160, 45), (200, 60))


@pytest.fixture
def filled(store: Store) -> Store:
    fill_scenario(store)
    return store


@asynccontextmanager
async def at_dashboard(store: Store, size: tuple[int, int] = (200, 60), **more: Any) -> AsyncIterator[Hand]:
    async with at_console(store, size, **more) as hand:
        await hand.press("f4")
        await hand.until(lambda: isinstance(hand.app.screen, DashboardScreen) and hand.desktop.dashboard, "the dashboard")
        await hand.until(lambda: hand.desktop.dashboard.mix is not None, "the exact numbers")
        yield hand


def read(store: Store) -> Dashboard:
    with store.reading() as reader:
        return dashboard(reader, NOW)


def text(board: Board, page: int) -> str:
    return "\n".join("".join(piece.text for piece in one) for one in board.pages[page])


async def test_it_shows_the_numbers_of_the_scenario(filled: Store) -> None:
    async with at_dashboard(filled) as hand:
        screen = hand.screen()
        assert f"{hand.desktop.dashboard.traffic.requests:,} requests" in screen
        assert re.search(r"! +1 +After revoke", screen)
        assert re.search(r"! +2 +Knocking", screen)
        assert re.search(r"! +3 +Unused 90 d .*2 ", screen)
        assert re.search(r"runaway sync.*█ 10,001", screen)
        assert "usage recorded to 2026-03-16 08:59Z · counted 09:00Z" in screen
        assert "partner feed · Delt" in screen


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_enter_lists_exactly_the_tokens_of_every_finding(filled: Store, size: tuple[int, int]) -> None:
    async with at_dashboard(filled, size) as hand:
        assert hand.desktop.spot.target.view == "used-after-revoke"
        await hand.press("j", "enter")
        await hand.until(lambda: isinstance(hand.app.screen, TokensScreen) and hand.tokens.here.view == "knocking", "the view")
        await hand.until(lambda: hand.tokens.table.total.rows == 2, "its tokens")
        await hand.press("f4")
        assert hand.desktop.spot.target.view == "knocking"


async def test_a_digit_and_a_command_list_a_view(filled: Store) -> None:
    async with at_dashboard(filled) as hand:
        await hand.press("4")
        await hand.until(lambda: isinstance(hand.app.screen, TokensScreen) and hand.tokens.here.view == "high-volume", "4")
        await hand.press("left_square_bracket")
        await hand.until(lambda: hand.tokens.here.view == "live", "the list before")
        await hand.press("f4", "colon")
        await hand.press(*"view", "space", *"orphaned")
        await hand.press("enter")
        await hand.until(lambda: isinstance(hand.app.screen, TokensScreen) and hand.tokens.here.view == "orphaned", "orphaned")


async def test_every_line_that_leads_somewhere_finds_what_it_counts(filled: Store) -> None:
    board = read(filled)
    spots = {spot.target for spot in drawn(board, 200, 57).spots}
    assert {spot.panel for spot in spots} >= {
        "findings", "tokens", "accounts", "cliff", "idle", "secrets", "mix", "revocations", "hours", "days",
    }  # fmt: skip
    counted: dict[tuple[str, str], int] = {}
    with filled.reading() as reader:
        for spot in spots:
            counted[spot.panel, spot.name] = count(reader, Question(spot.view or "all", spot.filter), NOW)
    assert board.ends is not None
    assert board.mix is not None
    for found in board.found:
        if found.view != "sprawl" and ("findings", found.view) in counted:
            assert counted["findings", found.view] == found.amount.number
    for day in board.ends.days:
        if ("cliff", f"{day.day}") in counted:
            assert counted["cliff", f"{day.day}"] >= day.tokens.number  # of today, those that have expired count as well
    for kind in board.mix.kinds:
        assert counted["mix", f"{kind.tier} {kind.environment}"] == kind.tokens
    for panel, spread in (("idle", board.idle), ("secrets", board.secrets)):
        assert spread is not None
        numbers = [number for (where, _), number in counted.items() if where == panel]
        assert sorted(numbers) == sorted(one.amount.number for one in spread.stretches)
    assert all(counted[key] == 1 for key in counted if key[0] in ("tokens", "revocations"))


async def test_tab_goes_from_panel_to_panel_and_pages_turn(filled: Store) -> None:
    async with at_dashboard(filled, (80, 24)) as hand:
        seen = [hand.desktop.spot.target.panel]
        for _ in range(13):
            await hand.press("tab")
            seen.append(hand.desktop.spot.target.panel)
        assert seen[:4] == ["findings", "hours", "contacts", "cliff"]
        assert seen[-1] in seen[:-1]
        assert {"cliff", "tokens", "accounts", "days", "idle", "secrets", "mix", "revocations"} <= set(seen)
        await hand.press("g")
        pages = []
        for _ in range(6):
            pages.append(re.search(r"Pg(?:Dn|Up) (?:page )?(\d) of 6", hand.screen()))
            await hand.press("pagedown")
        assert [found[1] for found in pages if found] == ["1", "2", "3", "4", "5", "6"]
        await hand.press("G")
        assert hand.desktop.spot == hand.desktop.board.spots[-1]
        await hand.press("pageup", "pageup", "pageup", "pageup", "pageup", "k")
        assert hand.desktop.cursor == 0


async def test_without_usage_it_says_that_nothing_is_recorded_and_never_0(store: Store) -> None:
    async with at_dashboard(store) as hand:
        screen = hand.screen()
        assert screen.count("no data: nothing recorded yet") >= 6
        assert "no usage recorded yet" in screen
        assert "0 requests" not in screen


async def test_the_cursor_keeps_to_its_line_and_numbers_follow_the_store(filled: Store) -> None:
    async with at_dashboard(filled) as hand:
        before = hand.desktop.dashboard.amount("live").number
        for _ in range(6):
            await hand.press("j")
        kept = hand.desktop.spot.target
        await hand.press("f2")
        await hand.until(lambda: hand.tokens.table.cursor_row is not None, "a row")
        await hand.press("x")
        hand.watch.wait(1)
        await hand.answer()
        await hand.until(lambda: hand.audit(action="revoke")[0].actor != "priya", "the revocation")
        await hand.press("f4")
        await hand.press("ctrl+r")
        await hand.until(lambda: hand.desktop.dashboard.amount("live").number == before - 1, "one fewer")
        assert hand.desktop.spot.target.name == kept.name


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_what_the_signs_and_the_digits_mean_stands_under_them(filled: Store, size: tuple[int, int]) -> None:
    async with at_dashboard(filled, size) as hand:
        first = hand.desktop.board.pages[0]
        words = ["".join(piece.text for piece in one) for one in first]
        assert any(one.startswith("╰─ ! look") and "digit:" in one for one in words)
        every = "\n".join("".join(piece.text for piece in one) for page in hand.desktop.board.pages for one in page)
        assert "✓ proven" in every


async def test_going_to_another_area_is_asked_over_the_panels(filled: Store) -> None:
    async with at_dashboard(filled, (80, 24)) as hand:
        await hand.press("o")
        await hand.until_shown("Go to")
        assert "Accounts" in hand.screen()
        await hand.press("escape")
        await hand.until(lambda: "Needs attention" in hand.screen() and hand.desktop.dialog is None, "the panels")
        await hand.press("q")
        assert isinstance(hand.app.screen, TokensScreen)


async def test_a_click_puts_the_cursor_there_and_another_opens(filled: Store) -> None:
    async with at_dashboard(filled) as hand:
        wanted = next(spot for spot in hand.desktop.board.spots if spot.target.view == "never-expires")
        where = (wanted.rect.x + 3, wanted.rect.y)
        await hand.pilot.click("#board", offset=where)
        assert hand.desktop.spot == wanted
        await hand.pilot.click("#board", offset=where)
        await hand.until(lambda: isinstance(hand.app.screen, TokensScreen) and hand.tokens.here.view == "never-expires", "it")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_line_fills_its_page_exactly_at_any_size(store: Store, size: tuple[int, int]) -> None:
    fill_random(store, 5, 60)
    with store.reading() as reader:
        boards = [None, dashboard(reader, NOW, FIRST), dashboard(reader, NOW)]
    for found in boards:
        board = drawn(found, size[0], size[1] - 3)
        for page in board.pages:
            assert [length(one) for one in page] == [size[0]] * (size[1] - 3)
        for spot in board.spots:
            parse(spot.target.filter)
            assert length(board.shown(spot.page, spot)[spot.rect.y]) == size[0]
            assert spot.target.says.endswith(".")


def test_what_is_still_counted_says_so_and_all_of_it_can_be_written_in_ascii(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        board = drawn(dashboard(reader, NOW, FIRST), 200, 57)
        whole = drawn(dashboard(reader, NOW), 200, 57, large=False)
    assert text(board, 0).count("counting…") == 5
    assert ascii_glyphs(text(whole, 0)).isascii()


@pytest.mark.parametrize(("highest", "unit"), [(0, 1), (99, 1), (100, 10), (990, 10), (999, 100), (123_456, 10_000)])
def test_a_calendar_counts_in_a_unit_that_fits_its_cells(highest: int, unit: int) -> None:
    assert _unit(highest, 3) == unit
    assert -(-highest // unit) < 100


def test_parts_share_the_room_without_a_gap() -> None:
    tree = Rows((fixed("top", 3), Part(Columns((Part("a", 2), Part("b", 1), fixed("c", 10))))))
    cells = [[0] * 47 for _ in range(21)]
    for place in placed(tree, Rect(0, 0, 47, 21)):
        for y in range(place.rect.y, place.rect.y + place.rect.height):
            for x in range(place.rect.x, place.rect.x + place.rect.width):
                cells[y][x] += 1
    assert all(cell == 1 for row in cells for cell in row)
    assert shares((Part("a"), Part("b"), fixed("c", 5)), 20) == [8, 7, 5]
    assert [layout.width for layout in LAYOUTS] == sorted((layout.width for layout in LAYOUTS), reverse=True)


def test_the_command_prints_the_same_numbers(filled: Store) -> None:
    address = str(filled.address.path or filled.address.conninfo)
    ran = run("--store", address, "dashboard", "--json")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    with filled.reading() as reader:
        expected = count(reader, Question("live"), filled_at(told))
    assert told["findings"]["live"]["number"] == expected
    last = told["revoked"]["last"][0]
    assert (last["id"], last["proof"]) == ("T13Scenario1", "pass")
    assert last["refused_since"] > last["accepted_since"] > last["at"]
    words = run("--store", address, "dashboard")
    assert words.code == 0, words.err
    assert "Needs attention" in words.out


def filled_at(told: dict[str, Any]) -> Any:
    from store.moments import parse_moment

    return parse_moment(told["at"])


PASSED, LATER, SLIPPED = timedelta(seconds=30), timedelta(hours=2), timedelta(seconds=90)
PROOFS = {
    "pass": (None, PASSED, "✓", "pass (< 60 s)"),
    "pass after the last": (timedelta(seconds=21), PASSED, "✓", "pass (< 60 s): last accepted +21 s"),
    "late": (None, LATER, "✓", "refused at its first call"),
    "fail, and refused later": (SLIPPED, LATER, "! FAIL", "FAIL (not < 60 s)"),
    "fail": (SLIPPED, None, "! FAIL", "FAIL (not < 60 s)"),
    "accepted once": (PASSED, None, "·", "not proven"),
    "no call": (None, None, "·", "not proven: no call since"),
}


@pytest.mark.parametrize("case", PROOFS)
@pytest.mark.parametrize("width", [30, 60, 90])
def test_mark_and_sentence_of_a_revocation_are_one_verdict(case: str, width: int) -> None:
    accepted, refused, mark, sentence = PROOFS[case]
    at = NOW - timedelta(days=1)
    proof = Proof(
        TokenKey(("A", "T")), "Acme", "Old partner", at, "priya", "left",
        at + accepted if accepted else None, at + refused if refused else None, "REVOKED" if refused else "",
    )  # fmt: skip
    board = Dashboard(NOW, Freshness(None, None), (), Revocations((proof,), Amount(1)), None, None, None)
    drawn_body = board_revocations.revocations(board, width, 5)
    drawn_line, target = drawn_body.lines[0], drawn_body.spots[0]
    assert mark in "".join(piece.text for piece in drawn_line)
    assert f"Old partner, {sentence}" in target.says
