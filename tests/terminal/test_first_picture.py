"""What is drawn before the store is open: one picture, and nothing more until there is news."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.command_line import ROOT
from tests.terminal.ptyrun import Terminal

pytestmark = pytest.mark.slow

WITHOUT_STORE = """
import sys
from console.safety import start_safely
start_safely()
import console.app as app
from textual.drivers.linux_driver import LinuxDriver
pictures, write = [], LinuxDriver.write
def note(self, data):
    if len(data) > 50:
        pictures.append(data)
    write(self, data)
LinuxDriver.write = note
def leave(self):
    with open(sys.argv.pop(), "w", encoding="utf-8") as file:
        file.write("\\f".join(pictures))
    self.exit()
app.Console.open_store = lambda self: self.set_timer(0.6, lambda: leave(self))
from console.__main__ import main
main(sys.argv[1:3])
"""


@pytest.mark.parametrize(("rows", "columns"), [(24, 80), (40, 132), (60, 200)])
def test_the_first_picture_is_whole_and_drawn_once(tmp_path: Path, rows: int, columns: int) -> None:
    report = tmp_path / "pictures"
    command = [sys.executable, "-c", WITHOUT_STORE, "--store", str(tmp_path / "none.db"), str(report)]
    with Terminal(command, rows=rows, columns=columns, env={"PYTHONPATH": str(ROOT)}, cwd=str(ROOT)) as terminal:
        assert terminal.wait_end() == 0
    (picture,) = report.read_text(encoding="utf-8").split("\f")
    assert all(words in picture for words in ("tokendesk", "opening the store…", "Tokens", "Name", "sorted by", "Help"))
