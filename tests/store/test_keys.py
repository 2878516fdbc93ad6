"""The store key lives outside the database, for its owner alone, and a store is not made without one."""

from __future__ import annotations

import stat
from pathlib import Path

import psycopg
import pytest

from store.address import Address
from store.creation import create_store
from store.errors import Refused
from store.keys import key_file, load_key, make_key
from store.opening import Store
from tests.conftest import NOW
from tests.making import make_account, make_token, revoke_token


def test_a_key_is_256_random_bits_in_a_file_of_its_own(own_home: Path) -> None:
    make_key("one")
    make_key("two")
    path = key_file("one", "k1")
    assert path == own_home / "config" / "tokendesk" / "keys" / "one.k1"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    one, two = load_key("one", "k1").reveal(), load_key("two", "k1").reveal()
    assert len(bytes.fromhex(one)) == 32
    assert one != two


def test_a_key_is_never_written_over(own_home: Path) -> None:
    make_key("one")
    before = load_key("one", "k1").reveal()
    with pytest.raises(Refused, match="can't be written"):
        make_key("one")
    assert load_key("one", "k1").reveal() == before


def test_the_environment_may_hold_the_key_or_name_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKENDESK_KEY_FILE", str(tmp_path / "deep" / "key"))
    make_key("one")
    assert load_key("any", "k1").reveal() == (tmp_path / "deep" / "key").read_text().strip()
    monkeypatch.setenv("TOKENDESK_KEY", " ab12 ")
    assert load_key("any", "k1").reveal() == "ab12"


def _open_to_others(path: Path) -> None:
    path.chmod(0o640)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir(mode=0o700)


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (Path.unlink, "is not at"),
        (_open_to_others, "Other users can read"),
        (_folder, "can't be read: Is a directory"),
        (lambda path: path.write_text(" \n"), "is empty"),
        (lambda path: path.write_bytes(b"\xff\xfe\x80"), "is damaged"),
    ],
)
def test_a_key_that_is_no_use_is_refused_but_revoking_by_id_still_works(store: Store, spoil: object, problem: str) -> None:
    make_account(store)
    made = make_token(store)
    spoil(key_file(store.facts.store_id, store.facts.key_id))  # type: ignore[operator]
    with pytest.raises(Refused, match=problem) as caught:
        store.mint()
    assert caught.value.remedy
    assert not revoke_token(store, made.key).already


def test_a_key_is_never_shown(own_home: Path) -> None:
    make_key("one")
    key = load_key("one", "k1")
    assert key.reveal() not in repr(key) + str(key)


def test_a_store_is_not_made_when_its_key_can_not_be_kept(
    address: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = tmp_path / "taken"
    taken.write_text("another store's key")
    monkeypatch.setenv("TOKENDESK_KEY_FILE", str(taken))
    with pytest.raises(Refused, match="can't be written"):
        create_store(address, NOW)
    assert taken.read_text() == "another store's key"
    if address.path is not None:
        assert list(address.path.parent.iterdir()) == []
    else:
        with psycopg.connect(address.conninfo) as server:
            assert server.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    monkeypatch.setenv("TOKENDESK_KEY_FILE", str(tmp_path / "free"))
    made = create_store(address, NOW)
    make_account(made)
    make_token(made)
    made.close()


def test_a_store_that_is_refused_leaves_no_key_behind(store: Store, own_home: Path) -> None:
    keys = own_home / "config" / "tokendesk" / "keys"
    before = sorted(keys.iterdir())
    with pytest.raises(Refused):
        create_store(store.address, NOW)
    assert sorted(keys.iterdir()) == before
