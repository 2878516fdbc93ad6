"""Every key of the console that changes something, on every screen and as each role: offered, or it says why not.

A refusal is on the audit log, and nothing else is changed by it.

And somebody whose role is taken away while they work: refused at once, in the middle of a question too.
"""

from __future__ import annotations

import pytest

from console.actions import (
    ACCOUNT,
    ACCOUNTS,
    APPROVALS,
    BULK,
    CASE_FILE,
    CASES,
    DETAIL,
    DUE,
    ISSUE,
    LEAKS,
    NOTICE,
    NOTICES,
    OPERATORS,
    POLICIES,
    POLICY,
    REVIEW,
    REVIEWS,
    RULES,
    SESSIONS,
    SPLIT,
    TOKENS,
    VIEWS,
    Action,
    on,
)
from store.opening import Store
from store.reads.audit import lines
from store.rules.actions import Action as Recorded
from store.rules.roles import Permission, Role
from store.writes.people import put_operator
from tests.at_console import Hand, at_console
from tests.conftest import NOW
from tests.making import PRIYA
from tests.store.test_no_line_no_change import Scene, everything, scene
from tests.store.test_role_table import ADMINISTER, GOVERN, MANY, ONE, SEE, allowed

ROUTE: tuple[tuple[str, tuple[str, ...]], ...] = (
    (TOKENS, ()), (DETAIL, ("enter",)), (SPLIT, ("b",)), (ACCOUNTS, ("f3",)), (ACCOUNT, ("enter",)), (POLICIES, ("f9",)),
    (DUE, ("u",)), (POLICIES, ("q",)), (RULES, ("r",)), (POLICIES, ("q",)), (REVIEWS, ("w",)), (REVIEW, ("enter",)),
    (OPERATORS, ("f10",)), (SESSIONS, ("s",)), (OPERATORS, ("q",)),
    (APPROVALS, ("a",)), (OPERATORS, ("q",)), (NOTICES, ("M",)), (NOTICE, ("enter",)), (CASES, ("f12",)), (CASE_FILE, ("enter",)),
    (VIEWS, ("f7",)), (LEAKS, ("f5", "escape")),
)  # fmt: skip
"""Every screen on which something can be changed, and the keys that lead there from the one before."""

BEHIND = {BULK: "revoke", ISSUE: "issue", POLICY: "edit-policy"}
"""Screens that only open for whoever may do what leads to them."""

ROW_OF = {
    Permission.SEE: SEE, Permission.IDENTIFY: SEE, Permission.CHANGE_ONE: ONE, Permission.CHANGE_MANY: MANY,
    Permission.GOVERN: GOVERN, Permission.ADMINISTER: ADMINISTER,
}  # fmt: skip
"""The row of the table of decisions.md for each permission an action names."""

BESIDES = {Recorded.LOOK_UP.value, Recorded.DENIED.value}
"""What is written for whoever only looks, or is refused."""


def changing(place: str) -> tuple[Action, ...]:
    """Return what changes something on a screen and has a key."""
    return tuple(action for action in on(place) if ROW_OF.get(action.permission, SEE) != SEE and action.keys)


def test_the_route_leads_past_every_action_that_changes_something() -> None:
    reached = {place for place, _ in ROUTE} | set(BEHIND)
    from console.actions import ACTIONS

    assert {action.id for action in ACTIONS if ROW_OF.get(action.permission, SEE) != SEE} == {
        action.id for place in reached for action in changing(place)
    }


def recorded(store: Store) -> dict[str, list[str]]:
    """Return everything in the store but the lines of who looked at what or was refused it, and how often those are counted."""
    found = everything(store)
    with store.reading() as reader:
        looked = {int(seq) for seq, action in reader.rows("SELECT seq, action FROM audit") if action in BESIDES}
    for table in ("audit", "audit_private"):
        found[table] = [row for row in found[table] if int(row.strip("(").split(",")[0]) not in looked]
    del found["denial"]
    return found


def denials(store: Store) -> list[tuple[str, str]]:
    """Return what sam was refused by the log, the oldest first: what and why."""
    with store.reading() as reader:
        found = lines(reader, action=Recorded.DENIED.value, limit=1_000)
    assert {(line.actor, line.actor_how, line.token_name) for line in found} <= {("sam", "os user", "")}
    return [(str(line.detail["tried"]), str(line.detail["why"])) for line in reversed(found)]


async def follow(hand: Hand, place: str, keys: tuple[str, ...]) -> None:
    """Go on to the next screen."""
    if keys and keys[0] == "enter":
        await hand.until(lambda: hand.desktop.row is not None, "a row")
    await hand.press(*keys)
    await hand.until(lambda: place == hand.desktop.PLACE and hand.desktop.dialog is None, place)


COLUMNS = [*(role.value for role in Role), "read-only"]


@pytest.mark.parametrize(
    ("database", "column"),
    [
        *(("sqlite", column) for column in COLUMNS),
        ("postgresql", "on-call"),
        *(pytest.param("postgresql", column, marks=pytest.mark.slow) for column in COLUMNS if column != "on-call"),
    ],
    indirect=["database"],
)
async def test_every_key_is_offered_or_says_why_not_and_leaves_that_on_the_log_alone(
    scene: Scene, column: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = scene.store
    monkeypatch.setattr("console.actor._os_user", lambda: "sam")
    role = Role.ADMIN if column == "read-only" else Role(column)
    store.write(lambda unit: put_operator(unit, "sam", role, PRIYA, NOW))
    before, refused = recorded(store), set[str]()
    says = "read-only" if column == "read-only" else f"not as {column}"
    async with at_console(store, (120, 40), read_only=column == "read-only") as hand:
        for place, keys in ROUTE:
            await follow(hand, place, keys)
            for action in changing(place):
                why_not = hand.app.session.why_not(action.permission)
                assert why_not == ("" if allowed(column, ROW_OF[action.permission], "") else says), action.id
                if not why_not:
                    continue
                await hand.press(action.keys[0])
                assert f"{action.label}: {says}." in hand.screen(), (place, action.id)
                assert (hand.desktop.PLACE, hand.desktop.dialog) == (place, None), action.id
                refused.add(action.id)
        await hand.until(lambda: {tried for tried, _ in denials(store)} == refused, "every refusal on the log")
    assert {why for _, why in denials(store)} <= {"read-only" if column == "read-only" else "role"}
    assert recorded(store) == before


@pytest.mark.parametrize("active", [True, False], ids=["demoted", "switched off"])
async def test_whose_role_is_taken_away_in_the_middle_of_a_question_is_refused_at_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, active: bool
) -> None:
    store = scene.store
    monkeypatch.setattr("console.actor._os_user", lambda: "sam")
    store.write(lambda unit: put_operator(unit, "sam", Role.ADMIN, PRIYA, NOW))
    async with at_console(store, (120, 40)) as hand:
        await hand.until(lambda: hand.desktop.row is not None, "a row")
        await hand.press("x")
        await hand.until_shown("Revoke this token?")
        store.write(lambda unit: put_operator(unit, "sam", Role.AUDITOR, PRIYA, NOW, active=active))
        before = recorded(store)
        hand.watch.wait(1.0)
        await hand.answer()
        await hand.until_shown("The role auditor may not" if active else "The operator sam is switched off")
    assert denials(store) == [("revoke", "role" if active else "switched off")]
    assert recorded(store) == before


__all__ = ["scene"]
