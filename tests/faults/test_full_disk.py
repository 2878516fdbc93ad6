"""A full disk: one clear sentence, reads go on, nothing is lost, and writing works again once there is room."""

from __future__ import annotations

import errno
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from store.address import parse_address
from store.creation import create_store
from store.errors import StoreError
from store.opening import Store
from tests.conftest import NOW
from tests.faults.children import ask
from tests.faults.pool import make_pool
from tests.faults.proof import faults_of
from tests.making import revoke_token

PAGE = 4_096
FULL = "The disk is full, so nothing was changed. Free some space and try again."
BROKEN = "The disk reported an error. Check the disk before going on; run `tokendesk store check`."


@dataclass(frozen=True, slots=True)
class Told:
    """What an operator met while there was no room."""

    sentence: str
    exit_code: int
    readable: int


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount a disk of 3 MB at `folder`; False where mounting is not allowed."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m,mode=0700", "tmpfs", folder], capture_output=True)
    try:
        yield mounted.returncode == 0
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: Path, spare: int) -> Path:
    """Fill the disk but for `spare` bytes and return the file that does it."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * PAGE)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
        file.truncate(max(0, file.tell() - spare))
    return filler


def revoke_until_refused(store: Store, keys: list[tuple[str, str]], done: list[str]) -> Told | None:
    """Revoke tokens one by one until one is refused, and say how; None when all went well."""
    for key in keys:
        if key[1] in done:
            continue
        try:
            revoke_token(store, key)  # type: ignore[arg-type]
        except StoreError as error:
            with store.reading() as reader:
                readable = int(reader.value("SELECT count(*) FROM token WHERE revoked_at IS NOT NULL"))
            assert readable == len(done)
            return Told(str(error), error.exit_code, readable)
        done.append(key[1])
    return None


def on_a_small_disk(folder: Path) -> list[Told]:
    """Run out of room at sixteen different points of a transaction, get room again each time, and return what was told."""
    store = create_store(parse_address(str(folder / "tokens.db")), NOW)
    keys = make_pool(store, 400)
    done: list[str] = []
    told = []
    for spare in range(0, 16 * PAGE, PAGE):
        with store.reading() as reader:  # a console that is open has read before
            assert reader.value("SELECT count(*) FROM token") == len(keys)
        filler = fill(folder, spare)
        refusal = revoke_until_refused(store, list(keys), done)
        assert refusal is not None
        told.append(refusal)
        filler.unlink()
        assert faults_of(store) == []
        key = next(key for key in keys if key[1] not in done)
        revoke_token(store, key)
        done.append(key[1])
    assert faults_of(store) == []
    return told


def under_a_size_limit(folder: Path) -> list[Told]:
    """Hit the largest size a file may have, a few pages later each time, and return what was told."""
    store = create_store(parse_address(str(folder / "tokens.db")), NOW)
    keys = make_pool(store, 400)
    done: list[str] = []
    told = []
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    for spare in range(4):
        resource.setrlimit(resource.RLIMIT_FSIZE, ((folder / "tokens.db").stat().st_size + spare * PAGE, most[1]))
        refusal = revoke_until_refused(store, list(keys), done)
        assert refusal is not None
        told.append(refusal)
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
        assert faults_of(store) == []
        key = next(key for key in keys if key[1] not in done)
        revoke_token(store, key)
        done.append(key[1])
    return told


def told_in_a_child(work: Callable[[Path], list[Told]], folder: Path) -> list[Told]:
    return ask(lambda: work(folder))


@pytest.mark.slow
@pytest.mark.parametrize("journal", [("truncate", 3), ("wal", 2)], ids=["truncate", "wal"])
def test_a_full_disk_is_told_in_one_sentence_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, journal: tuple[str, int]
) -> None:
    monkeypatch.setattr("store.dialect.journal_settings", lambda: journal)
    with small_disk(tmp_path / "small") as mounted:
        work = on_a_small_disk if mounted else under_a_size_limit
        told = told_in_a_child(work, tmp_path / "small")
    assert {one.sentence for one in told} <= {FULL, BROKEN}
    assert not mounted or {one.sentence for one in told} == {FULL}
    assert {one.exit_code for one in told} <= {1, 3}
    assert told[-1].readable > 0


@pytest.mark.slow
def test_a_file_that_may_not_grow_is_told_in_one_sentence_and_loses_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "limited"
    folder.mkdir(mode=0o700)
    told = told_in_a_child(under_a_size_limit, folder)
    assert {one.sentence for one in told} <= {FULL, BROKEN}
    assert told[-1].readable > 0


def test_a_store_that_finds_no_room_at_all_is_not_half_made(tmp_path: Path) -> None:
    folder = tmp_path / "none"

    def make() -> str:
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2 * PAGE, most))
        try:
            create_store(parse_address(str(folder / "tokens.db")), NOW)
        except StoreError as error:
            return str(error)
        return "made"

    assert ask(make) in {FULL, BROKEN}
    assert list(folder.iterdir()) == []
