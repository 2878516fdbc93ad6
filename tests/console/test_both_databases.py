"""The tests of screens that are kept for both databases are still called so."""

from __future__ import annotations

from pathlib import Path

from tests.console.conftest import BOTH


def test_every_test_that_is_kept_for_both_databases_is_there() -> None:
    for file, names in BOTH.items():
        text = (Path(__file__).parent / f"test_{file}.py").read_text()
        assert [name for name in names if f"def test_{name}(" not in text] == [], file
