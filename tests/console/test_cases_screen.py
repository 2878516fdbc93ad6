"""Cases at the console: opened from a token, worked on their page, and never ticked by hand, on both databases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.screens.case_file import CaseScreen
from console.screens.cases import CasesScreen
from console.screens.detail import DetailScreen
from store.case_rows import CaseFile
from store.opening import Store
from store.reads.case_file import case_file
from store.rules.checklist import State, Step
from store.writes.cases import CaseOrder, OpenOrder, close_case, open_case
from tests.at_console import Hand, at_console
from tests.conftest import NOW
from tests.making import PRIYA
from tests.scenario import fill_scenario, key_of

HOSTILE = "[@click=app.quit]x[/] \u202egnp.exe"
INC = "INC-204"


@pytest.fixture
def filled(demo_store: Store) -> Store:
    """A store with the 34 tokens of the scenarios; its clock stands at NOW."""
    fill_scenario(demo_store)
    return demo_store


def opened(store: Store, case: str = INC, short: str = "T08", title: str = "a leak") -> None:
    order = OpenOrder(case=case, actor=PRIYA, words=title, key=key_of(short))
    store.write(lambda unit: open_case(unit, order, NOW))


def the_case(store: Store, case: str = INC) -> CaseFile:
    with store.reading() as reader:
        found = case_file(reader, case, NOW)
    assert found is not None
    return found


def state(store: Store, step: Step) -> State:
    return next(one.state for one in the_case(store).steps if one.step is step)


def under(hand: Hand) -> str | None:
    """Return the case that what follows is filed under."""
    return hand.app.session.case


async def to_case(hand: Hand) -> CaseScreen:
    await hand.press("f12")
    await hand.until(lambda: isinstance(hand.desktop, CasesScreen) and hand.desktop.row is not None, "the list")
    await hand.press("enter")
    await hand.until(lambda: isinstance(hand.desktop, CaseScreen) and hand.desktop.found is not None, "the case")
    screen = hand.desktop
    assert isinstance(screen, CaseScreen)
    return screen


async def test_a_case_is_opened_for_the_token_under_the_cursor_and_joined(filled: Store) -> None:
    async with at_console(filled, (120, 36)) as hand:
        row = hand.tokens.row
        assert row is not None
        await hand.press("I")
        await hand.until_shown("Open a case for this token")
        assert f"INC-20260316-{row.hint or row.id[-4:]}" in hand.screen()
        await hand.press("ctrl+u")
        await hand.type(INC)
        await hand.press("tab")
        await hand.type("seen in a chat")
        await hand.press("enter")
        await hand.until_shown(f"OPENED {INC}")
        assert f"· {INC}" in hand.screen().splitlines()[0]
        found = the_case(filled)
        assert ([token.key for token in found.tokens], found.row.title) == ([row.key], "seen in a chat")
        await hand.press("j")
        await hand.until(lambda: hand.tokens.row is not None and hand.tokens.row.key != row.key, "the next token")
        other = hand.tokens.row
        assert other is not None
        await hand.press("I")
        await hand.until_shown("Open a case for this token")
        await hand.press("enter")
        await hand.until_shown(f"TAKEN INTO {INC}")
        assert [token.key for token in the_case(filled).tokens] == [row.key, other.key]


async def test_an_empty_list_says_how_a_case_begins(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.press("f12")
        await hand.until_shown("No case yet. I on a token opens one")


async def test_the_list_puts_open_cases_first_and_describes_the_one_under_the_cursor(filled: Store) -> None:
    opened(filled, "INC-1", "T13")
    order = CaseOrder(case="INC-1", actor=PRIYA, words="over")
    filled.write(lambda unit: close_case(unit, order, NOW))
    opened(filled)
    async with at_console(filled, (120, 36)) as hand:
        await hand.press("f12")
        await hand.until_shown("INC-1")
        screen = hand.screen()
        assert 0 < screen.index("INC-204") < screen.index("INC-1 ")
        await hand.until_shown("1 token has not ended")
        await hand.until_shown("active: still works")
        await hand.press("slash")
        await hand.type("INC 1")
        await hand.press("enter")
        await hand.until_shown("No case has “INC 1”")
        await hand.press("escape")
        await hand.until_shown(INC)


async def test_opening_a_page_files_nothing_and_acting_on_it_does(filled: Store) -> None:
    opened(filled)
    async with at_console(filled, (120, 36)) as hand:
        screen = await to_case(hand)
        before = the_case(filled).lines
        await hand.press("2", "3", "1")
        assert (under(hand), the_case(filled).lines) == (None, before)
        assert screen.row is not None
        await hand.press("enter")
        await hand.until(lambda: isinstance(hand.desktop, DetailScreen), "the token")
        assert under(hand) == INC
        await hand.until(lambda: the_case(filled).lines == before + 1, "the look-up")


async def test_reading_usage_under_a_case_ticks_the_step_once(filled: Store) -> None:
    opened(filled)
    async with at_console(filled, (120, 36), case=INC) as hand:
        await to_case(hand)
        for _ in range(2):
            await hand.press("u")
            await hand.until(lambda: isinstance(hand.desktop, DetailScreen), "the token")
            await hand.until(lambda: state(filled, Step.USAGE) is State.DONE, "the tick")
            await hand.press("q")
        read = [line for line in the_case(filled).events if line.detail.get("did") == "usage"]
        assert len(read) == 1
        await hand.until_shown("✓ audit usage")
        await hand.until_shown("usage read")


async def test_notes_and_an_export_are_kept_and_only_evidence_ticks(filled: Store, tmp_path: Path) -> None:
    opened(filled)
    path = tmp_path / "case.json"
    async with at_console(filled, (120, 36)) as hand:
        await to_case(hand)
        await hand.press("n", "enter")
        await hand.until_shown("It has no words yet.")
        await hand.type("they were told")
        await hand.press("enter")
        await hand.until_shown("NOTED, audit #")
        assert state(filled, Step.NOTIFY) is State.OPEN
        await hand.press("colon")
        names = {" ": "space", "/": "slash", ".": "full_stop", "-": "minus", "_": "underscore"}
        await hand.press(*(names.get(character, character) for character in f"export {path}"))
        await hand.press("enter")
        await hand.until_shown("ticks the post-mortem")
        await hand.press("enter")
        await hand.until_shown(f"{INC} exported")
        assert state(filled, Step.POST_MORTEM) is State.DONE
    record = json.loads(path.read_text())
    assert (record["case"], record["tokens"][0]["status"]) == (INC, "active")
    assert path.stat().st_mode & 0o777 == 0o600


async def test_closing_says_what_is_not_done_and_the_same_key_opens_it_again(filled: Store) -> None:
    opened(filled)
    async with at_console(filled, (120, 36)) as hand:
        await to_case(hand)
        await hand.press("D")
        await hand.until_shown("Not done: revoke or rotate, audit usage, notify.")
        await hand.type("nothing to do")
        await hand.press("enter")
        await hand.until_shown("CLOSED, audit #")
        await hand.until_shown("closed 2026-03-16 09:00Z")
        await hand.press("D")
        await hand.until_shown("Open the case again")
        await hand.type("a second copy")
        await hand.press("enter")
        await hand.until_shown("OPENED AGAIN, audit #")
    assert the_case(filled).row.is_open


async def test_a_token_is_set_aside_with_a_reason(filled: Store) -> None:
    opened(filled)
    async with at_console(filled, (120, 36)) as hand:
        await to_case(hand)
        await hand.press("b")
        await hand.until_shown("Set this token aside")
        await hand.press("enter")
        await hand.until_shown("Say why it is no part of the case.")
        await hand.type("only compared")
        await hand.press("enter")
        await hand.until_shown("SET ASIDE, audit #")
    assert ([row.key for row in the_case(filled).aside], the_case(filled).tokens) == ([key_of("T08")], ())


async def test_joining_tells_how_the_case_stands(filled: Store) -> None:
    opened(filled)
    async with at_console(filled, (120, 36)) as hand:
        await hand.press("f12")
        await hand.until(lambda: isinstance(hand.desktop, CasesScreen) and hand.desktop.row is not None, "the list")
        await hand.press("f")
        await hand.until_shown(f"What follows is filed under {INC}. Open since 2026-03-16 09:00Z: a leak.")
        assert f"· {INC}" in hand.screen().splitlines()[0]
        order = CaseOrder(case=INC, actor=PRIYA, words="over")
        filled.write(lambda unit: close_case(unit, order, NOW))
        await hand.press("colon")
        await hand.type(f"case {INC}")
        await hand.press("enter")
        await hand.until_shown("It was closed 2026-03-16 09:00Z")


async def test_read_only_looks_and_writes_nothing(filled: Store) -> None:
    opened(filled)
    before = the_case(filled).lines
    async with at_console(filled, (120, 36), read_only=True) as hand:
        await to_case(hand)
        for key, words in (("n", "Note: read-only"), ("D", "Close case: read-only"), ("S", "read-only"), ("E", "read-only")):
            await hand.press(key)
            await hand.until_shown(words)
        await hand.press("u")
        await hand.until(lambda: isinstance(hand.desktop, DetailScreen), "the token")
        await hand.until_shown("Last 30 days")
    assert the_case(filled).lines == before


async def test_hostile_words_of_a_case_are_shown_as_they_are_written(filled: Store) -> None:
    opened(filled, title=HOSTILE)
    async with at_console(filled, (120, 36)) as hand:
        await to_case(hand)
        shown = "[@click=app.quit]x[/] \\u202egnp.exe"
        await hand.until_shown(shown)
        for key in ("2", "3"):
            await hand.press(key)
            await hand.until_shown(shown)
        await hand.press("q")
        await hand.until_shown(shown)
        assert "\u202e" not in hand.screen()
