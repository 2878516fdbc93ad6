"""What the environment and the terminal may say to the console: it runs no code of theirs, and shows only what they can show."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from store.address import Address
from tests.command_line import ROOT
from tests.terminal.consoles import Console, command, make_store
from tests.terminal.ptyrun import Terminal

pytestmark = pytest.mark.slow

_STYLE = re.compile(rb"\x1b\[([\d;:]*)m")
_COLOURS = {*range(30, 39), *range(40, 49), *range(90, 98), *range(100, 108)}


@pytest.fixture
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Address:
    """Return an empty place for a SQLite store."""
    return Address(path=tmp_path_factory.mktemp("store") / "tokens.db")


@pytest.mark.parametrize("more", [(), ("--theme", "high-contrast-light")], ids=str)
def test_no_color_sends_no_colour_and_shows_the_cursor_reversed(sqlite: Address, more: tuple[str, ...]) -> None:
    make_store(sqlite)
    with Console(sqlite, *more, env={"NO_COLOR": "1"}) as console:
        console.ready()
        assert "PRODUCTION" in console.screen.display[0], "the environment is a word"
        console.keys("jx")
        console.settle(1.0)
        console.keys("\x1b")
        console.settle(0.5)
        used = {int(number) for style in _STYLE.findall(console.output) for number in re.split(b"[;:]", style) if number}
        assert not used & _COLOURS
        reversed_rows = [
            row for row in range(console.rows) if sum(console.screen.buffer[row][column].reverse for column in range(80)) > 10
        ]
        assert any("bravo" in console.screen.display[row] or "Acme" in console.screen.display[row] for row in reversed_rows)


@pytest.mark.parametrize("term", ["dumb", "", "unknown"])
def test_a_terminal_that_cannot_show_it_gets_one_line_and_exit_code_2(sqlite: Address, term: str) -> None:
    make_store(sqlite)
    with Terminal(command(sqlite), env={"TERM": term, "PYTHONPATH": str(ROOT)}, cwd=str(ROOT), columns=200) as terminal:
        assert terminal.wait_end() == 2
        said = terminal.output.decode().strip()
    assert "\x1b" not in said
    assert len(said.splitlines()) == 1
    assert "tokendesk tokens list" in said


@pytest.mark.parametrize("stream", ["stdin", "stdout", "stderr"])
def test_without_a_terminal_on_every_side_it_says_one_line_and_ends_with_2(sqlite: Address, stream: str) -> None:
    make_store(sqlite)
    redirect = {"stdin": "< /dev/null", "stdout": "| cat", "stderr": "2> {}"}[stream].format(sqlite.path.parent / "said")  # type: ignore[union-attr]
    line = " ".join(f"'{word}'" for word in command(sqlite))
    with Terminal(["bash", "-c", f"set -o pipefail; {line} {redirect}"], cwd=str(ROOT), columns=200) as terminal:
        assert terminal.wait_end() == 2
        said = (sqlite.path.parent / "said").read_text() if stream == "stderr" else terminal.output.decode()  # type: ignore[union-attr]
    assert "\x1b" not in said
    assert len(said.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "variables",
    [{"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}, {"TERM": "linux"}, {"TOKENDESK_PLAIN_CHARACTERS": "1"}],
    ids=str,
)
def test_a_terminal_of_ascii_gets_no_other_byte(sqlite: Address, variables: dict[str, str]) -> None:
    make_store(sqlite)
    with Console(sqlite, env=variables) as console:
        console.ready()
        for key in ("j", "x", "\x1b", "\r", "l", "l", "\x1b", "?", "\x1b", "/", "\x1b"):
            console.keys(key)
            console.settle(0.5)
        assert "Enter Open" in console.text, "keys are called by their names"
        beyond = {bytes([byte]) for byte in console.output if byte > 0x7F}
    assert not beyond


def test_data_beyond_ascii_is_shown_where_the_terminal_has_it_and_only_data(sqlite: Address) -> None:
    make_store(sqlite, ("Übersetzung", "plain"))
    with Console(sqlite, env={"TOKENDESK_PLAIN_CHARACTERS": "1"}) as console:
        console.ready("plain")
        assert "Übersetzung" in console.text
        assert {character for character in console.text if not character.isascii()} == {"Ü"}


def test_a_theme_is_tried_on_kept_and_worn_the_next_time(sqlite: Address) -> None:
    make_store(sqlite)
    paper = re.compile(rb"48;2;255;255;255|48;5;231")
    with Console(sqlite) as console:
        console.ready()
        assert not paper.search(console.output)
        console.keys(":theme\r")
        console.wait_for("keep")
        assert paper.search(console.sent_during("3"))
        console.keys("\r")
        console.wait_for("remembered")
        console.keys("q")
        assert console.ended(10) == 0
    with Console(sqlite) as console:
        console.ready()
        assert paper.search(console.output)


def test_variables_that_run_code_or_write_keys_have_no_effect(sqlite: Address, tmp_path: Path) -> None:
    make_store(sqlite)
    trap, log, shot = tmp_path / "ran", tmp_path / "keys.log", tmp_path / "shot.svg"
    (tmp_path / "evil.py").write_text(
        f"from pathlib import Path\nPath({str(trap)!r}).touch()\nfrom textual.drivers.linux_driver import LinuxDriver as Driver\n"
    )
    (tmp_path / "browser").write_text(f"#!/bin/sh\ntouch {trap}\n")
    (tmp_path / "browser").chmod(0o755)
    env = {
        "PYTHONPATH": f"{ROOT}:{tmp_path}",
        "TEXTUAL_DRIVER": "evil:Driver",
        "TEXTUAL_LOG": str(log),
        "TEXTUAL": "debug,devtools",
        "TEXTUAL_PRESS": "x,wait:1000,y",
        "TEXTUAL_SCREENSHOT": "1",
        "TEXTUAL_SCREENSHOT_LOCATION": str(tmp_path),
        "TEXTUAL_SCREENSHOT_FILENAME": shot.name,
        "TEXTUAL_FPS": "1",
        "TEXTUAL_THEME": "dracula",
        "PYTHONBREAKPOINT": "evil.Driver",
        "BROWSER": str(tmp_path / "browser"),
        "LINES": "5",
        "COLUMNS": "20",
    }
    with Console(sqlite, env=env) as console:
        console.ready()
        console.settle(2.5)
        assert "Revoke this token?" not in console.text
        assert "REVOKED" not in console.text
        assert "tokendesk" in console.screen.display[0], "the size was taken from the environment"
        console.keys("q")
        assert console.ended(10) == 0
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file() and path.name not in ("evil.py", "browser")) == []


@pytest.mark.parametrize(("rows", "columns"), [(24, 80), (20, 60), (40, 140), (60, 200), (6, 20), (3, 10)])
def test_it_opens_and_quits_at_every_size(sqlite: Address, rows: int, columns: int) -> None:
    make_store(sqlite)
    with Console(sqlite, rows=rows, columns=columns) as console:
        console.settle(1.5)
        while not console.output.count(b"\x1b[?1049h"):
            console.settle(0.5)
        console.settle(1.5)
        if rows >= 20:
            assert "alpha" in console.text
        console.keys("q")
        assert console.ended(10) == 0
        console.assert_left_as_found()


def test_help_of_the_command_says_nothing_to_the_terminal_but_text(sqlite: Address) -> None:
    done = subprocess.run([*command(None), "--help"], capture_output=True, cwd=ROOT, check=True)
    assert b"\x1b" not in done.stdout + done.stderr
