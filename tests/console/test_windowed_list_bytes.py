"""What the list costs in a real terminal, in bytes and in memory: little, and the same for a thousand rows and a million."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.terminal.ptyrun import Terminal

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
MOVES = 8
PROGRAM = """
from console.safety import start_safely
start_safely()
from tests.console.list_app import ListApp
class Keyed(ListApp):
    BINDINGS = [("j", "go('move', 1)"), ("n", "go('page', 1)"), ("G", "go('bottom')"), ("g", "go('top')"), ("q", "app.exit")]
    def action_go(self, name, *values): getattr(self.list, name)(*values)
    def action_exit(self): self.exit()
import sys
sys.exit(Keyed(range(ROWS)).run_safely())
"""


@dataclass(frozen=True)
class Cost:
    """Bytes of a start, of a whole picture, of cursor moves, of a page, of a jump to the end; of idleness, mouse and focus.

    Memory in KB. A page sends only the cells that differ, so it says little about a whole picture.
    """

    start: int
    whole: int
    moves: tuple[int, ...]
    page: int
    end: int
    idle: int
    mouse: int
    focus: int
    memory: int


def cost(rows: int, height: int, width: int, theme_environment: dict[str, str] | None = None) -> Cost:
    """Run the list with so many rows in a terminal of that size."""
    program = PROGRAM.replace("ROWS", str(rows))
    with Terminal([sys.executable, "-c", program], rows=height, columns=width, env=theme_environment, cwd=str(ROOT)) as terminal:
        terminal.wait_for("token 3 ")
        terminal.settle()
        start = len(terminal.output)
        moves = tuple(len(terminal.sent_during("j")) for _ in range(MOVES))
        page = len(terminal.sent_during("n"))
        end = len(terminal.sent_during("G"))
        terminal.wait_for(f"token {rows - 1} ")
        status = Path(f"/proc/{terminal.pid}/status").read_text()
        memory = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])
        mouse = len(terminal.sent_during("\x1b[<35;20;10M\x1b[<35;21;11M\x1b[<35;22;12M"))
        focus = len(terminal.sent_during("\x1b[O\x1b[I"))
        idle = terminal.idle_bytes(3)
        terminal.child.setwinsize(height, width - 1)
        terminal.settle()
        before = len(terminal.output)
        terminal.child.setwinsize(height, width)
        terminal.settle(0.5)
        measured = Cost(start, len(terminal.output) - before, moves, page, end, idle, mouse, focus, memory)
        terminal.keys("q")
        assert terminal.wait_end() == 0
        return measured


@pytest.mark.parametrize(("height", "width", "budget"), [(40, 132, 600), (24, 80, 700), (60, 200, 900)])
def test_moving_paging_and_waiting_stay_inside_their_budgets(height: int, width: int, budget: int) -> None:
    measured = cost(1_000, height, width)
    assert max(measured.moves) <= budget
    assert measured.page <= 2.7 * height * width
    assert measured.start <= 2.5 * measured.whole + 2_000
    assert (measured.idle, measured.mouse, measured.focus) == (0, 0, 0)


def test_a_million_rows_cost_what_a_thousand_do() -> None:
    few, many = cost(1_000, 40, 132), cost(1_000_000, 40, 132)
    assert many.moves == few.moves
    assert many.page <= 1.01 * few.page
    assert many.memory <= 1.10 * few.memory
