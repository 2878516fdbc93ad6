"""A store that goes away and comes back: nothing is let through meanwhile, but for what --grace allows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from store.address import parse_address
from store.creation import create_store
from store.opening import Store
from store.reads.gateways import failed_checks
from store.reads.indicators import indicators
from store.rules.secrets import new_id, new_token
from tests.conftest import NOW
from tests.gateway.running import Gateway, gateway, live_token, make_account, until
from tests.making import revoke_token

_MEASURED = """
SELECT kind, outcome, CAST(sum(operations) AS BIGINT) FROM measure_minute WHERE kind <> 'issue' GROUP BY kind, outcome
"""


@contextmanager
def away(store: Store, server: str) -> Iterator[None]:
    """Have the database take no connections and lose those it has."""
    name = store.address.conninfo.split("?")[0].rpartition("/")[2]
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        cut(admin, name)
        try:
            yield
        finally:
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())


def cut(admin: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


def status_of(one: Gateway, token: str) -> int:
    return one.check(token).status_code


@pytest.fixture
def database() -> str:
    return "postgresql"


def test_without_the_store_all_is_refused_and_with_it_all_is_as_before(store: Store, postgres: str) -> None:
    make_account(store)
    known, other = live_token(store).token.reveal(), live_token(store, "other")
    with (
        gateway(store.address, "--cache", "0") as strict,
        gateway(store.address, "--cache", "0", "--grace", "1h", name="b") as lax,
    ):
        assert [status_of(one, known) for one in (strict, lax)] == [200, 200]
        with away(store, postgres):
            refused = strict.check(known)
            assert (refused.status_code, refused.headers["X-Tokendesk-Outcome"]) == (503, "UNAVAILABLE")
            assert refused.headers["Cache-Control"] == "no-store"
            assert "X-Token-Id" not in refused.headers
            assert status_of(lax, known) == 200
            assert [status_of(lax, token) for token in (other.token.reveal(), new_token("live", new_id()).reveal())] == [503, 503]
            assert [status_of(one, "tkd_live_damaged") for one in (strict, lax)] == [503, 503]
            assert strict.http.get("/check").status_code == 401
            assert [strict.http.get(path).status_code for path in ("/healthz", "/readyz")] == [200, 503]
            assert "tokendesk_stale_answers_total 1.0" in lax.http.get("/metrics").text
        until(lambda: [status_of(one, known) for one in (strict, lax)], [200, 200])
        assert status_of(lax, other.token.reveal()) == 200
        revoke_token(store, other.key, now=datetime.now(UTC))
        assert [status_of(one, other.token.reveal()) for one in (strict, lax)] == [401, 401]


def test_a_connection_that_breaks_is_made_anew_without_anybody_noticing(store: Store, postgres: str) -> None:
    make_account(store)
    token = live_token(store).token.reveal()
    name = store.address.conninfo.split("?")[0].rpartition("/")[2]
    with gateway(store.address, "--cache", "0") as one, psycopg.connect(postgres, autocommit=True) as admin:
        for _ in range(5):
            assert status_of(one, token) == 200
            cut(admin, name)
            assert status_of(one, token) == 200


def test_a_revocation_while_nothing_is_heard_is_refused_when_the_lifetime_is_over(store: Store, postgres: str) -> None:
    make_account(store)
    made = live_token(store)
    with gateway(store.address, "--cache", "1s") as one:
        assert status_of(one, made.token.reveal()) == 200
        revoke_token(store, made.key, now=datetime.now(UTC))
        assert until(lambda: status_of(one, made.token.reveal()), 401) < 1.5


@pytest.mark.parametrize(("cache", "away"), [("0", 503), ("1h", 200)])
def test_a_file_that_is_put_in_the_stores_place_is_the_store(tmp_path: Path, cache: str, away: int) -> None:
    store = create_store(parse_address(str(tmp_path / "store" / "tokens.db")), NOW)
    path = store.address.path
    assert path is not None
    make_account(store)
    made = live_token(store)
    backup = path.with_name("backup.db")
    with gateway(store.address, "--cache", cache) as one:
        assert status_of(one, made.token.reveal()) == 200
        shutil.copy(path, backup)
        revoke_token(store, made.key, now=datetime.now(UTC))
        until(lambda: status_of(one, made.token.reveal()), 401)
        backup.replace(path)
        until(lambda: status_of(one, made.token.reveal()), 200)
        path.rename(backup)
        until(lambda: status_of(one, new_token("live", new_id()).reveal()), 503)
        assert status_of(one, made.token.reveal()) == away, "what is remembered holds for its lifetime"
        backup.rename(path)
        until(lambda: status_of(one, made.token.reveal()), 200)
    store.close()


def test_checks_that_got_no_answer_are_failures_on_record(store: Store, postgres: str) -> None:
    make_account(store)
    made = live_token(store)
    with gateway(store.address, "--cache", "0") as one:
        for _ in range(3):
            assert one.check(made.token.reveal(), "/check?service=orders").status_code == 200
        with away(store, postgres):
            for _ in range(7):
                assert one.check(made.token.reveal(), "/check?service=orders").status_code == 503
            asked = {"token": made.token.reveal()}
            assert [one.http.post("/introspect", data=asked, auth=("a", "x")).status_code for _ in range(2)] == [503, 503]
            assert one.http.get("/readyz").status_code == 503
        until(lambda: status_of(one, made.token.reveal()), 200)
        one.end()
        assert sum('"status":503' in line for line in one.told) >= 9, "whoever runs it is told of each"
        assert not any(made.token.reveal() in line for line in one.told)
    now = datetime.now(UTC)
    store.close()
    with store.reading() as reader:
        rows = reader.rows(_MEASURED)
        [m3] = [row for row in indicators(reader, now).rows if row.name == "M3"]
        kept = failed_checks(reader, now, 100)
        [counted] = reader.rows("SELECT requests_24h FROM token")
    words = {(kind, outcome): number for kind, outcome, number in rows}
    failed = words["check", "FAILED"]
    assert failed >= 7, "those that were refused until the store was back are counted too"
    assert words == {("check", "VALID"): 4, ("check", "FAILED"): failed, ("introspect", "FAILED"): 2}
    assert (m3.samples, m3.missed, m3.value) == (6 + failed, 2 + failed, 4 / (6 + failed))
    assert {(row.outcome, row.token_id) for row in kept} == {("FAILED", "")}
    assert tuple(counted) == (4,), "a check without an answer is no use of a token"
