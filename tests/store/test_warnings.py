"""People are warned of an end on the days the account's policy or the default one says, once for each day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.opening import Store
from store.rules.policies import DEFAULT
from store.writes.notices_due import queue_due
from store.writes.people import MemberFacts
from store.writes.policy_rules import RulesOrder, put_rules
from tests.conftest import NOW
from tests.making import PRIYA
from tests.rowmaker import put_people, put_tokens

DAY, TICK = timedelta(days=1), timedelta(milliseconds=1)


@pytest.fixture
def two(store: Store) -> Store:
    """Return a store with an account ACME and an account BOLT, each with an admin."""
    people = (
        MemberFacts("ACME", "mia@acme.example", "Mia", admin=True),
        MemberFacts("BOLT", "leo@bolt.example", "Leo", admin=True),
    )
    put_people(store, {"ACME": "Acme", "BOLT": "Bolt"}, people)
    return store


def put_token(store: Store, account: str, left: timedelta, token: str = "1", lives: timedelta = 365 * DAY) -> None:
    """Add a token that ends so long after NOW."""
    row = {"account_id": account, "id": f"{account}{token}", "name": "sync", "hint": "7Qk2",
           "created_at": NOW + left - lives, "expires_at": NOW + left}  # fmt: skip
    put_tokens(store, [row], NOW - 60 * DAY)


def put_rule(store: Store, account: str, days: str) -> None:
    """Say on which days an account's people are warned; `none` takes it away."""
    order = RulesOrder(account_id=account, rules={"warn_days": days}, actor=PRIYA)
    store.write(lambda unit: put_rules(unit, order, NOW))


def warned(store: Store, days: tuple[int, ...] = (30, 7, 1)) -> list[tuple[str, str]]:
    """Look for what is due, and return the token and the day of each warning there is."""
    queue_due(store, PRIYA, NOW, days)
    with store.reading() as reader:
        rows = reader.rows("SELECT token_id, occasion FROM notice")
    return sorted((token, occasion.partition("@")[0]) for token, occasion in rows)


@pytest.mark.parametrize("whose", ["ACME", DEFAULT])
@pytest.mark.parametrize(
    ("left", "day"),
    [(14 * DAY + TICK, None), (14 * DAY, "14d"), (3 * DAY + TICK, "14d"), (3 * DAY, "3d"), (TICK, "3d"), (timedelta(0), None)],
)
def test_a_policys_days_hold_to_the_millisecond_instead_of_the_products(
    two: Store, whose: str, left: timedelta, day: str | None
) -> None:
    put_rule(two, whose, "14 3")
    put_token(two, "ACME", left)
    assert warned(two) == ([] if day is None else [("ACME1", day)])


def test_an_account_without_a_rule_keeps_the_days_of_the_setting(two: Store) -> None:
    put_rule(two, "ACME", "14")
    put_token(two, "ACME", 20 * DAY)
    put_token(two, "BOLT", 20 * DAY)
    assert warned(two, (21, 7)) == [("BOLT1", "21d")]


def test_the_account_and_the_default_are_warned_of_on_the_days_of_both(two: Store) -> None:
    put_rule(two, "ACME", "14")
    put_rule(two, DEFAULT, "3")
    for account in ("ACME", "BOLT"):
        put_token(two, account, 14 * DAY)
        put_token(two, account, 3 * DAY, "2")
    assert warned(two) == [("ACME1", "14d"), ("ACME2", "3d"), ("BOLT2", "3d")]


def test_each_day_is_told_once_for_each_token_also_when_the_policy_changes_back(two: Store) -> None:
    put_rule(two, "ACME", "14")
    put_token(two, "ACME", 10 * DAY)
    first = warned(two)
    assert first == [("ACME1", "14d")]
    assert warned(two) == first
    put_rule(two, "ACME", "none")
    assert warned(two, (14, 7)) == first, "the same day of the setting"
    put_rule(two, "ACME", "14 7")
    assert warned(two) == first


def test_a_token_that_lives_no_longer_than_its_policys_days_is_not_warned_of(two: Store) -> None:
    put_rule(two, "ACME", "14")
    put_token(two, "ACME", 10 * DAY, lives=14 * DAY)
    put_token(two, "ACME", 10 * DAY, "2", lives=14 * DAY + TICK)
    assert warned(two) == [("ACME2", "14d")]


def test_more_tokens_than_a_transaction_takes_are_all_found_once(two: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.writes.notices_due.BATCH", 2)
    put_rule(two, "ACME", "14 7")
    put_rule(two, "BOLT", "5")
    for number in range(5):
        put_token(two, "ACME", 10 * DAY, str(number))
        put_token(two, "BOLT", 5 * DAY, str(number))
    expected = [(f"ACME{number}", "14d") for number in range(5)] + [(f"BOLT{number}", "5d") for number in range(5)]
    assert warned(two) == expected
    assert warned(two) == expected
