"""The help lists exactly what works on the screen it was opened from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import import_module

import pytest

from console.actions import ACTIONS, ANYWHERE, on, shown
from console.areas import AREAS
from console.render.column import Column
from console.render.help_place import about_of
from console.render.help_topics import TOPICS, step_words
from console.render.sheet import wrapped
from console.screens.help import HelpScreen
from store.opening import Store
from store.rules.views import VIEWS
from tests.at_console import Hand, at_console
from tests.making import make_account, make_token


def lines(hand: Hand) -> list[str]:
    """Return the lines of the help."""
    assert isinstance(hand.app.screen, HelpScreen)
    return ["".join(piece.text for piece in line) for line in hand.app.screen.help_lines()]


async def test_every_action_its_keys_and_its_command_are_listed_once(store: Store) -> None:
    async with at_console(store) as hand:
        await hand.press("question_mark")
        text = lines(hand)
        for action in on("tokens"):
            found = [line for line in text if f":{action.command} " in f"{line} " and action.says in line]
            assert len(found) == 1, action.id
            assert all(shown(key) in found[0] for key in action.keys)
        for view in VIEWS:
            assert any(view.rule in line and f":view {view.name}" in line for line in text)


@pytest.mark.parametrize("place", sorted(ANYWHERE))
def test_every_screen_says_what_it_is_for(place: str) -> None:
    about = about_of(place)
    assert len(about.purpose) > 40
    assert all(word and means.endswith((".", "?")) for word, means in about.means), place


COLUMNS = {
    "accounts": "account_rows", "approvals": "approval_rows", "audit": "audit_words", "cases": "case_lists",
    "leaks": "leak_rows", "notices": "notice_rows", "operators": "operator_rows", "policies": "policy_rows",
    "reviews": "review_pages", "scopes": "scope_rows", "sessions": "session_rows", "settings": "setting_rows",
    "views": "view_rows",
}  # fmt: skip
"""The module of each list's columns."""


@pytest.mark.parametrize("place", ["tokens", *COLUMNS])
def test_every_column_of_a_list_is_explained_in_its_order(place: str) -> None:
    from console.render.titles import titles

    columns: Sequence[Column] = titles(8) if place == "tokens" else import_module(f"console.render.{COLUMNS[place]}").COLUMNS
    explained = [word for word, _ in about_of(place).means]
    assert explained[: len(columns)] == [column.title for column in columns]


async def test_the_help_begins_with_what_the_screen_is_for_on_a_small_terminal(store: Store) -> None:
    async with at_console(store, (80, 24)) as hand:
        await hand.press("question_mark")
        page = " ".join(re.sub("[│╭╮╰╯─]", " ", hand.screen()).split())
        for words in (
            "What this screen is for",
            "Find a token, see at a glance whether it works",
            "Tab goes on to the next",
            "The usual jobs",
            "A customer asks whether a token is used",
        ):
            assert words in page
        await hand.press("q", "f3")
        await hand.until(lambda: hand.desktop.PLACE == "accounts", "the accounts")
        await hand.press("question_mark")
        await hand.until_shown("The customers")


async def test_tab_goes_from_part_to_part_and_the_jobs_of_the_screen_come_first(store: Store) -> None:
    async with at_console(store, (80, 24)) as hand:
        await hand.press("question_mark")
        seen = []
        for _ in range(7):
            seen.append(hand.screen().splitlines()[1])
            await hand.press("tab")
        parts = (
            "this screen is for",
            "usual jobs",
            "on this screen",
            "Keys and",
            "Saved views",
            "Filter fields",
            "the words mean",
        )
        assert all(part in edge for part, edge in zip(parts, seen, strict=True)), seen
        assert hand.screen().splitlines()[1] == seen[0]
        await hand.press("shift+tab", "shift+tab")
        await hand.press("q", "f6")
        await hand.until(lambda: hand.desktop.PLACE == "audit", "the audit log")
        await hand.press("question_mark")
        await hand.until_shown("Write an audit report")
        text = lines(hand)
        assert text.index("  Verify the audit log") < text.index("  A token has leaked")


async def test_the_help_shows_a_persons_own_keys(store: Store) -> None:
    make_account(store)
    make_token(store)
    async with at_console(store, keys={"revoke": "X"}) as hand:
        await hand.press("x")
        assert hand.tokens.dialog is None
        await hand.press("X")
        await hand.until_shown("Revoke this token?")
        await hand.press("escape", "question_mark")
        assert any(line.strip().startswith("X ") and "Revoke" in line for line in lines(hand))


async def test_typing_after_a_slash_searches_and_escape_shows_everything_again(store: Store) -> None:
    async with at_console(store) as hand:
        await hand.press("question_mark")
        whole = len(lines(hand))
        await hand.press("slash")
        await hand.type("overlap")
        await hand.press("enter")
        assert 0 < len(lines(hand)) < 6
        await hand.press("escape")
        assert len(lines(hand)) == whole
        await hand.press("escape")
        assert hand.app.screen is hand.tokens


async def test_the_usual_jobs_and_the_words_are_explained_and_found(store: Store) -> None:
    async with at_console(store, (80, 24)) as hand:
        await hand.press("question_mark")
        text = lines(hand)
        assert "  A token has leaked" in text
        assert any(line.strip().startswith("recorded to") for line in text)
        await hand.press("slash", *"masked", "enter")
        await hand.until_shown("paste it into the masked box")


def test_every_key_the_topics_name_is_one_of_ours() -> None:
    keys = {shown(key) for action in on("tokens") for key in action.keys}
    named = {"F5", "S", "x", "C", "T", "r", "v", "V", "K", "o", "[", "]", "-", "*", "/", "ctrl-p"}
    steps = " ".join(step for topic in TOPICS for step in topic.steps)
    for key in named:
        assert key in steps
        assert key in keys or key.lower() in {area.key for area in AREAS}, key


def test_the_keys_of_a_step_look_like_keys_and_stand_beside_what_they_do() -> None:
    words = step_words("{S} stops it for a while; {x} and then {y} ends it for good.")
    assert [piece.text for piece in words if piece.style == "key"] == ["S", "x", "y"]
    assert "{" not in "".join(piece.text for piece in words)
    for width in range(12, 60):
        ends = ["".join(piece.text for piece in row).rstrip()[-2:] for row in wrapped(words, width)]
        assert not {" S", " x", " y"} & set(ends), width


def test_every_key_in_braces_is_one_of_ours() -> None:
    ours = {shown(key) for action in ACTIONS for key in action.keys} | {area.key.upper() for area in AREAS}
    named = {piece.text for topic in TOPICS for step in topic.steps for piece in step_words(step) if piece.style == "key"}
    assert named - ours <= {"Enter", "Space", "shift-Tab", "y", "ctrl-o", ":case INC-123"}, named - ours
