"""The issue form in a real terminal: whatever is pasted into it or typed ahead, nothing is issued without one deliberate key."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.address import Address
from store.opening import Store
from tests.terminal.consoles import ARMED_S, Console, make_store

pytestmark = pytest.mark.slow

ESCAPE = "\x1b"
WHOLE_FLOW = "acme\rburst token\rleo\rorders.read\r\r\ry"
"""All it takes from the account to the answer, in one burst."""


@pytest.fixture
def sqlite(tmp_path: Path) -> Address:
    """Return an empty place for a SQLite store."""
    return Address(path=tmp_path / "tokens.db")


def tokens(address: Address) -> int:
    """Return how many tokens the store holds."""
    store = Store(address)
    try:
        with store.reading() as reader:
            return int(reader.value("SELECT count(*) FROM token"))
    finally:
        store.close()


def open_form(console: Console) -> None:
    console.keys("n")
    console.wait_for("Issue a token")
    console.wait_for("4 live")


@pytest.mark.parametrize(
    "typed",
    [
        WHOLE_FLOW,
        WHOLE_FLOW.replace("\r", "\n"),
        f"{ESCAPE}[200~{WHOLE_FLOW}{ESCAPE}[201~",
        f"{ESCAPE}[200~acme{ESCAPE}[201~\r\r\ry\ry",
        "y\ry\ryes please\r\r\ry",
        "\t\t\t\ty\r\ry",
    ],
    ids=repr,
)
def test_a_burst_into_the_form_issues_nothing(sqlite: Address, typed: str) -> None:
    make_store(sqlite)
    before = tokens(sqlite)
    with Console(sqlite) as console:
        console.ready()
        open_form(console)
        for _ in range(3):
            console.keys(typed)
            console.settle(ARMED_S)
    assert tokens(sqlite) == before


@pytest.mark.parametrize("typed", ["n" + WHOLE_FLOW, "n\r\r\r\ry", "nyyyy"], ids=repr)
def test_what_is_typed_ahead_of_the_form_issues_nothing(sqlite: Address, typed: str) -> None:
    make_store(sqlite)
    before = tokens(sqlite)
    with Console(sqlite) as console:
        console.keys(typed)
        console.ready("tokendesk")
        console.keys(typed)
        console.settle(ARMED_S)
    assert tokens(sqlite) == before


def test_one_deliberate_key_at_a_time_issues_one_token_and_its_secret_is_gone_after_escape(sqlite: Address) -> None:
    make_store(sqlite)
    before = tokens(sqlite)
    with Console(sqlite) as console:
        console.ready()
        open_form(console)
        console.keys("\r")
        console.wait_for("Acme")
        console.settle()
        console.keys("slow token")
        console.keys("\r")
        console.settle()
        console.keys("leo\r")
        console.wait_for("Space tick")
        console.keys(" ")
        console.settle()
        console.keys("\r")
        console.wait_for("Look it over")
        console.keys("\r")
        console.wait_for("Issue this token?")
        console.settle(ARMED_S)
        console.keys("y")
        console.wait_for("shown once")
        console.wait_for("tkd_live_")
        console.keys(ESCAPE)
        console.wait_gone("shown once")
        console.wait_for("What it may do")
    assert tokens(sqlite) == before + 1
