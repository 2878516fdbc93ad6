"""A log whose clock is wrong, by command line and on every page that shows usage, on both databases."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from store.opening import Store
from tests.at_console import at_console
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
