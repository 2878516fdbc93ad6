"""What tests in a terminal share: a demo store, built once in a process."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.address import Address
from store.demo import build_demo


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a demo store as it comes, which nobody changes, with its key in a home that outlives the tests.

    Each process builds its own. One process for all who use it would have them wait one after the other: most of what they
    do is to watch a terminal that must stay silent.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        path = tmp_path_factory.mktemp("demo") / "demo.db"
        build_demo(Address(path=path)).close()
    return path
