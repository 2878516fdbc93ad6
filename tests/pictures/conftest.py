"""The store that pictures are taken of: the same names, paths and hashes wherever and whenever the tests run."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from store.creation import create_store
from store.opening import Store
from tests.conftest import NOW
from tests.patterns import copied_file
from tests.scenario import fill_scenario


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The scenarios' store on SQLite; its file, and who looks at it, have the same name in every picture."""
    monkeypatch.setattr("console.actor._os_user", lambda: "dana")
    monkeypatch.setattr("console.reports.files.user_data_path", lambda name: Path("/home/dana/.local/share") / name)
    monkeypatch.setattr("store.writes.audit.line_hash", lambda line: sha256(str(line["seq"]).encode()).digest())
    path = tmp_path / "store" / "tokens.db"
    made = copied_file("pictures", path, lambda address: create_store(address, NOW, demo_now=NOW))
    fill_scenario(made)
    return made
