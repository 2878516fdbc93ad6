"""What a page counts over 30 days reads the months of that window and no others, however long usage is kept."""

from __future__ import annotations

import re
from datetime import timedelta

from store.moments import HOUR_MS, to_ms
from store.opening import Store
from store.reads.tokens import Question, lines, page
from store.usage.partitions import months_between, partition_statements
from tests.benchmarks.recording import statements_of
from tests.benchmarks.test_work_done import fill
from tests.conftest import NOW

YEARS = 2
_ROW = (
    "INSERT INTO usage_hour (hour, account_id, token_id, requests, refused, status_2xx, status_3xx, status_4xx, status_5xx) "
    "VALUES ({hour}, '{account}', '{token}', 1, 0, 1, 0, 0, 0)"
)


def test_a_page_reads_no_month_before_its_window(store: Store) -> None:
    fill(store, 120)
    with store.reading() as reader:
        account, token = lines(reader, Question("live"), NOW, 1).rows[0].key
    first = NOW - timedelta(days=365 * YEARS)
    if not store.address.is_sqlite:
        for _, statement in partition_statements(months_between(to_ms(first), to_ms(NOW - timedelta(days=62)))):
            store.write(lambda unit, statement=statement: unit.run(statement))  # type: ignore[misc]
    for days in range(90, 365 * YEARS, 30):
        hour = to_ms(NOW - timedelta(days=days)) // HOUR_MS
        row = _ROW.format(hour=hour, account=account, token=token)
        store.write(lambda unit, row=row: unit.run(row))  # type: ignore[misc]
    sent = statements_of(store, lambda reader: page(reader, Question("live"), NOW, 50))
    assert len(sent) == 2
    if not store.address.is_sqlite:
        with store.reading() as reader:
            plans = [reader.rows(f"EXPLAIN (ANALYZE) {one.sql}", one.params) for one in sent]
        planned = [str(line) for plan in plans for (line,) in plan]
        assert any("on token t" in line and "never executed" not in line for line in planned)
        months = {found for line in planned for found in re.findall(r" on usage_hour_(\d{4}_\d{2})", line)}
        assert months <= {"2026_02", "2026_03"}, "planning for a month takes as long as reading it"


OFTEN = 15
"""The driver prepares a query when it is asked for the sixth time, and PostgreSQL makes one plan of it five times later."""


def test_a_page_asked_for_again_and_again_is_planned_for_its_months_each_time(store: Store) -> None:
    fill(store, 120)
    with store.reading() as reader:
        for _ in range(OFTEN):
            page(reader, Question("high-volume"), NOW, 50)
            page(reader, Question("live"), NOW, 50)
        plans = "SELECT statement, generic_plans, custom_plans FROM pg_prepared_statements"
        kept = [] if store.address.is_sqlite else [row for row in reader.rows(plans) if "usage_hour" in row[0]]
    assert store.address.is_sqlite or kept
    assert all(custom for _, _, custom in kept)
    assert not [statement for statement, generic, _ in kept if generic]
