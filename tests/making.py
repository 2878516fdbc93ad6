"""Short ways for tests to put people and tokens into a real store, through the same calls the product uses."""

from __future__ import annotations

from datetime import datetime, timedelta

from store.engine import Unit
from store.opening import Store
from store.rows import TokenKey
from store.rules.roles import Actor, Role
from store.writes.ending import revoke
from store.writes.issuing import issue
from store.writes.orders import Issued, IssueOrder, Revoked, RevokeOrder
from store.writes.people import MemberFacts, put_account, put_member
from tests.conftest import NOW

PRIYA = Actor("priya", Role.ADMIN)
MARCO = Actor("marco", Role.ADMIN)


def make_account(store: Store, account_id: str = "ACME", members: tuple[str, ...] = ("leo", "raj")) -> None:
    """Add an account with active members."""

    def work(unit: Unit) -> None:
        put_account(unit, account_id, account_id.title(), NOW)
        for member in members:
            put_member(unit, MemberFacts(account_id, member))

    store.write(work)


def make_token(
    store: Store,
    name: str = "nightly export",
    *,
    account_id: str = "ACME",
    scopes: tuple[str, ...] = ("orders.read",),
    now: datetime = NOW,
    lifetime: timedelta = timedelta(days=90),
) -> Issued:
    """Issue a token owned and made by leo."""
    order = IssueOrder(
        account_id=account_id,
        name=name,
        owner="leo",
        creator="leo",
        scopes=scopes,
        expires_at=now + lifetime,
        actor=PRIYA,
        rationale="needed for the tests",
    )
    mint = store.mint()
    return store.write(lambda unit: issue(unit, order, now, mint), order.action_id)


def revoke_token(store: Store, key: TokenKey, actor: Actor = PRIYA, now: datetime = NOW) -> Revoked:
    """Revoke a token."""
    order = RevokeOrder(key=key, actor=actor, reason="test")
    return store.write(lambda unit: revoke(unit, order, now), order.action_id)
