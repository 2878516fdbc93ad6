"""Reviews at the console: frozen by a form, decided by keyboard, left and gone on with, signed off; on both databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from console.screens.policies import PoliciesScreen
from console.screens.review import ReviewScreen
from console.screens.reviews import ReviewsScreen
from console.screens.secret import SecretScreen
from store.opening import Store
from store.reads.reviews import ReviewItem, ReviewLine, review, review_items
from store.rules.roles import Role
from store.writes.people import put_operator
from tests.at_console import Hand, at_console
from tests.command_line import run
from tests.conftest import NOW
from tests.making import PRIYA
from tests.scenario import fill_scenario, key_of

NAME = "2026-Q1-acme"


@pytest.fixture
def filled(demo_store: Store) -> Store:
    """A store with the 34 tokens of the scenarios; its clock stands at NOW."""
    fill_scenario(demo_store)
    return demo_store


def stored(store: Store) -> tuple[ReviewLine, dict[str, ReviewItem]]:
    """Return the review as it is in the store, and its tokens by their short names."""
    with store.reading() as reader:
        return review(reader, NAME), {item.id[:3]: item for item in review_items(reader, NAME)}


async def to_reviews(hand: Hand) -> None:
    await hand.press("f9")
    await hand.until(lambda: isinstance(hand.app.screen, PoliciesScreen) and hand.desktop.row is not None, "policies")
    await hand.press("w")
    await hand.until(lambda: isinstance(hand.app.screen, ReviewsScreen), "the reviews")


async def open_new(hand: Hand) -> ReviewScreen:
    """Freeze ACME's tokens into a review."""
    await to_reviews(hand)
    await hand.press("n")
    await hand.type(NAME)
    await hand.press("tab")
    await hand.type("ACME")
    await hand.press("enter")
    await hand.until(lambda: isinstance(hand.app.screen, ReviewScreen) and hand.app.screen.found is not None, "the review")
    screen = hand.app.screen
    assert isinstance(screen, ReviewScreen)
    return screen


async def decide(hand: Hand, letter: str, *typed: str) -> str:
    """Decide about the token under the cursor, and return its short name; `typed` fills the fields after the reason."""
    screen = hand.app.screen
    assert isinstance(screen, ReviewScreen)
    await hand.until(lambda: screen.here is not None, "a token under the cursor")
    item = screen.here
    assert item is not None
    await hand.press("space")
    await hand.until_shown("Decide about")
    await hand.press(letter)
    await hand.until_shown("Reason")
    await hand.type("looked at")
    for words in typed:
        await hand.press("tab")
        await hand.type(words.replace("HINT", item.hint))
    await hand.press("enter")
    await hand.until(lambda: stored(hand.store)[1][item.id[:3]].decision is not None, "the decision")
    return item.id[:3]


async def test_a_review_is_opened_decided_left_gone_on_with_and_signed_off(filled: Store) -> None:
    async with at_console(filled, (120, 36), case="SEC-9") as hand:
        await open_new(hand)
        await hand.until_shown("0 of 6 decided")
        kept = await decide(hand, "k")
        await hand.until_shown("1 of 6 decided")
        gone = await decide(hand, "x", "HINT")
        await hand.until_shown("2 of 6 decided")
        await hand.press("s")
        await hand.until_shown("4 tokens are undecided.")
        await hand.press("escape")
        await hand.until(lambda: isinstance(hand.app.screen, ReviewsScreen) and hand.desktop.row is not None, "the list")
        await hand.until_shown("2 / 6")
        await hand.press("enter")
        await hand.until(lambda: isinstance(hand.app.screen, ReviewScreen) and hand.app.screen.found is not None, "the review")
        for _ in range(4):
            await decide(hand, "k")
            await hand.until_shown(f"{stored(filled)[0].progress.decided} of 6 decided")
        await hand.press("s")
        await hand.type("Dana Fox")
        await hand.press("enter")
        await hand.until_shown("SIGNED OFF")
        found, items = stored(filled)
        assert (found.reviewer, found.signed_at, found.progress.left) == ("Dana Fox", NOW, 0)
        assert (items[kept].decision, items[gone].decision) == ("keep", "revoke")
        again = items[kept].again_at
        assert again is not None
        assert NOW + timedelta(days=91) <= again <= NOW + timedelta(days=92)
        assert not hand.token(key_of(gone)).live
        assert {line.case_id for line in hand.audit(action="review")} == {"SEC-9"}


async def test_after_a_decision_the_cursor_is_on_the_next_token_before_the_queue_is_read_again(filled: Store) -> None:
    async with at_console(filled, (120, 36)) as hand:
        screen = await open_new(hand)
        ask, held = hand.desktop.session.desk.ask, asyncio.Event()

        async def late(kind: str, *rest: Any) -> Any:
            if kind == "review":
                await held.wait()
            return await ask(kind, *rest)

        hand.desktop.session.desk.ask = late
        decided = await decide(hand, "k")
        await hand.until_shown("5 left")
        assert screen.here is not None
        assert not screen.here.id.startswith(decided)
        following = screen.here
        held.set()
        await hand.until_shown("1 of 6 decided")
        assert screen.here.id == following.id


async def test_the_account_may_be_named_and_one_that_is_not_there_is_told(filled: Store) -> None:
    async with at_console(filled, (120, 36)) as hand:
        await to_reviews(hand)
        await hand.until_shown("No review yet. n opens one: it freezes tokens")
        for name, shown in (
            ("Nobody & Sons", "There is no account of the id or name “Nobody & Sons”."),
            ("Acme", "0 of 6 decided"),
        ):
            await hand.press("n")
            await hand.until_shown("New review")
            await hand.type(NAME)
            await hand.press("tab")
            await hand.type(name)
            await hand.press("enter")
            await hand.until_shown(shown)
        assert stored(hand.store)[0].account_id == "ACME"
        await hand.until(lambda: getattr(hand.app.screen, "here", None) is not None, "a token under the cursor")
        item = hand.app.screen.here  # type: ignore[attr-defined]
        await hand.press("space")
        await hand.until_shown(f"Decide about {item.name} of ACME")


async def test_a_replacement_s_secret_is_shown_once(filled: Store) -> None:
    async with at_console(filled, (120, 36)) as hand:
        screen = await open_new(hand)
        await hand.until(lambda: screen.here is not None, "a token")
        while screen.here is not None and not screen.here.id.startswith("T11"):
            await hand.press("down")
        assert await decide(hand, "r") == "T11"
        await hand.until(lambda: isinstance(hand.app.screen, SecretScreen), "the secret")
        await hand.until_shown("tkd_live_")


async def test_a_revocation_wants_the_last_characters_and_escape_decides_nothing(filled: Store) -> None:
    async with at_console(filled, (120, 36)) as hand:
        await open_new(hand)
        await hand.press("space", "x")
        await hand.type("gone")
        await hand.press("tab")
        await hand.type("nope")
        await hand.press("enter")
        await hand.until_shown(", its last characters, to revoke it.")
        await hand.press("escape", "escape")
        assert stored(filled)[0].progress.decided == 0


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_before_a_revocation_a_review_says_what_stops(filled: Store, size: tuple[int, int]) -> None:
    async with at_console(filled, size) as hand:
        screen = await open_new(hand)
        await hand.until(lambda: screen.here is not None, "a token")
        while screen.here is not None and not screen.here.id.startswith("T06"):
            await hand.press("down")
        await hand.press("space", "x")
        await hand.until_shown("Stops now: 96 requests")
        words = " ".join(hand.screen().replace("│", " ").split())
        for sentence in ("acme-app calls GET /v1/orders", "the next at any moment.", "users.manage", "It holds admin access."):
            assert sentence in words
        assert words.count("Cannot be undone.") == 1
        assert "Type " in words


async def test_who_may_not_govern_sees_why(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.actor._os_user", lambda: "sam")
    filled.write(lambda unit: put_operator(unit, "sam", Role.SUPPORT, PRIYA, NOW))
    async with at_console(filled) as hand:
        await to_reviews(hand)
        await hand.until_shown("No review yet.")
        await hand.press("n")
        assert "not as support" in hand.pane("status")


async def test_the_evidence_is_written_from_the_review_as_the_command_writes_it(filled: Store, tmp_path: Path) -> None:
    path = tmp_path / "evidence.csv"
    async with at_console(filled, case="AUDIT-1") as hand:
        await open_new(hand)
        await hand.press("E")
        await hand.until_shown("not signed off yet")
        form = hand.desktop.dialog
        form.field("file").entry.set(str(path))
        await hand.press("enter")
        await hand.until_shown("6 tokens exported")
        begun, finished = reversed(hand.audit(action="export"))
        assert finished.detail["rows"] == 6
        assert {begun.case_id, finished.case_id} == {"AUDIT-1"}
    assert path.stat().st_mode & 0o777 == 0o600
    by_command = run("reviews", "export", NAME, "--output", str(tmp_path / "other.csv"), store=filled.address)
    assert by_command.code == 0, by_command.err
    assert path.read_bytes() == (tmp_path / "other.csv").read_bytes()


async def to_the_choice(hand: Hand, path: Path) -> None:
    """Export to a file that is there already."""
    await hand.press("E")
    await hand.until_shown("not signed off yet")
    hand.desktop.dialog.field("file").entry.set(str(path))
    await hand.press("enter")
    await hand.until_shown("There is a file of this name")


async def test_a_file_that_is_there_is_replaced_only_when_that_is_chosen(filled: Store, tmp_path: Path) -> None:
    path = tmp_path / "evidence.csv"
    path.write_text("mine")
    async with at_console(filled) as hand:
        await open_new(hand)
        await to_the_choice(hand, path)
        await hand.press("escape")
        await hand.until(lambda: hand.desktop.dialog is None, "the review again")
        assert path.read_text() == "mine"
        await to_the_choice(hand, path)
        await hand.press("r")
        await hand.until_shown("6 tokens exported")
    assert path.read_text().startswith('"review",')


async def test_read_only_exports_no_evidence(filled: Store) -> None:
    async with at_console(filled) as hand:
        await open_new(hand)
    async with at_console(filled, read_only=True) as hand:
        await to_reviews(hand)
        await hand.until(lambda: hand.desktop.row is not None, "the review")
        await hand.press("enter")
        await hand.until(lambda: isinstance(hand.app.screen, ReviewScreen) and hand.app.screen.found is not None, "the review")
        await hand.press("E")
        await hand.until_shown("read-only")
        assert hand.desktop.dialog is None
        assert not hand.audit(action="export")
