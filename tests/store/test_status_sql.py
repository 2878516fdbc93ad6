"""The status in SQL is the status in Python, for every combination of moments, on both databases."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from store.moments import maybe_ms, to_ms
from store.opening import Store
from store.reads.status_sql import live, status_case, status_in
from store.rules.status import LIVE, Moments, Status, status_of
from tests.conftest import NOW

EDGES = (None, NOW - timedelta(milliseconds=1), NOW, NOW + timedelta(milliseconds=1))
EVERY = [Moments(*moments) for moments in product(EDGES, repeat=6)]
COLUMNS = "revoked_at, expires_at, retires_at, suspended_at, suspended_until, exposed_at"


def table(combinations: list[Moments]) -> str:
    """Return a table `t` of these moments, numbered; its first row only tells PostgreSQL the types."""
    rows = ["(-1, CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), "
            "CAST(NULL AS BIGINT), CAST(NULL AS BIGINT))"]  # fmt: skip
    for number, moments in enumerate(combinations):
        values = (getattr(moments, name) for name in COLUMNS.split(", "))
        rows.append(f"({number}, {', '.join('NULL' if value is None else str(maybe_ms(value)) for value in values)})")
    return f"WITH t(number, {COLUMNS}) AS (VALUES {', '.join(rows)})"


def test_every_combination_has_the_same_status(store: Store) -> None:
    sql = f"{table(EVERY)} SELECT number, {status_case()}, CASE WHEN {live()} THEN 1 ELSE 0 END FROM t WHERE number >= 0"
    with store.reading() as reader:
        found = {number: (word, alive) for number, word, alive in reader.rows(sql, {"now": to_ms(NOW)})}
    assert len(found) == len(EVERY) == 4_096
    for number, moments in enumerate(EVERY):
        status = status_of(moments, NOW)
        assert found[number] == (status.value, int(status in LIVE)), moments


@pytest.mark.parametrize("usual", [True, False])
@pytest.mark.parametrize(
    "words", [("active",), ("retiring",), ("active", "retiring"), ("retiring", "revoked"), tuple(Status), ()]
)
def test_a_set_of_statuses_is_the_same_set_however_it_is_written(store: Store, words: tuple[str, ...], usual: bool) -> None:
    sql = f"{table(EVERY[::7])} SELECT number FROM t WHERE number >= 0 AND {status_in(words, usual=usual)}"
    with store.reading() as reader:
        found = {row[0] for row in reader.rows(sql, {"now": to_ms(NOW)})}
    assert found == {number for number, moments in enumerate(EVERY[::7]) if status_of(moments, NOW) in words}


@pytest.mark.parametrize("words", [("active",), ("retiring",), ("active", "retiring")])
def test_where_none_is_revoked_it_need_not_be_asked(store: Store, words: tuple[str, ...]) -> None:
    unrevoked = [moments for moments in EVERY if moments.revoked_at is None]
    sql = f"{table(unrevoked)} SELECT number FROM t WHERE number >= 0 AND {status_in(words, open_only=True)}"
    with store.reading() as reader:
        found = {row[0] for row in reader.rows(sql, {"now": to_ms(NOW)})}
    assert found == {number for number, moments in enumerate(unrevoked) if status_of(moments, NOW) in words}
