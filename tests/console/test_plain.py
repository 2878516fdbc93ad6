"""No text of a customer acts on a terminal, hides, or takes another width than we think."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from console.render.plain import MARKS_KEPT, is_active, plain
from console.render.suspicion import suspicious
from console.render.widths import cut, fit, fit_with_tail, width_of
from console.render.words import line_of, words

ANY_TEXT = st.text(st.characters(), max_size=60)  # with lone surrogates and everything unassigned

HOSTILE = (
    "\x1b[2J",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b]0;title\x1b\\",
    "\x9b31m",
    "\x90q\x9c",
    "a\x00b",
    "\x7f",
    "rm\u202egnp.exe",
    "pay\u200bpal",
    "\u2066x\u2069",
    "\ufeffBOM",
    "\U000e0041tag",
    "line\nline",
    "a\u2028b",
    "\ud800",
    "\ue000",
    "\ufe0f",
    "👨\u200d👩",
    "\u3164",
)


@given(ANY_TEXT)
@example("".join(HOSTILE))
def test_nothing_active_is_left_whatever_the_text(text: str) -> None:
    assert not any(is_active(character) for character in plain(text))


@given(ANY_TEXT)
@example("\u0301" + "e\u0301\u0302\u0303\u0304\u0305")
def test_making_plain_twice_changes_nothing(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_characters_are_spelt_out_and_get_the_warning_sign(text: str) -> None:
    assert "\\" in plain(text)
    assert suspicious(text)


def test_what_is_spelt_out_says_which_character_it_was() -> None:
    assert plain("NetSuite sync\u202e") == "NetSuite sync\\u202e"
    assert plain("a\nb\tc\x1b\x9b\U000e0041") == "a\\nb\\tc\\x1b\\x9b\\U000e0041"


def test_ordinary_names_of_many_scripts_stay_as_they_are_and_unsuspected() -> None:
    for name in (
        "Zapier integration",
        "Café Nº 5",
        "株式会社アクメ 連携",
        "ООО Ромашка API",
        "Ελλάδα",
        "naïve",
        "한국 연동",
        "µ-service",
    ):
        assert plain(name) == name
        assert not suspicious(name)


@pytest.mark.parametrize("name", ["pаypal", "АСМЕ", "ΑΒΟ", "Ｆull", "𝐁old", "μetrics", "a\u2003b"])
def test_names_that_pass_for_others_are_suspicious(name: str) -> None:
    assert suspicious(name)


def test_a_pile_of_marks_is_cut_and_suspicious() -> None:
    name = "e" + "\u0301" * 1_000
    marks = [c for c in plain(name) if unicodedata.combining(c)]
    assert len(marks) <= MARKS_KEPT
    assert plain(name).endswith("…")
    assert suspicious(name)


def test_a_mark_without_a_character_to_stand_on_is_spelt_out() -> None:
    assert plain("\u0301x") == "\\u0301x"


@given(ANY_TEXT, st.integers(0, 40))
def test_fitting_gives_exactly_the_width_asked_for(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) == width
    assert cell_len(fit(text, width, right=True)) == width


def test_what_was_cut_ends_with_an_ellipsis() -> None:
    assert cut("Zapier integration", 8) == "Zapier …"
    assert cut("Zapier", 6) == "Zapier"


def test_wide_characters_are_never_cut_in_half() -> None:
    assert fit("株式会社", 4) == "株… "
    assert width_of("株式") == 4


def test_a_tail_is_kept_however_much_of_the_name_must_go() -> None:
    assert fit_with_tail("NetSuite sync", "⚠", 8) == "NetSu… ⚠"
    assert fit_with_tail("sync", "⚠", 10) == "sync ⚠    "


def test_markup_in_a_name_is_shown_as_it_is_and_runs_nothing() -> None:
    for name in ("[red]x[/]", "[/nope]", "[@click=app.quit]y[/]", "[a='"):
        content = words(name)
        assert content.plain == name
        assert content.spans == []


def test_pieces_become_one_line_with_a_span_for_each_style() -> None:
    content = line_of(["a\x1b", ("b", "finding"), "c"])
    assert content.plain == "a\\x1bbc"
    assert [(span.start, span.end, span.style) for span in content.spans] == [(5, 6, "$finding")]


def test_a_style_nobody_defined_is_a_fault() -> None:
    with pytest.raises(KeyError):
        words("x", "blink-red")
