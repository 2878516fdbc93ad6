"""The dashboard's numbers are those one gets by counting tokens and requests one by one, on both databases."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import psycopg
import pytest

from store.dashboard_rows import HOURS_SHOWN, Amount, Dashboard
from store.moments import DAY_MS, HOUR_MS, to_ms
from store.opening import Store
from store.reads.dashboard import WHOLE, dashboard
from store.reads.spreads import IDLE_DAYS, SECRET_DAYS, idle
from store.reads.views import counts
from store.rows import TokenKey, TokenRow
from store.rules.status import LIVE, Status
from store.rules.usage import Outcome
from tests.benchmarks.recording import bad_plans, statements_of
from tests.conftest import NOW
from tests.random_store import Known, fill_random
from tests.rowmaker import Use, put_usage
from tests.scenario import fill_scenario
from tests.store.test_query_plans import explained, fill

SEEDS = (1, 2, 3)


def rows_of(known: Known) -> list[TokenRow]:
    return [row for row, _ in known.judged(NOW, past=False)]


def day_uses(known: Known, hours: int = 24) -> list[Use]:
    """Return the requests of the hours that end with the current one."""
    last = to_ms(NOW) // HOUR_MS
    uses = [use for many in known.uses.values() for use in many]
    return [use for use in uses if last - hours < to_ms(use.at) // HOUR_MS <= last]


@pytest.fixture(params=SEEDS)
def known(request: pytest.FixtureRequest, store: Store) -> Known:
    return fill_random(store, request.param, 60)


@pytest.fixture
def board(known: Known, store: Store) -> Dashboard:
    with store.reading() as reader:
        return dashboard(reader, NOW)


def test_findings_are_the_counts_of_the_saved_views(board: Dashboard, store: Store) -> None:
    with store.reading() as reader:
        assert {one.view: one.amount for one in board.found} == {
            view: Amount(number) for view, number in counts(reader, NOW).items()
        }


def test_traffic_is_every_request_by_its_hour(known: Known, board: Dashboard) -> None:
    traffic = board.traffic
    assert traffic is not None
    uses = day_uses(known)
    assert traffic.requests == len(uses)
    assert traffic.refused == sum(use.outcome is not Outcome.VALID for use in uses)
    month = day_uses(known, HOURS_SHOWN)
    by_hour = Counter(to_ms(use.at) // HOUR_MS for use in month)
    first = to_ms(NOW) // HOUR_MS - HOURS_SHOWN + 1
    assert traffic.series.requests == tuple(by_hour[first + step] for step in range(HOURS_SHOWN))
    assert sum(traffic.grouped(HOURS_SHOWN, 24).requests) == len(month)
    weekdays = Counter((use.at.weekday(), use.at.hour) for use in day_uses(known, 672))
    assert traffic.week() == tuple(tuple(weekdays[day, hour] for hour in range(24)) for day in range(7))


def test_refusals_are_told_by_reason_and_hour(known: Known, board: Dashboard) -> None:
    refused = Counter(use.outcome.value for use in day_uses(known) if use.outcome is not Outcome.VALID)
    assert board.reasons is not None
    assert {one.outcome: one.refused for one in board.reasons.rows} == refused
    assert all(sum(one.hours) == one.refused for one in board.reasons.rows)
    assert not board.reasons.more


def test_the_busiest_tokens_and_accounts_are_the_busiest(known: Known, board: Dashboard) -> None:
    assert board.volumes is not None
    by_token = {key: known.requests_24h(key, NOW) for key in known.uses}
    expected = sorted((-number, key) for key, number in by_token.items() if number)[:12]
    assert [(-one.requests, (one.account_id, one.token_id)) for one in board.volumes.tokens] == expected
    by_account = Counter(use.key[0] for use in day_uses(known))
    assert {one.account_id: one.requests for one in board.volumes.accounts} == by_account
    assert board.volumes.looked_at == sum(number > 0 for number in by_token.values())


def test_expiries_are_told_by_day_with_the_requests_that_end(known: Known, board: Dashboard) -> None:
    assert board.ends is not None
    tokens: Counter[int] = Counter()
    requests: Counter[int] = Counter()
    first = to_ms(NOW) // DAY_MS
    for row in rows_of(known):
        if row.status is Status.ACTIVE and row.expires_at is not None:
            tokens[to_ms(row.expires_at) // DAY_MS - first] += 1
            requests[to_ms(row.expires_at) // DAY_MS - first] += row.requests_24h
    assert [day.tokens for day in board.ends.days] == [Amount(tokens[number]) for number in range(90)]
    assert [day.requests for day in board.ends.days] == [requests[number] for number in range(90)]


def test_ages_are_spread_as_the_filters_would_find_them(known: Known, board: Dashboard) -> None:
    live = [row for row in rows_of(known) if row.status in LIVE]

    def spread(days: tuple[int, ...], ages: list[timedelta]) -> list[int]:
        edges = [timedelta(days=-10_000), *(timedelta(days=day) for day in days), timedelta(days=10_000)]
        return [sum(low < age <= high for age in ages) for low, high in pairwise(edges)]

    seen = [NOW - (row.last_used_at or row.created_at) for row in live]
    since = [NOW - (row.rotated_at or row.created_at) for row in live]
    assert board.idle is not None
    assert board.secrets is not None
    assert [one.amount.number for one in board.idle.stretches] == spread(IDLE_DAYS, seen)
    assert [one.amount.number for one in board.secrets.stretches] == spread(SECRET_DAYS, since)
    assert sum(one.amount.number for one in board.idle.stretches) == len(live)


def test_tiers_environments_and_revocations_are_all_there(known: Known, board: Dashboard) -> None:
    live = [row for row in rows_of(known) if row.status in LIVE]
    assert board.mix is not None
    assert {(kind.tier, kind.environment): kind.tokens for kind in board.mix.kinds} == Counter(
        (row.tier.value, row.environment) for row in live
    )
    assert (board.mix.looked_at, board.mix.more) == (len(live), False)
    revoked = [row for row in rows_of(known) if row.revoked_at is not None and row.revoked_at <= NOW]
    latest = sorted(((row.revoked_at, row.account_id, row.id) for row in revoked), reverse=True)[:12]
    assert [(one.revoked_at, *one.key) for one in board.revocations.rows] == latest
    lately = sum(row.revoked_at is not None and NOW - row.revoked_at < timedelta(days=7) for row in revoked)
    assert board.revocations.lately == Amount(lately)


def test_what_is_capped_says_so_and_is_never_too_much(known: Known, store: Store) -> None:
    with store.reading() as reader:
        few = idle(reader, NOW, 2)
        all_of_them = idle(reader, NOW, 1_000)
    for small, whole in zip(few.stretches, all_of_them.stretches, strict=True):
        assert small.amount.number <= 2
        assert small.amount == whole.amount or (small.amount.more and small.amount.number == 2)


def test_a_store_without_usage_has_no_traffic_rather_than_none_of_it(store: Store) -> None:
    with store.reading() as reader:
        found = dashboard(reader, NOW)
    assert (found.traffic, found.reasons, found.volumes, found.freshness.recorded_to) == (None, None, None, None)
    assert found.mix is not None
    assert found.mix.looked_at == 0


def test_a_change_compares_whole_hours_that_are_recorded(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        found = dashboard(reader, NOW)
    assert found.traffic is not None
    hours = found.traffic.series.requests
    assert found.traffic.change(NOW) == pytest.approx(sum(hours[-24:-1]) / sum(hours[-48:-25]) - 1)
    assert found.traffic.change(NOW - timedelta(hours=24)) is None
    assert found.traffic.change(None) is None


def test_a_revocation_is_proven_by_the_latest_refusal_after_it(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        (only,) = dashboard(reader, NOW).revocations.rows
    assert (only.key[1], only.revoked_by, only.revoke_reason) == ("T13Scenario1", "priya", "partner left")
    assert only.refused_at is not None
    assert only.accepted_at is not None
    assert only.refused_at > only.accepted_at > only.revoked_at


def test_no_part_reads_a_large_table_from_end_to_end(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.reads.dashboard.counts_up_to", lambda *_: {})  # the saved views have tests of their own
    fill(store)
    outcomes = (Outcome.VALID, Outcome.EXPIRED)
    keys = [TokenKey((f"a{number:04}", f"t{number:05}")) for number in range(1, 400)]
    uses = [Use(key, NOW - timedelta(hours=hour), outcome) for key in keys for hour in (30, 3) for outcome in outcomes]
    put_usage(store, uses)
    if store.address.is_sqlite:
        store.write(lambda unit: unit.run("ANALYZE"))
    else:  # as PostgreSQL does by itself before long
        with psycopg.connect(store.address.conninfo, autocommit=True) as server:
            server.execute("VACUUM ANALYZE")
    few = replace(WHOLE, sample=100, busiest=100)  # of a large store no more than that is looked at
    for statement in statements_of(store, lambda reader: dashboard(reader, NOW, few)):
        scans = [line for line in bad_plans(store, statement) if line not in SMALL and not line.startswith("Seq Scan on usage")]
        assert not scans, f"{scans}\n{statement.sql}"
        if store.address.is_sqlite:
            with store.reading() as reader:
                assert "BLOOM" not in explained(reader, statement.sql, statement.params), statement.sql


SMALL = {"USE TEMP B-TREE FOR GROUP BY", "USE TEMP B-TREE FOR ORDER BY", "SCAN t"}
"""What is done to the few rows that are left: `t` is the open tokens that may not be live. PostgreSQL reads small usage whole."""
