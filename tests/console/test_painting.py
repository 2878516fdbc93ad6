"""What is sent draws the same picture as sending everything would, in fewer bytes."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from console.safety.frame import Frame
from console.safety.painting import Changes
from console.safety.pen import Pen

WIDTH, LINES = 44, 3
STYLES = (
    None,
    Style(color="#87afff", bgcolor="#12151b"),
    Style(color="#ff5f5f", bgcolor="#12151b", bold=True),
    Style(bgcolor="#12151b"),
    Style(color="#ffffff", bgcolor="#26426e"),
    Style(reverse=True),
    Style(underline=True, dim=True, bold=True, color="#87afff"),
    Style(dim=True, italic=True),
)
EDGE = Segment("│", STYLES[3])
TEXT = st.lists(st.sampled_from((*"  ab─█…●⚠株é", "a\u0301", " " * 7, " " * 15)), min_size=1, max_size=9).map("".join)
PART = st.builds(lambda text, style: Segment(text, style), TEXT, st.sampled_from(STYLES))
LINE = st.lists(PART, min_size=1, max_size=6).map(lambda parts: Strip([EDGE, *parts]).adjust_cell_length(WIDTH, STYLES[1]))
PICTURE = st.lists(LINE, min_size=LINES, max_size=LINES)


class Shown:
    """A terminal of a few lines."""

    def __init__(self, *, erases: bool = False) -> None:
        self.erases = erases
        self.screen = pyte.Screen(WIDTH + 1, LINES)
        self._stream = pyte.Stream(self.screen)
        self._frame = Frame()
        self._console = Console(color_system="truecolor", force_terminal=True)

    def paint(self, lines: list[Strip]) -> int:
        """Paint lines and return how much was sent for it."""
        pieces = self._frame.differing((0, y, strip) for y, strip in enumerate(lines))
        sent = Changes(pieces, erases=self.erases).render_segments(self._console)
        self._stream.feed(sent)
        return len(sent)

    @property
    def seen(self) -> list[list[tuple[Any, ...]]]:
        """Return what is seen of each cell: of a blank, only its ground."""
        return [[_seen(self.screen.buffer[y][x]) for x in range(WIDTH)] for y in range(LINES)]


def _seen(cell: Any) -> tuple[Any, ...]:
    if cell.data == " " and not cell.reverse and not cell.underscore:
        return " ", cell.bg
    return tuple(cell)


@given(st.lists(PICTURE, min_size=2, max_size=4), st.booleans())
def test_one_picture_after_another_looks_like_the_last_one_alone(pictures: list[list[Strip]], erases: bool) -> None:
    changed, fresh = Shown(erases=erases), Shown()
    for picture in pictures:
        changed.paint(picture)
    fresh.paint(pictures[-1])
    assert changed.seen == fresh.seen
    assert changed.paint(pictures[-1]) == 0


def line(*parts: tuple[str, Style]) -> list[Strip]:
    """Return one line of parts."""
    return [Strip([Segment(text, style) for text, style in parts])]


def test_only_cells_that_differ_are_sent() -> None:
    shown, calm, loud = Shown(), STYLES[1], STYLES[2]
    assert calm is not None
    assert loud is not None
    shown.paint(line(("one two ", calm), ("three four", loud)))
    assert shown.paint(line(("one two ", calm), ("three fivr", loud))) <= len(
        "\x1b[1;15H\x1b[1;38;2;255;95;95;48;2;18;21;27mive\x1b[0m"
    )
    assert shown.paint(line(("one two ", calm), ("three ", calm), ("fivr", loud))) > 0
    assert shown.paint(line(("one two", calm), (" ", loud), ("three ", calm), ("fivr", loud))) == 0, "the colour of a blank"


def test_a_pen_says_only_what_is_new_and_ends_as_it_began() -> None:
    pen = Pen(ColorSystem.TRUECOLOR)
    assert pen.turned("a", Style(color="#87afff", bgcolor="#12151b", bold=True)) == "\x1b[1;38;2;135;175;255;48;2;18;21;27m"
    assert pen.turned("b", Style(color="#ffffff", bgcolor="#12151b", bold=True)) == "\x1b[38;2;255;255;255m"
    assert pen.turned("  ", Style(color="#000000", bgcolor="#12151b")) == ""
    assert pen.turned("c", Style(color="#ffffff", bgcolor="#12151b", dim=True)) == "\x1b[22;2m"
    assert pen.turned("d", None) == "\x1b[22;39;49m"
    assert pen.ended() == ""
    assert pen.turned("e", Style(reverse=True)) == "\x1b[7m"
    assert pen.turned(" ", None) == "\x1b[27m"
    assert pen.turned("f", Style(color="red")) == "\x1b[31m"
    assert pen.ended() == "\x1b[0m"


def test_blanks_are_erased_only_where_a_terminal_erases_in_the_ground_it_writes_on() -> None:
    calm = STYLES[1]
    assert calm is not None
    written, erased = Shown(), Shown(erases=True)
    for shown in (written, erased):
        shown.paint(line(("x" * 44, calm)))
    lines = line(("one" + " " * 16 + "two" + " " * 22, calm))
    assert erased.paint(lines) < written.paint(lines) - 20
    assert erased.seen == written.seen
    assert line_of(erased) == "one" + " " * 16 + "two" + " " * 22


def line_of(shown: Shown) -> str:
    """Return the first line as it is read."""
    return str(shown.screen.display[0])[:WIDTH]


@pytest.mark.parametrize(
    ("environment", "erases"),
    [
        ({"TERM": "xterm-256color"}, True), ({"TERM": "linux"}, True), ({"TERM": "screen-256color"}, False),
        ({"TERM": "screen-256color", "TMUX": "/tmp/tmux-0/default,1,0"}, True), ({"TERM": "screen", "STY": "1.pts"}, False),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, False), ({"TERM": "never-heard-of"}, False), ({}, False),
    ],
)  # fmt: skip
def test_which_terminals_erase_so_is_what_terminfo_says(environment: dict[str, str], erases: bool) -> None:
    code = (
        "import sys, json; from console.safety.erasing import erases_in_ground; print(erases_in_ground(json.loads(sys.argv[1])))"
    )
    ran = subprocess.run([sys.executable, "-c", code, json.dumps(environment)], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == str(erases)
