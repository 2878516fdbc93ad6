"""The line of key hints names what a newcomer needs on the smallest terminal everything is made for."""

from __future__ import annotations

import re

from store.errors import BadInput
from store.opening import Store
from tests.at_console import at_console
from tests.incident import fill_incident
from tests.scenario import fill_scenario, key_of

NARROW = (80, 24)


async def test_the_token_list_names_how_to_find_to_go_elsewhere_and_to_issue(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store, NARROW) as hand:
        for hint in ("x Revoke", "S Suspend", "r Rotate", "n Issue", "/ Filter", "o Go to", "? Help", "q Quit"):
            assert hint in hand.pane("hints"), hint


async def test_views_and_the_other_dashboards_are_named_where_the_navigator_has_no_room(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store, NARROW) as hand:
        assert "V views" in hand.screen().splitlines()[1]
        await hand.press("f4")
        await hand.until(lambda: hand.desktop.PLACE == "dashboard", "the dashboard")
        for hint in ("Open", "w Who to call", "e Executive", "c On-call", "d Debug", "? Help", "q Back"):
            assert hint in hand.pane("hints"), hint
    async with at_console(store) as hand:
        assert "V views" not in hand.screen()


async def test_reviews_are_reached_from_the_accounts_and_begin_with_the_one_under_the_cursor(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store, NARROW) as hand:
        await hand.press("f3")
        await hand.until_shown("DELT")
        account = hand.desktop.account_here()
        await hand.press("w", "n")
        await hand.until_shown("without spaces")
        assert account
        assert hand.desktop.dialog.values["account"] == account


async def test_the_token_page_names_its_next_page_and_the_ticket_card(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store, NARROW) as hand:
        await hand.press("enter")
        await hand.until_shown("What it may do")
        for hint in ("x Revoke", "S Suspend", "r Rotate", "Tab Next page", "C Ticket card", "? Help", "q Back"):
            assert hint in hand.pane("hints"), hint


async def test_the_clock_of_last_use_says_when_that_call_was_refused(store: Store) -> None:
    """Refused calls count as use (decisions.md, «Saved views»), so the page says which kind the last one was."""
    fill_scenario(store)
    for short, refused in (("T12", True), ("T01", False)):
        async with at_console(store, (120, 60)) as hand:
            await hand.press("slash")
            await hand.type(key_of(short)[1])
            await hand.press("enter")
            await hand.until(lambda short=short: hand.tokens.row is not None and hand.tokens.row.key == key_of(short))  # type: ignore[misc]
            await hand.press("enter")
            await hand.until_shown("Last rotated")
            page = hand.pane("page")
            [clock] = [row for row in page.splitlines() if "Last used" in row]
            assert (", refused" in clock) is refused, clock
            assert bool(re.search(r"Last accepted +2026-03-09 23:45Z", page)) is refused


async def test_the_list_says_that_refused_calls_count_where_it_is_sorted_by_last_use(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store, (120, 36)) as hand:
        await hand.until_shown("sorted by last use, latest used first (refused calls count)")
        await hand.press("4")
        await hand.until_shown("sorted by requests")
        assert "refused calls count" not in hand.screen()


async def test_what_is_too_long_for_the_status_line_goes_on_in_the_place_of_the_hints_until_the_next_action(store: Store) -> None:
    fill_scenario(store)
    problem, remedy = "The store key k1 is not at /home/dana/.config/tokendesk/keys/2412c98d", "Put it there, or name it."
    async with at_console(store, NARROW) as hand:
        hand.desktop.explain(BadInput(f"{problem}.", remedy))
        await hand.pilot.pause()
        told = " ".join(f"{hand.pane('status')} {hand.pane('hints')}".split())
        assert told == f"{problem}. {remedy}"
        await hand.press("space")
        assert "q Quit" in hand.pane("hints")
        hand.desktop.explain(BadInput(" ".join(["word"] * 60), remedy))
        await hand.pilot.pause()
        assert hand.pane("hints").rstrip().endswith("…")


async def test_while_a_menu_is_open_the_hints_are_its_own_keys(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store, NARROW) as hand:
        for key, hint in (("s", "The key before a line chooses it   Esc Close"), ("V", "⏎ Open  j k Move  Esc Stay here")):
            await hand.press(key)
            assert hand.pane("hints").strip() == hint
            await hand.press("escape")
            assert "x Revoke" in hand.pane("hints")


async def test_below_a_menu_beside_the_list_a_rule_says_whose_facts_are_left(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store, (200, 60)) as hand:
        row = hand.tokens.row
        assert row is not None
        await hand.until(lambda: "Made by" in hand.pane("inspector"), "the facts of the token")
        await hand.press("s")
        rows = hand.pane("inspector").splitlines()
        [rule] = [number for number, one in enumerate(rows) if one.startswith(f"│ ── {row.name} · ")]
        assert any("requests in 24 h" in one for one in rows[:rule])
        assert rows[rule + 1].startswith("│ Owner")


async def test_the_box_for_a_leak_leaves_nothing_of_another_token_below_it(store: Store) -> None:
    fill_scenario(store)
    fill_incident(store)
    async with at_console(store, (200, 60)) as hand:
        await hand.press("f5", "escape")
        await hand.until(lambda: "Made by" in hand.pane("inspector"), "the facts of the token on record")
        await hand.press("i")
        assert "Made by" not in hand.pane("inspector")
        await hand.press("escape")
        assert "Made by" in hand.pane("inspector")


async def test_the_key_that_suspends_is_called_resume_on_a_suspended_token(store: Store) -> None:
    fill_scenario(store)
    fill_incident(store)
    async with at_console(store, NARROW) as hand:
        await hand.press("f5", "escape")
        await hand.until(lambda: "S Resume" in hand.pane("hints"), "the hint")
        await hand.press("f2", "slash", *"runaway", "enter")
        await hand.until(lambda: "S Resume" in hand.pane("hints"), "the hint of the list")
        await hand.press("enter")
        await hand.until(lambda: hand.desktop.PLACE == "detail" and "S Resume" in hand.pane("hints"), "the hint of its page")
        await hand.press("S")
        await hand.answer()
        await hand.until(lambda: "S Suspend" in hand.pane("hints"), "the hint of a token that works")


async def test_what_a_leak_wants_done_names_no_key_without_what_it_does(store: Store) -> None:
    fill_scenario(store)
    fill_incident(store)
    async with at_console(store, NARROW) as hand:
        await hand.press("f5", "escape")
        await hand.until(lambda: "Stops nothing" in hand.pane("inspector"), "the facts of the token")
        rows = [row.strip(" │") for row in hand.pane("inspector").splitlines()]
        assert not [row for row in rows if row.endswith(" x") or row in ("then", "S")]
        assert any("x revoke it    S resume it" in row for row in rows), rows
