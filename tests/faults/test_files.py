"""Files that are no store, or not ours to use: each is told in one sentence and in our words, and none is touched."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from store.address import parse_address
from store.creation import create_store, upgrade_store
from store.errors import Refused, StoreError, Unreachable
from store.opening import open_store
from tests.conftest import NOW
from tests.faults.children import ask, become_ordinary
from tests.faults.pool import make_pool
from tests.faults.words import assert_in_our_words, shown
from tests.making import make_account, make_token, revoke_token


def a_store(path: Path) -> Path:
    made = create_store(parse_address(str(path)), NOW)
    make_account(made)
    make_token(made)
    made.close()
    return path


def run_on(path: Path, *statements: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.touch(0o600)
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path


def written(path: Path, content: bytes) -> Path:
    path.touch(0o600)
    path.write_bytes(content)
    return path


def cut(path: Path, size: int) -> Path:
    os.truncate(a_store(path), size)
    return path


def folder(path: Path) -> Path:
    path.mkdir(mode=0o700)
    return path


def pipe(path: Path) -> Path:
    os.mkfifo(path, 0o600)
    return path


def below_a_file(path: Path) -> Path:
    return written(path, b"") / "tokens.db"


def open_to(mode: int) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        a_store(path).chmod(mode)
        return path

    return make


def of_version(version: str) -> Callable[[Path], Path]:
    return lambda path: run_on(a_store(path), f"UPDATE alembic_version SET version_num = '{version}'")


NO_STORE = "This database holds no tokendesk store."
OTHERS = "Other users can read"
PLACES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "nothing there": (lambda path: path, "There is no store at"),
    "a folder": (folder, "is not a file."),
    "a pipe": (pipe, "is not a file."),
    "a path through a file": (below_a_file, "cannot be opened: Not a directory."),
    "a name too long": (lambda path: path.with_name("x" * 300), "cannot be opened: File name too long."),
    "an empty file": (lambda path: written(path, b""), NO_STORE),
    "garbage": (lambda path: written(path, b"\x00\xff<html>" * 2_000), "This file is not a tokendesk store."),
    "a short text": (lambda path: written(path, b"hello"), "This file is not a tokendesk store."),
    "another program's database": (lambda path: run_on(path, "CREATE TABLE bookmark (url TEXT)"), NO_STORE),
    "another program's database with versions": (
        lambda path: run_on(
            path, "CREATE TABLE alembic_version (version_num TEXT)", "INSERT INTO alembic_version VALUES ('1a2b3c')"
        ),
        NO_STORE,
    ),
    "half a database made by us": (
        lambda path: run_on(path, "CREATE TABLE alembic_version (version_num TEXT)"),
        NO_STORE,
    ),
    "cut to a whole page": (lambda path: cut(path, 16_384), "The store file is damaged."),
    "cut in the middle of a page": (lambda path: cut(path, 10_000), "The store file is damaged."),
    "cut to its first bytes": (lambda path: cut(path, 50), "The store file is damaged."),
    "readable by the group": (open_to(0o640), OTHERS),
    "readable by everyone": (open_to(0o644), OTHERS),
    "writable by everyone": (open_to(0o602), OTHERS),
    "newer than this program": (of_version("9999"), "This store was made by a newer tokendesk."),
}


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("act", [open_store, lambda path: upgrade_store(parse_address(path))], ids=["open", "upgrade"])
def test_a_file_that_is_no_good_store_is_refused_in_one_sentence(tmp_path: Path, name: str, act: Callable[[str], object]) -> None:
    make, problem = PLACES[name]
    place = make(tmp_path / "tokens.db")
    before = place.read_bytes() if os.path.isfile(place) else None  # noqa: PTH113  pathlib raises for a long name
    with pytest.raises(StoreError) as caught:
        act(str(place))
    assert_in_our_words(caught.value, Unreachable, problem, 3)
    assert before == (place.read_bytes() if before is not None else None)


def test_an_older_store_is_not_opened_but_can_be_upgraded(tmp_path: Path) -> None:
    place = of_version("0000")(tmp_path / "tokens.db")
    with pytest.raises(Unreachable, match="older tokendesk") as caught:
        open_store(str(place))
    assert "tokendesk store upgrade" in caught.value.remedy


@pytest.mark.parametrize("there", ["a store", "a short text", "a folder"])
def test_nothing_is_ever_made_over_something_that_is_there(tmp_path: Path, there: str) -> None:
    place = tmp_path / "tokens.db"
    {"a store": a_store, "a short text": lambda path: written(path, b"x"), "a folder": folder}[there](place)
    with pytest.raises(Refused, match="exists already") as caught:
        create_store(parse_address(str(place)), NOW)
    assert caught.value.exit_code == 1
    assert place.exists()


def test_a_store_that_disappears_or_is_opened_to_others_is_told_at_the_next_write(tmp_path: Path) -> None:
    place = tmp_path / "tokens.db"
    made = create_store(parse_address(str(place)), NOW)
    key = make_pool(made, 2)[0]
    place.chmod(0o644)
    with pytest.raises(Unreachable, match=OTHERS):
        revoke_token(made, key)
    place.unlink()
    with pytest.raises(Unreachable, match="There is no store at"):
        revoke_token(made, key)
    made.close()


def write_refused(place: Path, read_only: Path) -> list[str]:
    """Take the right to write away, see what a read and a write say, and give it back."""
    become_ordinary()
    place.with_name(f"{place.name}-journal").unlink(missing_ok=True)
    mode = read_only.stat().st_mode
    read_only.chmod(mode & ~0o222)
    store = open_store(str(place))
    with store.reading() as reader:
        account, token = reader.rows("SELECT account_id, id FROM token")[0]
    try:
        revoke_token(store, (account, token))  # type: ignore[arg-type]
    except StoreError as error:
        refused = [type(error).__name__, str(error.exit_code), str(error), shown(error)]
    else:
        refused = ["nothing was refused"]
    store.close()
    read_only.chmod(mode)
    for side in place.parent.glob("tokens.db-*"):  # SQLite gave them the permissions the store had
        side.chmod(0o600)
    revoke_token(open_store(str(place)), (account, token))  # type: ignore[arg-type]
    return refused


@pytest.mark.parametrize(("what", "journal"), [("file", ("truncate", 3)), ("file", ("wal", 2)), ("folder", ("truncate", 3))])
def test_a_store_that_may_only_be_read_is_read_and_says_why_it_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, journal: tuple[str, int]
) -> None:
    monkeypatch.setattr("store.dialect.journal_settings", lambda: journal)
    place = a_store(tmp_path / "held" / "tokens.db")
    kind, code, sentence, everything = ask(lambda: write_refused(place, place if what == "file" else place.parent))
    assert (kind, code) == ("StoreError", "1")
    assert sentence.startswith("The store file can't be written, so nothing was changed.")
    assert "sqlite3" not in "".join(line for line in everything.splitlines() if not line.lstrip().startswith("File "))


def test_a_store_is_not_made_in_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    held = folder(tmp_path / "held")

    def make() -> str:
        become_ordinary()
        held.chmod(0o500)
        try:
            create_store(parse_address(str(held / "deep" / "tokens.db")), NOW)
        except Unreachable as error:
            return str(error)
        return "made"

    assert "cannot be created: Permission denied." in ask(make)
    assert list(held.iterdir()) == []


def test_a_copy_of_a_store_is_whole_and_opens(tmp_path: Path) -> None:
    place = a_store(tmp_path / "tokens.db")
    copy = Path(shutil.copy2(place, tmp_path / "copy.db"))
    open_store(str(copy)).close()
