"""How much work a screen asks of the database, counted and not timed: the same on every machine and at every size."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from store.address import Address
from store.creation import create_store
from store.opening import Store
from store.reader import Reader
from store.reads.tokens import Question, count, lines, spark
from store.reads.views import counts
from store.rules.scopes import CATALOGUE
from store.rules.views import VIEWS
from store.writes.people import MemberFacts
from tests.benchmarks.measuring import Result, shortfalls
from tests.benchmarks.recording import bad_plans, statements_of, steps_of
from tests.command_line import run_process
from tests.conftest import NOW
from tests.rowmaker import Use, put_people, put_tokens, put_usage

LIMIT = 50
STEPS_PER_ROW = 40
FEW, MANY = 120, 480
_SCOPE = next(iter(CATALOGUE))


def fill(store: Store, tokens: int) -> None:
    """Put in tokens of six kinds, so that most views have a page of their own; every fourth was used today."""
    members = [MemberFacts("ACME", "leo", "Leo"), MemberFacts("ACME", "raj", "Raj", active=False, left_at=NOW)]
    put_people(store, {"ACME": "Acme"}, members)
    rows = []
    for number in range(tokens):
        kind = number % 6
        rows.append(
            {
                "account_id": "ACME",
                "id": f"T{number:07}",
                "name": f"token {number:07}",
                "scopes": str(getattr(_SCOPE, "name", _SCOPE)),
                "owner_id": None if kind == 1 else "leo",
                "owner_active": kind != 1,
                "creator_id": "raj" if kind == 2 else "leo",
                "creator_active": kind != 2,
                "created_at": NOW - timedelta(days=200, minutes=number),
                "expires_at": None if kind == 3 else NOW + timedelta(days=3 if kind == 4 else 80),
            }
        )
    put_tokens(store, rows, NOW - timedelta(days=200))
    keys = [(str(row["account_id"]), str(row["id"])) for row in rows[::4]]
    put_usage(store, [Use(key, NOW - timedelta(hours=1)) for key in keys])  # type: ignore[arg-type]


@pytest.fixture
def sizes(tmp_path: Path) -> dict[int, Store]:
    """Return two SQLite stores of the same kinds of tokens, one four times as large."""
    made = {}
    for size in (FEW, MANY):
        made[size] = create_store(Address(path=tmp_path / f"{size}" / "tokens.db"), NOW)
        fill(made[size], size)
    return made


def first_page(name: str) -> Callable[[Reader], object]:
    """Return the read of a view's first page."""
    return lambda reader: lines(reader, Question(name), NOW, LIMIT)


def test_a_page_of_a_view_is_the_same_work_in_a_store_of_any_size(sizes: dict[int, Store]) -> None:
    compared = []
    for view in VIEWS:
        steps = {}
        for size, store in sizes.items():
            walk = statements_of(store, first_page(view.name))[0]
            if walk.rows == LIMIT:
                steps[size] = steps_of(store, lambda reader, walk=walk: reader.rows(walk.sql, walk.params))  # type: ignore[misc]
        if len(steps) == 2:
            compared.append(view.name)
            assert steps[MANY] <= 1.05 * steps[FEW], view.name
            assert steps[MANY] <= STEPS_PER_ROW * LIMIT, view.name
    assert {"live", "all", "unused-90d"} <= set(compared)


def test_no_view_reads_a_large_table_from_end_to_end_or_sorts_it(sizes: dict[int, Store]) -> None:
    store = sizes[MANY]
    bad = [
        f"{view.name}: {line}"
        for view in VIEWS
        for one in statements_of(store, first_page(view.name))
        for line in bad_plans(store, one)
    ]
    assert bad == []


def test_each_part_of_the_token_screen_asks_at_most_three_questions(store: Store) -> None:
    fill(store, FEW)

    def sparks(reader: Reader) -> object:
        rows = lines(reader, Question("live"), NOW, LIMIT).rows
        return spark(reader, [row.key for row in rows], NOW)

    parts: dict[str, Callable[[Reader], object]] = {
        "page": first_page("live"),
        "page and bars": sparks,
        "count": lambda reader: count(reader, Question("live"), NOW),
        "filtered": lambda reader: lines(reader, Question("live", "acct:acme idle>30d token"), NOW, LIMIT),
        "views": lambda reader: counts(reader, NOW),
    }
    for name, read in parts.items():
        assert len(statements_of(store, read)) <= 3, name


def test_the_report_names_the_bars_that_fall_short() -> None:
    holds, falls = Result("7", "bytes of a move", 600, 449, "B"), Result("2", "first rows", 2.5, 2.66, note="360 ms")
    assert shortfalls([holds, falls]) == "Short of their targets: 2 first rows (360 ms)."
    assert shortfalls([holds]) == "Every bar that was measured holds."


def test_the_console_imports_no_database_library_before_its_first_picture() -> None:
    code = (
        "import sys\n"
        "from console.safety import start_safely\n"
        "start_safely()\n"
        "import console.app, console.cli.opening\n"
        "heavy = {'sqlalchemy', 'sqlmodel', 'pydantic', 'psycopg', 'alembic', 'fpdf', 'pyarrow', 'polars'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    ran = run_process(code=code)
    assert ran.code == 0, ran.err
