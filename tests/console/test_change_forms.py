"""Another owner, another end, a narrower token: the forms that change a token, by keyboard down to the rows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.screens.issue import IssueScreen
from console.screens.rotate import RotateScreen
from console.screens.secret import SecretScreen
from console.screens.split import SplitScreen
from store.opening import Store
from store.rows import TokenKey
from store.writes.people import MemberFacts, put_member
from tests.at_console import Hand, at_console
from tests.conftest import NOW
from tests.making import make_account, make_token
from tests.rowmaker import Use, put_usage, track_since


def ready(store: Store, *scopes: str) -> TokenKey:
    make_account(store)
    store.write(lambda unit: put_member(unit, MemberFacts("ACME", "kim", "Kim", active=False, left_at=NOW)))
    return make_token(store, scopes=scopes or ("orders.read",)).key


def folded(hand: Hand) -> str:
    return " ".join(hand.pane("page").replace("│", " ").split())


async def known(hand: Hand) -> None:
    await hand.until(lambda: hand.tokens.facts is not None and hand.tokens.facts.complete, "what is known")


async def test_another_owner_is_chosen_among_the_active_members(store: Store) -> None:
    key = ready(store)
    async with at_console(store, (80, 24)) as hand:
        await known(hand)
        await hand.press("O")
        await hand.until_shown("raj")
        assert "kim" not in hand.pane("inspector")
        assert "leo" in hand.pane("inspector")
        await hand.press("enter")
        await hand.until_shown("That is its owner already.")
        await hand.press("backspace")
        await hand.type("raj")
        await hand.press("enter")
        await hand.until_shown("Give it another owner?")
        await hand.answer()
        await hand.until_shown("RE-OWNED")
        assert hand.token(key).owner == "raj"
        assert hand.audit(key)[0].action == "re-own"


async def test_the_accounts_policy_judges_an_expiry_as_it_is_typed(store: Store) -> None:
    key = ready(store)
    limit = "INSERT INTO policy (account_id, max_lifetime_days, updated_at, updated_by) VALUES ('ACME', 60, 0, 'priya')"
    store.write(lambda unit: unit.run(limit))
    async with at_console(store) as hand:
        await hand.press("e")
        await hand.until_shown("[30d]")
        await hand.press("right")
        await hand.until_shown("policy allows 60")
        await hand.press("enter")
        assert "Change its expiry?" not in hand.screen()
        await hand.type("45d")
        await hand.until_shown("Expires on 30 April 2026, in 45 days. The account's policy allows 60 days at most.")
        await hand.press("enter")
        await hand.until_shown("Change its expiry?")
        await hand.press("escape")
        await hand.until_shown("in 45 days")
        await hand.press("enter")
        await hand.until_shown("Change its expiry?")
        await hand.answer()
        await hand.until_shown("EXPIRY CHANGED")
        assert hand.token(key).expires_at == NOW + timedelta(days=45)


async def secret_left(hand: Hand) -> None:
    await hand.until(lambda: isinstance(hand.app.screen, SecretScreen), "the secret")
    await hand.press("escape")


async def test_a_shared_token_is_split_step_by_step_and_itself_narrowed_last(store: Store) -> None:
    key = ready(store, "orders.read", "customers.read")
    track_since(store, NOW - timedelta(days=30))
    calls = [
        Use(key, NOW - timedelta(hours=hours), agent=agent, path=path)
        for hours, agent, path in ((5, "crm/1", "/v1/customers"), (3, "shop/2", "/v1/orders"), (2, "shop/2", "/v1/orders"))
    ]
    put_usage(store, calls, NOW)
    async with at_console(store) as hand:
        await known(hand)
        await hand.press("b")
        await hand.until(lambda: isinstance(hand.app.screen, SplitScreen), "the proposal")
        await hand.until_shown("The plan")
        page = folded(hand)
        assert "1 issue “nightly export (crm)” with customers.read, for crm" in page
        assert "2 rotate this token, narrowed to orders.read, for shop" in page
        await hand.press("enter")
        await hand.until(lambda: isinstance(hand.app.screen, IssueScreen), "the form")
        await hand.until_shown("Owner        leo  ✓")
        await hand.until_shown("customers.read  ✓")
        await hand.press("enter")
        await hand.until_shown("Look it over")
        await hand.press("enter")
        await hand.until_shown("Issue this token?")
        await hand.answer()
        await secret_left(hand)
        await hand.until_shown("issued …")
        assert hand.token(key).replaced_by is None
        await hand.press("enter")
        await hand.until(lambda: isinstance(hand.app.screen, RotateScreen), "the rotation")
        await hand.until(lambda: "no longer holds customers.read" in folded(hand), "what is narrowed")
        await hand.press("enter")
        await hand.until_shown("Rotate this token?")
        await hand.answer()
        await secret_left(hand)
        await hand.until_shown("All steps are done.")
        old = hand.token(key)
        assert old.replaced_by is not None
        assert hand.token(TokenKey((key[0], old.replaced_by))).scopes == ("orders.read",)
        issued = [one for one in hand.audit(action="issue") if one.token_name == "nightly export (crm)"]
        assert [one.scopes for one in issued] == [("customers.read",)]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/v1/orders", "It holds customers.read, which nobody was seen to need in 30 days: untick to narrow it now."),
        ("", "Which scopes it needs is not proven: 1 request names neither a scope nor an endpoint that tells it."),
        (None, "Nothing has called with it in 30 days: which scopes it needs is not known."),
    ],
)
async def test_a_rotation_offers_what_was_used_or_says_why_it_cannot(store: Store, path: str | None, said: str) -> None:
    key = ready(store, "orders.read", "customers.read")
    if path is not None:
        put_usage(store, [Use(key, NOW, agent="shop/2", path=path)], NOW)
    async with at_console(store) as hand:
        await known(hand)
        await hand.press("r")
        await hand.until(lambda: said in folded(hand), "what may be left out")
        await hand.press("tab")
        await hand.press("down" if path is None else "space")
        await hand.press("enter")
        await hand.until_shown("Rotate this token?")
        assert said not in hand.screen()
        await hand.answer()
        await secret_left(hand)
        old = hand.token(key)
        assert old.replaced_by is not None
        new = hand.token(TokenKey((key[0], old.replaced_by)))
        assert len(new.scopes) == (2 if path is None else 1)


async def issue_step(hand: Hand, *, name: str = "") -> None:
    """Take the step under the cursor, which issues a token."""
    await hand.press("enter")
    await hand.until(lambda: isinstance(hand.app.screen, IssueScreen), "the form")
    await hand.until_shown("Owner        leo  ✓")
    await hand.until_shown(".read  ✓")
    if name:
        await hand.press("tab")
        await hand.press(*["backspace"] * 40)
        await hand.type(name)
    await hand.press("enter")
    await hand.until_shown("Look it over")
    await hand.press("enter")
    await hand.until_shown("Issue this token?")
    await hand.answer()
    await secret_left(hand)
    await hand.until(lambda: isinstance(hand.app.screen, SplitScreen), "the plan again")


async def test_a_split_is_left_and_resumed_and_the_old_token_ends_once_everybody_has_moved(store: Store) -> None:
    key = ready(store, "orders.read", "customers.read", "reports.read")
    track_since(store, NOW - timedelta(days=30))
    calls = [("bi/3", "/v1/reports", 1), ("crm/1", "/v1/customers", 2), ("shop/2", "/v1/orders", 3)]
    put_usage(store, [Use(key, NOW - timedelta(hours=5), agent=agent, path=path) for agent, path, many in calls
                      for _ in range(many)], NOW)  # fmt: skip
    async with at_console(store) as hand:
        await known(hand)
        await hand.press("b")
        await hand.until_shown("The plan")
        await hand.press("down")
        await issue_step(hand, name="customers only")
        await hand.until_shown("issued …")
        page = folded(hand)
        assert "1 issue “nightly export (bi)” with reports.read, for bi" in page
        assert "✓ 2 issue “customers only” with customers.read, for crm issued …" in page
        assert "not used yet" in page
        assert "(for now also reports.read, for bi)" in page
        assert "then revoke this token, once every program has been seen with its new one waits for crm, bi, shop" not in page
    [crm] = hand.audit(action="issue")[:1]
    assert (crm.token_name, crm.detail["split_from"], crm.detail["program"]) == ("customers only", key[1], "crm")
    async with at_console(store) as hand:
        await known(hand)
        await hand.press("slash")
        await hand.type("nightly")
        await hand.press("enter")
        await hand.until(lambda: hand.tokens.facts is not None and hand.tokens.facts.row.key == key, "the shared token")
        await hand.press("b")
        await hand.until_shown("issued …")
        await issue_step(hand)
        await hand.until(lambda: folded(hand).count("not used yet") == 2, "both")
        await hand.press("enter")
        await hand.until(lambda: isinstance(hand.app.screen, RotateScreen), "the rotation")
        await hand.until(lambda: "no longer holds customers.read, reports.read" in folded(hand), "what is narrowed")
        await hand.press("enter")
        await hand.until_shown("Rotate this token?")
        await hand.answer()
        await secret_left(hand)
        await hand.until_shown("All steps are done.")
        assert "waits for crm, bi, shop" in folded(hand)
        new = [TokenKey((one.account_id or "", one.token_id or "")) for one in hand.audit(action="issue")][:3]
        put_usage(store, [Use(one, NOW, agent="a/1", path="/v1/orders") for one in new[:2]], NOW)
        await hand.press("ctrl+r")
        await hand.until(lambda: "waits for" in folded(hand) and folded(hand).count("in use") == 2, "who has moved")
        await hand.press("enter")
        assert hand.token(key).revoked_at is None
        put_usage(store, [Use(new[2], NOW, agent="a/1", path="/v1/orders")], NOW)
        await hand.press("ctrl+r")
        await hand.until_shown("all have moved")
        await hand.press("enter")
        await hand.until_shown("Revoke this token?")
        await hand.answer()
        await hand.until_shown("REVOKED")
        assert hand.token(key).revoked_at is not None
        assert all(hand.token(one).revoked_at is None for one in new)
