"""What every area sends over the line, counted in a real terminal: budgets of ux.md 3.9, bars 7, 8 and 9 of performance.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.areas import AREAS, Area
from store.address import Address
from tests.terminal.consoles import Console
from tests.terminal.test_bytes_sent import BEFORE_RESTING_S, SIZES

pytestmark = pytest.mark.slow

KEYS = {"f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS", "f5": "\x1b[15~", "f6": "\x1b[17~", "f7": "\x1b[18~", "f8": "\x1b[19~",
        "f9": "\x1b[20~", "f10": "\x1b[21~", "f11": "\x1b[23~", "f12": "\x1b[24~"}  # fmt: skip
MODALS = ("o", ":", "?", "K")
"""The choice of an area, the command line, the help and the choice of commands: in every area."""

MOST_PAINTS = 1.5
"""So many full paints a switch of the screen or a modal may cost (bar 9)."""

PAGE_DOWN = "\x1b[6~"
TYPED_INTO = frozenset({"leaks"})
"""Its box is open from the start: there letters are typed, not done."""


@pytest.fixture
def demo(built: Path) -> Address:
    """Return a demo store that nobody changes."""
    return Address(path=built)


def painted_whole(console: Console) -> int:
    """Return how many bytes the whole screen is, as it is sent when the terminal has changed its size."""
    console.child.setwinsize(console.rows, console.columns - 1)
    console.settle(1.0)
    start = len(console.output)
    console.child.setwinsize(console.rows, console.columns)
    console.settle(1.0)
    return len(console.output) - start


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.id)
@pytest.mark.parametrize(("size", "move", "page"), [("24 by 80", 700, 8_000), ("60 by 200", 900, 20_000)])
def test_an_area_stays_inside_the_budget_and_sends_nothing_at_rest(
    demo: Address, area: Area, size: str, move: int, page: int
) -> None:
    rows, columns = SIZES[size]
    key, name = KEYS[area.key], area.id
    with Console(demo, rows=rows, columns=columns) as console:
        console.wait_for("● active")
        console.settle(1.0)
        console.keys(KEYS["f6"] if name != "audit" else KEYS["f3"])  # from elsewhere
        console.settle(1.0)
        console.keys(key)
        console.settle(2.0)
        if name in TYPED_INTO:
            console.keys("\x1b")
            console.settle(1.0)
        whole = painted_whole(console)
        assert console.idle_bytes(3) == 0, console.text
        moves = sorted(len(console.sent_during(one, BEFORE_RESTING_S)) for one in "jjkjk")
        assert moves[2] <= move, moves
        console.settle(1.0)
        assert len(console.sent_during(PAGE_DOWN, 1.0)) <= page
        for modal in MODALS:
            opened = len(console.sent_during(modal, 0.6))
            if opened > MOST_PAINTS * whole:  # more is on it than behind it: then it is measured by itself
                whole = max(whole, painted_whole(console))
            assert 0 < opened <= MOST_PAINTS * whole, (modal, opened, whole)
            assert console.idle_bytes(1.5) == 0, (modal, console.text)
            console.keys("\x1b")
            console.settle(0.6)
        console.keys(KEYS["f6"] if name != "audit" else KEYS["f3"])
        console.settle(1.0)
        assert len(console.sent_during(key, 1.0)) <= MOST_PAINTS * whole
