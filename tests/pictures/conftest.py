"""The store that pictures are taken of: the same names, paths, hashes and ids wherever and whenever the tests run."""

from __future__ import annotations

from hashlib import sha256
from itertools import count, cycle
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

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
    _ids_from(1, monkeypatch)
    letters = cycle("EXAMPLE")
    monkeypatch.setattr("store.rules.secrets.secrets", SimpleNamespace(choice=lambda alphabet: next(letters)))
    path = tmp_path / "store" / "tokens.db"
    made = copied_file("pictures", path, lambda address: create_store(address, NOW, demo_now=NOW))
    fill_scenario(made)
    _ids_from(1_000, monkeypatch)  # whether or not the store was made and filled in this very test
    return made


def _ids_from(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Number the actions: their ids are shown where a whole entry is."""
    numbers = count(first)
    for module in ("orders", "audit"):
        monkeypatch.setattr(f"store.writes.{module}.uuid4", lambda: UUID(int=next(numbers)))
