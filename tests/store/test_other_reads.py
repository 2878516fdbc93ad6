"""What is read around a token: its audit lines, its lineage and siblings, its account, scopes, and the views' numbers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.opening import Store
from store.reads.accounts import account, account_line, account_lines, accounts, members, people
from store.reads.audit import head, lines
from store.reads.lineage import lineage, siblings
from store.reads.scopes import catalogue, pairs
from store.reads.tokens import Question, count, page, token
from store.reads.views import Count, account_count, counts, counts_of_account, counts_up_to
from store.rows import TokenKey
from store.rules.filters import of_account
from store.rules.scopes import CATALOGUE, RISKY_PAIRS
from store.rules.usage import Outcome
from store.rules.views import VIEWS
from tests.conftest import NOW
from tests.making import MARCO, make_account, make_token, revoke_token
from tests.random_store import fill_random
from tests.rowmaker import Use, put_tokens, put_usage
from tests.scenario import REVOKED_AT, fill_scenario, key_of, shorts


def test_audit_lines_come_newest_first_and_go_on_where_asked(store: Store) -> None:
    make_account(store)
    one, two = make_token(store, "one"), make_token(store, "two")
    proof = revoke_token(store, one.key, MARCO, NOW + timedelta(minutes=5))
    with store.reading() as reader:
        every = lines(reader, limit=10)
        assert [line.seq for line in every] == [3, 2, 1]
        assert [line.action for line in lines(reader, key=one.key, limit=10)] == ["revoke", "issue"]
        assert [line.seq for line in lines(reader, limit=2, before_seq=3)] == [2, 1]
        assert [line.seq for line in lines(reader, actor="marco", limit=9)] == [proof.seq]
        assert [line.seq for line in lines(reader, action="issue", limit=9)] == [2, 1]
        assert [line.seq for line in lines(reader, account="ACME", until=NOW + timedelta(minutes=5), limit=9)] == [2, 1]
        assert [line.seq for line in lines(reader, since=NOW + timedelta(minutes=5), limit=9)] == [3]
        assert lines(reader, case="INC-1", limit=9) == ()
        assert head(reader) == (3, every[0].hash)
    newest = every[0]
    assert (newest.actor, newest.actor_role, newest.reason, newest.token_name) == ("marco", "admin", "test", "one")
    assert (newest.scopes, newest.at, newest.token_id) == (("orders.read",), NOW + timedelta(minutes=5), one.key[1])
    assert every[1].token_id == two.key[1]


def test_an_empty_log_has_a_head_of_zeros(store: Store) -> None:
    with store.reading() as reader:
        assert head(reader) == (0, "0" * 64)


def test_audit_lines_are_found_by_case(store: Store) -> None:
    make_account(store)
    put_tokens(store, [{"account_id": "ACME", "id": f"k{n}", "created_at": NOW, "case": f"INC-{n % 2}"} for n in range(3)])
    with store.reading() as reader:
        assert [line.token_id for line in lines(reader, case="INC-0", limit=9)] == ["k2", "k0", None]  # opened by k0


def test_a_lineage_is_told_from_the_oldest_on(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        assert shorts(lineage(reader, key_of("T11"), NOW)) == ["T10", "T11"]
        assert shorts(lineage(reader, key_of("T10"), NOW)) == ["T10", "T11"]
        assert shorts(lineage(reader, key_of("T01"), NOW)) == ["T01"]
        assert lineage(reader, TokenKey(("ACME", "none")), NOW) == ()
        assert shorts(lineage(reader, key_of("T10"), NOW - timedelta(days=7), past=True)) == ["T10"]


def test_a_lineage_that_bites_its_tail_ends(store: Store) -> None:
    make_account(store)
    ring = [{"account_id": "ACME", "id": f"k{n}", "replaces": f"k{(n + 1) % 3}", "created_at": NOW} for n in range(3)]
    put_tokens(store, ring)
    with store.reading() as reader:
        assert {row.id for row in lineage(reader, TokenKey(("ACME", "k0")), NOW)} == {"k0", "k1", "k2"}


def test_siblings_are_live_and_can_do_the_same(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        assert shorts(siblings(reader, key_of("T01"), NOW)) == ["T02", "T10", "T11"]
        assert shorts(siblings(reader, key_of("T06"), NOW)) == []
        assert "T12" not in shorts(siblings(reader, key_of("T05"), NOW))
        assert shorts(siblings(reader, key_of("T01"), NOW + timedelta(days=2))) == ["T02", "T11"]


def test_accounts_count_their_live_tokens(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        found = {one.id: one.live_tokens for one in accounts(reader, NOW, 10)}
        assert found == {"ACME": 6, "BOLT": 5, "CRUX": 11, "DELT": 10}
        assert [one.id for one in accounts(reader, NOW, 2, after="BOLT")] == ["CRUX", "DELT"]
        assert [one.id for one in accounts(reader, NOW, 9, text="cRu")] == ["CRUX"]
        one = account(reader, "CRUX", NOW)
        assert one is not None
        assert (one.name, one.live_tokens) == ("Crux", 11)
        assert account(reader, "none", NOW) is None
        people = members(reader, "ACME")
        assert [(member.id, member.active) for member in people] == [("mia", True), ("raj", False)]
        assert [member.id for member in members(reader, "ACME", active_only=True)] == ["mia"]


def test_the_catalogue_is_the_store_s_own(store: Store) -> None:
    with store.reading() as reader:
        assert catalogue(reader) == {scope.name: scope for scope in CATALOGUE}
        assert set(pairs(reader)) == set(RISKY_PAIRS)


def test_every_view_is_counted_at_once(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        found = counts(reader, NOW)
        capped = counts_up_to(reader, NOW, 4)
        before = counts(reader, REVOKED_AT - timedelta(seconds=1), past=True)
        assert account_count(reader, NOW) == 1
    assert (found["live"], found["unused-90d"], found["sprawl"], found["high-volume"], found["all"]) == (32, 3, 1, 1, 34)
    assert (capped["live"], capped["unused-90d"]) == (Count(4, True), Count(3))
    assert (capped["unrotated-90d"], capped["expiring-7d"]) == (Count(4, True), Count(2))
    assert (capped["sprawl"], capped["high-volume"]) == (Count(1), Count(1))
    assert (before["used-after-revoke"], before["live"]) == (0, 32)


def test_every_view_is_counted_as_its_list_is(store: Store) -> None:
    fill_random(store, 11, many=60)
    with store.reading() as reader:
        found = counts(reader, NOW)
        capped = counts_up_to(reader, NOW, 1_000)
        for view in VIEWS:
            if view.by_account:
                rows = page(reader, Question(view.name), NOW, 100, month=False).rows
                assert found[view.name] == len({row.account_id for row in rows})
            else:
                assert found[view.name] == count(reader, Question(view.name), NOW), view.name
            assert capped[view.name] == Count(found[view.name]), view.name


def test_one_account_is_read_as_the_list_reads_it(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        assert [account_line(reader, one.id, NOW) for one in account_lines(reader, NOW, 9)] == list(account_lines(reader, NOW, 9))
        assert account_line(reader, "none", NOW) is None
        assert [(one.member.id, one.owns, one.made) for one in people(reader, "ACME", NOW)] == [("mia", 6, 5), ("raj", 0, 1)]


@pytest.mark.parametrize("minute", [0, 1, 30, 59])
def test_an_account_s_24_hours_are_those_of_its_tokens_to_the_minute(store: Store, minute: int) -> None:
    fill_scenario(store)
    now, tick, moment = NOW.replace(minute=minute, second=30), timedelta(milliseconds=1), timedelta(minutes=1)
    first = now.replace(second=0) - 1_439 * moment
    ends = [first - tick, first, first + moment, first + 59 * moment, first + 61 * moment, now - moment, now, now + 3 * moment]
    refused = [Use(key_of("T08"), at, Outcome.REVOKED) for at in ends]
    put_usage(store, [*(Use(key_of("T01"), at) for at in ends), *refused], now)
    with store.reading() as reader:
        for line in account_lines(reader, now, 9):
            own = reader.rows("SELECT id FROM token WHERE account_id = :account", {"account": line.id})
            rows = [row for [one] in own if (row := token(reader, TokenKey((line.id, one)), now)) is not None]
            assert line.requests_24h == sum(row.requests_24h for row in rows) > 0
    late = now + timedelta(hours=25)
    with store.reading() as reader:
        [line] = [one for one in account_lines(reader, late, 9) if one.id == key_of("T08")[0]]
    assert (line.requests_24h, line.refused_24h) == (0, 0)


def test_one_account_is_counted_as_its_lists_are(store: Store) -> None:
    fill_random(store, 12, many=60)
    with store.reading() as reader:
        for account_id in ("ACME", "init\\ech", "none"):
            found = counts_of_account(reader, account_id, NOW)
            for view in VIEWS:
                assert found[view.name] == count(reader, Question(view.name, of_account(account_id)), NOW), (
                    account_id,
                    view.name,
                )
