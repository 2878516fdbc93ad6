"""Nothing is told by colour alone: what a panel draws as a finding or a danger has a sign or a word in the same line."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from console.render import debug_board, executive_board, oncall_board
from console.render.board import PANELS
from console.render.board_numbers import expiring, tile, unused
from console.render.board_parts import ALARMS, CALM, Body, Drawing, finding_sign
from console.render.sheet import length
from store.opening import Store
from store.reads.boards import debug, executive, on_call
from store.reads.dashboard import dashboard
from store.rules.roles import Actor, Role
from tests.conftest import NOW
from tests.gateway_rows import watch
from tests.scenario import fill_scenario

LOUD = {"finding", "danger"}
TOLD = re.compile(r"[!▲✕╌░▒▓]|PAGE|ticket|not proven|req|first to fail|over")
"""The signs and shades, and words that say as much: the severity of an alert, what was not proven, requests
that end, a budget that is overspent."""

ACROSS = {"indicators", "on-call latencies"}
"""Tables that have the whole width of the terminal, at 80 columns too."""


def bodies(store: Store, width: int) -> Mapping[str, Body]:
    """Return the inside of every panel of every dashboard."""
    fill_scenario(store)
    watch(store)
    with store.reading() as reader:
        board = dashboard(reader, NOW)
        roles: dict[str, Drawing] = {
            **executive_board.drawings(executive(reader, NOW), large=False),
            **{f"on-call {name}": one for name, one in oncall_board.drawings(on_call(reader, NOW)).items()},
            **debug_board.drawings(debug(reader, Actor("local:x", Role.ADMIN), NOW)),
        }
    drawn = {name: kind.draw(board, width, 18) for name, kind in PANELS.items()}
    numbers = {one.__name__: tile(one, drawn_large=False)(board, width, 2) for one in (expiring, unused)}
    return {**drawn, **numbers, **{name: one.draw(width, 18) for name, one in roles.items() if one.draw is not None}}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("width", [36, 76, 120])  # the narrowest panel, and panels across the smallest and a large terminal
def test_no_panel_of_a_dashboard_tells_a_finding_by_its_colour_alone(store: Store, width: int) -> None:
    seen = 0
    for name, found in bodies(store, width).items():
        if width == 36 and name in ACROSS:
            continue
        for one in found.lines:
            if any(piece.style in LOUD and piece.text.strip() for piece in one):
                seen += 1
                assert TOLD.search("".join(piece.text for piece in one)), (name, one)
    assert seen > 30


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_bar_of_an_age_that_is_a_finding_has_a_sign_and_the_panel_says_what_it_means(store: Store) -> None:
    drawn = bodies(store, 76)
    for found in (drawn["idle"], drawn["secrets"]):
        signs = {"".join(piece.text for piece in one)[0] for one in found.lines if any(piece.style == "finding" for piece in one)}
        assert signs <= {"!", " "}
        assert "!" in signs
        assert len({length(one[:1]) for one in found.lines}) == 1, "the ages stand below one another"
        assert found.legend[0].startswith("! not ")


def test_what_is_urgent_has_another_sign_than_what_is_worth_a_look_and_both_are_as_wide() -> None:
    urgent, look = (finding_sign(name, 1) for name in (*ALARMS, "knocking"))
    assert urgent.text != look.text
    assert len({length((finding_sign(name, number),)) for name in (*ALARMS, *CALM, "knocking") for number in (0, 1)}) == 1
    assert not finding_sign("knocking", 0).text.strip()
