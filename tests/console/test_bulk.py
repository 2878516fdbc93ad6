"""Several tokens at once: a frozen review, the exact count, and what became of each."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from console.dialogs.review import CHUNK, Item, review_of
from console.dialogs.review_lines import item_line, told_lines
from console.screens import bulk
from console.screens.bulk import BulkScreen
from store.opening import Store
from store.reads.blast import blast
from store.reads.tokens import Question, page
from store.rows import TokenKey
from store.rules.blast import Blast
from store.rules.rhythm import Daily, Rhythm, Spaced
from tests.at_console import Hand, at_console
from tests.conftest import NOW
from tests.making import MARCO, make_account, make_token, revoke_token
from tests.scenario import fill_scenario
from tests.token_rows import active_row


def review(hand: Hand) -> BulkScreen:
    """Return the review on the screen."""
    assert isinstance(hand.app.screen, BulkScreen)
    return hand.app.screen


async def mark_all_and_review(hand: Hand, count: int) -> None:
    """Mark every token of the list and open the review."""
    await hand.press("asterisk")
    await hand.until_shown(f"{count} marked")
    await hand.press("x")
    await hand.until(lambda: isinstance(hand.app.screen, BulkScreen) and len(review(hand).review.items) == count)


async def confirm(hand: Hand, reason: str, count: str) -> None:
    """Fill in the reason and the count."""
    await hand.press("enter")
    await hand.type(reason)
    await hand.press("tab")
    await hand.type(count)
    await hand.press("enter")


async def test_tokens_in_use_come_first_and_are_not_ticked(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        rows = page(reader, Question(view="live"), NOW, 100).rows
    frozen = review_of(rows, NOW)
    in_use = [item for item in frozen.items if item.in_use]
    assert frozen.items[: len(in_use)] == in_use
    assert not any(item.ticked for item in in_use)
    assert all(item.ticked for item in frozen.items[len(in_use) :])
    assert "USED" in in_use[0].why


def test_the_review_says_who_calls_and_what_nobody_else_may_do(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        rows = page(reader, Question(view="live"), NOW, 100).rows
        blasts = {row.key: blast(reader, row, NOW) for row in rows}
    why = {item.row.id: item.why for item in review_of(rows, NOW, blasts=blasts).items}
    assert why["T06Scenario1"].startswith("USED 96× in 24 h by acme-app; last 30 min ago; ")
    assert why["T06Scenario1"].endswith("admin access; only one with settings.manage, users.manage; calls GET /v1/orders")
    row = next(row for row in rows if row.id == "T06Scenario1")
    due = Blast(rhythm=Rhythm(Daily((6,)), 9), last_used_at=NOW - timedelta(hours=3), requests_7d=8, refused_7d=2)
    [item] = review_of([row], NOW, blasts={row.key: due}).items
    assert item.why.endswith("; admin access; next call in 21 h; 25.0% refused in 7 d")
    item.why = "; ".join(f"reason {number}" for number in range(40))
    told = " ".join("".join(piece.text for piece in one) for one in told_lines(item, 76, NOW))
    assert re.search(r"; reason \d+$", told.strip()), "what has no room is left out as a whole"
    assert why["T15Scenario1"] == ""


def test_a_narrow_row_of_the_review_leaves_out_everything_but_the_gravest(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        rows = page(reader, Question(view="live"), NOW, 100).rows
        blasts = {row.key: blast(reader, row, NOW) for row in rows}
    items = {item.row.id: item for item in review_of(rows, NOW, blasts=blasts).items}

    def row(item: Item, width: int) -> str:
        return "".join(piece.text for piece in item_line(item, False, width, NOW)).rstrip()

    used = items["T06Scenario1"]
    assert row(used, 76).endswith("  USED 96× in 24 h")
    assert row(used, 116).endswith("  USED 96× in 24 h; alone with 2 scopes")
    calm = replace(used, why=used.why.replace("USED", "used"), grave=used.grave[1:])
    assert row(calm, 76).endswith("  alone with 2 scopes")
    assert not [item.why for item in items.values() if "…" in row(item, 76).partition("…")[2]]


def test_the_review_names_a_call_that_is_still_to_come_and_none_that_is_overdue() -> None:
    row = replace(active_row(), requests_24h=0, last_used_at=NOW - timedelta(days=80))
    soon = Blast(rhythm=Rhythm(Spaced(91, 6), 9), last_used_at=row.last_used_at)
    gone = Blast(rhythm=Rhythm(Spaced(7, 6), 9), last_used_at=row.last_used_at)
    assert review_of([row], NOW, blasts={row.key: soon}).items[0].why == "next call in 11 d"
    assert review_of([row], NOW, blasts={row.key: gone}).items[0].why == ""


async def test_only_the_exact_count_revokes_and_each_is_on_record(store: Store) -> None:
    make_account(store)
    keys = [make_token(store, f"old {number}").key for number in range(3)]
    async with at_console(store, case="INC-9") as hand:
        await mark_all_and_review(hand, 3)
        await confirm(hand, "quarterly clean-up", "2")
        assert "type 3 to revoke" in hand.pane("page")
        assert not hand.audit(action="revoke")
        await hand.press("3")
        await hand.press("enter")
        await hand.until(lambda: review(hand)._over)
        assert "3 revoked, 0 left alone" in hand.pane("page")
        lines = hand.audit(action="revoke")
        assert {line.token_id for line in lines} == {key[1] for key in keys}
        assert {(line.reason, line.case_id) for line in lines} == {("quarterly clean-up", "INC-9")}


async def test_no_reason_no_revocation(store: Store) -> None:
    make_account(store)
    make_token(store)
    async with at_console(store) as hand:
        await mark_all_and_review(hand, 1)
        await confirm(hand, "", "1")
        assert "Say why" in hand.pane("page")
        assert not hand.audit(action="revoke")


async def test_unticking_changes_the_count_that_must_be_typed(store: Store) -> None:
    make_account(store)
    for number in range(3):
        make_token(store, f"old {number}")
    async with at_console(store) as hand:
        await mark_all_and_review(hand, 3)
        await hand.press("space")
        kept = review(hand).review.items[0].row.key
        await hand.press("enter")
        assert "Type 2 to revoke" in hand.pane("page")
        await hand.press("escape")
        await confirm(hand, "old", "2")
        await hand.until(lambda: review(hand)._over)
        assert hand.token(kept).revoked_at is None
        await hand.press("escape")
        await hand.until(lambda: hand.app.screen is hand.app.screen_stack[0])
        assert not hand.tokens.marked
        await hand.press("R")
        assert hand.tokens.marked == (kept,)


async def test_the_set_is_frozen_and_a_token_changed_meanwhile_is_skipped(store: Store) -> None:
    make_account(store)
    first, second = make_token(store, "one").key, make_token(store, "two").key
    async with at_console(store) as hand:
        await mark_all_and_review(hand, 2)
        later = make_token(store, "later").key
        revoke_token(store, first, MARCO)
        await confirm(hand, "old", "2")
        await hand.until(lambda: review(hand)._over)
        assert "1 revoked, 1 left alone" in hand.pane("page")
        assert "already revoked by marco" in hand.pane("page")
        assert hand.token(second).revoked_at is not None
        assert hand.token(later).revoked_at is None


async def test_escape_stops_between_two_portions_and_the_log_agrees(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    make_account(store)
    for number in range(4):
        make_token(store, f"old {number}")
    monkeypatch.setattr("console.dialogs.review.CHUNK", 1)
    original = bulk.BulkScreen._revoke_portion

    async def stopped_after_the_first(
        self: BulkScreen, portion: list[Item], reason: str, whole: tuple[TokenKey, ...], bulk_id: str
    ) -> None:
        await original(self, portion, reason, whole, bulk_id)
        self.leave()

    monkeypatch.setattr(bulk.BulkScreen, "_revoke_portion", stopped_after_the_first)
    async with at_console(store) as hand:
        await mark_all_and_review(hand, 4)
        await confirm(hand, "old", "4")
        await hand.until(lambda: review(hand)._over)
        done = [item for item in review(hand).review.items if item.style == "good"]
        assert len(done) == 1
        assert len(hand.audit(action="revoke")) == 1
    assert CHUNK == 50


async def test_a_role_that_may_not_revoke_many_is_told_so(store: Store) -> None:
    from dataclasses import replace

    from store.rules.roles import Role

    fill_scenario(store)
    async with at_console(store) as hand:
        assert hand.app.session.actor is not None
        hand.app.session.actor = replace(hand.app.session.actor, role=Role.SUPPORT)
        await hand.press("space", "x")
        assert "not as support" in hand.pane("status")
        assert hand.app.screen is hand.tokens


async def test_the_review_counts_the_marks_that_are_outside_the_list(store: Store) -> None:
    fill_scenario(store)
    async with at_console(store) as hand:
        await hand.press("3")
        await hand.until(lambda: hand.tokens.table.total.rows == 1, "the orphan")
        await hand.press("space", "7")
        await hand.until(lambda: hand.tokens.table.total.rows == 2, "those that never expire")
        await hand.press("space", "x")
        await hand.until_shown("Revoke 2 marked tokens")
        await hand.until_shown("1 of them out of view in the list")
