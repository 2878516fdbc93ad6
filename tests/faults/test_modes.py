"""Every file a store makes is for its owner alone, whatever the umask (security.md T16)."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from store.address import parse_address
from store.creation import create_store
from store.engine import Unit
from tests.conftest import NOW
from tests.faults.children import ask
from tests.making import make_account, make_token, revoke_token


def modes_below(folder: Path) -> dict[str, int]:
    """Return the permissions of a folder and everything below it, by the path from there."""
    found = [folder, *folder.rglob("*")]
    return {str(path.relative_to(folder.parent)): stat.S_IMODE(path.stat().st_mode) for path in found}


def make_everything(folder: Path, umask: int) -> dict[str, int]:
    """Make a store and its key below `folder` under a umask, and return all permissions in the middle of a write."""
    os.umask(umask)
    os.environ["XDG_CONFIG_HOME"] = str(folder / "config" / "deep")
    made = create_store(parse_address(str(folder / "data" / "deep" / "er" / "tokens.db")), NOW)
    make_account(made)
    key = make_token(made).key
    revoke_token(made, key)
    found: dict[str, int] = {}

    def work(unit: Unit) -> None:
        unit.rows("UPDATE account SET plan = 'gold' RETURNING id")
        for part in ("data", "config"):
            found.update(modes_below(folder / part))

    made.write(work)
    return found


@pytest.mark.parametrize("journal", ["truncate", "wal"])
@pytest.mark.parametrize("umask", [0o000, 0o002, 0o022, 0o077])
def test_every_file_is_0600_and_every_folder_0700(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, umask: int, journal: str
) -> None:
    monkeypatch.setattr("store.dialect.journal_settings", lambda: (journal, 2 if journal == "wal" else 3))
    folder = tmp_path / "here"
    folder.mkdir()
    found = ask(lambda: make_everything(folder, umask))
    side = {"truncate": ["tokens.db-journal"], "wal": ["tokens.db-shm", "tokens.db-wal"]}[journal]
    names = sorted(Path(path).name for path in found)
    for name in [*side, "tokens.db", "keys"]:
        assert name in names
    assert sum(name.endswith(".k1") for name in names) == 1
    files = {
        path: mode for path, mode in found.items() if (folder / path).is_file() or path.endswith(("-journal", "-wal", "-shm"))
    }
    folders = {path: mode for path, mode in found.items() if path not in files}
    assert {path: oct(mode) for path, mode in files.items() if mode != 0o600} == {}
    assert {path: oct(mode) for path, mode in folders.items() if mode != 0o700} == {}
