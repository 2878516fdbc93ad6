"""What the dashboard sends over the line: little for a move, nothing while nothing happens, and the right picture in parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.address import Address
from tests.terminal.consoles import Console
from tests.terminal.test_bytes_sent import SIZES, seen

pytestmark = pytest.mark.slow

F4 = "\x1bOS"


@pytest.fixture
def demo(built: Path) -> Address:
    """Return a demo store that nobody changes."""
    return Address(path=built)


def open_on_dashboard(demo: Address, size: str) -> Console:
    """Open the console and go to the dashboard; every number is there."""
    rows, columns = SIZES[size]
    console = Console(demo, rows=rows, columns=columns)
    console.wait_for("● active")
    console.settle(1.0)
    console.keys(F4)
    console.wait_for("Needs attention")
    console.settle(2.0)
    assert "counting" not in console.text
    return console


@pytest.mark.parametrize(("size", "budget"), [("24 by 80", 700), ("60 by 200", 900)])
def test_a_move_sends_little_and_rest_nothing(demo: Address, size: str, budget: int) -> None:
    with open_on_dashboard(demo, size) as console:
        moves = [len(console.sent_during("j", 0.5)) for _ in range(5)]
        assert console.idle_bytes(5) == 0, console.text
    assert min(moves) > 0
    assert sorted(moves)[2] <= budget, moves


@pytest.mark.parametrize("size", list(SIZES))
def test_what_was_sent_in_parts_is_the_picture_that_is_sent_as_a_whole(demo: Address, size: str) -> None:
    with open_on_dashboard(demo, size) as console:
        for keys in ("jjj", "\t", "\x1b[6~", "k", "o", "\x1b", "G", "\x1b[5~"):
            console.keys(keys)
            console.settle(0.8)
        in_parts = seen(console)
        console.child.setwinsize(console.rows, console.columns - 1)
        console.settle(1.0)
        console.screen.reset()
        console.child.setwinsize(console.rows, console.columns)
        console.settle(1.0)
        assert seen(console) == in_parts
