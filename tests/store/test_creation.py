"""A store can be made, and opens empty."""

from store.opening import Store


def test_a_new_store_knows_itself_and_its_scopes(store: Store) -> None:
    assert store.facts.brand == "tkd"
    with store.reading() as reader:
        assert reader.value("SELECT count(*) FROM scope") == 16
        assert reader.value("SELECT count(*) FROM token") == 0
