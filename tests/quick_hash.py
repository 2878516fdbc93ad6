"""Passphrases hashed a thousand times faster than is safe, for tests that are about something else."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture
def quick_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with next to nothing; tests/store/test_passphrases.py has the real parameters."""
    monkeypatch.setattr("store.passphrases._HASHER", QUICK)
    monkeypatch.setattr("store.passphrases.NOBODY", QUICK.hash("nobody's"))
