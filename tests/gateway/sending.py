"""A token sent through a proxy in each way a caller may send it."""

from __future__ import annotations

from store.opening import Store
from tests.gateway.proxy import Proxied
from tests.gateway.running import live_token


def assert_no_token_reaches_the_api(store: Store, proxied: Proxied) -> None:
    """Send one in either header: both pass, and the API sees neither the token nor a header that may hold one."""
    made = live_token(store)
    assert proxied.order(None, X_Api_Key=made.token.reveal()).status_code == 200
    assert proxied.order(made.token.reveal()).status_code == 200
    assert len(proxied.reached) == 2
    for reached in proxied.reached:
        assert not {"authorization", "x-api-key"} & set(reached)
        assert made.token.reveal() not in str(reached)
