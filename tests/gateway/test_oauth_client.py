"""Authlib's OAuth 2 client as it is asks about tokens and ends them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from authlib.integrations.httpx_client import OAuth2Client  # type: ignore[import-untyped]

from store.opening import Store
from tests.command_line import run
from tests.gateway.running import Gateway, gateway, live_token, make_account


@pytest.fixture
def served(store: Store) -> Iterator[Gateway]:
    make_account(store)
    with gateway(store.address) as one:
        yield one


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_client_of_the_standard_introspects_and_revokes(store: Store, served: Gateway, method: str) -> None:
    made = live_token(store)
    secret = run("gateway", "callers", "add", "billing", "--may-revoke", store=store.address).out.strip()
    token = made.token.reveal()
    with OAuth2Client("billing", secret, token_endpoint_auth_method=method, revocation_endpoint_auth_method=method) as client:
        known = client.introspect_token(f"{served.http.base_url}/introspect", token=token)
        assert (known.status_code, known.json()["active"]) == (200, True)
        assert client.revoke_token(f"{served.http.base_url}/revoke", token=token).status_code == 200
        ended = client.introspect_token(f"{served.http.base_url}/introspect", token=token)
    assert (ended.status_code, ended.json()) == (200, {"active": False})
    assert served.check(token).headers["X-Tokendesk-Outcome"] == "REVOKED"
