"""A filter means the same in SQL, on both databases, as in plain Python."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.opening import Store
from store.reads.filter_sql import compile_filter
from store.reads.tokens import Question, count, page
from store.rows import TokenKey
from store.rules.filters import FIELDS, Kind, matches, of_account, parse, quoted
from tests.conftest import NOW
from tests.random_store import Known, fill_random
from tests.rowmaker import put_people, put_tokens

TEXTS = ("acme", "ACME", "a", "100%", "_", "\\", "%", "É", "é", "leo", "zoë", "orders.read", "orders", "Id0", "9f3c",
         "203.0.113.7", "2001:db8", "inc-1", "INC-1", "CI deploy bot", "sync", "(old)", '"', "glo%")  # fmt: skip
DURATIONS = ("0m", "1m", "1h", "24h", "6d", "7d", "1w", "30d", "90d", "180d", "200d", "400d")
DATES = ("2026-03-16", "2026-03-09T09:00", "2025-12-16T09:00:00Z", "2025-09-17", "2026-06-14", "2027-01-01")
NUMBERS = ("0", "1", "2", "3", "6", "12", "10000")
COMPARISONS = (":", "=", "!=", ">", "<", ">=", "<=")


@st.composite
def terms(draw: st.DrawFn) -> str:
    sign = draw(st.sampled_from(["", "", "", "-"]))
    field = draw(st.sampled_from([*FIELDS.values(), None]))
    if field is None:
        return sign + quoted(draw(st.sampled_from(TEXTS)))
    match field.kind:
        case Kind.TEXT:
            values = draw(st.lists(st.sampled_from([*map(quoted, TEXTS), *field.words]), min_size=1, max_size=2))
            return f"{sign}{field.name}{draw(st.sampled_from([':', '=', '!=']))}{','.join(values)}"
        case Kind.WORD:
            values = draw(st.lists(st.sampled_from(field.words), min_size=1, max_size=3))
            return f"{sign}{field.name}{draw(st.sampled_from([':', '=', '!=']))}{','.join(values)}"
        case Kind.FLAG:
            return f"{sign}{field.name}:{draw(st.sampled_from(['yes', 'no']))}"
        case Kind.NUMBER:
            return sign + field.name + draw(compared(NUMBERS, NUMBERS, ()))
        case Kind.CLOCK:
            return sign + field.name + draw(compared(DURATIONS, DATES, field.words))


@st.composite
def compared(draw: st.DrawFn, values: tuple[str, ...], exact: tuple[str, ...], words: tuple[str, ...]) -> str:
    kind = draw(st.sampled_from(["compare", "compare", "range", "exact"]))
    if kind == "compare":
        return draw(st.sampled_from([">", "<", ">=", "<="])) + draw(st.sampled_from([*values, *exact]))
    if kind == "range":
        pool = draw(st.sampled_from([values, exact]))
        low, high = sorted(draw(st.tuples(*[st.sampled_from(range(len(pool)))] * 2)))
        return f":{ordered(pool)[low]}..{ordered(pool)[high]}"
    return draw(st.sampled_from([":", "=", "!="])) + draw(st.sampled_from([*exact, *words]))


def ordered(pool: tuple[str, ...]) -> list[str]:
    return sorted(pool) if pool is DATES else list(pool)


expressions = st.recursive(
    terms(),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(" ".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' or '.join(parts)})"),
        inner.map(lambda part: f"-({part})"),
    ),
    max_leaves=6,
)


def check(store: Store, known: Known, text: str, now: datetime, *, past: bool) -> None:
    wanted = parse(text)
    predicate = compile_filter(wanted, now, past=past)
    question = Question(filter=text, past=past)
    with store.reading() as reader:
        rows = reader.rows(f"SELECT t.account_id, t.id FROM {predicate.source} WHERE {predicate.sql}", predicate.params)
        listed = page(reader, question, now, 100, month=False).rows
        counted = count(reader, question, now)
    found = {TokenKey((account, token)) for account, token in rows}
    expected = {row.key for row, extras in known.judged(now, past=past) if matches(wanted, row, now, extras)}
    assert found == expected, (text, now)
    assert {row.key for row in listed} == expected, (text, now)
    assert counted == len(listed) == len(expected), (text, now)


@pytest.mark.parametrize("seed", [1, 2])
def test_sql_and_python_agree_on_every_filter(store: Store, seed: int) -> None:
    known = fill_random(store, seed)
    moments = [NOW, NOW + timedelta(minutes=37), NOW + timedelta(hours=30), NOW + timedelta(days=8)]

    @settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(expressions, st.sampled_from(moments))
    def agree(text: str, now: datetime) -> None:
        check(store, known, text, now, past=False)

    agree()


def test_sql_and_python_agree_on_an_earlier_moment(store: Store) -> None:
    known = fill_random(store, 3)
    moments = [NOW, NOW - timedelta(hours=1), NOW - timedelta(hours=5)]

    @settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(expressions, st.sampled_from(moments))
    def agree(text: str, now: datetime) -> None:
        check(store, known, text, now, past=True)

    agree()


@pytest.mark.parametrize(
    ("now", "past"),
    [(NOW, False), (NOW + timedelta(minutes=37), False), (NOW + timedelta(hours=30), False), (NOW - timedelta(hours=5), True)],
)
def test_rows_say_exactly_what_is_known(store: Store, now: datetime, past: bool) -> None:
    known = fill_random(store, 4)
    with store.reading() as reader:
        rows = {row.key: replace(row, audit_seq=0) for row in page(reader, Question(past=past), now, 100).rows}
    shown = {row.key: row for row, _ in known.judged(now, past=past)}
    assert rows.keys() == shown.keys()
    for key, row in rows.items():
        assert row == shown[key]


def test_an_account_is_never_taken_for_another_that_bears_its_id_as_a_name(store: Store) -> None:
    hostile = 'a "b\\" or status:live'
    put_people(store, {"ACME": "Acme", "other": "ACME", hostile: "[red]x"}, [])
    put_tokens(store, [{"account_id": account, "id": f"id{n}", "created_at": NOW} for n, account in enumerate(("ACME", "other"))])
    put_tokens(store, [{"account_id": hostile, "id": "id9", "created_at": NOW}])
    with store.reading() as reader:
        for account in ("ACME", "other", hostile):
            rows = page(reader, Question(filter=of_account(account)), NOW, 10).rows
            assert [row.account_id for row in rows] == [account]
