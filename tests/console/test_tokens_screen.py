"""The token list by keyboard, on the tokens of the scenarios, down to the database."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console.render.pieces import Piece
from console.settings import Memory
from store.changes import Changed
from store.opening import Store
from store.rules.views import VIEWS
from tests.at_console import Hand, at_console
from tests.command_line import run
from tests.conftest import NOW
from tests.making import make_account, make_token, revoke_token
from tests.scenario import fill_scenario, key_of, shorts


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with the 34 tokens of the scenarios."""
    fill_scenario(store)
    return store


async def shown(hand: Hand) -> list[str]:
    """Return the short names of the tokens in the list, once it has settled."""
    total = hand.tokens.table.total.rows
    await hand.until(lambda: len(hand.tokens.table.visible_rows) == min(total or 0, hand.tokens.table.size.height - 1))
    return shorts(hand.tokens.table.visible_rows)


async def go(hand: Hand, line: str) -> None:
    """Type a command and wait for its list."""
    await hand.press("colon")
    await hand.type(line)
    stamp = hand.tokens.table._window.stamp
    await hand.press("enter")
    await hand.until(lambda: hand.tokens.table._window.stamp != stamp and hand.tokens.table.total.rows is not None, line)


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("unused-90d", ["T02", "T04", "T15"]),
        ("unused-180d", ["T04"]),
        ("high-volume", ["T08"]),
        ("orphaned", ["T06"]),
        ("expiring-7d", ["T05", "T07"]),
        ("retiring", ["T10"]),
        ("never-expires", ["T02", "T04"]),
        ("unrotated-90d", ["T02", "T03", "T04", "T06", "T15"]),
        ("unrotated-180d", ["T02", "T04"]),
    ],
)
async def test_each_saved_view_shows_exactly_its_tokens(filled: Store, view: str, expected: list[str]) -> None:
    async with at_console(filled) as hand:
        await go(hand, f"view {view}")
        await hand.until(lambda: hand.tokens.table.total.rows == len(expected), view)
        assert sorted(await shown(hand)) == expected
        assert hand.tokens.counts[view].number == len(expected)


async def test_the_digits_open_the_views_and_the_navigator_counts_them(filled: Store) -> None:
    async with at_console(filled) as hand:
        assert "1 acct " in hand.pane("navigator")
        for view in VIEWS:
            if view.key:
                await hand.press(view.key)
                assert hand.tokens.here.view == view.name


async def test_a_filter_typed_at_home_finds_a_token_that_no_longer_works(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.press("slash")
        await hand.type("shopify")
        await hand.press("enter")
        await hand.until(lambda: hand.tokens.row is not None and hand.tokens.row.key == key_of("T12"))
        await hand.until_shown("expired 2026-03-10 00:00Z")


async def test_a_bad_filter_points_at_the_place_and_leaves_the_list(filled: Store) -> None:
    async with at_console(filled) as hand:
        before = await shown(hand)
        await hand.press("slash")
        await hand.type("name:x stauts:live")
        await hand.press("enter")
        below = hand.pane("hints")
        assert "There is no field" in below
        assert "status" in below
        assert below.index("▲") == 2 + len("name:x ")
        assert await shown(hand) == before
        assert hand.tokens.here.filter == ""
        await hand.press("escape")
        assert hand.tokens.dialog is None


async def test_typing_a_whole_token_as_a_filter_keeps_it_nowhere(filled: Store) -> None:
    make_account(filled, "EVE")
    secret = make_token(filled, account_id="EVE").token.reveal()
    memory = Memory()
    async with at_console(filled, memory=memory) as hand:
        await hand.press("slash")
        hand.tokens.dialog.paste(secret, 0.0)  # type: ignore[union-attr]
        await hand.press("enter")
        assert hand.tokens.here.filter == ""
        assert "taken away" in hand.pane("hints")
        await hand.press("escape", "colon")
        hand.tokens.dialog.paste(f"open {secret}", 0.0)  # type: ignore[union-attr]
        await hand.press("enter", "escape")
        await hand.press("slash")
        await hand.press(*("underscore" if letter == "_" else letter for letter in secret))
        assert secret not in hand.screen()
        assert "taken away" in hand.pane("hints")
        await hand.press("escape", "ctrl+p")
        hand.tokens.dialog.paste(secret, 0.0)  # type: ignore[union-attr]
        await hand.press("ctrl+a")
        assert secret not in hand.screen()
    assert memory.commands == []


async def test_a_second_filter_takes_the_place_of_the_first_and_moving_the_cursor_keeps_it(filled: Store) -> None:
    async with at_console(filled, (80, 24)) as hand:
        await hand.press("slash", *"crux", "enter", "slash")
        assert "typing takes its place" in hand.pane("hints")
        assert any(piece == Piece("crux", "cursor") for piece in hand.desktop.dialog.sheet(80, 2).lines[0])
        await hand.press(*"acme", "enter")
        assert hand.tokens.here.filter == "acme"
        await hand.press("slash", "end", "space", *"tier", "colon", *"admin", "enter")
        assert hand.tokens.here.filter == "acme tier:admin"
        await hand.press("slash", "backspace", "enter")
        assert hand.tokens.here.filter == ""


async def test_what_to_do_about_it_is_said_whole_at_80_columns(filled: Store) -> None:
    async with at_console(filled, (80, 24)) as hand:
        await hand.press("slash", *"status", "colon", *"activ", "enter")
        await hand.until_shown("Did you mean active?")
        await hand.press("escape")
        await hand.press("slash", *"zzqqzz", "enter")
        await hand.until_shown("Esc clears the filter.")
        await hand.press("escape", "slash", *"t12", "escape", "slash", *"shopify", "enter")
        await hand.until(lambda: hand.tokens.row is not None and hand.tokens.row.key == key_of("T12"))
        await hand.press("r")
        await hand.until_shown("Issue a new token")
        said = f"{hand.pane('status')}{hand.pane('hints')}"
        assert "…" not in said
        await hand.press("j")
        assert "Help" in hand.pane("hints")


async def test_tab_completes_and_the_arrows_bring_back_what_was_typed(filled: Store) -> None:
    memory = Memory(commands=["/idle>30d"])
    async with at_console(filled, memory=memory) as hand:
        await hand.press("slash")
        await hand.type("stat")
        await hand.press("tab")
        assert "/status:" in hand.pane("status")
        await hand.press("ctrl+u", "up")
        assert "/idle>30d" in hand.pane("status")
        await hand.press("enter")
        assert memory.commands == ["/idle>30d"]
        assert hand.tokens.here.filter == "idle>30d"


async def test_marks_survive_sorting_filtering_and_refreshing(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.press("space", "space")
        marked = hand.tokens.marked
        assert len(marked) == 2
        await hand.press("s", "n")
        await go(hand, "tokens status:retiring")
        await hand.press("ctrl+r")
        assert list(hand.tokens.marked) == list(marked)
        assert "2 marked" in hand.pane("middle")
        await hand.press("ctrl+backslash")
        assert not hand.tokens.marked
        await hand.press("R")
        assert set(hand.tokens.marked) == set(marked)


async def test_mark_all_marks_every_token_of_the_list_and_says_how_many(filled: Store) -> None:
    async with at_console(filled, size=(120, 20)) as hand:
        await hand.press("asterisk")
        await hand.until_shown("32 marked")
        assert len(hand.tokens.marked) == 32


async def test_the_cursor_stays_on_its_token_through_sort_and_refresh(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.press("j", "j", "j")
        key = hand.tokens.table.cursor_key
        await hand.press("s", "n")
        await hand.until(lambda: hand.tokens.row is not None)
        assert hand.tokens.table.cursor_key == key
        await hand.press("s", "n")
        await hand.until(lambda: hand.tokens.row is not None)
        assert hand.tokens.table.cursor_key == key
        assert hand.tokens.here.sorted_by().descending


async def test_a_sort_is_remembered_for_its_view(filled: Store) -> None:
    memory = Memory()
    async with at_console(filled, memory=memory) as hand:
        await hand.press("s", "n")
    async with at_console(filled, memory=memory) as hand:
        await hand.press("2", "1")
        assert hand.tokens.here.sorted_by().text == "name"


async def test_history_goes_back_forward_and_to_the_last_list(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.press("2", "3")
        await hand.press("left_square_bracket")
        await hand.until(lambda: hand.tokens.here.view == "unused-90d")
        await hand.press("right_square_bracket")
        await hand.until(lambda: hand.tokens.here.view == "orphaned")
        await hand.press("minus")
        assert hand.tokens.here.view == "unused-90d"
        await hand.press("minus")
        assert hand.tokens.here.view == "orphaned"


async def test_an_empty_list_says_why_and_what_to_press(filled: Store) -> None:
    async with at_console(filled) as hand:
        await go(hand, "filter name:nobodyhasthis")
        await hand.until_shown("No tokens in")
        assert "Esc clears the filter" in hand.screen()
        await hand.press("escape")
        await hand.until(lambda: hand.tokens.table.total.rows == 32)


async def test_an_empty_store_says_how_to_bring_tokens_in(store: Store) -> None:
    async with at_console(store) as hand:
        await hand.until_shown("tokendesk import tokens")


async def test_read_only_says_so_and_opens_no_question(filled: Store) -> None:
    async with at_console(filled, read_only=True) as hand:
        assert "READ-ONLY" in hand.pane("top")
        for key in ("x", "S", "r", "e", "N"):
            await hand.press(key)
            assert "read-only" in hand.pane("status")
            assert hand.tokens.dialog is None
        await hand.press("space", "space", "x")
        assert hand.app.screen is hand.tokens
        assert hand.audit(action="look-up") == ()


async def test_a_change_by_somebody_else_appears_by_itself(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.until(lambda: hand.tokens.counts["live"].number == 32)
        revoke_token(filled, key_of("T02"))
        await hand.until(lambda: hand.tokens.counts["live"].number == 31, "the new count")
        await hand.until(lambda: hand.tokens.table.total.rows == 31)


async def test_a_paused_list_stays_as_it_is(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.press("p")
        assert "paused" in hand.pane("top")
        revoke_token(filled, key_of("T02"))
        hand.app.heard(Changed())
        await hand.pilot.pause()
        assert hand.tokens.table.total.rows == 32
        await hand.press("p")
        await hand.until(lambda: hand.tokens.table.total.rows == 31)


async def test_suspend_with_a_message_and_resume(filled: Store) -> None:
    async with at_console(filled) as hand:
        await go(hand, "tokens id:T08")
        await hand.until(lambda: hand.tokens.row is not None and hand.tokens.row.key == key_of("T08"))
        await hand.press("S")
        await hand.type("call us")
        await hand.press("enter")
        await hand.until_shown("Suspend this token?")
        await hand.answer("y")
        await hand.until_shown("SUSPENDED")
        row = hand.token(key_of("T08"))
        assert (row.status, row.suspend_message) == ("suspended", "call us")
        assert row.suspended_until is not None
        await hand.press("colon")
        await hand.type("view all")
        await hand.press("enter")
        await go(hand, "tokens id:T08")
        await hand.until(lambda: hand.tokens.row is not None and hand.tokens.row.status == "suspended")
        await hand.press("S")
        await hand.until_shown("Let this token work again?")
        await hand.answer("y")
        await hand.until(lambda: hand.token(key_of("T08")).status == "active")


async def test_rotate_with_the_preset_overlap_shows_the_new_secret_once(filled: Store) -> None:
    async with at_console(filled) as hand:
        await go(hand, "tokens id:T01")
        await hand.until(lambda: hand.tokens.row is not None and hand.tokens.row.key == key_of("T01"))
        await hand.press("r")
        await hand.until_shown("[72h]")
        assert "[72h]" in hand.pane("page")
        await hand.press("enter")
        await hand.until_shown("Rotate this token?")
        await hand.until_shown("2026-03-19 09:00Z")
        await hand.answer("y")
        await hand.until_shown("New token, shown once")
        old = hand.token(key_of("T01"))
        assert old.status == "retiring"
        assert old.retires_at is not None
        assert f"{old.retires_at:%Y-%m-%d %H:%M}" == "2026-03-19 09:00"
        from store.rules.secrets import looks_like_token

        assert looks_like_token(hand.pane("page"))
        await hand.press("escape")
        await hand.until(lambda: hand.app.screen is hand.app.screen_stack[0])
        assert not looks_like_token(hand.screen())
        await hand.until_shown("ROTATED")


async def test_an_expired_token_is_not_rotated_and_says_what_to_do(filled: Store) -> None:
    async with at_console(filled) as hand:
        await hand.press("slash")
        await hand.type("shopify")
        await hand.press("enter")
        await hand.until(lambda: hand.tokens.row is not None and hand.tokens.row.key == key_of("T12"))
        await hand.press("r")
        assert hand.tokens.dialog is None
        assert "only an active token can be rotated" in hand.pane("status")


async def test_rename_and_expiry(filled: Store) -> None:
    async with at_console(filled) as hand:
        await go(hand, "tokens id:T01")
        await hand.until(lambda: hand.tokens.row is not None and hand.tokens.row.key == key_of("T01"))
        await hand.press("N", "ctrl+u")
        await hand.type("NetSuite")
        await hand.press("enter")
        await hand.until(lambda: hand.token(key_of("T01")).name == "NetSuite")
        await hand.until(lambda: hand.tokens.row is not None and hand.tokens.row.name == "NetSuite")
        await hand.press("e", "ctrl+u")
        await hand.type("2026")
        await hand.press("minus", "0", "6", "minus", "3", "0", "enter")
        await hand.until_shown("Change its expiry?")
        await hand.answer("y")
        await hand.until(lambda: f"{hand.token(key_of('T01')).expires_at:%Y-%m-%d}" == "2026-06-30")


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (100, 30), (120, 36), (140, 40), (200, 60)])
async def test_every_size_shows_status_last_use_and_the_end_of_the_token(filled: Store, size: tuple[int, int]) -> None:
    async with at_console(filled, size=size) as hand:
        await hand.until_shown("active")
        text = hand.screen()
        assert "Used" in text
        assert "Status" in text
        assert "Last 4" in text
        assert all(len(line) <= size[0] for line in text.splitlines())
        await hand.press("x")
        await hand.until_shown("Esc")
        assert "revoke it" in hand.screen()


@pytest.mark.parametrize("size", [(20, 6), (10, 3), (40, 10)])
async def test_the_smallest_terminals_still_quit(filled: Store, size: tuple[int, int]) -> None:
    async with at_console(filled, size=size) as hand:
        await hand.press("q")
        await hand.until(lambda: hand.app._exit)


HOSTILE = (
    "[@click=app.quit]x[/]",
    "[/nope] [red]y",
    "bell\x07 osc\x1b]52;c;QUFB\x07",
    "csi\x1b[2J\x9b2J",
    "two\nlines\tand tabs",
    "rtl\u202esdrawkcab\u2066",
    "zero\u200bwidth\ufeff",
)


async def test_hostile_names_are_shown_as_what_they_are_and_do_nothing(store: Store) -> None:
    from console.render.plain import plain
    from tests.rowmaker import put_people, put_tokens

    put_people(store, {f"EVIL{number}": name for number, name in enumerate(HOSTILE)}, ())
    shared = {"scopes": "orders.read", "tier": "read-only", "created_at": NOW, "rationale": HOSTILE[3]}
    rows = [{**shared, "account_id": f"EVIL{n}", "id": f"EvilEvil000{n}", "name": name} for n, name in enumerate(HOSTILE)]
    put_tokens(store, rows, NOW)
    async with at_console(store, size=(200, 60)) as hand:
        for _ in HOSTILE:
            await hand.until(lambda: hand.tokens.facts is not None and hand.tokens.facts.complete)
            row = hand.tokens.row
            assert row is not None
            for keys in (("x",), ("escape", "enter"), ("t",), ("a",), ("C",)):
                await hand.press(*keys)
                text = hand.screen()
                assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in text.replace("\n", ""))
                assert not set(text) & set("\u202e\u2066\u200b\ufeff")
            assert plain(row.name)[:12] in hand.app.screen.text  # type: ignore[attr-defined]
            await hand.press("escape", "escape", "j")
            hand.tokens.facts = None
            hand.tokens.look_closer()
        assert hand.app._exit is False


async def test_events_that_arrive_ahead_of_this_clock_are_told_beside_how_far_usage_is_known(filled: Store) -> None:
    async with at_console(filled) as hand:
        assert hand.tokens.fresh is not None
        hand.tokens.fresh = replace(hand.tokens.fresh, ahead_s=240)
        hand.tokens.draw_edges()
        assert "events arrive 4 min ahead of this clock" in hand.pane("status")


async def test_a_line_end_in_a_name_is_a_visible_mark_and_cuts_nothing(store: Store, tmp_path: Path) -> None:
    inventory = tmp_path / "inventory.csv"
    inventory.write_text('id,account,name,created_at\nold-1,BOLT,"first\nsecond",2026-01-01T00:00:00Z\n')
    assert run("import", "tokens", str(inventory), "--format", "csv", store=store.address).code == 0
    async with at_console(store) as hand:
        await hand.until_shown("second")
        [row] = [line for line in hand.screen().splitlines() if "second" in line and "Bolt" not in line][:1]
        assert "first" in row
