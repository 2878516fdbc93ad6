"""The three roles' dashboards are what the measures, the failed checks and the operators say; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from store.board_rows import TAIL_CHECKS
from store.errors import Refused
from store.opening import Store
from store.reads.boards import LATENCY_MINUTES, SUSPICIOUS, debug, executive, on_call
from store.reads.tokens import Question, count
from store.rules.proof import ProofVerdict
from store.rules.roles import Actor, Role
from store.rules.usage import Outcome
from store.writes.people import put_operator
from tests.benchmarks.recording import bad_plans, statements_of
from tests.conftest import NOW
from tests.gateway_rows import failed, gateway, put_measures, put_rows
from tests.scenario import REVOKED_AT, fill_scenario, key_of, secret_of
from tests.store.test_query_plans import fill

LOCAL = Actor("local:dana", Role.ADMIN)
MINUTE = timedelta(minutes=1)


def test_executive_has_the_indicators_of_a_month_and_what_is_suspicious(store: Store) -> None:
    fill_scenario(store)
    put_measures(
        store, [(NOW - MINUTE, "check", "orders", "VALID", 9_000, 9_990), (NOW - MINUTE, "check", "orders", "FAILED", None, 10)]
    )
    with store.reading() as reader:
        found = executive(reader, NOW)
        assert {one.view: one.amount.number for one in found.suspicious} == {
            view: count(reader, Question(view), NOW) for view in SUSPICIOUS
        }
    validation = found.month.named("M3")
    assert validation.value == pytest.approx(0.999)
    assert validation.met is False
    assert validation.gap == pytest.approx(-0.0005)
    assert found.unauthorised.step_s == 3_600


def test_on_call_tells_a_revocation_with_the_first_refusal_after_it(store: Store) -> None:
    fill_scenario(store)
    with store.reading() as reader:
        found = on_call(reader, NOW)
    (proof,) = found.proofs
    assert (proof.key, proof.revoked_at) == (key_of("T13"), REVOKED_AT)
    assert proof.accepted_at == REVOKED_AT + timedelta(seconds=21)
    assert proof.verdict is not ProofVerdict.FAIL
    assert found.tokens[0].token_id == key_of("T08")[1]
    assert found.tokens[0].requests == 10_001


@pytest.mark.parametrize("role", list(Role))
def test_the_store_itself_shows_debug_only_to_those_who_are_on_call_or_above(store: Store, role: Role) -> None:
    store.write(lambda unit: put_operator(unit, "ann", Role.ADMIN, LOCAL, NOW))
    if role is not Role.ADMIN:
        store.write(lambda unit: put_operator(unit, "dana", role, Actor("ann", Role.ADMIN), NOW))
    pretending = Actor("dana" if role is not Role.ADMIN else "ann", Role.ADMIN)  # what a screen believes does not count
    with store.reading() as reader:
        if role in (Role.ON_CALL, Role.SECURITY, Role.ADMIN):
            assert debug(reader, pretending, NOW).checks == ()
            assert debug(reader, replace(pretending, read_only=True), NOW).checks == ()
            return
        with pytest.raises(Refused, match=f"The role {role} may not look into failed checks") as refusal:
            debug(reader, pretending, NOW)
    assert "on-call, security, admin" in refusal.value.remedy


def test_an_operator_switched_off_and_a_stranger_see_no_failed_checks(store: Store) -> None:
    store.write(lambda unit: put_operator(unit, "ann", Role.ADMIN, LOCAL, NOW))
    store.write(lambda unit: put_operator(unit, "dana", Role.SECURITY, Actor("ann", Role.ADMIN), NOW, active=False))
    with store.reading() as reader:
        with pytest.raises(Refused, match="dana is switched off"):
            debug(reader, Actor("dana", Role.SECURITY), NOW)
        with pytest.raises(Refused, match="eve is not an operator"):
            debug(reader, Actor("eve", Role.ADMIN), NOW)


def test_the_tail_is_thirty_whole_minutes_the_newest_first_and_holds_no_secret(store: Store) -> None:
    whole = secret_of("T01").reveal()
    rows = [
        failed(NOW - timedelta(minutes=29), Outcome.EXPIRED, request_id="edge"),
        failed(NOW - timedelta(minutes=30), Outcome.EXPIRED, request_id="before"),
        failed(NOW + MINUTE, Outcome.EXPIRED, request_id="later"),
        failed(NOW, Outcome.NOT_FOUND, path=f"/v1/{whole}?q=1", agent=f"curl {whole}", request_id="now"),
    ]
    put_rows(store, "failed_check", rows)
    with store.reading() as reader:
        found = debug(reader, LOCAL, NOW)
    assert [one.request_id for one in found.checks] == ["now", "edge"]
    assert whole[-38:] not in repr(found)
    assert found.checks[0].path == f"/v1/{whole[: whole.rindex('_')]}_***?…"
    assert not found.more


def test_of_very_many_failed_checks_the_latest_are_told_and_that_there_are_others(store: Store) -> None:
    put_rows(store, "failed_check", [failed(NOW, Outcome.EXPIRED, number=number) for number in range(TAIL_CHECKS + 5)])
    with store.reading() as reader:
        found = debug(reader, LOCAL, NOW)
    assert (len(found.checks), found.more) == (TAIL_CHECKS, True)


def test_latency_is_told_minute_by_minute_and_not_at_all_where_nothing_was_timed(store: Store) -> None:
    checks = [(NOW, "check", "a", "VALID", us, number) for us, number in ((4_000, 95), (90_000, 5))]
    put_measures(store, [*checks, (NOW - MINUTE, "introspect", "", "VALID", 60_000, 1)])
    with store.reading() as reader:
        found = debug(reader, LOCAL, NOW)
    assert len(found.p95.values) == LATENCY_MINUTES
    assert found.p95.values[-3:] == (None, 70, 5)
    assert found.p95.samples[-2:] == (1, 100)


def test_no_dashboard_reads_a_large_table_from_end_to_end(store: Store) -> None:
    fill(store)
    put_rows(store, "gateway_state", [gateway("gw-1", NOW)])
    put_rows(store, "failed_check", [failed(NOW - MINUTE * n, Outcome.EXPIRED, number=n) for n in range(200)])
    if store.address.is_sqlite:
        store.write(lambda unit: unit.run("ANALYZE"))
    else:
        with psycopg.connect(store.address.conninfo, autocommit=True) as server:
            server.execute("VACUUM ANALYZE")
    few = ("USE TEMP B-TREE FOR", "SCAN gateway_state", "SCAN alert", "Seq Scan on usage")
    for read in (lambda r: executive(r, NOW), lambda r: on_call(r, NOW), lambda r: debug(r, LOCAL, NOW)):
        for statement in statements_of(store, read):
            bad = [line for line in bad_plans(store, statement) if not line.startswith(few)]
            assert not bad, f"{bad}\n{statement.sql}"
