"""Revoking in a real terminal: one deliberate key does it, and nothing else that can arrive on a terminal does."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.address import Address
from tests.terminal.consoles import ARMED_S, Console, audit_lines, make_store, patched, revoked

pytestmark = pytest.mark.slow

ESCAPE = "\x1b"
OTHER_THAN_A_KEY = {
    "enter": "\r",
    "space": " ",
    "tab": "\t",
    "x again": "x",
    "escape and y in one write": "\x1by",
    "a bracketed paste": "\x1b[200~y\x1b[201~",
    "a bracketed paste that breaks out": "\x1b[200~a\x1b[201~xy",
    "y and enter": "y\n",
    "y and return": "y\r",
    "twice y": "yy",
    "xxy": "xxy",
    "a word": "yes please",
    "moves and y": "jjjy",
    "a sentence": "my token name rotated by",
    "an upper case letter": "Y",
}


@pytest.fixture
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Address:
    """Return an empty place for a SQLite store."""
    return Address(path=tmp_path_factory.mktemp("store") / "tokens.db")


def test_first_picture_x_y_and_quitting_revoke_the_pinned_token_and_leave_the_terminal_as_found(address: Address) -> None:
    keys = make_store(address)
    with Console(address) as console:
        console.ready()
        console.keys("j")
        console.settle()
        console.ask_to_revoke()
        question = console.text.partition("Revoke this token?")[2]
        shown = [name for name, key in keys.items() if name in question and key[1][:4] in question]
        assert len(shown) == 1, question
        console.keys("y")
        console.wait_for("REVOKED")
        console.keys("q")
        assert console.ended() == 0
        console.assert_left_as_found()
    assert len(shown) == 1
    assert revoked(address) == {keys[shown[0]]}


@pytest.mark.parametrize("typed", ["xy", "xxyy", "jxy", "xyxyxy", "x\ry\r"], ids=repr)
def test_what_is_typed_before_the_first_picture_revokes_nothing(sqlite: Address, typed: str) -> None:
    make_store(sqlite)
    with Console(sqlite) as console:
        console.keys(typed)
        console.ready()
        console.settle(ARMED_S)
    assert revoked(sqlite) == set()


def test_y_within_400_ms_revokes_nothing_and_a_lone_y_after_quiet_does(sqlite: Address) -> None:
    keys = make_store(sqlite)
    with Console(sqlite) as console:
        console.ready()
        console.keys("x")
        console.settle(0.1)
        console.keys("y")
        console.settle(ARMED_S)
        assert revoked(sqlite) == set()
        if "Revoke this token?" not in console.text:
            console.ask_to_revoke()
        console.keys("y")
        console.wait_for("REVOKED")
    assert len(revoked(sqlite) & set(keys.values())) == 1


def test_a_y_typed_before_the_question_was_drawn_revokes_nothing(sqlite: Address, tmp_path: Path) -> None:
    """A console that is slow to draw must not take a key for an answer to what nobody has seen yet."""
    make_store(sqlite)
    start = patched(
        sqlite,
        tmp_path,
        """
        import time
        from console.screens.desktop import Desktop
        draw_dialog = Desktop.draw_dialog
        def slowly(self):
            time.sleep(1.5)
            draw_dialog(self)
        Desktop.draw_dialog = slowly
        """,
    )
    with Console(sqlite, start=start) as console:
        console.ready()
        console.keys("x")
        console.settle(ARMED_S)
        assert "Revoke this token?" not in console.text
        console.keys("y")
        console.settle(3.0)
    assert revoked(sqlite) == set()


def test_only_a_lone_y_answers_the_question(sqlite: Address) -> None:
    make_store(sqlite)
    with Console(sqlite) as console:
        console.ready()
        for what, typed in OTHER_THAN_A_KEY.items():
            console.ask_to_revoke()
            console.keys(typed)
            console.settle(ARMED_S)
            assert revoked(sqlite) == set(), what
            _back_to_the_list(console)
    assert revoked(sqlite) == set()


def test_escape_and_y_in_one_write_closes_the_question(sqlite: Address) -> None:
    make_store(sqlite)
    with Console(sqlite) as console:
        console.ready()
        console.ask_to_revoke()
        console.keys("\x1by")
        console.wait_gone("Revoke this token?")
    assert revoked(sqlite) == set()


def _back_to_the_list(console: Console) -> None:
    """Close whatever the keys after the question have opened."""
    for _ in range(8):
        console.keys(ESCAPE)
        console.settle(0.4)
        if "Tokens › All live" in console.text and "If revoked" in console.text and "✓" not in console.text:
            return
        if "✓" in console.text:
            console.keys("\x1c")
    raise AssertionError(f"the list is not back:\n{console.text}")


@pytest.mark.parametrize("key", ["y", "x"])
def test_a_held_key_confirms_nothing(sqlite: Address, key: str) -> None:
    make_store(sqlite)
    with Console(sqlite) as console:
        console.ready()
        console.ask_to_revoke()
        for _ in range(60):
            console.keys(key)
            console.read(0.033)
        console.settle(ARMED_S)
    assert revoked(sqlite) == set()


REPLIES = {
    "title": "\x1b]lxy\x1b\\",
    "icon": "\x1b]Ly\x1b\\",
    "version": "\x1bP>|xy tmux 3.3a\x1b\\",
    "setting": "\x1bP1$rxy\x1b\\",
    "cursor": "\x1b[24;80R",
    "device": "\x1b[?1;2c",
    "second device": "\x1b[>1;10;0c",
    "colour": "\x1b]11;rgb:7878/7979/0000\x1b\\",
    "clipboard": "\x1b]52;c;eXh5\x07",
    "mode": "\x1b[?2026;2$y",
    "size": "\x1b[8;24;80t",
}


@pytest.mark.parametrize("what", REPLIES)
def test_a_reply_of_the_terminal_that_spells_keys_presses_none(sqlite: Address, what: str) -> None:
    make_store(sqlite)
    before = audit_lines(sqlite)
    with Console(sqlite) as console:
        console.ready()
        shown, start = console.text, len(console.output)
        console.keys(REPLIES[what])
        console.settle(ARMED_S)
        console.keys("?")  # what is heard after the reply: a question that it opened would swallow this
        console.wait_for("Help", 5)
        console.keys(ESCAPE)
        console.until(lambda: console.text == shown, "the list is not as it was", 5)
        assert b"Revoke this token?" not in console.output[start:]
    assert audit_lines(sqlite) == before


def test_no_reply_of_the_terminal_answers_the_question(sqlite: Address) -> None:
    make_store(sqlite)
    with Console(sqlite) as console:
        console.ready()
        for what, reply in REPLIES.items():
            console.ask_to_revoke()
            console.keys(reply)
            console.settle(ARMED_S)
            assert revoked(sqlite) == set(), what
            _back_to_the_list(console)
    assert revoked(sqlite) == set()
