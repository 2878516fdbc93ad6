"""`store maintain`: months that are no longer kept go whole, what is kept stays, and a second run finds nothing to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store.errors import BadInput, Refused
from store.maintenance import maintain
from store.moments import DAY_MS, HOUR_MS, to_ms
from store.opening import Store
from store.rules.retention import Kind
from store.rules.roles import Actor, Role
from store.usage.importing import import_usage
from store.usage.partitions import partitions_of
from store.usage.retaining import retention
from store.writes.retention import RetentionOrder, set_retention
from tests.conftest import NOW
from tests.gateway_logs import contents, event_line, put_tokens, token_row, write_log
from tests.making import PRIYA

DANA = Actor("dana", Role.SECURITY)
AGES = (0, 40, 300, 390, 420, 440, 500, 900)


def days_ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


def fill(store: Store, path: Path) -> None:
    put_tokens(store, ("ACME", "T01"), ("BOLT", "T05"), created_at=days_ago(1_500))
    lines = [event_line(days_ago(age), token, ip="203.0.113.9") for age in AGES for token in ("T01", "T05")]
    import_usage(store, [write_log(path / "a.jsonl", lines)], now=NOW)


def hours_held(store: Store) -> set[int]:
    return {row[0] for row in contents(store, ("usage_hour",))["usage_hour"]}


def test_whole_months_go_by_kind_and_a_second_run_has_nothing_to_do(store: Store, tmp_path: Path) -> None:
    fill(store, tmp_path)
    before = hours_held(store)
    store.write(lambda unit: set_retention(unit, RetentionOrder(kind=Kind.HOURLY, days=100, actor=PRIYA), NOW))
    told: list[str] = []
    done = maintain(store, PRIYA, NOW, told.append)
    first_kept = to_ms(datetime(2025, 12, 1, tzinfo=UTC)) // HOUR_MS
    assert hours_held(store) == {hour for hour in before if hour >= first_kept} != before
    assert {row[0] for row in contents(store, ("usage_day",))["usage_day"]} == {to_ms(days_ago(age)) // DAY_MS for age in AGES}
    assert {month for month in done.months if month.startswith("usage_hour")} == {
        "usage_hour 2025-02", "usage_hour 2025-05",
    } | {f"usage_hour {days_ago(age):%Y-%m}" for age in (390,)}  # fmt: skip
    assert done.requests > 0
    assert told
    again = maintain(store, PRIYA, NOW)
    assert (again.partitions, again.closed, again.requests, again.months) == (0, 0, 0, ())
    assert (token_row(store, "ACME", "T01")["requests_24h"], token_row(store, "ACME", "T01")["requests_30d"]) == (1, 1)


def test_usage_older_than_its_kind_is_kept_comes_in_late_as_the_token_s_moments_alone(store: Store, tmp_path: Path) -> None:
    put_tokens(store, ("ACME", "T01"), created_at=days_ago(3_000))
    old = days_ago(1_500)
    summary = import_usage(store, [write_log(tmp_path / "a.jsonl", [event_line(old, "T01", ip="203.0.113.9")])], now=NOW)
    assert summary.counted == 1
    held = contents(store, ("usage_hour", "usage_day", "usage_part", "usage_total"))
    assert held == {"usage_hour": [], "usage_day": [], "usage_part": [], "usage_total": []}
    assert token_row(store, "ACME", "T01")["last_used_at"] == to_ms(old)


def test_partitions_are_made_by_the_month_and_ahead(store: Store, tmp_path: Path) -> None:
    fill(store, tmp_path)
    maintain(store, PRIYA, NOW)
    found = store.write(lambda unit: [name for _, name in partitions_of(unit, "usage_day")])
    if store.address.is_sqlite:
        assert found == []
        return
    assert found[-3:] == ["usage_day_2026_03", "usage_day_2026_04", "usage_day_2026_05"]
    assert found[0] == f"usage_day_{days_ago(900):%Y_%m}"


def test_a_run_that_is_stopped_is_taken_up_again(store: Store, tmp_path: Path) -> None:
    fill(store, tmp_path)
    store.write(lambda unit: set_retention(unit, RetentionOrder(kind=Kind.HOURLY, days=40, actor=PRIYA), NOW))

    def stop(words: str) -> None:
        if "usage_hour" in words:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        maintain(store, PRIYA, NOW, stop)
    maintain(store, PRIYA, NOW)
    assert min(hours_held(store)) >= to_ms(datetime(2026, 2, 1, tzinfo=UTC)) // HOUR_MS


def test_retention_is_set_by_an_admin_within_bounds_and_audited(store: Store) -> None:
    order = RetentionOrder(kind=Kind.DAILY, days=500, actor=PRIYA, reason="audit window")
    seq = store.write(lambda unit: set_retention(unit, order, NOW), order.action_id)
    with store.reading() as reader:
        assert retention(reader.rows) == {Kind.RAW: 90, Kind.HOURLY: 400, Kind.DAILY: 500}
        line = reader.one("SELECT action, detail FROM audit WHERE seq = :seq", {"seq": seq})
    assert line is not None
    assert tuple(line) == ("retention", '{"from":1100,"kind":"daily","to":500}')
    with pytest.raises(BadInput, match="can't be kept for 31 days"):
        store.write(lambda unit: set_retention(unit, RetentionOrder(kind=Kind.HOURLY, days=31, actor=PRIYA), NOW))
    for work in (
        lambda: store.write(lambda unit: set_retention(unit, RetentionOrder(kind=Kind.RAW, days=5, actor=DANA), NOW)),
        lambda: maintain(store, DANA, NOW),
    ):
        with pytest.raises(Refused):
            work()
