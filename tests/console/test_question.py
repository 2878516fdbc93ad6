"""A question is answered by one deliberate key and by nothing else (ux.md 3.5, security.md finding 3)."""

from __future__ import annotations

import random

import pytest

from console.dialogs.guard import ALONE_S, DEAF_S, LASTS_S, SILENCE_S, Guard, Verdict
from console.dialogs.question import Answer, Asked, Question
from console.render.pieces import Line
from console.render.sheet import line
from store.opening import Store
from store.reads.sorting import Sort
from tests.at_console import at_console
from tests.making import MARCO, make_account, make_token, revoke_token

OPENED = 100.0
QUIET = OPENED + DEAF_S


def played(*keys: tuple[float, str], until: float = OPENED + 5) -> Guard:
    """Return a guard that heard these keys at these moments, ticked as the screen would."""
    guard = Guard(OPENED)
    for at, key in keys:
        due = guard.next_tick(guard.opened)
        while due is not None and guard.opened + due <= at and guard.verdict is Verdict.OPEN:
            guard.tick(guard.opened + due)
            due = guard.next_tick(guard.opened)
        guard.key(key, at)
    guard.tick(until)
    return guard


def test_one_y_after_a_quiet_moment_answers() -> None:
    assert played((QUIET, "y")).verdict is Verdict.ANSWERED


def test_a_y_within_the_deaf_moment_does_not_answer() -> None:
    assert played((QUIET - 0.001, "y")).verdict is Verdict.OPEN


def test_every_key_in_the_deaf_moment_makes_it_start_again() -> None:
    assert played((OPENED + 0.3, "j"), (OPENED + 0.3 + DEAF_S - 0.001, "y")).verdict is Verdict.OPEN
    assert played((OPENED + 0.3, "j"), (OPENED + 0.3 + DEAF_S, "y")).verdict is Verdict.ANSWERED


def test_a_y_counts_only_once_it_has_stayed_alone() -> None:
    guard = Guard(OPENED)
    guard.key("y", QUIET)
    assert guard.tick(QUIET + ALONE_S - 0.001) is Verdict.OPEN
    assert guard.tick(QUIET + ALONE_S) is Verdict.ANSWERED
    assert guard.answer == "y"


def test_a_key_right_after_the_y_keeps_the_token() -> None:
    assert played((QUIET, "y"), (QUIET + ALONE_S - 0.001, "e")).verdict is Verdict.KEPT


def test_a_y_needs_silence_before_it_even_when_the_deaf_moment_is_over() -> None:
    guard = Guard(OPENED)
    guard._last = QUIET - SILENCE_S + 0.001
    guard.key("y", QUIET)
    assert guard.tick(QUIET + 1) is Verdict.OPEN


@pytest.mark.parametrize(
    "key",
    ["enter", "space", "tab", "x", "d", "Y", "upper_y", "ctrl+y", "down", "up", "1", "9", "full_stop", "backspace", "delete"],
)
def test_no_other_key_answers_or_closes(key: str) -> None:
    assert played((QUIET + 1, key)).verdict is Verdict.OPEN


@pytest.mark.parametrize("key", ["escape", "alt+y", "alt+x", "alt+enter"])
@pytest.mark.parametrize("at", [OPENED, OPENED + 0.1, QUIET, OPENED + 30])
def test_escape_and_anything_with_alt_keep_it_at_any_time(key: str, at: float) -> None:
    assert played((at, key)).verdict is Verdict.KEPT


@pytest.mark.parametrize("typed", ["xy", "xxyy", "jxy", "yy", "xxy", "yes please", "jjjy", "y\n", "my token name rotated by ray"])
@pytest.mark.parametrize("start", [OPENED, OPENED + 0.2, QUIET, OPENED + 3])
def test_no_burst_of_keys_answers(typed: str, start: float) -> None:
    keys = [(start + number * 0.002, "enter" if key == "\n" else key) for number, key in enumerate(typed)]
    assert played(*keys, until=keys[-1][0] + 10).verdict is not Verdict.ANSWERED


@pytest.mark.parametrize("gap", [0.02, 0.033, 0.05, 0.1, 0.2])
@pytest.mark.parametrize("key", ["y", "x"])
def test_a_key_held_since_before_the_question_never_answers(key: str, gap: float) -> None:
    keys = [(OPENED + number * gap, key) for number in range(int(8 / gap))]
    guard = Guard(OPENED)
    for at, held in keys:
        guard.key(held, at)
        guard.tick(at + gap * 0.9)
        assert guard.verdict is Verdict.OPEN


def test_a_paste_never_answers_and_closes_a_pending_answer() -> None:
    guard = Guard(OPENED)
    assert guard.paste(QUIET + 1) is Verdict.OPEN
    guard.key("y", QUIET + 3)
    assert guard.paste(QUIET + 3.01) is Verdict.KEPT


def test_a_question_closes_by_itself_after_a_minute() -> None:
    guard = Guard(OPENED)
    assert guard.tick(OPENED + LASTS_S - 0.001) is Verdict.OPEN
    assert guard.tick(OPENED + LASTS_S) is Verdict.EXPIRED


def test_what_was_typed_before_it_was_on_the_screen_does_not_answer() -> None:
    asked = question()
    asked.key("y", "y", QUIET + 0.3)
    asked.tick(QUIET + 1)
    asked.shown(QUIET + 1.1)
    asked.key("y", "y", QUIET + 1.1 + DEAF_S - 0.001)
    asked.tick(QUIET + 2)
    assert not asked.closed
    asked.key("y", "y", QUIET + 3)
    asked.tick(QUIET + 3.1)
    assert asked.closed


def test_nothing_changes_a_question_that_is_over() -> None:
    guard = played((QUIET, "escape"))
    assert guard.key("y", QUIET + 10) is Verdict.KEPT
    assert guard.tick(QUIET + 20) is Verdict.KEPT
    assert guard.next_tick(QUIET + 20) is None


def test_random_typing_answers_only_with_a_lone_y() -> None:
    chance = random.Random(7)
    for _ in range(3_000):
        at, keys = OPENED, []
        for _ in range(chance.randrange(1, 12)):
            at += chance.choice([0.001, 0.01, 0.05, 0.1, 0.249, 0.3, 0.399, 0.41, 0.7])
            keys.append((at, chance.choice("yyyyx j")))
        guard = played(*keys, until=at + 5)
        if guard.verdict is Verdict.ANSWERED:
            lone = [
                number
                for number, (moment, key) in enumerate(keys)
                if key == "y"
                and moment - (keys[number - 1][0] if number else OPENED) >= DEAF_S - 1e-9
                and (number == len(keys) - 1 or keys[number + 1][0] - moment >= ALONE_S - 1e-9)
            ]
            assert lone, keys


def question(**more: str) -> Question:
    asked = Asked(
        "Revoke this token?", more.get("name", "Zapier"), line("   tkd_live_7Kq2…9f3c   Initech · PRODUCTION · read-write"),
        more.get("filed", ""), (line("Stops now: nothing."), line("Cannot be undone. Refused everywhere within 30 s.")),
    )  # fmt: skip
    return Question(asked, {"y": Answer("revoke it", lambda: None)}, OPENED, lambda why: None)


def words(sheet_lines: object) -> str:
    return "\n".join("".join(piece.text for piece in one) for one in sheet_lines)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("width", "height"), [(76, 4), (76, 3), (56, 30), (116, 7), (128, 4), (40, 4)])
def test_every_size_names_the_token_the_environment_and_the_keys(width: int, height: int) -> None:
    sheet = question(name="A very long name that a customer gave to a token once", filed="filed under INC-4821").sheet(
        width, height
    )
    text = words(sheet.lines)
    assert len(sheet.lines) <= height
    assert "9f3c" in text or width < 60
    assert "PRODUCTION" in text or width < 60
    assert "y revoke it" in text or width < 60
    assert "Esc" in text
    assert all(sum(len(piece.text) for piece in one) <= width for one in sheet.lines)


def about_of(account: str) -> Question:
    asked = Asked(
        "Revoke this token?", "Zapier integration",
        line("   ", ("tkd_live_7Kq2…9f3c", "accent"), f"   {account} · env live · admin"),
        "", (line("Stops now: nothing."), line("Cannot be undone. Refused everywhere within 30 s.")),
    )  # fmt: skip
    return Question(asked, {"y": Answer("revoke it", lambda: None)}, OPENED, lambda why: None)


@pytest.mark.parametrize(("account", "shown"), [
    ("Initech", "Zapier integration   tkd_live_7Kq2…9f3c   Initech · env live · admin"),
    ("Northwind Logistics Intl", "Zapier integration   …9f3c   Northwind Logistics Intl · env live · admin"),
    ("Northwind Logistics International Ltd", "Zapier inte…   …9f3c   Northwind Logistics International… · env live · admin"),
])  # fmt: skip
def test_a_long_account_never_takes_the_place_of_the_environment_and_the_access(account: str, shown: str) -> None:
    who = about_of(account).sheet(76, 5).lines[0]
    assert "".join(piece.text for piece in who).rstrip() == shown
    assert sum(len(piece.text) for piece in who) <= 76


FULL = (line("Stops now: " + "many requests in the last 24 hours. " * 8 + "The next at any moment."), line("Cannot be undone."))
SHORT = (line("Stops now: many in 24 h. The next at any moment."), line("Cannot be undone."))


def long_question(shorter: tuple[Line, ...]) -> Question:
    asked = Asked("Revoke this token?", "Zapier", line("   Initech · env live"), "", FULL, shorter=shorter)
    return Question(asked, {"y": Answer("revoke it", lambda: None)}, OPENED, lambda why: None)


def test_with_little_room_it_says_the_same_in_fewer_words_rather_than_leave_something_out() -> None:
    asked = long_question(SHORT)
    assert "many in 24 h. The next at any moment." in words(asked.sheet(76, 5).lines)
    assert not asked.wants_lines
    assert "in the last 24 hours" in words(asked.sheet(76, 9).lines)


def test_what_is_too_long_even_so_asks_for_more_lines_and_keeps_them() -> None:
    asked = long_question(())
    assert "The next at any moment." not in words(asked.sheet(76, 5).lines)
    assert asked.wants_lines
    assert "The next at any moment." in words(asked.sheet(76, 9).lines)
    assert asked.wants_lines, "the panel would shrink and grow without end"


async def test_x_then_y_revokes_the_token_under_the_cursor(store: Store) -> None:
    make_account(store)
    issued = make_token(store)
    async with at_console(store) as hand:
        await hand.press("x")
        await hand.until_shown("Revoke this token?")
        await hand.answer("y")
        await hand.until_shown("REVOKED")
        assert "refused everywhere by 09:00:30Z" in hand.pane("status")
        row = hand.token(issued.key)
        assert row.revoked_at is not None
        assert f"audit #{row.audit_seq}" in hand.pane("status")
        assert next(one.action for one in hand.audit(issued.key)) == "revoke"


async def test_enter_space_x_paste_and_escape_revoke_nothing(store: Store) -> None:
    from textual.events import Paste

    make_account(store)
    issued = make_token(store)
    async with at_console(store) as hand:
        await hand.press("x")
        await hand.until_shown("Revoke this token?")
        await hand.press("enter", "space", "x", "tab", "d", "down", "5", "Y")
        hand.app.post_message(Paste("y"))
        await hand.pilot.pause()
        assert "Revoke this token?" in hand.pane("inspector")
        await hand.press("escape")
        await hand.until_shown("Kept")
        assert hand.token(issued.key).revoked_at is None
        assert hand.audit(action="revoke") == ()


async def test_typing_ahead_revokes_nothing(store: Store) -> None:
    make_account(store)
    issued = make_token(store)
    async with at_console(store) as hand:
        await hand.pilot.press("x", "y", "y", "enter", "y")
        hand.watch.wait(0.2)
        await hand.pilot.pause(0.15)
        assert hand.token(issued.key).revoked_at is None


async def test_escape_right_before_y_keeps_the_token(store: Store) -> None:
    make_account(store)
    issued = make_token(store)
    async with at_console(store) as hand:
        await hand.press("x")
        await hand.until_shown("Revoke this token?")
        await hand.press("alt+y")
        await hand.until_shown("Kept")
        assert hand.token(issued.key).revoked_at is None


async def test_the_pinned_token_is_revoked_though_the_list_has_changed_order(store: Store) -> None:
    make_account(store)
    first, second = make_token(store, "aaa first"), make_token(store, "bbb second")
    async with at_console(store) as hand:
        hand.tokens.sort_by(Sort("name"))
        await hand.until(lambda: hand.tokens.row is not None and len(hand.tokens.table.visible_rows) == 2)
        await hand.until(lambda: [row.name for row in hand.tokens.table.visible_rows] == ["aaa first", "bbb second"])
        hand.tokens.table.top()
        await hand.until(lambda: hand.tokens.row is not None and hand.tokens.row.name == "aaa first")
        await hand.press("x")
        await hand.until_shown("Revoke this token?")
        make_token(store, "AAA earlier")
        hand.tokens.read_again()
        await hand.until(lambda: len(hand.tokens.table.visible_rows) == 3)
        hand.tokens.table.bottom()
        assert "aaa first" in hand.pane("inspector")
        await hand.answer("y")
        await hand.until_shown("REVOKED")
        assert hand.token(first.key).revoked_at is not None
        assert hand.token(second.key).revoked_at is None


async def test_a_token_somebody_else_revoked_meanwhile_says_who_and_when(store: Store) -> None:
    make_account(store)
    issued = make_token(store)
    async with at_console(store) as hand:
        await hand.press("x")
        await hand.until_shown("Revoke this token?")
        revoke_token(store, issued.key, MARCO)
        await hand.answer("y")
        await hand.until_shown("by marco; nothing done")
        assert len(hand.audit(issued.key, "revoke")) == 1


async def test_asking_is_noted_in_the_audit_log_and_changes_nothing(store: Store) -> None:
    make_account(store)
    issued = make_token(store)
    before = None
    async with at_console(store) as hand:
        before = hand.token(issued.key)
        await hand.press("x")
        await hand.until(lambda: hand.audit(issued.key, "look-up"), "the look-up")
        await hand.press("escape")
        assert hand.audit(issued.key, "look-up")[0].reason == "revocation previewed"
        assert hand.token(issued.key) == before
