"""How much is sent over the line: the budget of ux.md 3.9, counted in a real terminal."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from console.areas import AREAS
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
DIFFERENT = 5
"""So many tokens of the list are tried, every second one: what a question says is of different length for each.

News of the list may fall into one or two of them on a busy machine: it is the one in the middle that counts.
"""

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


@pytest.fixture
def demo(built: Path, tmp_path: Path) -> Address:
    """Return a demo store of one's own, with names, findings and charts as long as a customer's."""
    path = tmp_path / "tokens.db"
    shutil.copy(built, path)
    return Address(path=path)


def open_on_demo(demo: Address, size: str) -> Console:
    """Open the console on a demo store, in true colour, and wait until all of it is shown."""
    rows, columns = SIZES[size]
    console = Console(demo, rows=rows, columns=columns)
    console.wait_for("● active")
    console.settle(1.5)
    return console


@pytest.mark.parametrize(("size", "budget"), [("24 by 80", 1_500), ("60 by 200", 2_500)])
def test_a_whole_revocation_stays_inside_the_budget(demo: Address, size: str, budget: int) -> None:
    sent = []
    with open_on_demo(demo, size) as console:
        for _ in range(DIFFERENT):
            start = len(console.output)
            console.ask_to_revoke()
            console.keys("y")
            console.wait_for("REVOKED")
            console.settle(1.5)  # the inspector says by then what became of the token
            sent.append(len(console.output) - start)
            console.keys("jj")
            console.wait_for("● active")
            console.settle(1.0)
    assert sorted(sent)[DIFFERENT // 2] <= budget, sent


@pytest.mark.parametrize(("size", "budget"), [("24 by 80", 25_000), ("60 by 200", 60_000)])
def test_the_first_pictures_stay_inside_the_budget(demo: Address, size: str, budget: int) -> None:
    with open_on_demo(demo, size) as console:
        sent = len(console.output)
    assert sent <= budget


@pytest.mark.parametrize(("size", "budget", "described"), [("24 by 80", 700, 600), ("60 by 200", 900, 4_000)])
def test_a_cursor_move_stays_inside_the_budget(demo: Address, size: str, budget: int, described: int) -> None:
    """The move is what the budget is about; once the cursor rests, the inspector describes another token, charts and all."""
    moves, descriptions = [], []
    with open_on_demo(demo, size) as console:
        for _ in range(5):
            moves.append(len(console.sent_during("j", BEFORE_RESTING_S)))
            descriptions.append(len(console.settle(1.0)))
    assert min(moves) > 0
    assert sorted(moves)[2] <= budget
    assert sorted(descriptions)[2] <= described


@pytest.mark.parametrize(("size", "budget"), [("24 by 80", 8_000), ("60 by 200", 20_000)])
def test_a_page_stays_inside_the_budget(demo: Address, size: str, budget: int) -> None:
    with open_on_demo(demo, size) as console:
        sent = len(console.sent_during("\x1b[6~", 1.0))
    assert 0 < sent <= budget


@pytest.mark.parametrize("size", list(SIZES))
def test_what_was_sent_in_parts_is_the_picture_that_is_sent_as_a_whole(demo: Address, size: str) -> None:
    with open_on_demo(demo, size) as console:
        for keys in ("jjj", "\x1b[6~", "x", "\x1b", "sn", "?", "\x1b", "G", " ", "k", "8", "2"):
            console.keys(keys)
            console.settle(0.8)
        in_parts = seen(console)
        console.child.setwinsize(console.rows, console.columns - 1)
        console.settle(1.0)
        console.screen.reset()
        console.child.setwinsize(console.rows, console.columns)
        console.settle(1.0)
        assert seen(console) == in_parts


def seen(console: Console) -> list[list[tuple[str, ...]]]:
    """Return what is seen of each cell: its character in its colours; of a blank, only the ground."""
    lines = ([console.screen.buffer[y][x] for x in range(console.columns)] for y in range(console.rows))
    return [
        [(" ", cell.bg) if cell.data == " " else (cell.data, cell.fg, cell.bg, str(cell.bold)) for cell in line] for line in lines
    ]


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


@pytest.mark.parametrize("area", [area.id for area in AREAS])
def test_every_area_is_silent_while_nothing_happens(sqlite: Address, area: str) -> None:
    make_store(sqlite)
    with Console(sqlite) as console:
        console.ready()
        for keys in (":", f"go {area}", "\r"):
            console.keys(keys)
            console.settle(0.5)
        console.settle(1.5)
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
