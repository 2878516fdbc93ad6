"""The last gate: whatever a widget drew, nothing that acts on a terminal is sent, and colours only where they are wanted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.color import Color
from textual.widgets import Static

import console
from console.render.glyphs import ascii_glyphs, ascii_only
from console.safety.app import SafeApp
from console.safety.gate import NoColour, OutputGate, stopped
from console.safety.palette import ShortColours, number_of
from console.safety.terminal import TerminalFacts

BLACK = Color(0, 0, 0)
CONSOLE = Path(console.__file__).parent


def sent(gate: OutputGate | NoColour | ShortColours, *segments: Segment) -> list[Segment]:
    """Return what a filter lets through."""
    return gate.apply(list(segments), BLACK)


@given(st.text(st.characters(), max_size=80))
def test_no_control_format_or_surrogate_character_passes(text: str) -> None:
    import unicodedata

    assert not {unicodedata.category(character) for character in stopped(text)} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


def test_ordinary_text_and_our_own_glyphs_pass_untouched() -> None:
    text = "╭ Views ─╮ ● active ▁▂▃▄▅▆▇█ … 株式会社 é"
    assert sent(OutputGate(), Segment(text))[0].text == text


def test_control_segments_and_links_do_not_pass() -> None:
    linked = Segment("click", Style(link="https://example.com", bold=True))
    passed = sent(OutputGate(), Segment("\x1b]0;x", None, [(1,)]), linked)  # type: ignore[list-item]
    assert [segment.text for segment in passed] == ["click"]
    assert passed[0].style is not None
    assert passed[0].style.link is None
    assert passed[0].style.bold


def test_a_terminal_without_glyphs_gets_ascii_of_the_same_width() -> None:
    gate = OutputGate(TerminalFacts(glyphs=False))
    assert sent(gate, Segment("╭─ Tokens › ● active …"))[0].text == "+- Tokens > * active ~"
    assert sent(gate, Segment("株"))[0].text == "株"


def test_a_terminal_without_utf8_gets_ascii_alone() -> None:
    gate = OutputGate(TerminalFacts(glyphs=False, utf8=False))
    assert sent(gate, Segment("株é│"))[0].text == "???|"


def test_every_glyph_we_draw_with_has_a_likeness_in_ascii() -> None:
    for glyph in "▁▂▃▄▅▆▇█▏▎▍▌▋▊▉╭╮╰╯│─┤└▐✓●◐‖○✕◆⚠…·›▲▼":
        assert ascii_glyphs(glyph).isascii()
        assert len(ascii_glyphs(glyph)) == 1
    assert ascii_only("→") == ">"


def test_no_colour_leaves_bold_and_reverse_and_nothing_else() -> None:
    style = sent(NoColour(), Segment("x", Style(color="#ff0000", bgcolor="#00ff00", bold=True, reverse=True)))[0].style
    assert style is not None
    assert style.color is None
    assert style.bgcolor is None
    assert style.bold
    assert style.reverse


def test_a_colour_of_the_256_is_sent_by_its_number_and_others_as_they_are() -> None:
    style = sent(ShortColours(), Segment("x", Style(color="#87afff", bgcolor="#12151b")))[0].style
    assert style is not None
    assert style.color is not None
    assert style.color.number == 111
    assert style.bgcolor is not None
    assert style.bgcolor.triplet is not None


def test_the_colours_a_person_can_change_are_never_used_by_number() -> None:
    assert number_of(0, 0, 0) is None
    assert number_of(0, 0, 95) is None
    assert number_of(18, 18, 18) == 233


class Careless(SafeApp):
    """Draws hostile text without making it plain first."""

    def compose(self) -> ComposeResult:
        """Show it."""
        yield Static("a\x1b[2Jb\u202ec\x9b31md", markup=False)


async def test_the_app_sends_every_line_through_the_gate() -> None:
    async with Careless().run_test(size=(40, 3)) as pilot:
        line = pilot.app.screen._compositor.render_strips()[0].text
        assert line.rstrip() == "a[2Jbc31md"


@pytest.mark.parametrize("variable", ["1", ""])
async def test_no_color_means_the_terminals_own_theme_and_no_colours(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", variable)
    app = Careless()
    assert app.theme == "terminal-16"
    assert any(isinstance(each, NoColour) for each in app.get_line_filters())


def test_signs_of_different_meanings_differ_in_ascii_as_well() -> None:
    signs = "✓✕!·◐○●‖▲"
    assert len(set(map(ascii_glyphs, signs))) == len(signs)


def test_every_sign_before_a_word_has_a_likeness_in_ascii() -> None:
    source = "".join(path.read_text("utf-8") for path in CONSOLE.rglob("*.py"))
    drawn = {char for text in re.findall(r'"([^\w\s"]) ?"', source) for char in text if ord(char) > 0x7F}
    assert drawn
    assert "".join(sorted(map(ascii_glyphs, drawn))).isascii(), sorted(char for char in drawn if not ascii_glyphs(char).isascii())
