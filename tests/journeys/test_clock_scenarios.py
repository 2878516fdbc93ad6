"""A log whose clock is wrong, by command line and on every page that shows usage, on both databases."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from store.opening import Store
from store.reads.log_clocks import clocks_ahead
from tests.at_console import Hand, at_console
from tests.command_line import run
from tests.conftest import NOW
from tests.gateway_logs import event_line
from tests.scenario import fill_scenario, key_of

SAID = "usage from edge.log is 4 min ahead of this clock"


@pytest.fixture
def store(demo_store: Store, tmp_path: Path) -> Store:
    """The scenarios' store, with a log read into it whose clock is four minutes ahead."""
    fill_scenario(demo_store)
    log = tmp_path / "edge.log"
    log.write_text(event_line(NOW + timedelta(minutes=4, seconds=10), key_of("T01")[1]) + "\n")
    assert run("import", "usage", str(log), store=demo_store.address).code == 0
    return demo_store


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_every_page_that_shows_usage_names_the_log_whose_clock_is_ahead(store: Store, size: tuple[int, int]) -> None:
    async with at_console(store, size) as hand:
        await hand.until_shown(SAID)
        await hand.press("enter")
        await hand.until(lambda: hand.desktop.PLACE == "detail" and SAID in hand.screen(), "the token's page")
        await hand.press("escape", "f3", "enter")
        await hand.until(lambda: hand.desktop.PLACE == "account" and SAID in hand.screen(), "the account's page")
        await hand.press("f4")
        await hand.until(lambda: hand.desktop.PLACE == "dashboard" and SAID in hand.screen(), "the dashboard")


def test_the_doctor_names_it_until_the_log_is_on_time_again(store: Store, tmp_path: Path) -> None:
    assert run("doctor", "--json", store=store.address).json["store"]["events_ahead"] == SAID
    assert SAID in run("doctor", store=store.address).out
    assert SAID in run("store", "info", store=store.address).out
    with (tmp_path / "edge.log").open("a") as log:
        log.write(event_line(NOW, key_of("T01")[1]) + "\n")
    assert run("import", "usage", str(tmp_path / "edge.log"), store=store.address).code == 0
    assert run("doctor", "--json", store=store.address).json["store"]["events_ahead"] is None


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_the_dashboard_counts_the_clocks_that_are_ahead_and_opens_which_and_what_to_do(
    store: Store, size: tuple[int, int]
) -> None:
    async with at_console(store, size) as hand:
        await hand.press("f4")
        await hand.until(lambda: hand.desktop.PLACE == "dashboard" and "! 1  Clocks ahead" in squeezed(hand), "the number")
        await hand.press("j")
        await hand.until(lambda: hand.desktop.spot.target.name == "clock-ahead", "the cursor")
        await hand.press("enter")
        await hand.until(lambda: hand.desktop.PLACE == "card", "the page behind it")
        shown = " ".join(hand.screen().split())
        assert "1 log or gateway ahead of the clock here:" in shown
        assert "4 min ahead, seen just now:" in shown
        assert "\\n" not in shown
        assert "`timedatectl` or `chronyc tracking`" in shown
        await hand.press("escape")
        await hand.until(lambda: hand.desktop.PLACE == "dashboard", "the dashboard again")
        assert hand.desktop.spot.target.name == "clock-ahead"


def test_the_command_line_names_each_the_worst_first_until_it_is_on_time(store: Store, tmp_path: Path) -> None:
    worse = tmp_path / "b\x1b[31m.log"
    worse.write_text(event_line(NOW + timedelta(hours=2), key_of("T01")[1]) + "\n")
    assert run("import", "usage", str(worse), store=store.address).code == 0
    found = run("dashboard", "--json", store=store.address).json["clocks_ahead"]
    assert [(one["source"].rpartition("/")[2], one["ahead_s"]) for one in found] == [
        ("b\x1b[31m.log", 7_200), ("edge.log", 250),
    ]  # fmt: skip
    assert {one["read_at"] for one in found} == {"2026-03-16T09:00:00Z"}
    ran = run("dashboard", store=store.address)
    assert "2  clock-ahead        clocks" in ran.out
    assert "2 h       2026-03-16 09:00" in ran.out
    assert "\x1b" not in ran.out
    assert "`timedatectl` or `chronyc tracking` there" in ran.err
    with (tmp_path / "edge.log").open("a") as log, worse.open("a") as other:
        for file in (log, other):
            file.write(event_line(NOW, key_of("T01")[1]) + "\n")
    assert run("import", "usage", str(tmp_path / "edge.log"), str(worse), store=store.address).code == 0
    assert run("dashboard", "--json", store=store.address).json["clocks_ahead"] == []
    assert "clock-ahead" not in run("dashboard", store=store.address).out


def test_a_clock_that_is_ahead_by_less_than_a_minute_is_nobodys_business(demo_store: Store, tmp_path: Path) -> None:
    fill_scenario(demo_store)
    log = tmp_path / "edge.log"
    for seconds, told in ((59, 0), (60, 1)):
        log.write_text(event_line(NOW + timedelta(seconds=seconds), key_of("T01")[1]) + "\n")
        assert run("import", "usage", str(log), store=demo_store.address).code == 0
        with demo_store.reading() as reader:
            assert len(clocks_ahead(reader)) == told


def squeezed(hand: Hand) -> str:
    return re.sub(r"! +", "! ", hand.screen())
