"""Nothing is told by colour alone: what a panel draws as a finding or a danger has a sign or a word in the same line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta

import pytest

from console.render import debug_board, executive_board, oncall_board
from console.render.account_lists import tokens as account_tokens
from console.render.account_pages import AccountFacts
from console.render.account_rows import account_cells
from console.render.board import PANELS
from console.render.board_numbers import expiring, tile, unused
from console.render.board_parts import ALARMS, CALM, Body, Drawing, finding_sign
from console.render.operator_rows import COLUMNS as OPERATORS
from console.render.operator_rows import operator_cells
from console.render.pieces import Line
from console.render.session_rows import session_cells
from console.render.sheet import length
from console.render.token_facts import TokenFacts
from console.render.token_pages import overview
from console.render.token_words import clocks, last_use_words, owner_words
from console.widgets.list_lines import cell_width
from store.opening import Store
from store.reads.boards import debug, executive, on_call
from store.reads.dashboard import dashboard
from store.reads.operators import OperatorLine
from store.reads.sessions import SessionRow
from store.rows import AccountLine
from store.rules.roles import Actor, Role
from store.rules.sessions import SessionTimes
from tests.conftest import NOW
from tests.console.token_row import token_row
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


def loud_pieces(lines: Iterable[Line]) -> list[str]:
    """Return what stands in the colour of a finding."""
    return [piece.text for one in lines for piece in one if piece.style in LOUD and piece.text.strip()]


@pytest.mark.parametrize(("age", "sign"), [(1, False), (90, False), (91, True)])
def test_a_token_of_which_no_use_is_on_record_is_a_finding_only_when_it_is_old(age: int, sign: bool) -> None:
    row = token_row(last_used_at=None, last_success_at=None, created_at=NOW - timedelta(days=age))
    assert loud_pieces([last_use_words(TokenFacts(row), NOW)]) == ["never on record !"] * sign


def test_what_is_wrong_with_a_token_has_a_sign_or_a_word_where_its_facts_are_told() -> None:
    facts = TokenFacts(token_row(owner=None, owner_name="", expires_at=None, creator_active=False))
    told = [owner_words(facts), *(words for _, words in clocks(facts, NOW)), *overview(facts, (), NOW, 80)]
    assert {text.strip() for text in loud_pieces(told)} >= {"none !", "never !"}
    assert all(re.search(r"!|left|cannot", text) or len(text.split()) > 4 for text in loud_pieces(told)), "or a whole sentence"


def test_an_operator_who_proves_nothing_and_ones_own_session_are_told_in_words_and_signs() -> None:
    row = OperatorLine("priya", Role.SUPPORT, True, NOW)
    assert [cell.tail for cell in operator_cells(row, NOW) if cell.style in LOUD] == ["!"]
    wide = max(cell_width(cell, column) for cell, column in zip(operator_cells(row, NOW), OPERATORS, strict=True))
    assert wide <= next(column.width for column in OPERATORS if column.id == "proof")
    times = SessionTimes(NOW, NOW, NOW, NOW + timedelta(hours=1))
    own, other = (SessionRow(name, "priya", "passphrase", "bastion", "", times) for name in ("one", "two"))
    assert session_cells(own, NOW, "one")[0].tail == "(you)"
    assert not session_cells(other, NOW, "one")[0].tail


def test_counts_of_findings_in_the_list_of_accounts_have_signs_that_stand_below_one_another() -> None:
    rows = [AccountLine("acme", "Acme", "", NOW, 30, count, count, count, None, 0, 7) for count in (0, 3, 1_204)]
    shown = [account_cells(row, NOW) for row in rows]
    assert [cell.text for cell in shown[0] if cell.style in LOUD] == ["!    30"]
    for cells in shown[1:]:
        assert {cell.text.index("!") for cell in cells if cell.style in LOUD} == {0}
        assert {len(cell.text) for cell in cells if cell.style in LOUD} == {len("!    30")}


@pytest.mark.parametrize("width", [76, 116, 196])
def test_on_an_accounts_page_ages_and_ends_stand_apart_and_their_signs_below_one_another(width: int) -> None:
    old, soon, end = NOW - timedelta(days=100), NOW + timedelta(hours=19), NOW + timedelta(days=60)
    rows = [
        token_row(last_used_at=None, expires_at=None),
        token_row(last_used_at=old, expires_at=soon),
        token_row(expires_at=end),
    ]
    facts = AccountFacts(AccountLine("bolt", "Bolt", "", NOW, 3, 0, 0, 0, None, 0, 0), tokens=rows)
    head, *drawn = ("".join(piece.text for piece in one.line) for one in account_tokens(facts, NOW, width))
    at = head.index("Expires")
    assert {one[at - 2 : at] for one in drawn} == {"  "}
    assert [one[: at - 2].rstrip()[-1] for one in drawn] == ["!", "!", "o"]
    assert len({one.rindex("!") for one in drawn[:2]}) == 1
    assert len({one.index("!") for one in drawn[:2]}) == 1
