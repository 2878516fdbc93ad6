"""Stores that tests begin with: each is made once in a process and then copied, which takes a tenth of the time.

A test that makes its store otherwise loses nothing but that time.
"""

from __future__ import annotations

import pickle
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest

from store.address import Address, parse_address
from store.dialect import create_private_file
from store.keys import load_key, make_key
from store.opening import Store
from store.rules.secrets import Secret
from tests.databases import drop_database, make_database, name_of, new_database, server_of

T = TypeVar("T")
Make = Callable[[Address], Store]
"""What makes an empty store at an address."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """An empty store that nobody writes to: where it is, its key, and what it holds."""

    place: Address
    store_id: str
    key: Secret
    content: str

    @property
    def database(self) -> str:
        """Return the name of its database on the server."""
        return name_of(self.place)


_PATTERNS: dict[str, Pattern] = {}
_FILLED: dict[tuple[str, str], tuple[Address, bytes]] = {}
"""By an empty pattern's store id and what it was filled with: where that is, and what the filling said."""


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Return where this process keeps its patterns on SQLite."""
    return tempfile.TemporaryDirectory(prefix="tokendesk-patterns-", ignore_cleanup_errors=True)


def copied_file(name: str, path: Path, make: Make) -> Store:
    """Return an empty store at a path, a copy of the one that `make` makes under that name."""
    pattern = _pattern(f"sqlite {name}", make, lambda: _file(name))
    make_key(pattern.store_id, key=pattern.key)
    address = parse_address(str(path))
    _copy_file(pattern.place, address)
    return Store(address)


@contextmanager
def copied_database(name: str, server_uri: str, make: Make) -> Iterator[Store]:
    """Lend an empty store in a database of its own, a copy of the one that `make` makes under that name."""
    pattern = pattern_on(name, server_uri, make)
    make_key(pattern.store_id, key=pattern.key)
    with new_database(server_uri, pattern.database) as address:
        made = Store(address)
        yield made
        made.close()


def pattern_on(name: str, server_uri: str, make: Make) -> Pattern:
    """Return the empty store on PostgreSQL that `make` makes under that name."""

    def place() -> Address:
        address = parse_address(server_uri.replace("/postgres?", f"/pattern_{name}?"))
        make_database(address)
        return address

    return _pattern(f"postgresql {name}", make, place)


def filled(store: Store, name: str, fill: Callable[[Store], T]) -> T:
    """Fill a copy of an empty pattern: really the first time under that name, with a copy from then on; return what `fill` does.

    A store that is no such copy, or no longer empty, is always filled really.
    """
    key = (store.facts.store_id, name)
    if not _is_as_made(store):
        return fill(store)
    if key in _FILLED:
        place, said = _FILLED[key]
        store.close()
        _replace(store.address, place)
        return pickle.loads(said)  # type: ignore[no-any-return]
    result = fill(store)
    store.close()
    _FILLED[key] = (_keep(store.address, len(_FILLED)), pickle.dumps(result))
    return result


def _pattern(name: str, make: Make, place: Callable[[], Address]) -> Pattern:
    if name not in _PATTERNS:
        with pytest.MonkeyPatch.context() as patched, tempfile.TemporaryDirectory() as folder:
            patched.setenv("XDG_CONFIG_HOME", folder)
            made = make(place())
            facts, content = made.facts, _content(made)
            made.close()
            _PATTERNS[name] = Pattern(made.address, facts.store_id, load_key(facts.store_id, facts.key_id), content)
    return _PATTERNS[name]


def _is_as_made(store: Store) -> bool:
    """Say whether this is a copy of a pattern that nobody has written to."""
    made = [pattern for pattern in _PATTERNS.values() if pattern.store_id == store.facts.store_id]
    return bool(made) and made[0].content == _content(store)


def _content(store: Store) -> str:
    """Return how many rows each table has, and the facts."""
    from store.tables import metadata

    counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in sorted(metadata.tables))
    with store.reading() as reader:
        return repr((sorted(map(tuple, reader.rows(counts))), sorted(map(tuple, reader.rows("SELECT name, value FROM fact")))))


def _replace(address: Address, pattern: Address) -> None:
    """Put a copy of a pattern in the place of a store that nobody has open."""
    if address.path is not None:
        address.path.unlink()
        _copy_file(pattern, address)
        return
    drop_database(address)
    make_database(address, name_of(pattern))


def _keep(address: Address, number: int) -> Address:
    """Copy a store that nobody has open to where it is a pattern, and return where."""
    if address.is_sqlite:
        place = _file(f"filled {number}")
        _copy_file(address, place)
        return place
    place = parse_address(server_of(address).replace("/postgres?", f"/filled_{number}?"))
    make_database(place, name_of(address))
    return place


def _copy_file(source: Address, target: Address) -> None:
    assert source.path is not None
    assert target.path is not None
    create_private_file(target.path)
    shutil.copyfile(source.path, target.path)


def _file(name: str) -> Address:
    """Return where a pattern of this process is kept."""
    return parse_address(str(Path(_folder().name) / f"{name}.db"))
