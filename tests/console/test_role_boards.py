"""The three roles' dashboards at every size: each line fills its page, every page can be turned to, all of it fits ASCII."""

from __future__ import annotations

from datetime import timedelta

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
from tests.gateway_rows import failed, put_rows, watch
from tests.scenario import fill_scenario, key_of

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


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_where_and_how_long_a_failed_check_was_is_said_in_full_at_80_columns(store: Store) -> None:
    check = failed(NOW - timedelta(minutes=1), "EXPIRED", key_of("T12"), service="reports-api", gateway="bastion-18790")
    put_rows(store, "failed_check", [check])
    with store.reading() as reader:
        found = debug(reader, Actor("local:x", Role.ADMIN), NOW)
    width, height = 80, 21
    board = composed(layout_for(width, height, debug_board.LAYOUTS).pages, debug_board.drawings(found), width, height)
    right = [" ".join("".join(piece.text for piece in row)[37:-1].split()) for row in board.pages[0]]
    assert "at reports-api by bastion-18790, 1 min ago, took 2.3 ms" in " ".join(right)
    assert "· 11 it may be used from this address" in right


CAUSES = ("401-burst", "gateway-silent:gw-2", "fast-burn:M3", "used-after-revoke", "401-burst-service:orders-api", "slow-burn:M1")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("number", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("size", [(80, 24), (110, 33), (120, 36), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_alert_under_the_cursor_says_all_it_has_to_say_and_no_other_breaks_off(
    store: Store, size: tuple[int, int], number: int
) -> None:
    width, height = size[0], size[1] - 3
    detail = "3 services: billing-api, orders-api, reports"
    opened = {"opened_at": NOW, "severity": "page", "detail": detail}
    put_rows(store, "alert", [{"cause": cause, **opened} for cause in CAUSES[:number]])
    with store.reading() as reader:
        found = on_call(reader, NOW)
    assert len(found.alerts) == number
    for one in found.alerts:
        drawn = oncall_board.drawings(found, one.cause)
        board = composed(layout_for(width, height, oncall_board.layouts(found)).pages, drawn, width, height)
        lines = ["".join(piece.text for piece in row) for row in board.pages[0]]
        inner = [row.partition("│")[2].partition("│")[0].rstrip() for row in lines]
        remedies = [row for row in inner if row.startswith(" " * 7)]
        said = " ".join(" ".join(remedies).split())
        assert one.runbook in said
        assert detail in said or any(one.title[:30] in row and detail in row for row in inner)
        assert not any("…" in row for row in remedies), remedies
        assert all(any(other.title[:30] in row for row in inner) for other in found.alerts)
