"""The store that pictures are taken of: the same names, paths, hashes and ids wherever and whenever the tests run."""

from __future__ import annotations

from hashlib import sha256
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest

from store.address import parse_address
from store.creation import create_store
from store.opening import Store
from tests.conftest import NOW
from tests.scenario import fill_scenario


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The scenarios' store on SQLite; its file, and who looks at it, have the same name in every picture."""
    monkeypatch.setattr("console.actor._os_user", lambda: "dana")
    monkeypatch.setattr("console.reports.files.user_data_path", lambda name: Path("/home/dana/.local/share") / name)
    monkeypatch.setattr("store.writes.audit.line_hash", lambda line: sha256(str(line["seq"]).encode()).digest())
    numbers = count(1)
    for module in ("orders", "audit"):  # an action's id is shown where the whole entry is
        monkeypatch.setattr(f"store.writes.{module}.uuid4", lambda: UUID(int=next(numbers)))
    made = create_store(parse_address(str(tmp_path / "store" / "tokens.db")), NOW, demo_now=NOW)
    fill_scenario(made)
    return made
