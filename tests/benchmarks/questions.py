"""Bars 10 to 16: what the reads behind the screens cost, at any number of tokens and against the bare driver."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from store.opening import Store
from store.reader import Reader
from store.reads.tokens import Page, Question, count, lines, spark
from store.reads.views import counts
from store.rows import TokenLine
from store.rules.views import VIEWS
from tests.benchmarks.measuring import Result, interleaved, repeated, unmeasured
from tests.benchmarks.places import Bench
from tests.benchmarks.recording import (
    Statement,
    bad_plans,
    for_shell,
    psycopg_text,
    shared_blocks,
    statements_of,
    steps_of,
)

LIMIT = 50
"""How many rows a page has."""

PAGES = 10
"""So many pages are walked where the work in stores of two sizes is compared."""

FOUR = ("unused-90d", "sprawl", "high-volume", "orphaned")
"""The four views everything began with."""


def page_of(name: str, bench: Bench) -> Callable[[Reader], Page[TokenLine]]:
    """Return the read that a list of this view makes first."""
    question = Question(name)
    return lambda reader: lines(reader, question, bench.now, LIMIT)


def walk_of(store: Store, name: str, bench: Bench) -> Statement:
    """Return the statement of a page that finds the rows; the others only add up requests for them."""
    return statements_of(store, page_of(name, bench))[0]


def _steps(store: Store, walk: Statement, limit: int) -> tuple[int, int]:
    """Return the work of a walk that stops at `limit` rows, and how many it found."""
    found: list[int] = []
    steps = steps_of(store, lambda reader: found.append(len(reader.rows(walk.sql, {**walk.params, "limit": limit}))))
    return steps, found[-1]


def page_steps(bench: Bench) -> list[Result]:
    """Count the work of each view's first page in the large store; and of its first ten in one a tenth as large as well.

    Ten pages, since on one page alone two suspended tokens more among the first fifty are 6% more work in either store.
    """
    if not bench.is_sqlite:
        return []
    results = []
    for view in VIEWS:
        walk = walk_of(bench.large, view.name, bench)
        steps, rows = _steps(bench.large, walk, LIMIT)
        if rows < LIMIT:
            continue
        note = view.name
        results.append(Result("10", "steps for a page of 50", 2_000, steps, "steps", exact=True, note=note))
        whole, tenth = (_steps(store, walk_of(store, view.name, bench), PAGES * LIMIT) for store in (bench.large, bench.tenth))
        if min(whole[1], tenth[1]) >= LIMIT:
            ratio = (whole[0] / whole[1]) / (tenth[0] / tenth[1])
            results.append(Result("10", "steps of ten pages, whole / a tenth of it", 1.05, ratio, exact=True, note=note))
    return results


def page_plans(bench: Bench) -> list[Result]:
    """Count what is bad about the plans of all views and of the bars beside them: big tables read from end to end, sorts."""
    reads: dict[str, Callable[[Reader], object]] = {view.name: page_of(view.name, bench) for view in VIEWS}
    with bench.large.reading() as reader:
        keys = [row.key for row in page_of("live", bench)(reader).rows]
    reads["bars"], reads["bars of a few"] = (partial(spark, keys=some, now=bench.now) for some in (keys, keys[:12]))
    found = [
        f"{name}: {line}"
        for name, read in reads.items()
        for statement in statements_of(bench.large, read)
        for line in bad_plans(bench.large, statement)
    ]
    bar = "10" if bench.is_sqlite else "11"
    return [
        Result(bar, "scans and sorts in the plans of views and bars", 0, len(found), "", exact=True, note="; ".join(found[:3]))
    ]


def page_blocks(bench: Bench) -> list[Result]:
    """Count the blocks PostgreSQL touches for each view's first page."""
    if bench.is_sqlite:
        return []
    blocks = {view.name: shared_blocks(bench.large, walk_of(bench.large, view.name, bench)) for view in VIEWS}
    worst = max(blocks, key=lambda name: blocks[name])
    return [Result("11", "blocks of the dearest view's page", 500, blocks[worst], "blocks", exact=True, note=worst)]


def over_the_driver(bench: Bench) -> list[Result]:
    """Compare a page as the store gives it with the same SQL on the bare driver."""
    return [_over_the_driver(bench, name) for name in FOUR]


def _over_the_driver(bench: Bench, name: str) -> Result:
    read = page_of(name, bench)
    sent = [(one.sql if bench.is_sqlite else psycopg_text(one), one.params) for one in statements_of(bench.large, read)]
    with bench.driving(bench.large) as run, bench.large.reading() as reader:
        ours, bare = interleaved(
            bench.rounds, repeated(lambda: read(reader), 20), repeated(lambda: [run(*each) for each in sent], 20)
        )
    target = 3.0 if bench.is_sqlite else 4.0
    note = f"{name}, {ours.median / 20 * 1000:.2f} ms a page"
    return Result("12", "store API page / bare driver, same SQL", target, ours.median / bare.median, slack=10, note=note)


@dataclass(frozen=True, slots=True)
class ScreenRead:
    """What one screen reads when it opens or its cursor moves."""

    name: str
    read: Callable[[Reader, Bench, Store], object]


def screen_statements(bench: Bench) -> list[Result]:
    """Count the statements each part of the token screen needs, in both stores."""

    def sparks(reader: Reader, bench: Bench, store: Store) -> object:
        rows = page_of("live", bench)(reader).rows
        return spark(reader, [row.key for row in rows], bench.now)

    reads = (
        ScreenRead("a page of the list", lambda reader, bench, store: page_of("live", bench)(reader)),
        ScreenRead("a page with its bars", sparks),
        ScreenRead("the count of the list", lambda reader, bench, store: count(reader, Question("live"), bench.now)),
        ScreenRead("the counts of all views", lambda reader, bench, store: counts(reader, bench.now)),
    )
    return [result for screen in reads for result in _statements(bench, screen)]


def _statements(bench: Bench, screen: ScreenRead) -> list[Result]:
    large = len(statements_of(bench.large, lambda reader: screen.read(reader, bench, bench.large)))
    small = len(statements_of(bench.small, lambda reader: screen.read(reader, bench, bench.small)))
    return [
        Result("13", f"statements: {screen.name}", 3, large, "", exact=True),
        Result("13", f"more statements in the large store: {screen.name}", 0, large - small, "", exact=True),
    ]


def depth(bench: Bench) -> list[Result]:
    """Compare the page in the middle of a long list, found by its anchor, with the first page."""
    results = []
    for name in ("all", "unused-90d"):
        question = Question(name)
        total = count_of(bench, name)
        with bench.large.reading() as reader:
            middle = lines(reader, question, bench.now, 1, offset=total // 2).anchors[-1]

            def first(reader: Reader = reader, question: Question = question) -> Page[TokenLine]:
                return lines(reader, question, bench.now, LIMIT)

            def deep(reader: Reader = reader, question: Question = question, anchor: Any = middle) -> Page[TokenLine]:
                return lines(reader, question, bench.now, LIMIT, after=anchor)

            deep_time, first_time = interleaved(bench.rounds, repeated(deep, 20), repeated(first, 20))
        note = f"{name}, row {total // 2:,}"
        results.append(Result("14", "page at half depth / first page", 1.5, deep_time.median / first_time.median, note=note))
    return results


def count_of(bench: Bench, name: str) -> int:
    """Return how many tokens a view of the large store has."""
    with bench.large.reading() as reader:
        return count(reader, Question(name), bench.now)


def over_a_shell(bench: Bench) -> list[Result]:
    """Compare a view in the open console with the same SQL given to the database's own command."""
    program, target = ("sqlite3", 1 / 5) if bench.is_sqlite else ("psql", 1 / 10)
    what = f"page in session / `{program}` with the same SQL"
    if shutil.which(program) is None:
        return [unmeasured("16", what, target, f"no {program} command here")]
    return [_over_a_shell(bench, name, program, Result("16", what, target, None)) for name in FOUR]


def _over_a_shell(bench: Bench, name: str, program: str, bar: Result) -> Result:
    sql, address = for_shell(walk_of(bench.large, name, bench)), bench.large.address
    command = [program, str(address.path), sql] if bench.is_sqlite else [program, "-qAt", "-c", sql, address.conninfo]
    read = page_of(name, bench)
    with bench.large.reading() as reader:
        ours, shell = interleaved(
            bench.rounds,
            repeated(lambda: read(reader), 10),
            lambda: subprocess.run(command, check=True, capture_output=True),
        )
    note = f"{name}, {ours.median * 100:.2f} against {shell.median * 1000:.1f} ms"
    return replace(bar, found=ours.median / 10 / shell.median, note=note)
