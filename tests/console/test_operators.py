"""Our own staff: nobody yet, the first one, another role, the last admin, and what each role may do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.screens.operators import OperatorsScreen
from console.screens.roles import RolesScreen
from store.errors import Refused
from store.opening import Store
from store.reads.operators import LATELY, operator_lines, operators
from store.rows import TokenKey
from store.rules.roles import ALLOWED, Actor, Permission, Role
from store.writes.people import put_operator
from tests.at_console import Hand, at_console
from tests.conftest import NOW
from tests.making import PRIYA, make_account, make_token, revoke_token


@pytest.fixture
def filled(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Return a store with one token; whoever sits down is dana."""
    monkeypatch.setattr("console.actor._os_user", lambda: "dana")
    make_account(store)
    make_token(store)
    return store


def staff(store: Store) -> dict[str, tuple[str, bool]]:
    """Return every operator's role and whether they are active."""
    with store.reading() as reader:
        return {one.name: (one.role.value, one.active) for one in operators(reader)}


async def go(hand: Hand, many: int) -> None:
    """Go to the operators and wait for them."""
    await hand.press("f10")
    await hand.until(lambda: isinstance(hand.app.screen, OperatorsScreen) and hand.desktop.table.total.rows == many, "operators")
    await hand.until(lambda: many == 0 or hand.desktop.row is not None, "a row")


async def test_until_there_are_any_the_screen_says_what_that_means_and_the_first_is_an_admin(filled: Store) -> None:
    async with at_console(filled, (120, 48), case="HR-1") as hand:
        await go(hand, 0)
        await hand.until_shown("without proof of who it is")
        await hand.press("n")
        await hand.type("dana")
        await hand.press("tab", "right", "enter")
        await hand.until_shown("Add this operator?")
        assert "only operators can change this store; you are dana" in hand.pane("inspector")
        assert staff(filled) == {}
        await hand.answer()
        await hand.until_shown("SAVED dana is admin")
        assert staff(filled) == {"dana": ("admin", True)}
        [line] = hand.audit(action="operator")
        assert (line.actor, line.case_id, line.detail["role"]) == ("local:dana", "HR-1", "admin")
        actor = hand.app.session.actor
        assert actor is not None
        assert (actor.name, actor.role) == ("dana", Role.ADMIN), "who sits here is an operator from now on"
        await hand.press("n")
        await hand.type("sam")
        await hand.press("enter")
        await hand.until_shown("Add this operator?")
        await hand.answer()
        await hand.until(lambda: staff(filled) == {"dana": ("admin", True), "sam": ("support", True)}, "sam")


async def test_an_operator_is_given_another_role_and_switched_off_and_escape_changes_nothing(filled: Store) -> None:
    filled.write(lambda unit: put_operator(unit, "dana", Role.ADMIN, PRIYA, NOW))
    filled.write(lambda unit: put_operator(unit, "zoe", Role.SUPPORT, Actor("dana", Role.ADMIN), NOW))
    async with at_console(filled) as hand:
        await go(hand, 2)
        await hand.press("G", "e")
        await hand.press("right", "enter")
        await hand.until_shown("Change this operator?")
        assert "Was support, active." in hand.pane("inspector")
        await hand.press("escape")
        await hand.until_shown("Nothing was changed.")
        assert staff(filled)["zoe"] == ("support", True)
        await hand.press("e", "right", "enter")
        await hand.until_shown("Change this operator?")
        await hand.answer()
        await hand.until(lambda: staff(filled)["zoe"] == ("on-call", True), "the new role")
        await hand.until(lambda: hand.desktop.row is not None and hand.desktop.row.role is Role.ON_CALL, "the row")
        await hand.press("e", "tab", "right", "enter")
        await hand.until_shown("Switch this operator off?")
        await hand.answer()
        await hand.until(lambda: staff(filled)["zoe"] == ("on-call", False), "switched off")
        await hand.until_shown("✕ switched off")


async def test_the_last_active_admin_stays_one(filled: Store) -> None:
    filled.write(lambda unit: put_operator(unit, "dana", Role.ADMIN, PRIYA, NOW))
    async with at_console(filled) as hand:
        await go(hand, 1)
        await hand.press("enter", "tab", "right", "enter")
        await hand.until_shown("Switch this operator off?")
        await hand.answer()
        await hand.until_shown("dana is the last active admin.")
    assert staff(filled) == {"dana": ("admin", True)}
    dana = Actor("dana", Role.ADMIN)
    with pytest.raises(Refused, match="last active admin"):
        filled.write(lambda unit: put_operator(unit, "dana", Role.SECURITY, dana, NOW))
    filled.write(lambda unit: put_operator(unit, "sam", Role.ADMIN, dana, NOW))
    filled.write(lambda unit: put_operator(unit, "dana", Role.SECURITY, dana, NOW))
    assert staff(filled) == {"dana": ("security", True), "sam": ("admin", True)}


async def test_who_may_not_administer_sees_everything_and_changes_nothing(filled: Store) -> None:
    filled.write(lambda unit: put_operator(unit, "ann", Role.ADMIN, PRIYA, NOW))
    filled.write(lambda unit: put_operator(unit, "dana", Role.SUPPORT, Actor("ann", Role.ADMIN), NOW))
    async with at_console(filled) as hand:
        await go(hand, 2)
        for key in ("n", "e", "enter"):
            await hand.press(key)
            assert "not as support" in hand.pane("status")
            assert hand.desktop.dialog is None


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_table_of_roles_is_the_one_the_store_enforces(filled: Store, size: tuple[int, int]) -> None:
    async with at_console(filled, size) as hand:
        await go(hand, 0)
        await hand.press("t")
        await hand.until(lambda: isinstance(hand.app.screen, RolesScreen), "the table")
        rows = [row.strip("│ ") for row in hand.pane("page").splitlines()]
        for permission in Permission:
            [row] = [row for row in rows if row.startswith(permission.value[:20]) and ("yes" in row or "no" in row)]
            assert [word == "yes" for word in row.split() if word in ("yes", "no")] == [
                role in ALLOWED[permission] for role in Role
            ]


def test_an_operator_is_told_with_what_they_did_last_and_how_much_lately(filled: Store) -> None:
    filled.write(lambda unit: put_operator(unit, "marco", Role.ADMIN, PRIYA, NOW))
    marco = Actor("marco", Role.ADMIN)
    filled.write(lambda unit: put_operator(unit, "idle", Role.AUDITOR, marco, NOW))
    later = NOW + timedelta(hours=1)
    with filled.reading() as reader:
        [[account, token]] = reader.rows("SELECT account_id, id FROM token")
    revoke_token(filled, TokenKey((account, token)), marco, later)
    with filled.reading() as reader:
        found = {one.name: one for one in operator_lines(reader, later)}
        edge = {one.name: one.actions_30d for one in operator_lines(reader, NOW + LATELY)}
    assert (found["marco"].last_action, found["marco"].last_at, found["marco"].actions_30d) == ("revoke", later, 2)
    assert (found["idle"].last_action, found["idle"].last_at, found["idle"].actions_30d) == ("", None, 0)
    assert edge == {"marco": 1, "idle": 0}, "what is exactly 30 days old no longer counts"
