"""How much is sent over the line: the budget of ux.md 3.9, counted in a real terminal."""

from __future__ import annotations

import pytest

from store.address import Address
from store.opening import Store
from store.rows import TokenKey
from store.writes.editing import rename
from store.writes.orders import RenameOrder
from tests.conftest import NOW
from tests.making import PRIYA, revoke_token
from tests.terminal.consoles import Console, make_store

pytestmark = pytest.mark.slow

SIZES = {"24 by 80": (24, 80), "60 by 200": (60, 200)}
MANY = tuple(f"{number:02} of the shop" for number in range(30))
BEFORE_RESTING_S = 0.1
"""Shorter than the cursor has to rest before more is read about its row."""


@pytest.fixture
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Address:
    """Return an empty place for a SQLite store."""
    return Address(path=tmp_path_factory.mktemp("store") / "tokens.db")


def open_on_many(sqlite: Address, size: str, *more: str) -> tuple[Console, dict[str, TokenKey]]:
    """Open the console on a store of thirty tokens."""
    keys = make_store(sqlite, MANY)
    rows, columns = SIZES[size]
    return Console(sqlite, *more, rows=rows, columns=columns), keys


def rename_token(store: Store, key: TokenKey, name: str) -> None:
    """Rename a token as another operator would."""
    order = RenameOrder(key=key, actor=PRIYA, name=name)
    store.write(lambda unit: rename(unit, order, NOW), order.action_id)


@pytest.mark.parametrize(("size", "budget"), [("24 by 80", 1_500), ("60 by 200", 2_500)])
def test_from_x_to_the_proof_line_stays_inside_the_budget(sqlite: Address, size: str, budget: int) -> None:
    console, _ = open_on_many(sqlite, size)
    with console:
        console.ready("of the shop")
        start = len(console.output)
        console.ask_to_revoke()
        console.keys("y")
        console.wait_for("REVOKED")
        sent = len(console.output) - start
    assert sent <= budget


@pytest.mark.parametrize(("size", "budget"), [("24 by 80", 25_000), ("60 by 200", 60_000)])
def test_the_first_pictures_stay_inside_the_budget(sqlite: Address, size: str, budget: int) -> None:
    console, _ = open_on_many(sqlite, size)
    with console:
        console.ready("of the shop")
        console.settle(1.0)
        sent = len(console.output)
    assert sent <= budget


@pytest.mark.parametrize(("size", "budget"), [("24 by 80", 700), ("60 by 200", 900)])
def test_a_cursor_move_stays_inside_the_budget(sqlite: Address, size: str, budget: int) -> None:
    console, _ = open_on_many(sqlite, size)
    with console:
        console.ready("of the shop")
        moves = [len(console.sent_during("j", BEFORE_RESTING_S)) for _ in range(3)]
        console.settle(1.0)
    assert min(moves) > 0
    assert sorted(moves)[1] <= budget


@pytest.mark.parametrize(("size", "budget"), [("24 by 80", 8_000), ("60 by 200", 20_000)])
def test_a_page_stays_inside_the_budget(sqlite: Address, size: str, budget: int) -> None:
    console, _ = open_on_many(sqlite, size)
    with console:
        console.ready("of the shop")
        sent = len(console.sent_during("\x1b[6~", BEFORE_RESTING_S))
    assert 0 < sent <= budget


def test_ten_idle_seconds_with_live_refresh_send_nothing(address: Address) -> None:
    make_store(address)
    with Console(address) as console:
        console.ready()
        console.settle(1.5)
        assert console.idle_bytes(10) == 0


@pytest.mark.parametrize("keys", ["x", "/", ":", "?", "\r", "\rl", "s", "V", "C"], ids=repr)
def test_every_screen_and_question_is_silent_while_nothing_happens(sqlite: Address, keys: str) -> None:
    make_store(sqlite)
    with Console(sqlite) as console:
        console.ready()
        for key in keys:
            console.keys(key)
            console.settle(1.0)
        console.settle(1.0)
        assert console.idle_bytes(5) == 0, console.text


def test_one_row_changed_by_somebody_else_sends_little(sqlite: Address) -> None:
    console, keys = open_on_many(sqlite, "24 by 80")
    with console:
        console.ready("of the shop")
        shown = [name for line in console.text.splitlines() for name in MANY if name in line and line.startswith("│")]
        console.settle(1.0)
        store = Store(sqlite)
        rename_token(store, keys[shown[4]], "gone quiet")
        store.close()
        start = len(console.output)
        console.wait_for("gone quiet")
        console.settle(1.0)
        sent = len(console.output) - start
    assert sent <= 400


def test_a_token_revoked_elsewhere_leaves_the_list_by_itself(address: Address) -> None:
    keys = make_store(address)
    with Console(address) as console:
        console.ready()
        store = Store(address)
        revoke_token(store, keys["delta feed"])
        store.close()
        console.wait_gone("delta feed")


def test_nothing_is_cleared_and_the_first_paint_is_about_two_pages(sqlite: Address) -> None:
    console, _ = open_on_many(sqlite, "24 by 80")
    with console:
        console.ready("of the shop")
        start = len(console.output)
        console.keys("?")
        console.settle()
        console.keys("\x1b")
        console.settle()
        one_page = (len(console.output) - start) / 2
        entered = console.output.index(b"\x1b[?1049h")
        assert b"\x1b[2J" not in console.output[entered + 20 :]
    assert start <= 25_000
    assert start <= 4 * one_page


def test_a_mouse_that_moves_sends_nothing_in_slow_mode(sqlite: Address) -> None:
    console, _ = open_on_many(sqlite, "24 by 80", "--slow")
    with console:
        console.ready("of the shop")
        assert console.modes.get("1003", "l") == "l", "reports of every mouse move are on"
        sent = console.sent_during("".join(f"\x1b[<35;{20 + at};{6 + at}M" for at in range(8)))
    assert sent == b""
