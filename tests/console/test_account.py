"""One account: who it is, its findings as numbers that open the token list, its tokens, its people, and what was done."""

from __future__ import annotations

import pytest

from console.screens.account import AccountScreen
from console.screens.accounts import AccountsScreen
from console.screens.detail import DetailScreen
from console.screens.tokens import TokensScreen
from store.opening import Store
from store.reads.accounts import the_member
from store.reads.audit import lines
from store.reads.usage import account_hours
from store.rows import TokenKey
from store.writes.people import MemberFacts
from tests.at_console import Hand, at_console
from tests.conftest import NOW
from tests.making import make_account, make_token
from tests.rowmaker import put_people, put_tokens
from tests.scenario import fill_scenario, key_of, shorts


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with the 34 tokens of the scenarios."""
    fill_scenario(store)
    return store


async def open_account(hand: Hand, name: str) -> AccountScreen:
    """Find an account in the list and open it."""
    await hand.press("colon")
    await hand.type(f"accounts {name}")
    await hand.press("enter")
    await hand.until(lambda: isinstance(hand.app.screen, AccountsScreen) and hand.desktop.table.total.rows == 1, name)
    await hand.until(lambda: hand.desktop.row is not None, "the row")
    await hand.press("enter")
    await hand.until_shown("Policy in force")
    assert isinstance(hand.app.screen, AccountScreen)
    return hand.app.screen


def names(hand: Hand) -> list[str]:
    """Return which screens lie upon each other."""
    return [type(screen).__name__ for screen in hand.app.screen_stack]


def chosen(hand: Hand) -> tuple[str, ...]:
    """Return what Enter opens now."""
    screen = hand.app.screen
    assert isinstance(screen, AccountScreen)
    return screen.items(*screen.dock().room)[screen.cursor].opens


async def choose(hand: Hand, *opens: str) -> None:
    """Go down to a line."""
    for _ in range(40):
        if chosen(hand) == opens:
            return
        await hand.press("j")
    raise AssertionError(f"{opens} is not on the page:\n{hand.screen()}")


async def test_the_overview_says_who_it_is_what_is_wrong_and_how_much_it_calls(filled: Store) -> None:
    async with at_console(filled, (132, 50)) as hand:
        await open_account(hand, "acme")
        page = hand.pane("page")
        for words in ("Mia", "1 active, 1 left", "6  All live", "1  Orphaned", "1  Never expires", "3  Unrotated 90 d"):
            assert words in page
        assert "none: high volume" in page
        with filled.reading() as reader:
            day = account_hours(reader, "ACME", NOW, 24)
        assert sum(day.requests) > 4_000
        assert f"{sum(day.requests):,}" in page
        assert "365 days" in page
        assert "no policy: the product's own" in page
        assert "Last 24 hours" in page
        assert "└" in page


async def test_each_number_opens_exactly_those_tokens(filled: Store) -> None:
    async with at_console(filled) as hand:
        screen = await open_account(hand, "acme")
        assert screen.facts is not None
        assert screen.facts.counts is not None
        assert screen.facts.counts["unrotated-90d"] == 3
        await choose(hand, "view", "unrotated-90d")
        await hand.press("enter")
        await hand.until(lambda: hand.app.screen is hand.app.screen_stack[0] and hand.tokens.table.total.rows == 3, "the list")
        await hand.until(lambda: len(hand.tokens.table.visible_rows) == 3, "the rows")
        assert sorted(shorts(hand.tokens.table.visible_rows)) == ["T02", "T03", "T06"]
        assert (hand.tokens.here.view, hand.tokens.here.filter) == ("unrotated-90d", 'acct.id="ACME"')
        await hand.press("f3")
        assert isinstance(hand.app.screen, AccountScreen), "the account is still open where it was"


async def test_a_token_leads_to_its_account_and_the_account_to_its_tokens(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.press("slash")
        await hand.type("name:deploy")
        await hand.press("enter")
        await hand.until(lambda: hand.tokens.row is not None and hand.tokens.row.key == key_of("T06"), "T06")
        await hand.press("A")
        await hand.until_shown("Policy in force")
        assert isinstance(hand.app.screen, AccountScreen)
        assert hand.app.screen.account_id == "ACME"
        await hand.press("2")
        assert "billing sync for NetSuite" in hand.pane("page")
        await choose(hand, "token", *key_of("T06"))
        await hand.press("enter")
        await hand.until_shown("What it may do")
        assert names(hand) == [AccountsScreen.__name__, AccountScreen.__name__, DetailScreen.__name__]
        await hand.press("escape", "escape")
        await hand.until(lambda: names(hand) == [TokensScreen.__name__], "the list the account was opened from")
        await hand.press("f3")
        await hand.until(lambda: names(hand) == [AccountsScreen.__name__], "the accounts, with nothing left open over them")


async def test_people_say_what_they_own_and_made_and_open_it(filled: Store) -> None:
    async with at_console(filled) as hand:
        await open_account(hand, "acme")
        await hand.press("3")
        rows = [" ".join(row.strip("│ ").split()) for row in hand.pane("page").splitlines()]
        assert "Mia mia admin active 6 5" in rows
        assert "Raj raj ! left 2025-11-02 0 1" in rows
        await choose(hand, "person", "raj")
        await hand.press("enter")
        await hand.until(lambda: hand.app.screen is hand.app.screen_stack[0] and hand.tokens.table.total.rows == 1, "the list")
        await hand.until(lambda: shorts(hand.tokens.table.visible_rows) == ["T06"], "T06")


async def test_somebody_gets_an_address_by_keyboard_and_a_bad_one_is_refused_as_it_is_typed(filled: Store) -> None:
    def email() -> str:
        with filled.reading() as reader:
            return the_member(reader, "ACME", "mia").email

    async with at_console(filled) as hand:
        await open_account(hand, "acme")
        await hand.press("E")
        assert "Nobody is under the cursor" in hand.pane("status")
        await hand.press("3")
        assert "! no address" in hand.pane("page")
        await choose(hand, "person", "mia")
        await hand.press("E")
        await hand.type("mia@acme@")
        await hand.press("enter")
        await hand.until_shown("can't be used as an e-mail address")
        assert email() == ""
        await hand.press("backspace", "enter")
        await hand.until(lambda: email() == "mia@acme", "saved")
        await hand.until_shown("SAVED")
        await hand.until(lambda: "mia@acme" in hand.pane("page"), "the page")
        assert "! no address" not in hand.pane("page")
        await hand.press("E", *["backspace"] * 8, "enter")
        await hand.until(lambda: email() == "", "forgotten")
    with filled.reading() as reader:
        assert [one.detail["email"] for one in lines(reader, action="member", limit=9)] == ["removed", "set"]


async def test_an_address_of_somebody_elses_making_is_shown_and_drives_nothing(filled: Store) -> None:
    put_people(filled, {}, [MemberFacts("ACME", "mia", "Mia", admin=True, email="a{b}|c*d#e!f@acme.example")])
    async with at_console(filled) as hand:
        await open_account(hand, "acme")
        await hand.press("3")
        assert "a{b}|c*d#e!f@acme.example" in hand.pane("page")
        await hand.press("q")
        await hand.until_shown("Mia <a{b}|c*d#e!f@acme.example>")


async def test_the_audit_page_opens_the_token_a_line_is_about(filled: Store) -> None:
    async with at_console(filled) as hand:
        await open_account(hand, "delt")
        await hand.press("tab", "tab", "tab")
        assert "partner left" in hand.pane("page")
        await choose(hand, "token", *key_of("T13"))
        await hand.press("enter")
        await hand.until_shown("partner feed")


async def test_names_are_whole_on_the_pages_of_a_small_terminal(filled: Store) -> None:
    async with at_console(filled, (80, 40)) as hand:
        await open_account(hand, "acme")
        await hand.press("2")
        await hand.until_shown("billing sync for NetSuite ◆ read-write")
        await hand.press("4")
        await hand.until_shown("importer import billing sync for NetSuite")


async def test_a_name_that_is_cut_stands_whole_below_the_page_while_the_cursor_is_on_it(store: Store) -> None:
    long, short = "the nightly export of every order to the warehouse", "web shop"
    make_account(store)
    for name in (long, short):
        make_token(store, name)
    async with at_console(store, (80, 24)) as hand:
        await open_account(hand, "acme")
        await hand.press("2")
        await hand.until_shown(short)
        seen = set()
        for key in ("j", "k"):
            await hand.press(key)
            seen.add(hand.pane("status").strip())
        assert seen == {long, "no usage recorded yet"}


async def test_an_account_with_a_hostile_id_is_opened_and_counted_like_any_other(store: Store) -> None:
    hostile = 'a"b\\" or [red]x[/]'
    put_people(store, {hostile: "[@click=app.quit]y[/]\x1b[2J", "decoy": hostile}, [MemberFacts(hostile, 'm"1')])
    put_tokens(store, [{"account_id": account, "id": "one", "created_at": NOW} for account in (hostile, "decoy")])
    async with at_console(store) as hand:
        await hand.until(lambda: hand.tokens.row is not None, "a token")
        while hand.tokens.row is not None and hand.tokens.row.account_id != hostile:
            await hand.press("j")
        await hand.press("A")
        await hand.until_shown("Policy in force")
        assert "[@click=app.quit]y[/]\\x1b[2J" in hand.screen()
        assert chosen(hand) == ("view", "live")
        await hand.press("enter")
        await hand.until(lambda: hand.app.screen is hand.app.screen_stack[0] and hand.tokens.table.total.rows == 1, "one")
        await hand.until(lambda: [row.key for row in hand.tokens.table.visible_rows] == [TokenKey((hostile, "one"))], "it")


async def test_every_page_fits_and_scrolls_in_a_small_terminal(filled: Store) -> None:
    async with at_console(filled, (80, 24)) as hand:
        await open_account(hand, "crux")
        assert "of" in hand.pane("page").splitlines()[0]
        await hand.press("G")
        assert "Last 30 days" in hand.pane("page")
        assert hand.desktop.cursor == -1
        await hand.press("enter")
        assert "Nothing on this page" in hand.pane("status")
        await hand.press("g")
        assert chosen(hand) == ("view", "live")
        await hand.press("k", "k")
        assert chosen(hand) == ("view", "live")


async def test_an_account_that_is_gone_says_so(filled: Store) -> None:
    async with at_console(filled) as hand:
        hand.tokens.show_account("nobody")
        await hand.until_shown("There is no such account.")
