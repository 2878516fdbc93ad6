"""A spare store whose tokens are all revoked is named, not divided by."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from tests.benchmarks import changing
from tests.benchmarks.changing import bulk_revoke
from tests.benchmarks.places import Bench


def test_a_spare_store_with_too_few_live_tokens_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changing, "_live_keys", lambda *_: [])
    (found,) = bulk_revoke(cast("Bench", SimpleNamespace(spare=None, tokens=1)))
    assert found.found is None
    assert found.note == "the spare store has 0 live tokens left and this takes 400; name a new --folder"
