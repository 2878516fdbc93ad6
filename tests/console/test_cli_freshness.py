"""Every command that prints numbers of usage says up to when they are recorded, in which steps and since when."""

from __future__ import annotations

import pytest

from store.address import Address
from store.creation import create_store
from store.opening import Store
from tests.command_line import run
from tests.conftest import NOW
from tests.scenario import TRACKING_SINCE, fill_scenario, key_of

SINCE = f"{TRACKING_SINCE:%Y-%m-%dT%H:%M:%SZ}"
KNOWN = "2026-03-16T08:59:00Z"
TOKEN = key_of("T10")[1]
COMMANDS = (
    ("tokens", "show", TOKEN),
    ("tokens", "blast", TOKEN, key_of("T08")[1]),
    ("tokens", "timeline", TOKEN),
    ("tokens", "split", TOKEN),
    ("accounts", "show", "ACME"),
    ("accounts", "list"),
    ("dashboard",),
    ("dashboard", "executive"),
    ("dashboard", "oncall"),
    ("slo",),
)


@pytest.fixture
def store(demo_store: Store) -> Store:
    """The scenarios' store; its clock stands at NOW."""
    fill_scenario(demo_store)
    return demo_store


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_json_with_numbers_of_usage_says_how_far_they_are_known(store: Store, command: tuple[str, ...]) -> None:
    found = run(*command, "--json", store=store.address).json
    for one in found if isinstance(found, list) else [found]:
        step = "hour" if command[0] == "accounts" else "minute"
        assert (one["recorded_until"], one["resolution"], one["tracked_since"]) == (KNOWN, step, SINCE)


@pytest.mark.parametrize("command", [*COMMANDS[:6], ("tokens", "list")], ids=" ".join)
def test_and_so_does_what_a_person_reads(store: Store, command: tuple[str, ...]) -> None:
    ran = run(*command, store=store.address)
    said = ran.out + ran.err
    assert "recorded up to 2026-03-16" in said
    assert "by the hour" in said if command[0] == "accounts" else "by the minute" in said or "1 min" in said
    assert f"tracked since {SINCE[:10]}" in said


def test_an_empty_store_says_that_nothing_is_recorded(address: Address) -> None:
    create_store(address, NOW, demo_now=NOW).close()
    assert "No usage is recorded yet." in run("accounts", "list", store=address).err
