"""What is sent draws the same picture as sending everything would, in fewer bytes."""

from __future__ import annotations

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

from console.safety.blanks import erases as erases_blanks
from console.safety.frame import Frame
from console.safety.painting import Changes
from console.safety.pen import Pen

WIDTH, LINES = 32, 3
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
TEXT = st.lists(st.sampled_from((*"  ab─█…●⚠株é", "a\u0301")), min_size=1, max_size=9).map("".join) | st.integers(5, 20).map(
    lambda number: " " * number
)
PART = st.builds(lambda text, style: Segment(text, style), TEXT, st.sampled_from(STYLES))
LINE = st.lists(PART, min_size=1, max_size=6).map(lambda parts: Strip([EDGE, *parts]).adjust_cell_length(WIDTH, STYLES[1]))
PICTURE = st.lists(LINE, min_size=LINES, max_size=LINES)


class Shown:
    """A terminal of a few lines."""

    def __init__(self, *, erases: bool = False) -> None:
        self._erases = erases
        self.screen = pyte.Screen(WIDTH + 1, LINES)
        self._stream = pyte.Stream(self.screen)
        self._frame = Frame()
        self._console = Console(color_system="truecolor", force_terminal=True)

    def paint(self, lines: list[Strip]) -> int:
        """Paint lines and return how much was sent for it."""
        pieces = self._frame.differing((0, y, strip) for y, strip in enumerate(lines))
        sent = Changes(pieces, erases=self._erases).render_segments(self._console)
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


@pytest.mark.parametrize("erases", [False, True])
@given(pictures=st.lists(PICTURE, min_size=2, max_size=4))
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


def test_long_runs_of_blanks_are_erased_with_the_ground_they_stand_on() -> None:
    calm = Style(color="#87afff", bgcolor="#12151b")
    wide = [Strip([Segment("one" + " " * 15 + "two" + " " * 9, calm)])]
    sent = Changes([(0, 0, wide[0])], erases=True).render_segments(Console(color_system="truecolor", force_terminal=True))
    assert sent == "\x1b[1;1H\x1b[38;2;135;175;255;48;2;18;21;27mone\x1b[15X\x1b[15Ctwo\x1b[9X\x1b[0m"


def test_what_follows_erased_blanks_is_put_where_it_belongs() -> None:
    calm = Style(bgcolor="#12151b")
    pieces = [(0, 0, Strip([Segment(" " * 20, calm)])), (20, 0, Strip([Segment("end", calm)]))]
    sent = Changes(pieces, erases=True).render_segments(Console(color_system="truecolor", force_terminal=True))
    assert sent == "\x1b[1;1H\x1b[48;2;18;21;27m\x1b[20X\x1b[1;21Hend\x1b[0m"


def test_a_line_under_blanks_is_written() -> None:
    under = Style(underline=True)
    sent = Changes([(0, 0, Strip([Segment(" " * 20, under)]))], erases=True).render_segments(Console(force_terminal=True))
    assert sent == "\x1b[1;1H\x1b[4m" + " " * 20 + "\x1b[0m"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "tmux-256color"}, True),
        ({"TERM": "screen-256color"}, False),
        ({"TERM": "xterm-256color", "STY": "1.pts-0"}, False),
        ({"TERM": "vt100"}, False),
        ({}, False),
    ],
)
def test_blanks_are_erased_only_where_the_terminal_fills_them_with_the_ground(
    environment: dict[str, str], expected: bool
) -> None:
    assert erases_blanks(environment) is expected


def test_a_pen_says_only_what_is_new_and_ends_as_it_began() -> None:
    pen = Pen(ColorSystem.TRUECOLOR)
    assert pen.written("a", Style(color="#87afff", bgcolor="#12151b", bold=True)) == "\x1b[1;38;2;135;175;255;48;2;18;21;27ma"
    assert pen.written("b", Style(color="#ffffff", bgcolor="#12151b", bold=True)) == "\x1b[38;2;255;255;255mb"
    assert pen.written("  ", Style(color="#000000", bgcolor="#12151b")) == "  "
    assert pen.written("c", Style(color="#ffffff", bgcolor="#12151b", dim=True)) == "\x1b[22;2mc"
    assert pen.written("d", None) == "\x1b[22;39;49md"
    assert pen.ended() == ""
    assert pen.written("e", Style(reverse=True)) == "\x1b[7me"
    assert pen.written(" ", None) == "\x1b[27m "
    assert pen.written("f", Style(color="red")) == "\x1b[31mf"
    assert pen.ended() == "\x1b[0m"
