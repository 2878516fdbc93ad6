"""Views by keyboard: saved from the list, made in a form, shared, deleted, and the same in every place that names views."""

from __future__ import annotations

import pytest

from console.screens.tokens import TokensScreen
from console.screens.views import ViewsScreen
from console.settings import Memory
from store.opening import Store
from store.reads.saved_views import saved_views
from store.rules.roles import Actor, Role
from store.rules.views import VIEWS, View
from store.writes.people import put_operator
from store.writes.views import ViewOrder, save_view
from tests.at_console import Hand, at_console
from tests.command_line import run
from tests.conftest import NOW
from tests.making import PRIYA
from tests.scenario import fill_scenario, shorts


@pytest.fixture(autouse=True)
def dana(monkeypatch: pytest.MonkeyPatch) -> str:
    """Call the person at the console dana."""
    monkeypatch.setattr("console.actor._os_user", lambda: "dana")
    return "local:dana"


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with the 34 tokens of the scenarios."""
    fill_scenario(store)
    return store


def kept(store: Store, actor: str = "local:dana") -> list[View]:
    with store.reading() as reader:
        return list(saved_views(reader, actor))


def put_view(store: Store, name: str, actor: Actor = PRIYA, **more: object) -> None:
    order = ViewOrder(name=name, actor=actor, **more)  # type: ignore[arg-type]
    store.write(lambda unit: save_view(unit, order, NOW), order.action_id)


def listed(hand: Hand) -> ViewsScreen:
    assert isinstance(hand.app.screen, ViewsScreen)
    return hand.app.screen


def wide_bars(hand: Hand) -> bool:
    """Say whether the bars are drawn one to an hour: the column is then as wide as a day has hours."""
    return next(column.width for column in hand.tokens.table._columns if column.id == "spark") == 24


async def command(hand: Hand, words: str) -> None:
    await hand.press("colon")
    names = {" ": "space", "-": "minus", ":": "colon", "=": "equals_sign", ">": "greater_than_sign"}
    await hand.press(*(names.get(character, character) for character in words), "enter")


async def open_views(hand: Hand) -> ViewsScreen:
    await hand.press("f7")
    await hand.until(lambda: listed(hand).counted and listed(hand).row is not None, "the counts")
    return listed(hand)


async def test_the_reviews_of_tokens_are_one_key_away_from_the_views_they_freeze(filled: Store) -> None:
    async with at_console(filled, (120, 36)) as hand:
        await open_views(hand)
        assert "w Reviews" in hand.pane("hints")
        await hand.press("w")
        await hand.until_shown("No review yet")
        await hand.press("escape")
        await hand.until(lambda: isinstance(hand.app.screen, ViewsScreen), "the views again")


async def test_a_list_is_saved_and_restored_after_a_restart_with_filter_sort_and_columns(filled: Store) -> None:
    async with at_console(filled, (200, 50)) as hand:
        await command(hand, "filter acct=CRUX")
        await command(hand, "sort -name")
        await hand.press("w")
        await hand.until(lambda: hand.tokens.table.total.rows == 11 and len(hand.tokens.table.visible_rows) == 11, "its rows")
        shown = shorts(hand.tokens.table.visible_rows)
        await command(hand, "save view Crux old")
        await hand.until_shown("Saved the view “Crux old”")
        await hand.until(lambda: "mine/Crux old" in hand.tokens.saved_counts, "its count")
        assert "─ mine ─" in hand.pane("navigator")
        view = kept(filled)[0]
        assert (view.sort, view.columns) == ("-name", "wide")
        assert hand.audit(action="view")[0].detail == {"view": "Crux old", "did": "saved", "shared": False}
    async with at_console(filled, (200, 50), memory=Memory()) as hand:
        await hand.until(lambda: "mine/Crux old" in hand.tokens.saved_counts, "the saved view")
        assert not wide_bars(hand)
        await command(hand, "view crux old")
        await hand.until(lambda: hand.tokens.here.view == "mine/Crux old")
        await hand.until(lambda: shorts(hand.tokens.table.visible_rows) == shown, "the same rows")
        await hand.until(lambda: wide_bars(hand), "the bars of 24 hours")
        assert hand.tokens.here.sorted_by().text == "-name"
        row = next(line for line in hand.pane("navigator").splitlines() if "Crux old" in line)
        assert row.split()[-2] == "11"
        await hand.press("1")
        await hand.until(lambda: hand.tokens.here.view == "live" and not wide_bars(hand), "the usual columns")


async def test_a_taken_name_is_pointed_at_and_an_own_view_is_replaced_only_when_chosen(filled: Store) -> None:
    async with at_console(filled) as hand:
        await command(hand, "save view orphaned")
        await hand.until_shown("There is a view “orphaned” already.")
        await hand.press("escape")
        await command(hand, "save dashboard")
        await hand.until_shown("Write save view NAME.")
        await hand.press("escape")
        await command(hand, "save view mine")
        await hand.until(lambda: hand.tokens.here.view == "mine/mine")
        await command(hand, "filter acct=BOLT")
        await command(hand, "save view Mine")
        await hand.until_shown("Replace your view “mine”?")
        await hand.press("escape")
        assert [view.filter for view in kept(filled)] == ["status:live"]
        await command(hand, "save view Mine")
        await hand.until_shown("Replace your view “mine”?")
        await hand.press("r")
        await hand.until(lambda: [view.filter for view in kept(filled)] == ["status:live acct=BOLT"], "the new filter")


async def test_tab_completes_a_name_of_several_words(filled: Store) -> None:
    put_view(filled, "Q4 review", shared=True, filter="acct=ACME")
    async with at_console(filled) as hand:
        await hand.until(lambda: hand.app.session.saved, "the saved view")
        await hand.press("colon", *"view", "space", *"q4", "space", "r", "tab", "enter")
        await hand.until(lambda: hand.tokens.here.view == "shared/Q4 review")


async def test_the_navigator_shows_saved_views_under_headings_and_the_keys_go_through_them(filled: Store) -> None:
    put_view(filled, "everybody's", shared=True, filter="acct=ACME")
    put_view(filled, "my own", Actor("local:dana", Role.ADMIN), filter="acct=BOLT")
    async with at_console(filled, (140, 44)) as hand:
        await hand.until(lambda: len(hand.tokens.saved_counts) == 2, "their counts")
        rows = [line.strip("│ ▌") for line in hand.pane("navigator").splitlines()]
        mine, shared = (
            rows.index(next(row for row in rows if "─ mine ─" in row)),
            rows.index(next(row for row in rows if "─ shared ─" in row)),
        )
        assert rows[mine + 1].split() == ["my", "own", "6"]
        assert rows[shared + 1].split() == ["everybody's", "6"]
        await hand.press("V", "k", "k", "enter")
        await hand.until(lambda: hand.tokens.here.view == "shared/everybody's" or hand.tokens.here.view == "mine/my own")
        region = hand.tokens.query_one("#navigator").region
        await hand.pilot.click("#navigator", offset=(6, shared + 1))
        await hand.until(lambda: hand.tokens.here.view == "shared/everybody's")
        before = hand.tokens.here
        await hand.pilot.click("#navigator", offset=(6, shared))
        assert hand.tokens.here == before
        assert region.height > shared


async def test_the_list_of_views_counts_each_and_enter_shows_its_tokens(filled: Store) -> None:
    put_view(filled, "damaged", shared=True)

    filled.write(lambda unit: unit.run("UPDATE saved_view SET filter = 'nonsense:1'"))
    async with at_console(filled, (140, 44)) as hand:
        views = await open_views(hand)
        assert views.table.total.rows == len(VIEWS) + 1
        await hand.until_shown("not understood any more")
        await hand.press("slash", *"orphaned", "enter")
        await hand.until(lambda: views.row is not None and views.row.name == "orphaned", "the row")
        await hand.until(lambda: "Orphaned" in hand.pane("list"), "its cells")
        row = next(line for line in hand.pane("list").splitlines() if "Orphaned" in line)
        assert str(views.counts["orphaned"].number) in row.split()
        await hand.press("enter")
        await hand.until(lambda: isinstance(hand.app.screen, TokensScreen) and hand.tokens.here.view == "orphaned")


async def test_a_form_counts_while_typing_points_at_what_is_wrong_and_saves(filled: Store) -> None:
    async with at_console(filled) as hand:
        await open_views(hand)
        await hand.press("n", *"Bolt", "tab", *"acct", "equals_sign", *"BOLT", "space", *"idel", "colon", "x")
        await hand.until_shown("There is no field “idel”")
        caret = next(line for line in hand.screen().splitlines() if "▲" in line)
        typed = next(line for line in hand.screen().splitlines() if "acct=BOLT idel" in line)
        assert caret.index("▲") == typed.rindex("idel")
        await hand.press("enter")
        assert kept(filled) == []
        await hand.press(*["backspace"] * 7)
        await hand.until_shown("6 tokens")
        await hand.press("enter")
        await hand.until(lambda: [(view.name, view.filter, view.operator) for view in kept(filled)] == [
            ("Bolt", "acct=BOLT", "local:dana")
        ], "the view")  # fmt: skip
        await hand.until_shown("Saved the view “Bolt”, audit #")


async def test_a_view_is_shared_changed_and_deleted(filled: Store) -> None:
    put_view(filled, "to do", Actor("local:dana", Role.ADMIN), filter="acct=BOLT")
    async with at_console(filled) as hand:
        views = await open_views(hand)
        await hand.press("H")
        await hand.until_shown("Share this view with everybody?")
        await hand.answer()
        await hand.until(lambda: [view.kind for view in kept(filled)] == ["shared"], "shared")
        await hand.until(lambda: views.row is not None and views.row.id == "shared/to do" and not views.dialog, "the row")
        await hand.press("e", *["backspace"] * 5, *"done", "enter")
        await hand.until(lambda: [view.name for view in kept(filled)] == ["done"], "renamed")
        await hand.until(lambda: views.row is not None and views.row.id == "shared/done", "the row")
        await hand.press("D", "D", "enter", "escape")
        assert len(kept(filled)) == 1
        await hand.press("D")
        await hand.answer()
        await hand.until(lambda: kept(filled) == [], "gone")
        dids = [line.detail["did"] for line in hand.audit(action="view")]
        assert dids == ["deleted", "changed", "changed", "saved"]


async def test_what_every_store_has_stays_and_may_be_the_start_of_a_new_one(filled: Store) -> None:
    async with at_console(filled) as hand:
        await open_views(hand)
        await hand.press("D")
        await hand.until_shown("Every store has this view")
        await hand.press("e", *"Livecopy", "enter")
        await hand.until(lambda: [view.filter for view in kept(filled)] == ["status:live"], "the copy")


async def test_read_only_and_lesser_roles_are_told_why_nothing_changes(filled: Store) -> None:
    put_view(filled, "for all", shared=True)
    async with at_console(filled, read_only=True) as hand:
        await command(hand, "save view x")
        await hand.until_shown("read-only")
        await open_views(hand)
        for key in ("n", "e", "H", "D"):
            await hand.press(key)
            assert hand.desktop.dialog is None, key
            assert "read-only" in hand.screen().splitlines()[-2].lower(), key
    filled.write(lambda unit: put_operator(unit, "dana", Role.SUPPORT, PRIYA, NOW))
    async with at_console(filled) as hand:
        await open_views(hand)
        await hand.press("D")
        await hand.until_shown("A view for everybody: not as support.")
        await hand.press("n", *"own", "enter")
        await hand.until(lambda: [view.id for view in kept(filled, "dana")] == ["mine/own", "shared/for all"], "the view")


def test_the_command_line_saves_lists_counts_uses_and_deletes_them(filled: Store) -> None:
    at = filled.address
    saved = run("views", "--save", "Bolt", "--filter", "acct=BOLT", "--sort", "name", "--json", store=at)
    assert (saved.json["name"], saved.json["saved"], saved.json["did"]) == ("Bolt", "mine", "saved")
    put_view(filled, "ACME now", shared=True, filter="acct=ACME status:live")
    views = {view["name"]: view for view in run("views", "--counts", "--json", store=at).json}
    assert (views["Bolt"]["count"], views["Bolt"]["saved"], views["ACME now"]["saved"]) == (6, "mine", "shared")
    names = [row["name"] for row in run("tokens", "list", "--view", "bolt", "--json", store=at).json]
    assert names == sorted(names)
    assert len(names) == 6
    assert run("views", "--save", "bolt", "--shared", store=at).code == 0
    assert [(view.kind, view.filter, view.sort) for view in kept(filled) if view.name == "Bolt"] == [
        ("shared", "acct=BOLT", "name")
    ]
    assert "Bolt" in run("views", store=at).out
    wrong = run("views", "--save", "x", "--filter", "idel>1d", store=at)
    assert (wrong.code, "idel>1d\n  ^" in wrong.err) == (2, True)
    assert run("views", "--save", "orphaned", store=at).code == 2
    assert run("views", "--save", "x", "--read-only", store=at).code == 1
    assert run("tokens", "list", "--view", "bold", store=at).code == 2
    assert run("views", "--delete", "BOLT", store=at).code == 0
    assert run("views", "--delete", "BOLT", store=at).code == 1
    assert [view.name for view in kept(filled)] == ["ACME now"]
