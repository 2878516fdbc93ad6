"""What stands on the edges of a small screen is left out whole or said shorter, never cut in the middle."""

from __future__ import annotations

import pytest

from console.render.board import composed
from console.render.board_parts import Drawing, body, nothing
from console.render.heat import legend
from console.render.pieces import Line
from console.render.sheet import length, line
from console.screens.desktop import typing_line
from console.screens.help import wrapped_keeping
from console.widgets.columns import Column, places
from console.widgets.list_lines import DOWN, Look, header_runs


def text(words: Line) -> str:
    return "".join(piece.text for piece in words)


@pytest.mark.parametrize("copies", [True, False])
@pytest.mark.parametrize("width", [80, 100, 200])
def test_the_hints_of_a_form_name_every_key_whole(width: int, copies: bool) -> None:
    shown = typing_line(width, copies=copies)
    assert length(shown) <= width
    assert text(shown).endswith("Quit")
    assert ("ctrl-o" in text(shown)) == copies


def test_what_an_action_does_goes_on_below_its_own_beginning() -> None:
    words = line(("  x  ", "key"), ("Revoke  ", "strong"), "End the token for good, or all marked ones; asks first.")
    first, *more = wrapped_keeping(words, 45, 13)
    assert text(first) == "  x  Revoke  End the token for good, or all"
    assert [text(one) for one in more] == ["             marked ones; asks first."]


def test_keys_that_take_more_than_their_column_leave_what_they_do_in_its_own() -> None:
    words = line(("  1 2 3 4 5 6  ", "key"), "Open the saved view of this number, wherever it is.")
    assert text(wrapped_keeping(words, 45, 13)[0]) == "  1 2 3 4 5 6  "
    assert text(wrapped_keeping(words, 45, 13)[1]).startswith("             Open the saved")


def test_a_panel_says_less_beside_its_title_rather_than_cutting_it() -> None:
    def drawn(width: int) -> str:
        panels = {"one": Drawing("Tier and environment", lambda width, height: body([], "32 live tokens"))}
        return text(composed(["one"], panels, width, 5).pages[0][0])

    assert "Tier and environment ─" in drawn(34)
    assert "live tokens" not in drawn(34)
    assert "Tier and environment" in drawn(60)
    assert "32 live tokens" in drawn(60)


def test_a_panel_without_room_for_its_legend_has_a_whole_edge() -> None:
    panels = {"one": Drawing("One", lambda width, height: body([], "", ("a legend that is long",)))}
    assert text(composed(["one"], panels, 16, 4).pages[0][-1]) == "╰──────────────╯"


def test_why_a_panel_is_empty_takes_as_many_lines_as_it_needs() -> None:
    told = nothing("No request was refused in the last 24 hours.", 20).lines
    assert [text(one) for one in told] == ["No request was", "refused in the last", "24 hours."]


def test_the_shades_of_a_heat_map_are_told_in_words_of_several_lengths() -> None:
    words = legend(1_000, "requests an hour")
    assert words[0] == "· none  ░ to 250  ▒ 500  ▓ 750  █ 1,000 requests an hour"
    assert [len(one) for one in words] == sorted((len(one) for one in words), reverse=True)
    assert all("requests an hour" in one for one in words)


def test_the_arrow_of_the_sorted_column_does_not_give_way_to_its_title() -> None:
    look = Look(places([Column("spark", "24 hours", 8, sort="requests")], 8), 14)
    assert f"24 h {DOWN}" in "".join(run[0] for run in header_runs(look, ("requests", True)))
