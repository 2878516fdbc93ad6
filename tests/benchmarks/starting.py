"""Bars 1 to 4 and 24: how soon there is a picture and how soon it shows tokens, against what Textual alone needs."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from store.opening import Store
from store.reads.tokens import Question, page
from tests.benchmarks.measuring import Result, interleaved, measured_by
from tests.benchmarks.places import Bench
from tests.benchmarks.quick_terminal import FIRST_FRAME, QuickTerminal, compiled, console_command
from tests.command_line import ROOT, url

HEAVY = ("sqlalchemy", "sqlmodel", "pydantic", "psycopg", "alembic", "fpdf", "pyarrow", "polars")
LATER = (
    *("console.dialogs.choice", "console.dialogs.form", "console.dialogs.prompt", "console.dialogs.question"),
    *("console.render.blast", "console.render.columns", "console.render.inspection", "console.render.statuses"),
    *("console.cli.output", "console.screens.facts", "store.changes", "store.opening", "store.reader", "store.rows"),
    *("store.reads.filter_sql", "store.reads.parts", "store.reads.questions", "store.rules.filter_tree", "store.rules.filters"),
    *("store.rules.scopes", "store.rules.secrets", "store.rules.status", "hashlib", "sqlite3", "typer"),
)
"""Modules that the first rows, a dialog or another command need, but not the first picture."""

_AT_FIRST_FRAME = """
import sys
from console.safety import start_safely
start_safely()
import console.app as app
seen = app.Console.open_store
def look(self):
    with open(sys.argv.pop(), "w") as file:
        file.write(" ".join(sys.modules))
    self.exit()
app.Console.open_store = look
from console.__main__ import main
main(sys.argv[1:3])
"""


def first_name(store: Store, bench: Bench, view: str = "live") -> str:
    """Return the beginning of the name in the first row of a view: long enough to be told, short enough to be shown."""
    with store.reading() as reader:
        return page(reader, Question(view), bench.now, 1).rows[0].name[:12].rstrip()


def first_pictures(bench: Bench) -> list[Result]:
    """Time the first picture and the first rows from a large and a small store, and `import textual`, in turn."""
    frames: list[float] = []
    names = {id(store): first_name(store, bench).encode() for store in (bench.large, bench.small)}

    def textual() -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import textual"], check=True, env={**os.environ, **compiled()})
        return time.perf_counter() - start

    def rows_of(store: Store) -> float:
        with QuickTerminal(console_command(store.address)) as terminal:
            first = terminal.seconds_to(FIRST_FRAME)
            if store is bench.large:
                frames.append(first)
            return terminal.seconds_to(names[id(store)])

    rows_of(bench.large)
    frames.clear()
    base, large, small = measured_by(bench.rounds, textual, lambda: rows_of(bench.large), lambda: rows_of(bench.small))
    frame = sorted(frames)[len(frames) // 2]
    note = f"`import textual` {base.median * 1000:.0f} ms"
    return [
        Result("1", "first picture / `import textual`", 2.0, frame / base.median, note=f"{frame * 1000:.0f} ms; {note}"),
        Result("2", "first rows / `import textual`", 2.5, large.median / base.median, note=f"{large.median * 1000:.0f} ms"),
        Result("4", "first rows, large / small store", 1.25, large.median / small.median),
    ]


def first_imports(bench: Bench) -> list[Result]:
    """Count the heavy libraries, and the modules of ours it does not need, imported when the first picture is drawn."""
    report = bench.folder / f"modules-{os.getpid()}"
    command = [sys.executable, "-c", _AT_FIRST_FRAME, "--store", url(bench.small.address), str(report)]
    with QuickTerminal(command) as terminal:
        terminal.wait_end()
    loaded = set(report.read_text().split())
    report.unlink()
    found = sorted({name.partition(".")[0] for name in loaded}.intersection(HEAVY))
    early = sorted(loaded.intersection(LATER))
    return [
        Result("3", "heavy libraries at the first picture", 0, len(found), "", exact=True, note=", ".join(found)),
        Result("3", "modules the first picture needs not", 0, len(early), "", exact=True, note=", ".join(early)),
    ]


def help_text(bench: Bench) -> list[Result]:
    """Compare `tokendesk --help` with starting Python at all."""
    env = {**os.environ, **compiled()}

    def run(*command: str) -> None:
        subprocess.run([sys.executable, *command], check=True, capture_output=True, env=env, cwd=ROOT)

    ours, bare = interleaved(bench.rounds, lambda: run("-m", "console", "--help"), lambda: run("-c", "pass"))
    note = f"{ours.median * 1000:.0f} ms"
    return [Result("24", "`tokendesk --help` / `python -c pass`", 8, ours.median / bare.median, note=note)]
