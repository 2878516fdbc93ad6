"""The token rows' kept counters, rhythm and newest address, and what becomes of them as time passes."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from store.moments import HOUR_MS, MINUTE_MS, to_ms
from store.opening import Store
from store.rules.usage import hours_30d, minutes_24h
from store.usage.importing import import_usage
from store.usage.windows import count_anew, move_windows
from tests.conftest import NOW
from tests.gateway_logs import busy_lines, contents, event_line, put_tokens, token_row, write_log

KEYS = (("ACME", "T01"), ("ACME", "T02"), ("BOLT", "T05"))
TOKENS = ("T01", "T02", "T05")


def exact(store: Store, account: str, token: str, now: datetime) -> tuple[int, int]:
    """Count a token's requests of the last 24 hours and 30 days from the recorded steps."""
    day, month = minutes_24h(to_ms(now)), hours_30d(to_ms(now))
    held = contents(store, ("usage_minute", "usage_hour"))
    minutes = [row for row in held["usage_minute"] if row[1:3] == (account, token)]
    hours = [row for row in held["usage_hour"] if row[1:3] == (account, token)]
    return (
        sum(row[3] for row in minutes if day.first <= row[0] <= day.last),
        sum(row[3] for row in hours if month.first <= row[0] <= month.last),
    )


def kept(store: Store, account: str, token: str) -> tuple[int, int]:
    row = token_row(store, account, token)
    return row["requests_24h"], row["requests_30d"]


def read(store: Store, path: Path, lines: list[str], now: datetime = NOW) -> None:
    import_usage(store, [write_log(path, lines)], now=now, piece_lines=60)


def test_kept_counters_are_exact_at_a_flush_and_never_too_low_later(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    read(store, tmp_path / "a", [*busy_lines(TOKENS), event_line(NOW + timedelta(hours=3), "T01")])
    for key in KEYS:
        for hours in (0, 1, 3, 5, 23, 24, 30, 24 * 29, 24 * 31):
            day, month = exact(store, *key, NOW + timedelta(hours=hours))
            assert kept(store, *key)[0] >= day
            assert kept(store, *key)[1] >= month
    assert kept(store, "ACME", "T02") == exact(store, "ACME", "T02", NOW)


@pytest.mark.parametrize("hours", [1, 5, 23, 25, 24 * 3, 24 * 29, 24 * 31, 24 * 70, -1, -30])
def test_counters_of_tokens_that_fell_quiet_decay_at_the_next_import(store: Store, tmp_path: Path, hours: int) -> None:
    put_tokens(store, *KEYS)
    read(store, tmp_path / "a", busy_lines(TOKENS))
    now = NOW + timedelta(hours=hours)
    read(store, tmp_path / "b", [event_line(now, "T05")], now)
    if hours > -1:
        assert [kept(store, *key) for key in KEYS] == [exact(store, *key, now) for key in KEYS]
    else:
        assert all(kept(store, *key) >= exact(store, *key, now) for key in KEYS)


def test_a_request_in_the_oldest_minute_of_the_window_counts_and_one_before_it_does_not(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    first = minutes_24h(to_ms(NOW)).first * MINUTE_MS
    edge = NOW - timedelta(milliseconds=to_ms(NOW) - first)
    lines = [event_line(edge, "T01"), event_line(edge - timedelta(milliseconds=1), "T01")]
    read(store, tmp_path / "a", lines)
    assert kept(store, "ACME", "T01") == (1, 2)
    store.write(lambda unit: move_windows(unit, NOW + timedelta(minutes=1)))
    assert kept(store, "ACME", "T01") == (0, 2)


def test_the_thirty_days_move_in_whole_hours(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    first = hours_30d(to_ms(NOW)).first * HOUR_MS
    edge = NOW - timedelta(milliseconds=to_ms(NOW) - first)
    read(store, tmp_path / "a", [event_line(edge, "T01"), event_line(edge - timedelta(milliseconds=1), "T01")])
    assert kept(store, "ACME", "T01") == (0, 1)
    store.write(lambda unit: move_windows(unit, NOW + timedelta(minutes=59)))
    assert kept(store, "ACME", "T01") == (0, 1)
    store.write(lambda unit: move_windows(unit, NOW + timedelta(minutes=60)))
    assert kept(store, "ACME", "T01") == (0, 0)


def test_counting_anew_gives_what_the_steps_hold(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    read(store, tmp_path / "a", busy_lines(TOKENS))
    before = [kept(store, *key) for key in KEYS]
    store.write(lambda unit: unit.run("UPDATE token SET requests_24h = 7, requests_30d = 9") and None)
    store.write(lambda unit: count_anew(unit, NOW))
    assert [kept(store, *key) for key in KEYS] == before


def test_a_clock_a_few_minutes_behind_moves_no_window_back(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    read(store, tmp_path / "a", busy_lines(TOKENS))
    facts = dict(contents(store, ("fact",))["fact"])
    store.write(lambda unit: move_windows(unit, NOW - timedelta(minutes=5)))
    assert dict(contents(store, ("fact",))["fact"]) == facts


def test_a_token_with_a_rhythm_is_silent_after_four_intervals(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    daily = [event_line(NOW - timedelta(days=day, hours=2), "T01") for day in range(9, -1, -1)]
    five_times = [event_line(NOW - timedelta(hours=hour), "T02") for hour in range(5, 0, -1)]
    read(store, tmp_path / "a", [*daily, *five_times])
    last = NOW - timedelta(hours=2)
    assert token_row(store, "ACME", "T01")["silent_after"] == to_ms(last + timedelta(days=4))
    assert token_row(store, "ACME", "T02")["silent_after"] is None


def test_a_rhythm_is_found_among_more_requests_than_are_kept(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    nightly = [
        event_line(NOW - timedelta(days=night, hours=7, seconds=second), "T01")
        for night in range(40, 0, -1)
        for second in range(230, 0, -1)
    ]
    read(store, tmp_path / "a", nightly)
    last = NOW - timedelta(days=1, hours=7, seconds=1)
    assert token_row(store, "ACME", "T01")["silent_after"] == to_ms(last + timedelta(days=4))


def test_a_quarterly_rhythm_is_known_after_six_quarters(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    lines = [event_line(NOW - timedelta(days=91 * quarter), "T01") for quarter in range(5, -1, -1)]
    read(store, tmp_path / "a", [*lines, event_line(NOW - timedelta(days=460), "T02")])
    assert token_row(store, "ACME", "T01")["silent_after"] == to_ms(NOW + timedelta(days=4 * 91))


def test_the_rhythm_is_the_same_when_many_tokens_are_read_in_one_sweep(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_tokens(store, *KEYS)
    nightly = [
        event_line(NOW - timedelta(days=night, seconds=second), "T01")
        for night in range(40, -1, -1)
        for second in range(9, 0, -1)
    ]
    read(store, tmp_path / "a", [*nightly, *busy_lines(("T02", "T05"))])
    looked_up = [token_row(store, *key)["silent_after"] for key in KEYS]
    monkeypatch.setattr("store.usage.freshness._SCAN_FROM", 0)
    later = [event_line(NOW - timedelta(seconds=1), token) for token in TOKENS]
    read(store, tmp_path / "b", later)
    swept = [token_row(store, *key)["silent_after"] for key in KEYS]
    assert None not in looked_up
    assert [after - token_row(store, *key)["last_used_at"] for after, key in zip(swept, KEYS, strict=True)] == [
        4 * 24 * HOUR_MS, 4 * HOUR_MS, 4 * HOUR_MS,
    ]  # fmt: skip


def test_an_address_is_new_when_it_is_not_the_first_the_token_was_seen_with(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    first, second = NOW - timedelta(days=9), NOW - timedelta(days=3)
    read(store, tmp_path / "a", [event_line(first, "T01", ip="10.0.0.1"), event_line(NOW, "T01", ip="10.0.0.1")])
    assert token_row(store, "ACME", "T01")["new_address_at"] is None
    lines = [event_line(second, "T01", ip="10.0.0.2"), event_line(NOW, "T01", ip="10.0.0.2")]
    read(store, tmp_path / "b", lines)
    assert token_row(store, "ACME", "T01")["new_address_at"] == to_ms(second)


def test_an_older_log_read_later_makes_an_address_less_new(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    old, older = NOW - timedelta(days=100), NOW - timedelta(days=200)
    lines = [event_line(NOW - timedelta(days=2), "T01", ip="10.0.0.1"), event_line(NOW, "T01", ip="10.0.0.2")]
    read(store, tmp_path / "b", lines)
    assert token_row(store, "ACME", "T01")["new_address_at"] == to_ms(NOW)
    lines = [event_line(older, "T01", ip="10.0.0.1"), event_line(old, "T01", ip="10.0.0.2")]
    read(store, tmp_path / "a", lines)
    assert token_row(store, "ACME", "T01")["new_address_at"] == to_ms(old)


def test_what_a_stopped_import_left_undone_is_found_by_the_next(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    hourly = [event_line(NOW - timedelta(hours=hour), "T01", ip=f"10.0.0.{hour}") for hour in range(8, 0, -1)]
    with pytest.raises(KeyboardInterrupt):
        import_usage(store, [write_log(tmp_path / "a", hourly)], now=NOW, progress=stop)
    assert token_row(store, "ACME", "T01")["silent_after"] is None
    read(store, tmp_path / "b", [event_line(NOW, "T05")])
    row = token_row(store, "ACME", "T01")
    assert (row["silent_after"], row["new_address_at"]) == (to_ms(NOW + timedelta(hours=3)), to_ms(NOW - timedelta(hours=1)))


def test_usage_never_touches_the_audit_log(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    before = contents(store, ("audit", "audit_private"))
    read(store, tmp_path / "a", busy_lines(TOKENS))
    assert contents(store, ("audit", "audit_private")) == before
