"""What callers of an API behind Caddy, Envoy and Kong meet, with the configurations of the README."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store.opening import Store
from tests.gateway.proxies import Kong, caddy, envoy, own_addresses
from tests.gateway.proxy import Proxied
from tests.gateway.rotating import answers_over_a_rotation
from tests.gateway.running import Gateway, gateway, live_token, make_account, until
from tests.gateway.sending import assert_no_token_reaches_the_api
from tests.making import revoke_token

LIFETIME_S = 2.0
PROXIES: dict[str, tuple[Callable[[Gateway, Path], AbstractContextManager[Proxied]], int]] = {
    "caddy": (caddy, 502),
    "envoy": (envoy, 403),
}
"""Each with what it says when the gateway is gone."""


@pytest.fixture(params=PROXIES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database() -> str:
    return "sqlite"


@pytest.fixture
def served(store: Store) -> Iterator[Gateway]:
    make_account(store)
    with gateway(store.address, "--trusted", "127.0.0.1", "--cache", f"{LIFETIME_S:g}s") as one:
        yield one


@pytest.fixture
def proxied(served: Gateway, name: str, tmp_path: Path) -> Iterator[Proxied]:
    with PROXIES[name][0](served, tmp_path / name) as one:
        yield one
        one.http.close()


def test_a_valid_token_passes_and_the_api_sees_its_id_alone(store: Store, proxied: Proxied) -> None:
    made = live_token(store)
    assert (
        proxied.order(made.token.reveal(), X_Token_Id="forged", X_Account_Id="FORGED", X_Forwarded_For="9.9.9.9").status_code
        == 200
    )
    [reached] = proxied.reached
    assert (reached["x-token-id"], reached["x-account-id"]) == (made.key[1], made.key[0])
    assert made.token.reveal() not in str(reached)
    with store.reading() as reader:
        until(lambda: reader.value("SELECT count(*) FROM recent_request"), 1)
        [row] = reader.rows("SELECT address, method, path FROM recent_request")
    assert row[0] in own_addresses(), "callers can't name their own address"
    assert tuple(row[1:]) == ("GET", "/v1/orders")


def test_the_api_never_sees_a_token_however_it_was_sent(store: Store, proxied: Proxied) -> None:
    assert_no_token_reaches_the_api(store, proxied)


def test_what_is_refused_does_not_reach_the_api_and_says_why(store: Store, proxied: Proxied) -> None:
    narrow, gone = live_token(store, "narrow", ("users.manage",)), live_token(store, "gone")
    revoke_token(store, gone.key, now=datetime.now(UTC))
    refused = (
        (narrow.token.reveal(), 403, "INSUFFICIENT_SCOPE"), (gone.token.reveal(), 401, "REVOKED"), (None, 401, "NOT_FOUND"),
    )  # fmt: skip
    for token, status, outcome in refused:
        answer = proxied.order(token)
        assert (answer.status_code, answer.json()["outcome"]) == (status, outcome)
    assert proxied.reached == []


def test_a_revoked_token_is_refused_within_the_lifetime(store: Store, proxied: Proxied) -> None:
    made = live_token(store)
    assert [proxied.status(made.token.reveal()) for _ in range(3)] == [200, 200, 200]
    revoke_token(store, made.key, now=datetime.now(UTC))
    assert until(lambda: proxied.status(made.token.reveal()), 401) < LIFETIME_S
    before = len(proxied.reached)
    assert [proxied.status(made.token.reveal()) for _ in range(3)] == [401, 401, 401]
    assert len(proxied.reached) == before


def test_a_caller_that_follows_a_rotation_is_never_refused(store: Store, proxied: Proxied) -> None:
    assert answers_over_a_rotation(store, proxied) == {200}


def test_without_a_gateway_nothing_passes(store: Store, served: Gateway, proxied: Proxied, name: str) -> None:
    token = live_token(store).token.reveal()
    assert proxied.status(token) == 200
    served.end()
    assert proxied.status(token) == PROXIES[name][1]
    assert len(proxied.reached) == 1


def test_envoy_is_not_asked_for_anything_it_is_about_to_drop(served: Gateway, tmp_path: Path) -> None:
    with envoy(served, tmp_path / "envoy"):
        told = (tmp_path / "envoy" / "log").read_text()
    assert "starting main dispatch loop" in told
    assert "deprecated" not in told.lower()


def test_kong_hands_on_what_is_valid_and_answers_what_is_not(store: Store, served: Gateway) -> None:
    made, gone = live_token(store), live_token(store, "gone")
    revoke_token(store, gone.key, now=datetime.now(UTC))
    kong = Kong(served)
    handed_on = {"X-Token-Id": made.key[1], "X-Account-Id": made.key[0]}
    assert kong.ask(made.token.reveal()) == (200, handed_on)
    assert kong.ask(made.token.reveal(), by="X-Api-Key") == (200, handed_on)
    assert kong.ask(gone.token.reveal())[0] == 401
    revoke_token(store, made.key, now=datetime.now(UTC))
    until(lambda: kong.ask(made.token.reveal())[0], 401, LIFETIME_S)
