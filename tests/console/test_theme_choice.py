"""Choosing a theme: tried on live, kept by Enter, put back by everything else, and remembered unless something nearer decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.dialogs.themes import ThemeChoice
from console.memory import Memory, load_memory
from console.safety.terminal import TerminalFacts
from console.settings import Settings, load_settings
from store.opening import Store
from tests.at_console import Hand, at_console
from themes import house_names

NAMES = house_names()


async def choose(hand: Hand) -> ThemeChoice:
    """Open the choice of themes as a person does."""
    await hand.press("colon")
    await hand.type("theme")
    await hand.press("enter")
    await hand.until(lambda: isinstance(hand.desktop.dialog, ThemeChoice), "the choice")
    dialog = hand.desktop.dialog
    assert isinstance(dialog, ThemeChoice)
    return dialog


def ground(hand: Hand) -> str:
    """Return the colour that is painted behind the first row but one of the list."""
    strip = hand.app.screen._compositor.render_strips()[5]
    style = list(strip)[-1].style
    assert style is not None
    assert style.bgcolor is not None
    return str(style.bgcolor.name)


async def test_every_theme_is_offered_and_moving_paints_the_whole_screen_at_once(store: Store) -> None:
    async with at_console(store, size=(80, 24), theme="tokendesk-dark") as hand:
        await choose(hand)
        for name in NAMES:
            assert name in hand.pane("inspector")
        dark = ground(hand)
        await hand.press("j")
        assert hand.app.theme == "tokendesk-light"
        await hand.until(lambda: ground(hand) != dark, "other colours")
        assert "for bright rooms" in hand.pane("inspector")
        await hand.press("k", "k")
        assert hand.app.theme == "terminal-16"
        await hand.press("1")
        assert hand.app.theme == "colour-blind-safe"


async def test_enter_keeps_it_and_remembers_it(store: Store) -> None:
    memory = Memory()
    async with at_console(store, memory=memory) as hand:
        await choose(hand)
        await hand.press("2", "enter")
        await hand.until_shown("Theme high-contrast-dark; remembered")
        assert hand.app.theme == memory.theme == "high-contrast-dark"


@pytest.mark.parametrize("key", ["escape", "q", "x", "space"])
async def test_everything_else_puts_the_old_one_back_and_remembers_nothing(store: Store, key: str) -> None:
    memory = Memory()
    async with at_console(store, memory=memory, theme="tokendesk-light") as hand:
        await choose(hand)
        await hand.press("2")
        assert hand.app.theme == "high-contrast-dark"
        await hand.press(key)
        assert hand.app.theme == "tokendesk-light"
        assert hand.desktop.dialog is None
        assert memory.theme == ""


async def test_a_theme_of_textuals_own_can_be_gone_back_to(store: Store) -> None:
    async with at_console(store, theme="nord") as hand:
        await choose(hand)
        await hand.press("1", "escape")
        assert hand.app.theme == "nord"


async def test_without_colour_there_is_nothing_to_choose(store: Store) -> None:
    async with at_console(store) as hand:
        hand.app.no_color = True
        await hand.press("colon")
        await hand.type("theme")
        await hand.press("enter")
        await hand.until_shown("NO_COLOR is set")
        assert hand.desktop.dialog is None


async def test_it_says_what_decides_at_the_next_start(store: Store) -> None:
    async with at_console(store, environment="production", themes={"production": "tokendesk-light"}) as hand:
        await choose(hand)
        await hand.press("1", "enter")
        await hand.until_shown("what is tied to PRODUCTION decides again")


async def test_it_can_be_chosen_from_every_screen_that_lists_nothing_too(store: Store) -> None:
    async with at_console(store) as hand:
        await hand.press("question_mark")
        await choose(hand)
        await hand.press("2", "enter")
        assert hand.app.theme == "high-contrast-dark"


def test_what_was_remembered_is_worn_next_time(own_home: Path) -> None:
    memory = load_memory()
    memory.theme = "high-contrast-light"
    memory.save()
    assert load_settings(load_memory().theme).theme == "high-contrast-light"
    assert load_settings(load_memory().theme, slow=True).theme == "", "a slow line keeps the theme of few bytes"


def test_a_memory_of_an_older_program_is_no_damaged_one(own_home: Path) -> None:
    memory = load_memory()
    assert memory.path is not None
    memory.path.parent.mkdir(parents=True)
    memory.path.write_text('{"commands": [":theme x"], "sorts": {}, "wide": true}')
    assert (load_memory().commands, load_memory().theme) == ([":theme x"], "")


async def test_a_theme_that_is_gone_is_told_and_the_default_is_worn(store: Store) -> None:
    async with at_console(store, theme="tokendesk-drak") as hand:
        assert hand.app.theme == "tokendesk-dark"


def test_characters_and_key_names_are_plain_together() -> None:
    from console.app import Console
    from console.clock import Clock
    from store.address import Address

    address = Address(path=Path("/nowhere/t.db"))
    plain = Console(address, Settings(plain_characters=True), Memory(), Clock())
    assert plain.facts.glyphs is False
    poor = Console(address, Settings(), Memory(), Clock(), TerminalFacts(glyphs=False))
    assert poor.session.settings.plain_characters is True
