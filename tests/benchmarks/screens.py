"""Bars 5 to 9 and 23: what the console sends and holds while one works in it, in a store of any size."""

from __future__ import annotations

import re
import statistics
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field

from store.opening import Store
from tests.benchmarks.measuring import Result
from tests.benchmarks.places import Bench
from tests.benchmarks.quick_terminal import QuickTerminal, console_command
from tests.benchmarks.starting import first_name

KEYS = 25
ROWS, COLUMNS = 40, 132
PAGE_DOWN = "\x1b[6~"
_STOCK = """
from textual.app import App
from textual.widgets import DataTable
from rich.text import Text
class Stock(App):
    def compose(self):
        yield DataTable(cursor_type="row")
    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns(*[f"column {n}" for n in range(10)])
        table.add_rows([[Text(f"row {row} {n}") for n in range(10)] for row in range(1000)])
        table.focus()
        self.title = "ready"
Stock().run()
"""
_LIST = """
import sys
from tests.console.list_app import ListApp
class Keys(ListApp):
    BINDINGS = [("j", "step(1)"), ("pagedown", "leaf(1)")]
    def action_step(self, rows):
        self.list.move(rows)
    def action_leaf(self, pages):
        self.list.page(pages)
Keys(range(int(sys.argv[1]))).run_safely()
"""


@dataclass
class Walk:
    """What a walk through the list of one store cost."""

    memory: float = 0.0
    before: float = 0.0
    start_bytes: int = 0
    page_bytes: int = 0
    key_bytes: list[int] = field(default_factory=list)
    page_s: list[float] = field(default_factory=list)
    end_s: list[float] = field(default_factory=list)
    switch_bytes: int = 0
    question_bytes: int = 0
    proof_bytes: int = 0


def walk(store: Store, bench: Bench) -> Walk:
    """Open the console, move, page, go to the end and back, sort and filter."""
    found = Walk()
    with QuickTerminal(console_command(store.address), rows=ROWS, columns=COLUMNS) as terminal:
        terminal.seconds_to(first_name(store, bench).encode())
        terminal.settle(1.5)
        found.before, found.start_bytes = terminal.memory, len(terminal.output)
        for _ in range(KEYS):
            found.key_bytes.append(terminal.answer("j", 0.08)[1])
        terminal.settle(0.6)
        for _ in range(5):
            found.page_s.append(terminal.answer(PAGE_DOWN)[0])
            terminal.settle(0.6)
        for number in range(bench.rounds):
            if number:  # through another view: what was read of this one is forgotten
                terminal.answer("2", 0.2)
                terminal.answer("1", 0.2)
                terminal.settle(1.0)
            found.end_s.append(terminal.answer("G", 0.3)[0])
            terminal.settle(1.0)
        for keys in ("g", "sn", "sn", "/env:test\r", "\x1b", "2", "1", "G", "g"):
            for key in _pressed(keys):
                terminal.answer(key, 0.2)
            terminal.settle(0.8)
        found.memory = terminal.memory
        found.page_bytes = _size_of_a_page(terminal)
        _, found.question_bytes = terminal.answer("x", 0.5)
        terminal.answer("\x1b", 0.5)
        terminal.settle(1.0)
        _, found.switch_bytes = terminal.answer("\r", 1.0)
    return found


def _size_of_a_page(terminal: QuickTerminal) -> int:
    """Return the bytes of one whole picture: what a terminal that comes back to its old size is sent."""
    terminal.settle(0.5)
    terminal.child.setwinsize(ROWS, COLUMNS - 1)
    terminal.settle(0.8)
    start = len(terminal.output)
    terminal.child.setwinsize(ROWS, COLUMNS)
    terminal.settle(0.8)
    return len(terminal.output) - start


def walking(bench: Bench) -> list[Result]:
    """Compare a walk through the large store with one through the small one."""
    large, small = walk(bench.large, bench), walk(bench.small, bench)
    far, near = statistics.median(large.end_s), statistics.median(small.end_s)
    return [
        Result("5", "memory, large / small store, after page, end, sort, filter", 1.10, large.memory / small.memory, slack=1.5,
               note=f"{large.memory:.0f} and {small.memory:.0f} MB"),
        Result("7", "bytes of a cursor move", 600, statistics.median(large.key_bytes), "B", insist=900),
        Result("9", "bytes of the start, in pages", 2.5, large.start_bytes / large.page_bytes, insist=4,
               note=f"{large.start_bytes:,} B, a page {large.page_bytes:,} B"),
        Result("9", "bytes of opening a token, in pages", 1.5, large.switch_bytes / large.page_bytes, insist=2.5),
        Result("9", "bytes of opening the question, in pages", 1.5, large.question_bytes / large.page_bytes, exact=True),
        Result("4", "to the end of the list, large / small store", 1.25, far / near, slack=20, note=f"{far * 1000:.0f} ms"),
    ]  # fmt: skip


def cursor_keys(bench: Bench) -> list[Result]:
    """Time the cursor key in the large and the small store and in a stock table, all open at once and in turn."""
    with ExitStack() as stack:
        terminals = [
            stack.enter_context(QuickTerminal(command, rows=ROWS, columns=COLUMNS))
            for command in (
                console_command(bench.large.address), console_command(bench.small.address), [sys.executable, "-c", _STOCK]
            )
        ]  # fmt: skip
        shown = (first_name(bench.large, bench).encode(), first_name(bench.small, bench).encode(), b"row 10 ")
        for terminal, sentinel in zip(terminals, shown, strict=True):
            terminal.seconds_to(sentinel)
        for terminal in terminals:
            terminal.settle(1.5)
        times: list[list[float]] = [[], [], []]
        for _ in range(KEYS):
            for terminal, taken in zip(terminals, times, strict=True):
                terminal.read(0.3)
                taken.append(terminal.answer("\x1b[B", 0.08)[0])
    large, small, stock = (statistics.median(taken) for taken in times)
    note = f"{large * 1000:.1f} ms"
    return [
        Result("6", "cursor key, large / small store", 1.25, large / small, slack=8, note=note),
        Result("6", "cursor key / stock DataTable of 1,000 rows", 0.6, large / stock, slack=8, note=f"{stock * 1000:.1f} ms"),
    ]


def list_bytes(bench: Bench) -> list[Result]:
    """Count what the windowed list alone sends for the same rows in a list of a thousand and of a million."""
    sent = {rows: _list_bytes(rows) for rows in (1_000, 1_000_000)}
    (small_move, small_page), (large_move, large_page) = sent[1_000], sent[1_000_000]
    cells = (ROWS - 1) * COLUMNS
    return [
        Result("7", "bytes of a move in the list of a million", 600, large_move, "B", exact=True),
        Result("7", "bytes of a page, for each painted cell", 2.7, large_page / cells, "B", exact=True, note=f"{large_page:,} B"),
        Result("7", "bytes of a move, a million / a thousand rows", 1.01, large_move / small_move, exact=True),
        Result("7", "bytes of a page, a million / a thousand rows", 1.01, large_page / small_page, exact=True),
    ]


def idling(bench: Bench) -> list[Result]:
    """Count what is sent in five seconds in which nothing happens, on the list and with a question open."""
    results = []
    with QuickTerminal(console_command(bench.small.address), rows=ROWS, columns=COLUMNS) as terminal:
        terminal.seconds_to(first_name(bench.small, bench).encode())
        terminal.settle(2.0)
        for what, keys in (("the list", ""), ("a question", "x"), ("a filter being typed", "\x1b/"), ("a token", "\x1b\r")):
            for key in keys:
                terminal.answer(key, 0.4)
            terminal.settle(1.5)
            results.append(Result("8", f"bytes in 5 idle seconds: {what}", 0, terminal.idle_bytes(5), "B", exact=True))
    with QuickTerminal(console_command(bench.small.address, "--slow"), rows=ROWS, columns=COLUMNS) as terminal:
        terminal.seconds_to(first_name(bench.small, bench).encode())
        terminal.settle(2.0)
        moved = "".join(f"\x1b[<35;{30 + at};{8 + at}M" for at in range(10))
        sent = len(terminal.sent_during(moved))
    results.append(Result("8", "bytes of ten mouse moves in slow mode", 0, sent, "B", exact=True))
    return results


def proving(bench: Bench) -> list[Result]:
    """Count what is sent from `x` to the line that proves the revocation."""
    results = []
    for rows, columns, budget in ((24, 80, 1_500), (60, 200, 2_500)):
        with QuickTerminal(console_command(bench.spare.address), rows=rows, columns=columns) as terminal:
            terminal.seconds_to(first_name(bench.spare, bench).encode())
            terminal.settle(2.0)
            start = len(terminal.output)
            terminal.answer("x", 1.0)
            terminal.keys("y")
            terminal.seconds_to(b"REVOKED", start)
            sent = terminal.output.index(b"REVOKED", start) + 80 - start
        results.append(Result("23", f"bytes from x to the proof at {rows} by {columns}", budget, sent, "B", insist=3 * budget))
    return results


def _list_bytes(rows: int) -> tuple[int, int]:
    with QuickTerminal([sys.executable, "-c", _LIST, str(rows)], rows=ROWS, columns=COLUMNS) as terminal:
        terminal.seconds_to(b"token 10")
        terminal.settle(0.8)
        moves = [terminal.answer("j", 0.2)[1] for _ in range(5)]
        terminal.settle(0.3)
        pages = [terminal.answer(PAGE_DOWN, 0.4)[1] for _ in range(3)]
    return round(statistics.median(moves)), round(statistics.median(pages))


def _pressed(keys: str) -> list[str]:
    return re.findall(r"\x1b\[\d~|.", keys, re.DOTALL)
