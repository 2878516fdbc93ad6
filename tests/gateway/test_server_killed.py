"""A PostgreSQL server killed with -9 and started again while tokens are checked and revoked."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime

import pytest

from store.reads.gateways import failed_checks
from store.reads.indicators import indicators
from tests.faults.proof import faults_of, lost_acknowledgements
from tests.gateway.running import gateway, live_token, make_account, until
from tests.gateway.servers import own_server
from tests.gateway.traffic import Operator, Traffic
from tests.making import revoke_token

LIFETIME_S = 2.0


@pytest.mark.slow
def test_a_server_that_was_killed_comes_back_with_every_revocation_and_every_check() -> None:
    with own_server() as server, gateway(server.address, "--cache", f"{LIFETIME_S:g}s") as one:
        store = server.store
        make_account(store)
        tokens = [live_token(store, f"number {number}") for number in range(6)]
        traffic = Traffic(lambda: str(one.http.base_url).rstrip("/"), tokens)
        until(lambda: len(traffic.asked) > 100)
        before = revoke_token(store, tokens[0].key, now=datetime.now(UTC))
        revoked = time.monotonic()
        server.kill()
        operator = Operator(store, tokens[1:], 0.05)
        until(lambda: 503 in traffic.statuses(1, revoked) and 503 in traffic.ready)
        assert operator.told == {}, "nobody is told of a revocation that is not on record"
        server.restart()
        until(lambda: operator.ended)
        calm = time.monotonic()
        until(lambda: set(traffic.statuses(since=calm + LIFETIME_S)) == {401} and traffic.ready[-1] == 200)
        traffic.end()
        operator.end()
        one.end()
        store.close()
        told = {0: (revoked, before.seq)} | {number + 1: found for number, found in operator.told.items()}
        assert len(told) == len(tokens)
        assert lost_acknowledgements(store, [(tokens[number].key[1], seq) for number, (_, seq) in told.items()]) == []
        assert faults_of(store) == []
        assert [one for one in traffic.asked if one.status == 200 and one.began > told[one.token][0] + LIFETIME_S] == []
        statuses = Counter(traffic.statuses())
        with store.reading() as reader:
            m3 = indicators(reader, datetime.now(UTC)).named("M3")
            counted = reader.value("SELECT CAST(sum(requests_24h) AS BIGINT) FROM token")
            kept = [row.outcome for row in failed_checks(reader, datetime.now(UTC), 10_000)]
        assert set(statuses) == {200, 401, 503}
        assert counted == statuses[200] + statuses[401], "each check that was answered is counted once"
        assert (m3.missed, m3.samples) == (statuses[503], statuses[200] + statuses[503])
        assert set(kept) == {"REVOKED", "FAILED"}
        assert operator.trouble != []
        assert any('"event": "trouble"' in line for line in one.told)
