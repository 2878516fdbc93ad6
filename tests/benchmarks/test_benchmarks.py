"""Every bar measured small: exact ones hold, timed ones are not absurd. The big run is `python -m tests.benchmarks`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks.bars import BARS, PLAIN, Measure
from tests.benchmarks.measuring import table
from tests.benchmarks.places import Bench, wanted_tokens

pytestmark = [pytest.mark.benchmark, pytest.mark.xdist_group("benchmarks")]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for the stores of all benchmarks and the keys to them."""
    return tmp_path_factory.mktemp("benchmarks")


@pytest.fixture
def keys(home: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for keys where the stores were built, not in a home of the test's own."""
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / "home" / name.lower()))


@pytest.fixture(scope="session")
def sqlite(home: Path) -> Iterator[Bench]:
    """Return the bench on SQLite."""
    bench = Bench(home, wanted_tokens())
    yield bench
    bench.close()


@pytest.fixture(scope="session")
def postgresql(home: Path, postgres: str) -> Iterator[Bench]:
    """Return the bench on PostgreSQL, where a store of a quarter of the size will do."""
    bench = Bench(home, max(5_001, wanted_tokens() // 4), postgres)
    yield bench
    bench.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def bench(request: pytest.FixtureRequest, keys: None) -> Bench:
    """Return the bench on each database in turn."""
    made: Bench = request.getfixturevalue(request.param)
    return made


@pytest.mark.parametrize("measure", [bar for bar in BARS if bar.__name__ not in PLAIN], ids=lambda bar: bar.__name__)
def test_a_bar_is_not_absurd(bench: Bench, measure: Measure) -> None:
    check(measure, bench)


@pytest.mark.parametrize("measure", [bar for bar in BARS if bar.__name__ in PLAIN], ids=lambda bar: bar.__name__)
def test_a_bar_that_needs_no_database_is_not_absurd(sqlite: Bench, keys: None, measure: Measure) -> None:
    check(measure, sqlite)


def check(measure: Measure, bench: Bench) -> None:
    """Measure and print; fail for an exact bar that is not reached or a timed one far off."""
    results = measure(bench)
    print("\n" + table(results))
    absurd = [result.words for result in results if not result.sane]
    assert not absurd, os.linesep.join(" | ".join(words) for words in absurd)
