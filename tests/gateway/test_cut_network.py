"""The network between a gateway and its store goes away while a token is revoked: what callers meet, and what is counted."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

import pytest

from store.opening import Store
from tests.gateway.relay import relayed
from tests.gateway.running import Gateway, gateway, live_token, make_account, until
from tests.making import revoke_token

LIFETIME_S = 2.0


@pytest.fixture
def database() -> str:
    return "postgresql"


class Caller:
    """Asks again and again; `answers` are when each question began, and its status."""

    def __init__(self, one: Gateway, token: str) -> None:
        self.answers: list[tuple[float, int]] = []
        self._one, self._token, self._ended = one, token, threading.Event()
        self._thread = threading.Thread(target=self._loop, daemon=True)
        self._thread.start()

    def _loop(self) -> None:
        while not self._ended.is_set():
            began = time.monotonic()
            self.answers.append((began, self._one.check(self._token).status_code))

    def statuses(self, since: float = 0.0) -> list[int]:
        """Return how questions ended that began since then."""
        return [status for began, status in self.answers[:] if began >= since]

    def end(self) -> None:
        """Stop after the question that is under way."""
        self._ended.set()
        self._thread.join()


@pytest.mark.slow
@pytest.mark.parametrize("silently", [False, True])
def test_a_token_revoked_behind_a_cut_network_is_accepted_no_longer_than_stated(store: Store, silently: bool) -> None:
    make_account(store)
    made = live_token(store)
    with relayed(store.address) as network, gateway(network.address, "--cache", f"{LIFETIME_S:g}s") as one:
        caller = Caller(one, made.token.reveal())
        until(lambda: len(caller.statuses()) >= 20)
        network.cut(silently=silently)
        revoke_token(store, made.key, now=datetime.now(UTC))
        revoked = time.monotonic()
        until(lambda: 503 in caller.statuses(revoked))
        network.mend()
        mended = time.monotonic()
        until(lambda: 401 in caller.statuses(mended))
        caller.end()
        one.end()
        assert 200 not in caller.statuses(revoked + LIFETIME_S)
        assert set(caller.statuses()) == {200, 503, 401}
        answered = [status for status in caller.statuses() if status != 503]
    with store.reading() as reader:
        [row] = reader.rows("SELECT requests_24h, last_denied_reason FROM token")
    assert tuple(row) == (len(answered), "REVOKED"), "each check that was answered is counted once"
