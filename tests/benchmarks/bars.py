"""Every measure of performance.md section 6 that there is, in the order it is run."""

from __future__ import annotations

from collections.abc import Callable

from tests.benchmarks import (
    asking,
    changing,
    dashboards,
    ingesting,
    looking,
    naive,
    questions,
    reporting,
    screens,
    searching,
    starting,
    taking_in,
    watching,
)
from tests.benchmarks.measuring import Result
from tests.benchmarks.places import Bench

Measure = Callable[[Bench], list[Result]]

BARS: tuple[Measure, ...] = (
    questions.page_steps,
    questions.page_plans,
    questions.page_blocks,
    questions.over_the_driver,
    questions.screen_statements,
    questions.depth,
    questions.over_a_shell,
    looking.counters,
    looking.blast_radius,
    looking.searches,
    dashboards.dashboard_steps,
    dashboards.dashboard_times,
    naive.over_plain_sql,
    starting.help_text,
    starting.first_imports,
    starting.first_pictures,
    screens.list_bytes,
    screens.walking,
    screens.cursor_keys,
    screens.idling,
    screens.proving,
    changing.refused_at_once,
    changing.bulk_revoke,
    changing.verifying,
    searching.searching,
    asking.checks,
    asking.issuing,
    reporting.reports,
    ingesting.ingest,
    ingesting.small_import,
    watching.pages_meanwhile,
    taking_in.reading_logs,
)

PLAIN: frozenset[str] = frozenset(
    {"help_text", "first_imports", "list_bytes", "walking", "cursor_keys", "idling", "proving", "reports"}
)
"""Those that say much the same whichever the database: the tests run them on SQLite only."""
