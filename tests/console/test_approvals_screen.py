"""A second person at the console: the request is told on the top line, approved after a question, and then done; by keyboard."""

from __future__ import annotations

import csv
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from console.screens.approvals import ApprovalsScreen
from store.errors import Refused
from store.opening import Store
from store.reads.approvals import ApprovalRow, approvals
from store.rows import TokenKey
from store.rules.roles import Actor, Role
from store.rules.second_person import Verdict
from store.writes.approvals import answer
from store.writes.ending import RevokeManyOrder, revoke_many
from store.writes.orders import new_action_id
from store.writes.people import put_operator
from store.writes.policy_rules import RulesOrder, put_rules
from tests.at_console import Hand, at_console
from tests.command_line import run
from tests.conftest import NOW
from tests.making import make_account, make_token
from tests.store.test_signing_in import Wall

ADA, BOB = Actor("ada", Role.ADMIN), Actor("bob", Role.ADMIN)


@pytest.fixture
def waiting(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store in which bob has asked to make zoe an admin; whoever sits down is ada."""
    monkeypatch.setattr("console.actor._os_user", lambda: "ada")
    make_account(store)
    for number in range(2):
        make_token(store, f"token {number}")
    for actor in (ADA, BOB):
        store.write(lambda unit, actor=actor: put_operator(unit, actor.name, actor.role, ADA, NOW))  # type: ignore[misc]
    store.write(lambda unit: put_rules(unit, RulesOrder(account_id="", rules={"two_people": "bulk=1 operators"}, actor=ADA), NOW))
    ask(store)
    return store


def ask(store: Store) -> None:
    with pytest.raises(Refused, match="waits for a second person"):
        store.write(lambda unit: put_operator(unit, "zoe", Role.ADMIN, BOB, NOW))


def verdicts(store: Store) -> list[str]:
    with store.reading() as reader:
        return [one.verdict for one in approvals(reader)]


async def go(hand: Hand) -> None:
    """Go to the requests."""
    await hand.press("f10")
    await hand.until(lambda: hand.desktop.PLACE == "operators" and hand.desktop.row is not None, "operators")
    await hand.press("a")
    await hand.until(lambda: isinstance(hand.app.screen, ApprovalsScreen) and hand.desktop.row is not None, "requests")


@pytest.mark.parametrize(("key", "verdict"), [("A", "approved"), ("R", "refused")])
async def test_a_request_is_told_and_answered_after_a_question(waiting: Store, key: str, verdict: str) -> None:
    async with at_console(waiting, (120, 36)) as hand:
        await hand.until_shown("1 WAITS FOR A SECOND")
        await go(hand)
        await hand.until_shown("bob asks to make zoe admin")
        await hand.press(key)
        await hand.until_shown("Approve this?" if key == "A" else "Refuse this?")
        hand.watch.wait(1.0)
        await hand.answer()
        await hand.until_shown(verdict.upper())
        assert verdicts(waiting) == [verdict]
        await hand.until(lambda: "WAITS FOR A SECOND" not in hand.screen(), "the top line")


async def test_esc_leaves_it_waiting_and_ones_own_can_not_be_approved(waiting: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.actor._os_user", lambda: "bob")
    async with at_console(waiting, (80, 24)) as hand:
        await go(hand)
        await hand.until_shown("Another operator has to answer")
        await hand.press("A")
        await hand.until_shown("Approve this?")
        hand.watch.wait(1.0)
        await hand.answer()
        await hand.until_shown("Nobody answers their own request")
        assert verdicts(waiting) == [""]


def break_glass(waiting: Store) -> tuple[RevokeManyOrder, ApprovalRow]:
    """Have bob ask to end both tokens, and break the glass when nobody answers."""
    with waiting.reading() as reader:
        items = tuple((TokenKey((row[0], row[1])), None) for row in reader.rows("SELECT account_id, id FROM token"))
    order = RevokeManyOrder(items=items, actor=BOB, reason="leak", action_id=new_action_id())
    with pytest.raises(Refused, match="waits for a second person"):
        waiting.write(lambda unit: revoke_many(unit, order, NOW))
    with waiting.reading() as reader:
        one = next(one for one in approvals(reader) if one.kind == "bulk")
    wall = Wall()
    wall.at = one.asked_at + timedelta(minutes=6)
    waiting.wall = wall
    waiting.write(lambda unit: answer(unit, one.id, Verdict.BROKEN_GLASS, BOB, NOW, reason="nobody answers"))
    return order, one


@pytest.mark.parametrize("form", ["csv", "pdf"])
def test_what_was_ended_with_the_glass_broken_says_so_in_the_log_and_in_the_report(
    waiting: Store, tmp_path: Path, form: str
) -> None:
    order, one = break_glass(waiting)
    waiting.write(lambda unit: revoke_many(unit, order, NOW))
    said = f"without a second person: the glass was broken, request {one.id}"
    revoked = run("audit", "list", "--action", "revoke", store=waiting.address).out
    for number in range(2):
        assert f"bob (admin) revoked token {number} of ACME, {said}, ACME/" in revoked
    path = tmp_path / f"a.{form}"
    assert run("report", "--account", "ACME", "--until", "2026-03-17", "-o", str(path), store=waiting.address).code == 0
    if form == "csv":
        with path.open(encoding="utf-8", newline="") as file:
            assert [row["second_person"] for row in csv.DictReader(file)] == [said, said]
    else:
        words = subprocess.run(["pdftotext", "-raw", str(path), "-"], check=True, capture_output=True, text=True).stdout
        assert " ".join(words.split()).count("the glass was broken") == 3  # in both rows, and counted on the first page
        assert "2 of 2 tokens" in words


async def test_a_broken_glass_is_on_everybodys_top_line_until_somebody_else_has_looked(waiting: Store) -> None:
    _, one = break_glass(waiting)
    async with at_console(waiting, (120, 36)) as hand:
        await hand.until_shown("GLASS BROKEN")
        await go(hand)
        await hand.type("/glass")
        await hand.press("enter")
        await hand.until(lambda: hand.desktop.row is not None and hand.desktop.row.unreviewed, "the glass")
        await hand.press("v")
        await hand.until_shown("REVIEWED")
        await hand.until(lambda: "GLASS BROKEN " not in hand.pane("top"), "the top line")
    with waiting.reading() as reader:
        assert next(row for row in approvals(reader) if row.id == one.id).reviewed_by == "ada"


async def test_a_letter_in_the_choice_of_views_does_nothing_behind_it(store: Store) -> None:
    make_account(store)
    make_token(store)
    async with at_console(store, (120, 36)) as hand:
        await hand.press("V")
        await hand.type("exp")
        assert hand.desktop.dialog is not None
        assert "Revoke this token?" not in hand.screen()
        await hand.press("escape")
        assert hand.desktop.dialog is None


async def test_an_empty_list_of_requests_says_in_full_why_it_is_on_a_small_screen(store: Store) -> None:
    make_account(store)
    make_token(store, "a token")
    async with at_console(store, (80, 24)) as hand:
        await hand.press("f9", "a")
        await hand.until_shown("No request is under the cursor.")
        said = " ".join(hand.pane("list").split())
        assert "The rule “Second person” of a policy says what does: r on Policies." in said
