"""The three roles' dashboards at every size: each line fills its page, every page can be turned to, all of it fits ASCII."""

from __future__ import annotations

import pytest

from console.render import debug_board, executive_board, oncall_board
from console.render.board import Layout, composed, layout_for
from console.render.board_parts import Drawing
from console.render.glyphs import ascii_glyphs
from console.render.sheet import length
from store.opening import Store
from store.reads.boards import debug, executive, on_call
from store.rules.filters import parse
from store.rules.roles import Actor, Role
from tests.conftest import NOW
from tests.gateway_rows import watch
from tests.scenario import fill_scenario

SIZES = ((40, 12), (60, 20), (80, 24), (100, 30), (120, 36), (160, 50), (200, 60))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_line_fills_its_page_and_every_page_has_a_place_for_the_cursor(store: Store, size: tuple[int, int]) -> None:
    width, height = size[0], size[1] - 3
    for full in (False, True):
        if full:
            fill_scenario(store)
            watch(store)
        with store.reading() as reader:
            e, c, d = executive(reader, NOW), on_call(reader, NOW), debug(reader, Actor("local:x", Role.ADMIN), NOW)
        kinds: list[tuple[tuple[Layout, ...], dict[str, Drawing]]] = [
            (executive_board.LAYOUTS, executive_board.drawings(e, large=True)),
            (executive_board.LAYOUTS, executive_board.drawings(None, large=True)),
            (oncall_board.LAYOUTS, oncall_board.drawings(c)),
            (debug_board.LAYOUTS, debug_board.drawings(d)),
        ]
        for layouts, drawings in kinds:
            board = composed(layout_for(width, height, layouts).pages, drawings, width, height)
            for page in board.pages:
                assert [length(one) for one in page] == [width] * height
                assert ascii_glyphs("".join(piece.text for one in page for piece in one)).isascii()
            if any(drawing.draw is not None for drawing in drawings.values()):
                assert {spot.page for spot in board.spots} == set(range(len(board.pages)))
            for spot in board.spots:
                parse(spot.target.filter)
                assert spot.target.says
                assert length(board.shown(spot.page, spot)[spot.rect.y]) == width
