"""What could not be issued because of the store counts as a failed issue, once, as soon as the store is back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from store.engine import Unit
from store.errors import BadInput, Busy, Refused, StoreError, Unreachable
from store.indicator_rows import Measured
from store.opening import Store
from store.reads.indicators import indicators
from store.usage.attempts import attempts_file, count_failed_issues, issuing
from store.writes.issuing import issue
from store.writes.orders import Issued, IssueOrder
from tests.command_line import run, url
from tests.conftest import NOW
from tests.making import PRIYA, make_account

MINUTE = timedelta(minutes=1)


@contextmanager
def away(store: Store, request: pytest.FixtureRequest) -> Iterator[None]:
    """Have the store take no new connections, and lose those it has."""
    if store.address.path is not None:
        store.address.path.chmod(0o644)
        yield
        store.address.path.chmod(0o600)
        return
    name = store.address.conninfo.split("?")[0].rpartition("/")[2]
    with psycopg.connect(request.getfixturevalue("postgres"), autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        yield
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
    store.close()


def issued(store: Store, name: str, now: datetime) -> Issued:
    order = IssueOrder(
        account_id="ACME", name=name, owner="leo", creator="leo", scopes=("orders.read",), expires_at=now + timedelta(days=30),
        actor=PRIYA,
    )  # fmt: skip
    mint = store.mint()
    return issuing(store, lambda unit: issue(unit, order, now, mint), order.action_id, now)


def m1(store: Store) -> Measured:
    with store.reading() as reader:
        return indicators(reader, NOW).named("M1")


def test_an_issue_the_store_failed_at_is_counted_once_the_store_is_back(store: Store, request: pytest.FixtureRequest) -> None:
    make_account(store)
    issued(store, "first", NOW - 9 * MINUTE)
    assert (m1(store).samples, m1(store).missed, m1(store).value) == (1, 0, 1)
    with away(store, request):
        for minutes in (5, 4):
            with pytest.raises(Unreachable):
                issued(store, "lost", NOW - minutes * MINUTE)
    assert m1(store).samples == 1, "it is noted, and waits for somebody who writes"
    issued(store, "second", NOW - 3 * MINUTE)
    assert (m1(store).samples, m1(store).missed, m1(store).value) == (4, 2, 0.5)
    assert not attempts_file(store.facts.store_id).exists()
    assert count_failed_issues(store, NOW) == 0
    assert m1(store).samples == 4


def test_the_indicators_count_what_is_noted_before_they_are_printed(store: Store, request: pytest.FixtureRequest) -> None:
    make_account(store)
    with away(store, request), pytest.raises(Unreachable):
        issued(store, "lost", datetime.now(UTC))
    assert oct(attempts_file(store.facts.store_id).stat().st_mode)[-3:] == "600"
    told = run("slo", "--json", "--store", url(store.address)).json["indicators"]
    [row] = [row for row in told if row["name"] == "M1"]
    assert (row["samples"], row["missed"], row["value"], row["met"]) == (1, 1, 0, False)
    assert not attempts_file(store.facts.store_id).exists()


def test_a_file_left_by_a_crash_between_counting_and_removing_is_not_counted_again(
    store: Store, request: pytest.FixtureRequest
) -> None:
    make_account(store)
    with away(store, request), pytest.raises(Unreachable):
        issued(store, "lost", NOW - 5 * MINUTE)
    path = attempts_file(store.facts.store_id)
    left = path.read_bytes()
    assert count_failed_issues(store, NOW) == 1
    path.write_bytes(left)
    assert count_failed_issues(store, NOW) == 0
    path.write_bytes(left + b'{"at_ms": 17')
    assert count_failed_issues(store, NOW) == 0, "a line cut short is left out"
    assert m1(store).missed == 1


@pytest.mark.parametrize(
    ("error", "counts"),
    [
        (Refused("a rule forbids it"), False),
        (BadInput("no such scope"), False),
        (Busy("somebody else is writing"), True),
        (StoreError("the disk is full"), True),
    ],
)
def test_a_refusal_by_rule_is_no_failure(store: Store, error: StoreError, counts: bool) -> None:
    def work(unit: Unit) -> None:
        raise error

    with pytest.raises(type(error)):
        issuing(store, work, None, NOW)
    assert count_failed_issues(store, NOW) == counts
    assert m1(store).samples == counts
