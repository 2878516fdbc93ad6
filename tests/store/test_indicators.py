"""The ten indicators from what is measured, on both databases: values, samples, budgets, and «no data» where there is none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from store.indicator_rows import Indicators
from store.moments import HOUR_MS, MINUTE_MS, to_ms
from store.opening import Store
from store.reads.indicators import indicators, latencies, services, trend
from store.rules.latencies import UNTIMED, bucket_of
from tests.conftest import NOW

Row = tuple[datetime, str, str, str, int, int]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def put(store: Store, rows: Iterable[Row]) -> None:
    """Measure operations: (moment, kind, service, outcome, bucket, how many)."""
    for at, *key, number in rows:
        for table, step, length in (("measure_minute", "minute", MINUTE_MS), ("measure_hour", "hour", HOUR_MS)):
            same = "kind = ? AND service = ? AND outcome = ? AND bucket = ?"
            add = f"UPDATE {table} SET operations = operations + ? WHERE {step} = ? AND {same}"
            insert = f"INSERT INTO {table} ({step}, kind, service, outcome, bucket, operations) VALUES (?, ?, ?, ?, ?, ?)"
            run(store, add, (number, to_ms(at) // length, *key), insert, (to_ms(at) // length, *key, number))


def run(store: Store, first: str, values: tuple[object, ...], otherwise: str, others: tuple[object, ...]) -> None:
    """Run one statement, and the other where it changed nothing."""

    def work(unit: object) -> None:
        from store.engine import Unit

        assert isinstance(unit, Unit)
        if not unit.run(first, values):
            unit.run(otherwise, others)

    store.write(work)


def read(store: Store, window: str = "24h", now: datetime = NOW) -> Indicators:
    with store.reading() as reader:
        return indicators(reader, now, window)


def test_a_store_that_measured_nothing_has_no_data_but_no_exposure_is_a_number(store: Store) -> None:
    found = read(store)
    assert {row.name: row.value for row in found.rows} == {**{f"M{number}": None for number in range(1, 10)}, "M10": 0}
    assert all(row.met is None and row.budget_left is None for row in found.rows[:9])
    assert found.named("M10").met is True


def test_correct_denials_are_no_failures_and_noise_is_told_apart(store: Store) -> None:
    at = NOW - HOUR
    put(
        store,
        [
            (at, "check", "api", "VALID", UNTIMED, 9_990),
            (at, "check", "api", "FAILED", UNTIMED, 10),
            (at, "check", "api", "EXPIRED", UNTIMED, 400),
            (at, "check", "api", "NOT_FOUND", UNTIMED, 5_000),
            (at, "check", "api", "INSUFFICIENT_SCOPE", UNTIMED, 3),
            (at, "check", "api", "RATE_LIMITED", UNTIMED, 97),
        ],
    )
    found = read(store)
    assert (found.named("M3").value, found.named("M3").samples, found.named("M3").missed) == (0.999, 10_000, 10)
    assert found.named("M3").met is False
    assert found.named("M3").budget_left == pytest.approx(-1.0)
    assert found.named("M5").value == pytest.approx(400 / 10_500)
    assert [(part.name, part.samples) for part in found.named("M5").parts] == [("EXPIRED", 400)]
    assert "5,000" in found.named("M5").note
    assert found.named("M8").value == 3


def test_what_gateways_report_is_preferred_to_the_logs(store: Store) -> None:
    put(store, [(NOW, "", "api", "VALID", UNTIMED, 90), (NOW, "", "api", "FAILED", UNTIMED, 10)])
    assert read(store).named("M3").value == 0.9
    assert "logs" in read(store).named("M3").note
    put(store, [(NOW, "check", "api", "VALID", UNTIMED, 50)])
    assert read(store).named("M3").value == 1
    assert read(store).named("M3").samples == 50


def test_latencies_are_told_by_the_bound_they_stay_below(store: Store) -> None:
    put(
        store,
        [
            (NOW, "check", "api", "VALID", bucket_of(4_000), 60),
            (NOW, "introspect", "crm", "EXPIRED", bucket_of(48_000), 36),
            (NOW, "check", "api", "VALID", bucket_of(90_000), 4),
            (NOW, "issue", "", "OK", bucket_of(199_999), 20),
        ],
    )
    found = read(store)
    assert (found.named("M4").value, found.named("M4").samples, found.named("M4").met) == (50, 100, False)
    assert found.named("M4").missed == 4
    assert found.named("M4").budget_left == pytest.approx(1 - 0.04 / 0.05)
    assert (found.named("M2").value, found.named("M1").value) == (200, 1)
    with store.reading() as reader:
        assert {row.kind: row.p99_ms for row in latencies(reader, NOW)} == {"check": 100, "introspect": 50, "issue": 200}
        assert [(row.service, row.accepted, row.refused) for row in services(reader, NOW)] == [("api", 64, 0), ("crm", 0, 36)]


def test_the_window_is_1440_minutes_to_the_minute_and_longer_ones_whole_hours(store: Store) -> None:
    now = NOW + timedelta(minutes=17)
    first = now - 1_439 * MINUTE
    put(
        store,
        [
            (first, "check", "api", "VALID", UNTIMED, 1),
            (first - MINUTE, "check", "api", "VALID", UNTIMED, 10),
            (NOW - 5 * HOUR, "check", "api", "VALID", UNTIMED, 100),
            (now, "check", "api", "VALID", UNTIMED, 1_000),
            (NOW - 167 * HOUR, "check", "api", "VALID", UNTIMED, 10_000),
            (NOW - 168 * HOUR, "check", "api", "VALID", UNTIMED, 100_000),
        ],
    )
    assert read(store, now=now).named("M3").samples == 1_101
    assert read(store, "7d", now).named("M3").samples == 11_111
    assert read(store, "30d", now).named("M3").samples == 111_111


def test_burn_rates_tell_how_fast_the_budget_goes_in_each_window(store: Store) -> None:
    put(
        store,
        [
            (NOW - 2 * HOUR, "check", "api", "VALID", UNTIMED, 9_000),
            (NOW, "check", "api", "VALID", UNTIMED, 995),
            (NOW, "check", "api", "FAILED", UNTIMED, 5),
        ],
    )
    burn = read(store).named("M3").burn
    assert burn["5m"] == burn["1h"] == pytest.approx(10)
    assert burn["6h"] == pytest.approx(1)
    with store.reading() as reader:
        hours = trend(reader, "M3", NOW)
    assert (len(hours.values), hours.values[-1], hours.values[-2], hours.samples[-3]) == (24, 0.995, None, 9_000)
    assert hours.start == NOW - 23 * HOUR
