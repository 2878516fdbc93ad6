"""Saved views while events arrive a piece at a time: each flips with the very event, and the very moment, that its rule names."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from store.moments import MINUTE_MS, from_ms, to_ms
from store.opening import Store
from store.reader import Params, Reader, Row
from store.reads.facts import read_facts
from store.reads.tokens import Question, count, lines, page
from store.reads.usage import freshness
from store.rows import TokenKey
from store.rules.usage import Outcome, minutes_24h
from store.usage.events import Event
from store.usage.facts import UsageFact, set_facts
from store.usage.freshness import freshen
from store.usage.importing import import_usage
from store.usage.saving import save_tally
from store.usage.tally import Tally
from store.usage.windows import move_windows
from tests.conftest import NOW
from tests.gateway_logs import event_line, put_tokens
from tests.making import revoke_token

KEY = TokenKey(("ACME", "T01"))
MS = timedelta(milliseconds=1)


def arrive(store: Store, now: datetime, *moments: datetime, outcome: Outcome = Outcome.VALID, address: str = "10.0.0.1") -> None:
    """Save one piece of events of the token, as an importer or a gateway does."""
    tally = Tally()
    tally.extend([KEY] * len(moments), [Event(to_ms(at), KEY[1], outcome, address=address) for at in moments])
    store.write(lambda unit: save_tally(unit, tally, now))
    freshen(store, [KEY], now)


def holds(store: Store, view: str, now: datetime) -> bool:
    """Say whether the token is in a view at a moment; the list and its count must agree."""
    with store.reading() as reader:
        listed = [row.key for row in page(reader, Question(view), now, 50, month=False).rows]
        assert count(reader, Question(view), now) == len(listed)
    return KEY in listed


def test_high_volume_begins_with_request_10_001_and_ends_as_the_window_moves_on(store: Store) -> None:
    put_tokens(store, KEY)
    store.write(lambda unit: move_windows(unit, NOW))
    oldest = from_ms(minutes_24h(to_ms(NOW)).first * MINUTE_MS)
    arrive(store, NOW, *[oldest - MS] * 5_000)
    for _ in range(4):
        arrive(store, NOW, *[oldest] * 1_000, *[NOW] * 1_500)
        assert not holds(store, "high-volume", NOW)
    arrive(store, NOW, NOW)
    assert holds(store, "high-volume", NOW)
    minute_ends = from_ms((to_ms(NOW) // MINUTE_MS + 1) * MINUTE_MS)
    assert holds(store, "high-volume", minute_ends - MS)
    assert not holds(store, "high-volume", minute_ends)
    # The window has let 4,000 go; so many more and one are needed, whether the kept counters were moved or not.
    arrive(store, minute_ends, *[minute_ends] * 3_999)
    assert not holds(store, "high-volume", minute_ends)
    store.write(lambda unit: move_windows(unit, minute_ends))
    assert not holds(store, "high-volume", minute_ends)
    arrive(store, minute_ends, minute_ends)
    assert holds(store, "high-volume", minute_ends)


@pytest.mark.parametrize(("later", "statements"), [(-1, 2), (0, 1), (1, 2), (59, 2), (60, 2), (61, 2), (600, 2), (1_500, 2)])
def test_a_list_shows_the_exact_requests_of_24_hours_however_long_ago_the_counters_were_moved(
    store: Store, later: int, statements: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_tokens(store, KEY)
    store.write(lambda unit: move_windows(unit, NOW))
    moments = [NOW - timedelta(minutes=7 * number) for number in range(230)]
    arrive(store, NOW, *moments)
    now, asked = NOW + timedelta(minutes=later), list[str]()
    first = from_ms(minutes_24h(to_ms(now)).first * MINUTE_MS)
    with store.reading() as reader:
        run = reader.rows

        def rows(_: Reader, sql: str, params: Params | None = None) -> list[Row]:
            asked.append(sql)
            return run(sql, params)

        monkeypatch.setattr(type(reader), "rows", rows)
        [row] = lines(reader, Question("all"), now, 50).rows
    assert row.requests_24h == sum(first <= at < now + timedelta(minutes=1) for at in moments)
    assert len(asked) == (2 if store.address.is_sqlite else statements)


def test_knocking_begins_with_a_refusal_of_a_dead_token_and_lasts_168_hours(store: Store) -> None:
    put_tokens(store, KEY)
    hour = NOW.replace(minute=0, second=0, microsecond=0)
    revoke_token(store, KEY, now=hour)
    arrive(store, hour, hour)
    assert not holds(store, "knocking", hour)
    last = hour + timedelta(hours=1) - MS
    arrive(store, last, last, outcome=Outcome.REVOKED)
    assert holds(store, "knocking", last)
    assert holds(store, "knocking", hour + timedelta(hours=168) - MS)
    assert not holds(store, "knocking", hour + timedelta(hours=168))
    arrive(store, hour + timedelta(hours=168), hour + MS, outcome=Outcome.REVOKED)
    assert not holds(store, "knocking", hour + timedelta(hours=168))
    arrive(store, hour + timedelta(hours=168), last + MS, outcome=Outcome.REVOKED)
    assert holds(store, "knocking", hour + timedelta(hours=168))


def test_a_live_token_that_is_refused_does_not_knock(store: Store) -> None:
    put_tokens(store, KEY)
    arrive(store, NOW, NOW - MS, outcome=Outcome.INSUFFICIENT_SCOPE)
    assert not holds(store, "knocking", NOW)
    revoke_token(store, KEY, now=NOW)
    assert holds(store, "knocking", NOW)


def test_silence_begins_after_the_fourth_missed_day_once_five_intervals_are_known(store: Store) -> None:
    put_tokens(store, KEY)
    days = [NOW - timedelta(days=number) for number in range(5, -1, -1)]
    for day in days[:-1]:
        arrive(store, day, day)
        assert not holds(store, "silent", day + timedelta(days=60))
    arrive(store, days[-1], days[-1])
    due = days[-1] + timedelta(days=4)
    assert not holds(store, "silent", due)
    assert holds(store, "silent", due + MS)
    arrive(store, due + MS, due + MS)
    assert not holds(store, "silent", due + MS)


def test_a_late_event_of_the_past_ends_no_silence(store: Store) -> None:
    put_tokens(store, KEY)
    for number in range(6, -1, -1):
        arrive(store, NOW - timedelta(days=number), NOW - timedelta(days=number))
    later = NOW + timedelta(days=5)
    assert holds(store, "silent", later)
    arrive(store, later, NOW - timedelta(hours=1))
    assert holds(store, "silent", later)


@pytest.mark.parametrize("outcome", [Outcome.VALID, Outcome.INSUFFICIENT_SCOPE])
def test_never_used_ends_with_the_first_event_and_is_not_said_of_tokens_older_than_the_tracking(
    store: Store, outcome: Outcome
) -> None:
    put_tokens(store, KEY, created_at=NOW - timedelta(days=30))
    store.write(lambda unit: set_facts(unit, {UsageFact.TRACKING_SINCE: to_ms(NOW - timedelta(days=30) + MS)}))
    assert not holds(store, "never-used", NOW)
    store.write(lambda unit: set_facts(unit, {UsageFact.TRACKING_SINCE: to_ms(NOW - timedelta(days=30))}))
    assert holds(store, "never-used", NOW)
    arrive(store, NOW, NOW, outcome=outcome)
    assert not holds(store, "never-used", NOW)


def test_a_new_address_is_the_second_one_and_stays_new_for_seven_days(store: Store) -> None:
    put_tokens(store, KEY)
    first, week = NOW - timedelta(days=1), timedelta(days=7)
    arrive(store, first, first, address="10.0.0.1")
    assert not holds(store, "new-address", first)
    arrive(store, NOW, NOW, address="10.0.0.2")
    assert holds(store, "new-address", NOW)
    arrive(store, NOW, NOW + timedelta(days=6), address="10.0.0.1")
    assert holds(store, "new-address", NOW + week - MS)
    assert not holds(store, "new-address", NOW + week)


def test_an_address_that_turns_out_to_be_older_is_no_longer_new(store: Store) -> None:
    put_tokens(store, KEY)
    arrive(store, NOW, NOW - timedelta(days=1), address="10.0.0.1")
    arrive(store, NOW, NOW, address="10.0.0.2")
    arrive(store, NOW, NOW - timedelta(days=9), address="10.0.0.2")
    assert holds(store, "new-address", NOW), "now the other one is the newer: it was first seen a day ago"
    arrive(store, NOW, NOW - timedelta(days=8), address="10.0.0.1")
    assert not holds(store, "new-address", NOW)


def test_how_far_events_are_ahead_of_the_clock_follows_the_newest_of_them(store: Store) -> None:
    put_tokens(store, KEY)
    arrive(store, NOW, NOW)
    assert ahead_s(store) == 0
    arrive(store, NOW, NOW + timedelta(minutes=4))
    assert ahead_s(store) == 240
    arrive(store, NOW, NOW - MS)
    assert ahead_s(store) == 240, "an older log that comes in later says nothing about it"
    arrive(store, NOW + MS, NOW)
    assert ahead_s(store) == 0


def test_the_log_whose_clock_is_wrong_is_named_the_worst_first(store: Store, tmp_path: Path) -> None:
    put_tokens(store, KEY)

    def read(name: str, at: datetime, now: datetime = NOW) -> tuple[int, str]:
        log = tmp_path / name
        with log.open("a") as file:
            file.write(event_line(at, KEY[1]) + "\n")
        import_usage(store, [log], now=now)
        with store.reading() as reader:
            told = freshness(reader)
            assert read_facts(reader).freshness.ahead_from == told.ahead_from
        return told.ahead_s, Path(told.ahead_from).name

    assert read("right.log", NOW) == (0, "")
    assert read("fast.log", NOW + timedelta(minutes=4)) == (240, "fast.log")
    assert read("faster.log", NOW + timedelta(minutes=9)) == (540, "faster.log")
    assert read("right.log", NOW + MS, NOW + MS) == (540, "faster.log"), "another log that is on time says nothing about it"
    later = NOW + timedelta(minutes=10)
    assert read("faster.log", later, later) == (240, "fast.log")
    later += timedelta(days=1, minutes=1)
    assert read("right.log", later, later) == (0, ""), "a log that brings nothing any more is let go after a day"


def ahead_s(store: Store) -> int:
    """Return what is told of it by a read, which the store says too when it is opened anew."""
    with store.reading() as reader:
        told = freshness(reader).ahead_s
        assert read_facts(reader).freshness.ahead_s == told
    return told
