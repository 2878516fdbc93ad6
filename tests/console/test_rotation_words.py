"""What is said of a rotation: who needs a scope, what narrowing breaks, how far callers have moved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.render.cutover_pages import meter_bar, meter_words, updated_of
from console.render.pieces import Line
from console.render.rotation_words import move_steps, narrowing_words, seen_words
from store.rules.blast import Use as Caller
from store.rules.cutover import CutOver
from store.rules.splitting import Seen, used
from tests.conftest import NOW

HELD = ("orders.read", "orders.write")


def text(line: Line) -> str:
    return "".join(piece.text for piece in line)


def test_a_scope_says_who_was_seen_to_need_it_and_never_unused_where_the_log_is_silent() -> None:
    told = used(HELD, [Seen("shop", "GET /v1/orders", "", 90)])
    assert seen_words("orders.read", told, 30) == ("used by shop", "good")
    assert seen_words("orders.write", told, 30) == ("not used in 30 days", "finding")
    silent = used(HELD, [Seen("shop", "GET /v1/orders", "", 90), Seen("shop", "", "", 5)])
    assert seen_words("orders.write", silent, 30)[0] == "not seen, but the log does not tell all"
    assert seen_words("orders.write", used(HELD, []), 30)[0] == "nothing has called in 30 days"


def test_narrowing_says_what_goes_and_what_it_breaks() -> None:
    told = used(HELD, [Seen("shop", "GET /v1/orders", "", 90)])
    assert narrowing_words(HELD, HELD, told) == ""
    assert narrowing_words(HELD, ("orders.read",), told) == "The new one no longer holds orders.write."
    assert "orders.read was seen in use: those calls will be refused." in narrowing_words(HELD, ("orders.write",), told)
    silent = used(HELD, [Seen("shop", "", "", 5)])
    assert "5 requests do not tell what they needed" in narrowing_words(HELD, ("orders.read",), silent)


def test_the_steps_name_the_programs_and_the_end_of_the_old_token() -> None:
    callers = [Caller("netsuite-sync", 10, 0, NOW)]
    steps = " ".join(text(one) for one in move_steps("Mia", callers, NOW + timedelta(days=3), NOW, 120))
    for words in (
        "hand it to Mia",
        "Put it into the program that uses the old one: netsuite-sync.",
        "Watch the cut-over",
        "ends by itself 2026-03-19 09:00Z",
    ):
        assert words in steps
    assert "has ended" in " ".join(text(one) for one in move_steps("Mia", callers, NOW, NOW, 120))


@pytest.mark.parametrize(("moved", "cells"), [(None, 0), (0.0, 0), (0.5, 12), (1.0, 24)])
def test_the_bar_is_as_long_as_what_has_moved(moved: float | None, cells: int) -> None:
    bar = meter_bar(moved)
    assert text(bar).count("█") == cells
    assert len(text(bar)) == 26


def test_the_meter_says_a_time_of_today_and_a_date_of_another_day() -> None:
    later = NOW + timedelta(days=1)
    cut = CutOver(120, 1_320, NOW - timedelta(minutes=20), NOW, None, later)
    assert text(meter_words(cut, NOW)) == "91.7% moved (1,320 of 1,440), last old call 08:40Z, not yet safe"
    assert "last old call 2026-03-16 08:40Z, a day ago, safe to revoke" in text(meter_words(cut, later))
    assert text(meter_words(CutOver(0, 0, None, None, None, NOW), NOW)) == "no calls in 24 h, never an old call, not yet safe"


def test_other_look_ups_are_no_updates() -> None:
    assert updated_of([]) == {}
