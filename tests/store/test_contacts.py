"""Who to call: what happens to each token, since when and how often is what its own requests say; on both databases."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from store.contact_rows import CALLED_ABOUT, Contact, Person
from store.opening import Store
from store.reads.contacts import KEPT, SHOWN, contacts
from store.reads.tokens import Question, page
from store.rows import TokenKey
from store.rules.status import refused_since_end
from store.rules.usage import Outcome
from store.usage.tally import MOST_REQUESTS
from store.writes.people import MemberFacts
from tests.benchmarks.recording import bad_plans, statements_of
from tests.conftest import NOW
from tests.random_store import fill_random
from tests.rowmaker import Use, put_people, put_tokens, put_usage, track_since
from tests.scenario import REVOKED_AT, fill_scenario, key_of
from tests.store.test_query_plans import fill


def read(store: Store) -> dict[tuple[str, TokenKey], Contact]:
    with store.reading() as reader:
        return {(one.finding, one.token.key): one for one in contacts(reader, NOW)}


def test_a_dead_token_that_is_called_says_why_since_when_and_how_often(store: Store) -> None:
    fill_scenario(store)
    found = read(store)["knocking", key_of("T12")]
    assert (found.times, found.more, found.about) == (611, False, "EXPIRED")
    assert f"{found.since:%Y-%m-%d} {found.latest:%Y-%m-%d %H:%M}" == "2026-03-10 2026-03-15 08:30"
    assert found.people == (Person("leo", "Leo", owner=True, admin=True),)


def test_a_call_accepted_after_the_revocation_is_told_with_its_count(store: Store) -> None:
    fill_scenario(store)
    found = read(store)["used-after-revoke", key_of("T13")]
    assert (found.times, found.more, found.since) == (1, False, REVOKED_AT)
    assert found.latest == REVOKED_AT + timedelta(seconds=21)


def test_more_accepted_calls_than_are_kept_are_told_as_at_least_so_many(store: Store) -> None:
    fill_scenario(store)
    late = [REVOKED_AT + timedelta(minutes=30, seconds=number) for number in range(KEPT + 50)]
    put_usage(store, [Use(key_of("T13"), at) for at in late])
    found = read(store)["used-after-revoke", key_of("T13")]
    assert KEPT == MOST_REQUESTS
    assert found.more
    assert 0 < found.times <= KEPT


def test_a_new_address_is_named_with_its_requests_and_a_silent_token_with_its_rhythm(store: Store) -> None:
    put_people(store, {"NEW": "New Ltd"}, [MemberFacts("NEW", "ann@new.example", "Ann", admin=True), MemberFacts("NEW", "bob")])
    track_since(store, NOW - timedelta(days=200))
    made = NOW - timedelta(days=100)
    rows = [
        {
            "account_id": "NEW", "id": id_, "name": id_, "created_at": made, "expires_at": NOW + timedelta(days=50),
            "owner_id": owner, "owner_active": owner is not None,
        }
        for id_, owner in (("moved", "bob"), ("quiet", None))
    ]  # fmt: skip
    put_tokens(store, rows, made)
    moved, quiet = TokenKey(("NEW", "moved")), TokenKey(("NEW", "quiet"))
    daily = [NOW.replace(hour=6) - timedelta(days=day) for day in range(20, 60)]
    uses = [Use(moved, NOW - timedelta(days=day), address="192.0.2.1") for day in range(1, 30)]
    uses += [Use(moved, NOW - timedelta(hours=hour), address="203.0.113.9") for hour in (5, 3, 1)]
    uses += [Use(quiet, at, address="192.0.2.2") for at in daily]
    put_usage(store, sorted(uses, key=lambda use: use.at))
    found = read(store)
    new = found["new-address", moved]
    assert (new.about, new.times, new.since) == ("203.0.113.9", 3, NOW - timedelta(hours=5))
    assert [(person.name, person.owner, person.email) for person in new.people] == [
        ("bob", True, ""),
        ("Ann", False, "ann@new.example"),
    ]
    silent = found["silent", quiet]
    assert silent.rhythm is not None
    assert silent.since == NOW.replace(hour=6) - timedelta(days=19)
    assert [person.name for person in silent.people] == ["Ann"]


def test_somebody_who_has_left_is_not_called(store: Store) -> None:
    put_people(store, {"OLD": "Old Ltd"}, [MemberFacts("OLD", "eve", "Eve", admin=True, active=False)])
    gone = {"revoked_at": NOW - timedelta(days=1), "revoked_by": "priya", "closed": True, "owner_id": "eve"}
    put_tokens(store, [{"account_id": "OLD", "id": "gone", "created_at": NOW - timedelta(days=9), **gone}])
    key = TokenKey(("OLD", "gone"))
    put_usage(store, [Use(key, NOW - timedelta(hours=1), Outcome.REVOKED)])
    assert read(store)["knocking", key].people == ()


def test_a_refusal_before_the_end_is_nobody_calling_a_dead_token(store: Store) -> None:
    put_people(store, {"OLD": "Old Ltd"}, [])
    ended = NOW - timedelta(minutes=20)
    for id_ in ("quiet", "called"):
        gone = {"revoked_at": ended, "revoked_by": "priya", "closed": True}
        put_tokens(store, [{"account_id": "OLD", "id": id_, "created_at": NOW - timedelta(days=9), **gone}])
    quiet, called = TokenKey(("OLD", "quiet")), TokenKey(("OLD", "called"))
    before = [NOW - timedelta(hours=30), ended - timedelta(minutes=2), ended - timedelta(milliseconds=1)]
    uses = [Use(key, at, Outcome.RATE_LIMITED) for key in (quiet, called) for at in before]
    uses += [Use(called, at, Outcome.REVOKED) for at in (ended, ended + timedelta(minutes=9))]
    put_usage(store, sorted(uses, key=lambda use: use.at))
    with store.reading() as reader:
        assert {row.key for row in page(reader, Question("knocking"), NOW, 10).rows} == {quiet, called}
    found = read(store)
    assert ("knocking", quiet) not in found
    assert (found["knocking", called].times, found["knocking", called].more) == (2, False)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_finding_has_the_first_tokens_of_its_view_and_no_others(store: Store, seed: int) -> None:
    fill_random(store, seed, 60)
    found = read(store)
    with store.reading() as reader:
        for finding in CALLED_ABOUT:
            rows = page(reader, Question(finding), NOW, 1_000).rows
            held = {row.key for row in rows if finding != "knocking" or refused_since_end(row.moments, row.last_denied_at, NOW)}
            told = {key for about, key in found if about == finding}
            assert told <= held
            assert len(told) == min(SHOWN, len(held))
            if finding == "silent":
                since = {
                    row.key: row.silent_after for row in page(reader, Question(finding), NOW, 1_000).rows if row.silent_after
                }
                latest = sorted(since.values(), reverse=True)[:SHOWN]
                assert sorted((since[key] for key in told), reverse=True) == latest


def test_whom_to_call_is_found_through_indexes_in_a_large_store(store: Store) -> None:
    fill(store)
    put_usage(store, [Use(TokenKey((f"a{n:04}", f"t{n:05}")), NOW - timedelta(hours=3), Outcome.EXPIRED) for n in range(1, 400)])
    if store.address.is_sqlite:
        store.write(lambda unit: unit.run("ANALYZE"))
    else:
        with psycopg.connect(store.address.conninfo, autocommit=True) as server:
            server.execute("VACUUM ANALYZE")
    sent = statements_of(store, lambda reader: contacts(reader, NOW))
    assert sent
    for statement in sent:
        small = ("Seq Scan on usage", "USE TEMP B-TREE FOR GROUP BY" if "usage_reason" in statement.sql else "-")
        ordered = (
            {"USE TEMP B-TREE FOR ORDER BY"} if "token_address" in statement.sql or "usage_reason" in statement.sql else set()
        )
        bad = [line for line in bad_plans(store, statement) if not line.startswith(small) and line not in ordered]
        assert not bad, f"{bad}\n{statement.sql}"
        assert statement.rows <= KEPT
