"""Every saved view is read through its own index: no sorting aside, no walk through the table, whatever the size."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from store.opening import Store
from store.reader import Reader, SqliteReader
from store.reads import usage, verify
from store.reads.blast import blast
from store.reads.questions import ask
from store.reads.tokens import SORTS, Question, Sort, lines, page
from store.reads.views import counts_up_to
from store.rows import TokenKey
from store.rules.views import VIEWS
from store.writes.people import MemberFacts
from tests.benchmarks.recording import statements_of
from tests.conftest import NOW
from tests.rowmaker import Use, put_people, put_tokens, put_usage

only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""PostgreSQL weighs its plans by statistics, and counts no steps."""

USUAL = [name for name, field in SORTS.items() if not field.needs]
PARTIAL = {
    "orphaned": "ix_token_orphaned",
    "high-volume": "ix_token_high_volume",
    "never-expires": "ix_token_never_expires",
    "retiring": "ix_token_retiring",
    "knocking": "ix_token_denied",
    "silent": "ix_token_silent",
    "never-used": "ix_token_never_used",
    "no-owner": "ix_token_no_owner",
    "too-broad": "ix_token_too_broad",
    "new-address": "ix_token_new_address",
    "used-after-revoke": "ix_token_used_after_revoke",
    "expiring-7d": "expires (expires_key>? AND expires_key<?)",  # either of two: SQLite 3.53 takes the one of all tokens
    "unrotated-90d": "ix_token_open_secret",
    "unrotated-180d": "ix_token_open_secret",
    "unused-90d": "ix_token_open_seen",
    "unused-180d": "ix_token_open_seen",
    "live": "ix_token_open_seen",
    "sprawl": "ix_token_open_account",
    "all": "ix_token_seen",
}


def fill(store: Store, many: int = 4_000) -> None:
    """Put in many tokens, a few of them for each view, and let the database learn how many."""
    accounts = {f"a{number:04}": f"Account {number}" for number in range(many // 8)}
    people = [MemberFacts(account, who, active=who == "leo") for account in accounts for who in ("leo", "raj")]
    put_people(store, accounts, people)
    put_tokens(store, [token(number, many) for number in range(many)])
    derived = (
        "UPDATE token SET last_used_at = created_at + 1000 WHERE substr(id, 5, 1) <> '7'",
        "UPDATE token SET requests_24h = 10000 + length(name) WHERE substr(id, 3, 3) = '123'",
        "UPDATE token SET silent_after = created_at, new_address_at = created_at WHERE substr(id, 3, 3) = '234'",
        "UPDATE token SET last_denied_at = created_at + 5000, last_success_at = created_at + 900000000 "
        "WHERE revoked_at IS NOT NULL",
    )
    for statement in (*derived, "ANALYZE"):
        store.write(lambda unit, statement=statement: unit.run(statement))  # type: ignore[misc]


def token(number: int, many: int) -> dict[str, Any]:
    created = NOW - timedelta(days=400) * number / many
    row: dict[str, Any] = {
        "account_id": "a0000" if number % 100 == 0 else f"a{number % (many // 8):04}",
        "id": f"t{number:05}",
        "name": f"token {number * 7919 % many}",
        "owner_id": "raj" if number % 97 == 0 else "leo",
        "owner_active": number % 97 != 0,
        "creator_id": "raj" if number % 89 == 0 else "leo",
        "creator_active": number % 89 != 0,
        "broad": number % 83 == 0,
        "created_at": created,
        "expires_at": None if number % 79 == 0 else created + timedelta(days=300 + number % 365),
    }
    if number % 211 == 0:
        row |= {"retires_at": NOW + timedelta(days=number % 9), "replaced_by": "next"}
    if number % 11 == 0:
        row |= {"revoked_at": created + timedelta(days=1), "revoked_by": "priya", "closed": True}
    return row


def plan(reader: Reader, question: Question, read: Callable[[Reader, Question, datetime, int], object] = page) -> str:
    """Return how the database reads the first page of a question."""
    seen: list[tuple[str, Any]] = []
    rows = reader.rows

    def noting(sql: str, params: Any = None) -> Any:
        seen.append((sql, params))
        return rows(sql, params)

    reader.rows = noting  # type: ignore[method-assign]
    try:
        read(reader, question, NOW, 50)
    finally:
        reader.rows = rows  # type: ignore[method-assign]
    sql, params = next(made for made in seen if "a.name" in made[0])
    return explained(reader, sql, params)


def explained(reader: Reader, sql: str, params: Any) -> str:
    if isinstance(reader, SqliteReader):
        return "\n".join(row[3] for row in reader.rows(f"EXPLAIN QUERY PLAN {sql}", params))
    return "\n".join(row[0] for row in reader.rows(f"EXPLAIN {sql}", params))


@pytest.fixture
def filled(store: Store) -> Store:
    fill(store)
    store.close()
    return store


@pytest.mark.parametrize("read", [page, lines])
def test_each_view_walks_its_own_index(filled: Store, read: Callable[[Reader, Question, datetime, int], object]) -> None:
    with filled.reading() as reader:
        for view in VIEWS:
            found = plan(reader, Question(view.name), read)
            if not isinstance(reader, SqliteReader):
                assert "Seq Scan on token" not in found, f"{view.name}\n{found}"
                continue
            assert PARTIAL[view.name] in found, f"{view.name}\n{found}"
            assert "TEMP B-TREE" not in found, f"{view.name}\n{found}"
            assert "MATERIALIZE" not in found.replace("MATERIALIZE step", "the hours"), f"{view.name}\n{found}"
            for line in found.splitlines():
                allowed = "INDEX" in line or line in ("SCAN step", "SCAN few", "SCAN CONSTANT ROW")
                assert allowed or not line.startswith("SCAN"), f"{view.name}\n{found}"


@only_sqlite
def test_the_usual_sorts_of_long_lists_walk_an_index(filled: Store) -> None:
    with filled.reading() as reader:
        assert isinstance(reader, SqliteReader)
        for view in (None, "live", "unused-90d"):
            for name in USUAL:
                found = plan(reader, Question(view, sort=Sort(name)))
                assert "TEMP B-TREE" not in found, f"{view} by {name}\n{found}"


@only_sqlite
def test_a_list_of_few_tokens_is_sorted_rather_than_looked_for_in_a_long_index(filled: Store) -> None:
    with filled.reading() as reader:
        assert isinstance(reader, SqliteReader)
        for view in ("retiring", "silent", "orphaned", "high-volume"):
            for name in set(USUAL) - {"requests", "used"}:
                assert PARTIAL[view] in plan(reader, Question(view, sort=Sort(name)))


@only_sqlite
def test_a_page_costs_the_same_in_a_store_of_any_size(store: Store) -> None:
    costs = []
    for many, start in ((500, 0), (3_500, 500)):
        put_people(store, {f"b{number}": "B" for number in range(start, start + many)}, [])
        rows = [
            {"account_id": f"b{n}", "id": f"x{n:05}", "created_at": NOW - timedelta(days=100, minutes=n), "expires_at": None}
            for n in range(start, start + many)
        ]
        put_tokens(store, rows)
        with store.reading() as reader:
            assert isinstance(reader, SqliteReader)
            costs.append({view.name: steps(reader, Question(view.name)) for view in VIEWS if view.name != "sprawl"})
    small, large = costs
    for name, cost in large.items():
        assert cost <= small[name] * 1.05 + 20, name


def steps(reader: SqliteReader, question: Question) -> int:
    """Return how many virtual machine steps the page takes."""
    made = 0

    def count() -> int:
        nonlocal made
        made += 10
        return 0

    reader._connection.set_progress_handler(count, 10)
    try:
        page(reader, question, NOW, 50)
    finally:
        reader._connection.set_progress_handler(None, 0)
    return made


@only_sqlite
def test_sums_of_usage_read_no_table_from_end_to_end_in_a_store_with_statistics(store: Store) -> None:
    fill(store, 400)
    keys = [TokenKey((f"a{number:04}", f"t{number:05}")) for number in range(1, 40)]
    put_usage(store, [Use(key, NOW - timedelta(hours=hours)) for key in keys for hours in range(1, 30)])
    store.write(lambda unit: unit.run("ANALYZE"))
    store.close()
    later = NOW + timedelta(hours=3)
    with store.reading() as reader:
        row = page(reader, Question(filter="reqs24h>0"), later, 1).rows[0]
    reads: dict[str, Callable[[Reader], object]] = {
        "page": lambda reader: page(reader, Question(filter="reqs24h>1"), later, 50),
        "refused": lambda reader: lines(reader, Question(filter="fails>1"), later, 50),
        "blast radius": lambda reader: blast(reader, row, later),
        "year": lambda reader: usage.year(reader, row.key, later),
        "reasons": lambda reader: usage.reasons(reader, row.key, later),
        "account": lambda reader: usage.account_hours(reader, row.account_id, later, 48),
    }
    for name, read in reads.items():
        for statement in statements_of(store, read):
            with store.reading() as reader:
                assert "BLOOM FILTER" not in explained(reader, statement.sql, statement.params), name


only_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@only_postgresql
def test_a_page_of_crowded_accounts_reads_no_more_of_each_than_it_shows(filled: Store) -> None:
    with filled.reading() as reader:
        for sort in (Sort("account"), Sort("account", descending=True)):
            found = plan(reader, Question("sprawl", sort=sort))
            assert re.search(r"Index Scan (Backward )?using ix_token_open_account on token t\b", found), found
            assert not re.search(r"Sort Key: t\.|Bitmap Heap Scan on token t\b", found), found


def test_capped_counts_read_no_more_than_the_cap(filled: Store) -> None:
    with filled.reading() as reader:
        found = counts_up_to(reader, NOW, 20)
    assert (found["all"].number, found["all"].more) == (20, True)
    assert (found["never-used"].more, found["sprawl"].number) == (False, 1)


@pytest.mark.parametrize("text", ["acct=a0017", 'acct.id="a0017"'])
def test_a_filter_by_account_goes_through_the_account(filled: Store, text: str) -> None:
    with filled.reading() as reader:
        found = plan(reader, Question("live", text))
        asked = ask(reader, Question("live", text), NOW)
    assert "INDEXED BY" not in asked.source
    assert "account" in found


def test_checking_the_log_starts_each_batch_where_the_last_one_ended(filled: Store) -> None:
    with filled.reading() as reader:
        for sql, after in ((verify._PRIVATE, {"after": 1}), (verify._TOKENS, {"account": "a0100", "id": ""})):
            found = explained(reader, sql, {**after, "batch": 1_000})
            if isinstance(reader, SqliteReader):
                assert "SCAN" not in found, found
            else:  # a merge join reads the other table from its beginning
                assert "Join" not in found, found
