"""A store made by the first schema is brought up to date with everything it holds, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from alembic import command
from alembic.config import Config

from store import creation
from store.address import Address
from store.creation import create_store, upgrade_store
from store.errors import Unreachable
from store.inspection import inspect
from store.moments import DAY_MS, HOUR_MS, to_ms
from store.opening import Store, open_store
from store.reads.cases import cases
from store.reads.proofs import recent_proofs
from store.reads.tokens import Question, page
from store.rows import TokenKey
from store.rules.proof import ProofVerdict
from store.rules.revocation import CACHE_LIFETIME
from store.writes.editing import look_up
from store.writes.orders import LookUpOrder
from tests.conftest import NOW
from tests.gateway_logs import contents, put_tokens
from tests.making import PRIYA, revoke_token

HOURS = [to_ms(NOW) // HOUR_MS - ago for ago in (0, 1, 25, 24 * 40, 24 * 300)]


def first_schema(connection: Any) -> None:
    """Make the schema of 0001 alone."""
    config = Config()
    config.set_main_option("script_location", creation.MIGRATIONS)
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")


@pytest.fixture
def old(address: Address, monkeypatch: pytest.MonkeyPatch) -> Address:
    """A store of the first schema with two tokens and some hours of usage."""
    with monkeypatch.context() as patched:
        patched.setattr("store.reads.facts.SCHEMA", "0001")
        patched.setattr(creation, "_upgrade", first_schema)
        patched.setattr("store.writes.tokens.index_texts", lambda unit: None)  # what came later, nobody did then
        store = create_store(address, NOW)
        put_tokens(store, ("ACME", "T01"), ("BOLT", "T05"))
        rows = [{"hour": hour, "account": account, "token": token} for hour in HOURS
                for account, token in (("ACME", "T01"), ("BOLT", "T05"))]  # fmt: skip
        store.write(lambda unit: _fill(unit, rows))
        store.close()
    return address


def _fill(unit: Any, rows: list[dict[str, Any]]) -> None:
    unit.run_each("INSERT INTO usage_hour VALUES (:hour, :account, :token, 7, 2, 5, 0, 2, 0)", rows)
    unit.run_each("INSERT INTO usage_reason VALUES (:hour, :account, :token, 'EXPIRED', 2)", rows)


def test_an_old_store_keeps_its_hours_and_gets_its_days_and_totals(old: Address) -> None:
    with pytest.raises(Unreachable, match="older tokendesk"):
        open_store(old)
    upgrade_store(old)
    store = open_store(old)
    held = contents(store)
    assert {row[0] for row in held["usage_hour"]} == {row[0] for row in held["usage_reason"]} == set(HOURS)
    days: dict[int, int] = {}
    for hour in HOURS:
        days[hour // 24] = days.get(hour // 24, 0) | 1 << hour % 24
    assert {(row[0], row[2]): row[3:] for row in held["usage_day"]} == {
        (day, token): (7 * bits.bit_count(), 2 * bits.bit_count(), 0, bits)
        for day, bits in days.items() for token in ("T01", "T05")
    }  # fmt: skip
    assert {(row[0], row[1]): row[2:] for row in held["usage_total"]} == {
        (hour, account): (many, refused) for hour in HOURS
        for account, many, refused in (("ACME", 7, 2), ("BOLT", 7, 2), ("", 14, 4))
    }  # fmt: skip
    assert int(dict(held["fact"])["parts_since"]) > DAY_MS
    _is_well(store)


def test_the_tokens_of_an_old_store_are_found_by_their_letters(old: Address) -> None:
    upgrade_store(old)
    store = open_store(old)
    with store.reading() as reader:
        for wanted in ("T01", "T05"):
            assert [row.id for row in page(reader, Question(filter=wanted), NOW, 9).rows] == [wanted]
    store.close()


def test_cases_that_an_old_log_names_are_opened_by_the_first_of_their_lines(
    old: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("store.reads.facts.SCHEMA", "0001")
        patched.setattr("store.writes.audit.openings", lambda unit, entries, now: [])
        store = Store(old)
        for number, (account, token, case) in enumerate([("ACME", "T01", "INC-7"), ("BOLT", "T05", "INC-7")]):
            order = LookUpOrder(key=TokenKey((account, token)), actor=PRIYA, case=case)
            at = NOW + timedelta(minutes=number)
            store.write(lambda unit, order=order, at=at: look_up(unit, order, at))  # type: ignore[misc]
        with store.reading() as reader:
            assert reader.value("SELECT count(*) FROM case_file") == 0
        store.close()
    upgrade_store(old)
    store = open_store(old)
    with store.reading() as reader:
        found = cases(reader, 0, 9)
    assert [(row.id, row.opened_at, row.opened_by, row.closed_at) for row in found] == [("INC-7", NOW, "priya", None)]
    store.close()


def test_the_latest_requests_of_an_old_store_prove_its_revocations(old: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("store.reads.facts.SCHEMA", "0001")
        patched.setattr("store.writes.audit.openings", lambda unit, entries, now: [])
        patched.setattr("store.writes.ending.longest_memory", lambda ask, now: CACHE_LIFETIME)
        patched.setattr("store.writes.ending.queue", lambda unit, drafts, now: 0)  # nobody was told of it then
        store = Store(old)
        for key in (TokenKey(("ACME", "T01")), TokenKey(("BOLT", "T05"))):
            revoke_token(store, key)
        store.write(_call_t01)
        store.close()
    upgrade_store(old)
    store = open_store(old)
    with store.reading() as reader:
        proofs = {proof.key[1]: proof for proof in recent_proofs(reader, NOW - timedelta(days=1), NOW, 5)}
    assert (proofs["T01"].seconds, proofs["T01"].refused_reason, proofs["T01"].verdict) == (24, "REVOKED", ProofVerdict.PASS)
    assert (proofs["T05"].seconds, proofs["T05"].verdict) == (None, ProofVerdict.NONE)
    store.close()


def _call_t01(unit: Any) -> None:
    calls = ((-5, "SUSPENDED"), (10, "RATE_LIMITED"), (21, "VALID"), (24, "REVOKED"), (30, "REVOKED"))
    rows = [{"at": to_ms(NOW) + second * 1_000, "number": second + 9, "outcome": outcome} for second, outcome in calls]
    names = "account_id, token_id, at, number, outcome, address, agent, method, path, service, request_id"
    given = "'ACME', 'T01', :at, :number, :outcome, '', '', '', '', '', ''"
    unit.run_each(f"INSERT INTO recent_request ({names}) VALUES ({given})", rows)
    last = {"denied": to_ms(NOW) + 30_000, "success": to_ms(NOW) + 21_000}
    unit.run("UPDATE token SET last_denied_at = :denied, last_success_at = :success WHERE id = 'T01'", last)


def _is_well(store: Store) -> None:
    assert {check.name: check.problem for check in inspect(store) if check.name in ("schema", "audit log")} == {
        "schema": "", "audit log": "",
    }  # fmt: skip
    store.close()
