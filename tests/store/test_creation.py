"""A store can be made, and opens empty."""

from pathlib import Path

import pytest

from store.address import parse_address
from store.creation import create_store
from store.dialect import create_private_file
from store.errors import Refused
from store.opening import Store
from tests.conftest import NOW


def test_a_new_store_knows_itself_and_its_scopes(store: Store) -> None:
    assert store.facts.brand == "tkd"
    with store.reading() as reader:
        assert reader.value("SELECT count(*) FROM scope") == 16
        assert reader.value("SELECT count(*) FROM token") == 0


def test_a_store_whose_making_was_cut_short_is_made_again(tmp_path: Path) -> None:
    address = parse_address(str(tmp_path / "tokens.db"))
    assert address.path is not None
    create_private_file(address.path)
    create_store(address, NOW).close()
    with pytest.raises(Refused, match="exists already"):
        create_store(address, NOW)
