"""What callers of an API behind nginx meet, with the configuration of the README, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store.opening import Store
from store.writes.ending import suspend
from store.writes.orders import SuspendOrder
from tests.gateway.proxy import Proxied, nginx
from tests.gateway.rotating import answers_over_a_rotation
from tests.gateway.running import Gateway, gateway, live_token, make_account, until
from tests.gateway.sending import assert_no_token_reaches_the_api
from tests.making import PRIYA, revoke_token


@pytest.fixture
def served(store: Store) -> Iterator[Gateway]:
    make_account(store)
    with gateway(store.address, "--trusted", "127.0.0.1", "--cache", "30s") as one:
        yield one


@pytest.fixture
def proxied(served: Gateway, tmp_path: Path) -> Iterator[Proxied]:
    with nginx(served, tmp_path / "nginx") as one:
        yield one


def test_a_valid_token_passes_and_the_api_sees_its_id_alone(store: Store, proxied: Proxied) -> None:
    made = live_token(store)
    assert proxied.status(made.token.reveal()) == 200
    [reached] = proxied.reached
    assert reached["x-token-id"] == made.key[1]
    assert made.token.reveal() not in str(reached)
    until(proxied.logged, [f"200 VALID {made.key[1]}"])


def test_the_api_never_sees_a_token_however_it_was_sent(store: Store, proxied: Proxied) -> None:
    assert_no_token_reaches_the_api(store, proxied)


def test_a_caller_cannot_say_whose_its_token_is(store: Store, proxied: Proxied) -> None:
    made = live_token(store)
    assert proxied.order(made.token.reveal(), X_Token_Id="forged", X_Account_Id="FORGED").status_code == 200
    [reached] = proxied.reached
    assert (reached["x-token-id"], reached["x-account-id"]) == (made.key[1], made.key[0])


def test_what_is_refused_does_not_reach_the_api_and_is_logged_with_its_outcome(store: Store, proxied: Proxied) -> None:
    narrow, gone = live_token(store, "narrow", ("users.manage",)), live_token(store, "gone")
    revoke_token(store, gone.key, now=datetime.now(UTC))
    assert proxied.order(narrow.token.reveal(), X_Required_Scope="users.manage").status_code == 403
    assert proxied.status(gone.token.reveal()) == 401
    assert proxied.order(None).status_code == 401
    assert proxied.reached == []
    logged = [
        f"403 INSUFFICIENT_SCOPE {narrow.key[1]}",
        f"401 REVOKED {gone.key[1]}",
        "401 NOT_FOUND ",
    ]
    until(proxied.logged, logged)


def test_the_caller_of_a_suspended_token_reads_the_message_it_was_suspended_with(store: Store, proxied: Proxied) -> None:
    made = live_token(store)
    order = SuspendOrder(key=made.key, actor=PRIYA, message="call Priya on 7", until=None)
    store.write(lambda unit: suspend(unit, order, datetime.now(UTC)), order.action_id)
    answer = proxied.order(made.token.reveal())
    assert answer.status_code == 401
    assert 'error_description="call Priya on 7"' in answer.headers["WWW-Authenticate"]


def test_a_revocation_holds_at_once_whatever_is_remembered(store: Store, proxied: Proxied) -> None:
    made = live_token(store)
    assert [proxied.status(made.token.reveal()) for _ in range(3)] == [200, 200, 200]
    revoke_token(store, made.key, now=datetime.now(UTC))
    assert until(lambda: proxied.status(made.token.reveal()), 401) < 5, "of the 30 s it may be remembered"
    assert len(proxied.reached) == proxied.logged().count(f"200 VALID {made.key[1]}")


def test_a_caller_that_follows_a_rotation_is_never_refused(store: Store, proxied: Proxied) -> None:
    assert answers_over_a_rotation(store, proxied) == {200}


def test_without_a_gateway_nothing_passes_and_callers_are_told_to_come_back(
    store: Store, served: Gateway, proxied: Proxied
) -> None:
    token = live_token(store).token.reveal()
    assert proxied.status(token) == 200
    served.end()
    assert proxied.status(token) == 503
    assert len(proxied.reached) == 1
