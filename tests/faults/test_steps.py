"""A change is all or nothing: whichever of its statements fails, the token and the log stay as they were (scenario A14)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from store.engine import Unit
from store.errors import StoreError
from store.opening import Store
from store.rows import TokenKey
from store.writes.editing import expire, look_up, rename, reown
from store.writes.ending import RevokeManyOrder, resume, revoke, revoke_many, suspend
from store.writes.issuing import issue, rotate
from store.writes.orders import (
    ExpireOrder,
    IssueOrder,
    LookUpOrder,
    RenameOrder,
    ReownOrder,
    ResumeOrder,
    RevokeOrder,
    RotateOrder,
    SuspendOrder,
)
from tests.conftest import NOW
from tests.faults.pool import make_pool
from tests.faults.proof import faults_of
from tests.making import PRIYA, make_token
from tests.statements import Listening

Work = Callable[[Unit, Store, TokenKey, TokenKey], object]
"""A change of the first token; the second one is suspended."""

_LATER = NOW.replace(month=4)
CHANGES: dict[str, Work] = {
    "revoke": lambda unit, store, key, held: revoke(unit, RevokeOrder(key=key, actor=PRIYA, reason="leaked"), NOW),
    "revoke many": lambda unit, store, key, held: revoke_many(
        unit, RevokeManyOrder(items=((key, None), (held, None)), actor=PRIYA, reason="leaked", action_id="both"), NOW
    ),
    "suspend": lambda unit, store, key, held: suspend(unit, SuspendOrder(key=key, actor=PRIYA, reason="odd"), NOW),
    "resume": lambda unit, store, key, held: resume(unit, ResumeOrder(key=held, actor=PRIYA, reason="fine"), NOW),
    "rename": lambda unit, store, key, held: rename(unit, RenameOrder(key=key, actor=PRIYA, reason="typo", name="new"), NOW),
    "expire": lambda unit, store, key, held: expire(
        unit, ExpireOrder(key=key, actor=PRIYA, reason="sooner", expires_at=_LATER), NOW
    ),
    "re-own": lambda unit, store, key, held: reown(unit, ReownOrder(key=key, actor=PRIYA, reason="left", owner="raj"), NOW),
    "rotate": lambda unit, store, key, held: rotate(unit, RotateOrder(key=key, actor=PRIYA, reason="due"), NOW, store.mint()),
    "look up": lambda unit, store, key, held: look_up(unit, LookUpOrder(key=key, actor=PRIYA, reason="ticket"), NOW),
    "issue": lambda unit, store, key, held: issue(
        unit,
        IssueOrder(
            account_id="ACME", name="new", owner="leo", scopes=("orders.read",), expires_at=_LATER, actor=PRIYA, reason="asked"
        ),
        NOW,
        store.mint(),
    ),
}
_TABLES = ("token", "audit", "audit_private", "account")


class Broken(StoreError):
    """What is raised in place of a statement."""


@pytest.fixture
def keys(store: Store) -> tuple[TokenKey, TokenKey]:
    """Return an active and a suspended token."""
    make_pool(store, 1)
    first, second = make_token(store, "first").key, make_token(store, "second").key
    store.write(lambda unit: suspend(unit, SuspendOrder(key=second, actor=PRIYA), NOW))
    return first, second


def everything(store: Store) -> dict[str, list[Any]]:
    with store.reading() as reader:
        return {table: sorted(map(repr, reader.rows(f"SELECT * FROM {table}"))) for table in _TABLES}


@contextmanager
def failing(unit: Unit, at: int, seen: list[str]) -> Iterator[None]:
    """Note every statement that writes, and raise in place of number `at`."""

    def before(statement: str, _: object) -> None:
        if statement.lstrip().startswith(("INSERT", "UPDATE", "DELETE")):
            seen.append(statement)
            if len(seen) - 1 == at:
                raise Broken("The disk is full, so nothing was changed.")

    own, unit.connection = unit.connection, Listening(unit.connection, before)
    try:
        yield
    finally:
        unit.connection = own


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_that_fails_at_any_of_its_statements_changes_nothing(
    store: Store, keys: tuple[TokenKey, TokenKey], name: str
) -> None:
    before = everything(store)
    at = 0
    while True:
        seen: list[str] = []

        def work(unit: Unit, at: int = at, seen: list[str] = seen) -> None:
            with failing(unit, at, seen):
                CHANGES[name](unit, store, *keys)
            if len(seen) <= at:
                raise Broken("Every statement has failed once.")

        with pytest.raises(Broken):
            store.write(work)
        assert everything(store) == before
        if len(seen) <= at:
            break
        at += 1
    assert any("INTO audit " in statement or "INTO audit(" in statement for statement in seen)
    assert at >= 2
    store.write(lambda unit: CHANGES[name](unit, store, *keys))
    assert everything(store) != before
    assert faults_of(store) == []


def test_a_revoke_whose_audit_line_the_database_refuses_leaves_the_token_live(store: Store) -> None:
    key = make_pool(store, 2)[0]
    before = everything(store)
    if store.address.is_sqlite:
        trigger = ["CREATE TRIGGER refuse BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no more lines'); END"]
    else:
        trigger = [
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no more lines' "
            "USING ERRCODE = 'disk_full'; END $$",
            "CREATE TRIGGER refuse BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION refuse()",
        ]

    def forbid(unit: Unit) -> None:
        for statement in trigger:
            unit.run(statement)

    store.write(forbid)
    order = RevokeOrder(key=key, actor=PRIYA, reason="leaked")
    with pytest.raises(Exception, match=r"no more lines|disk of the database server is full"):
        store.write(lambda unit: revoke(unit, order, NOW), order.action_id)
    assert everything(store) == before
