"""What is read about one token's use: series, requests, addresses, reasons, and how far that is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from store.opening import Store
from store.reads.tokens import token
from store.reads.usage import account_hours, addresses, days, freshness, hours, reasons, requests, rhythm, year
from tests.conftest import NOW
from tests.scenario import TRACKING_SINCE, fill_scenario, key_of


def test_series_add_up_to_the_numbers_of_the_row(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        for short in ("T01", "T08", "T12", "T13", "C01", "T14"):
            row = token(reader, key_of(short), NOW)
            month = days(reader, key_of(short), NOW, 30)
            assert row is not None
            assert sum(month.requests) == row.requests_30d
            assert len(month.requests) == len(month.refused) == 30
        assert month.start == datetime(2026, 2, 14, 10, tzinfo=UTC)


def test_the_last_step_is_the_one_under_way(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        day = hours(reader, key_of("T05"), NOW, 24)
        later = hours(reader, key_of("T05"), NOW + timedelta(hours=1), 24)
    assert day.start == datetime(2026, 3, 15, 10, tzinfo=UTC)
    assert (day.step_s, day.requests[-4], sum(day.requests)) == (3_600, 1, 3)
    assert later.requests == (*day.requests[1:], 0)


def test_refusals_are_counted_among_the_requests(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        week = days(reader, key_of("T12"), NOW, 7)
        why = reasons(reader, key_of("T12"), NOW)
        both = reasons(reader, key_of("T13"), NOW)
    assert sum(week.refused) == 611
    assert [(reason.outcome, reason.refused) for reason in why] == [("EXPIRED", 611)]
    assert why[0].since == datetime(2026, 3, 10, tzinfo=UTC)
    assert [(reason.outcome, reason.refused) for reason in both] == [("REVOKED", 12)]


def test_requests_come_newest_first_and_no_more_than_asked_for(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        found = requests(reader, key_of("T13"), 14)
        assert requests(reader, key_of("T14"), 5) == ()
    assert [request.outcome for request in found] == ["REVOKED"] * 12 + ["VALID"] * 2
    assert found[11].at == datetime(2026, 3, 14, 12, 0, 24, tzinfo=UTC)
    assert found[12].at == datetime(2026, 3, 14, 12, 0, 21, tzinfo=UTC)
    assert (found[0].status, found[0].agent, found[0].method, found[0].latency_ms) == (401, "delt-app/1.0", "GET", None)


def test_addresses_come_latest_first(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        (only,) = addresses(reader, key_of("T08"))
    assert (only.address, only.requests, only.last_seen_at) == ("203.0.113.8", 10_001, datetime(2026, 3, 16, 8, 59, tzinfo=UTC))


def test_freshness_says_how_far_usage_is_known(store: Store) -> None:
    with store.reading() as reader:
        assert freshness(reader).recorded_to is None
    fill_scenario(store)
    with store.reading() as reader:
        known = freshness(reader)
    assert (known.recorded_to, known.tracking_since) == (datetime(2026, 3, 16, 8, 59, tzinfo=UTC), TRACKING_SINCE)


def test_the_year_holds_every_request_in_weeks_that_end_today(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        for short, many in (("T12", 651), ("T08", 10_001), ("T04", 1), ("T14", 0)):
            weeks = year(reader, key_of(short), NOW)
            assert (len(weeks.requests), sum(weeks.requests), weeks.step_s) == (52, many, 7 * 86_400)
        refused = year(reader, key_of("T12"), NOW).refused
    assert (sum(refused), refused[-1] + refused[-2]) == (611, 611)


def test_an_account_s_hours_are_those_of_all_its_tokens(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        for account, shorts in (
            ("ACME", ("T01", "T06", "T10", "T11")),
            ("CRUX", ("T08", "T09", *[f"C{n:02}" for n in range(1, 10)])),
        ):
            own = [hours(reader, key_of(short), NOW, 24).requests for short in shorts]
            assert account_hours(reader, account, NOW, 24).requests == tuple(map(sum, zip(*own, strict=True)))
        whole = sum(account_hours(reader, "", NOW, 24).requests)
        assert whole == sum(sum(account_hours(reader, account, NOW, 24).requests) for account in ("ACME", "BOLT", "CRUX", "DELT"))
    assert whole > 20_000


def test_a_rhythm_is_read_back_and_missing_where_there_is_none(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        found = rhythm(reader, key_of("T06"))
        assert found is not None
        assert found.proven
        assert rhythm(reader, key_of("T04")) is None
