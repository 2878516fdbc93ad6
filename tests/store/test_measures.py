"""What a gateway reports is measured once, in whatever order and pieces; the first refusal after a revocation proves it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from console.render.debug_board import steps_of
from store.maintenance import maintain
from store.moments import HOUR_MS, MINUTE_MS, to_ms
from store.opening import Store
from store.reads.gateways import failed_checks
from store.reads.proofs import proof_of, recent_proofs
from store.rows import TokenKey
from store.rules.proof import ProofVerdict
from store.usage.importing import import_usage
from store.usage.measures import MOST_SERVICES
from tests.conftest import NOW
from tests.gateway_logs import contents, event_line, put_tokens, token_row, write_log
from tests.making import PRIYA, make_account, make_token, revoke_token

KEY = TokenKey(("ACME", "T01"))
SECOND = timedelta(seconds=1)
MEASURED = ("measure_minute", "measure_hour", "failed_check", "revocation_proof")


def check(seconds: float, outcome: str = "VALID", token: str = "T01", **more: Any) -> str:
    values = {"kind": "check", "gateway": "gw1", "service": "api", "latency_ms": 4, "outcome": outcome, **more}
    return event_line(NOW - timedelta(hours=2) + seconds * SECOND, token, **values)


LINES = [
    check(0), check(1, "EXPIRED"), check(2, "NOT_FOUND", ""), check(2, "NOT_FOUND", ""), check(3, "", status=503),
    check(70, latency_ms=49.9), check(71, "BAD_CHECKSUM", "", ip="203.0.113.7"), event_line(NOW - timedelta(days=5), "T01"),
]  # fmt: skip


def test_every_check_is_measured_and_only_those_that_prove_a_token_are_its_use(store: Store, tmp_path: Path) -> None:
    put_tokens(store, KEY)
    summary = import_usage(store, [write_log(tmp_path / "a.jsonl", LINES)], now=NOW)
    held = contents(store, MEASURED)
    hour = to_ms(NOW - timedelta(hours=2)) // HOUR_MS
    counts: dict[tuple[str, str], int] = {}
    for at, kind, _, outcome, _, number in held["measure_hour"]:
        if at == hour:
            counts[kind, outcome] = counts.get((kind, outcome), 0) + number
    words = {"VALID": 2, "EXPIRED": 1, "NOT_FOUND": 2, "FAILED": 1, "BAD_CHECKSUM": 1}
    assert counts == {("check", word): number for word, number in words.items()}
    assert sum(row[-1] for row in held["measure_minute"]) == 7
    assert sum(row[-1] for row in held["measure_hour"]) == 8
    assert sorted(row[3] for row in held["failed_check"]) == ["BAD_CHECKSUM", "EXPIRED", "FAILED", "NOT_FOUND", "NOT_FOUND"]
    assert {(row[3], row[4], row[5]) for row in held["failed_check"] if row[5]} == {("EXPIRED", *KEY), ("FAILED", *KEY)}
    assert (summary.counted, summary.lines, summary.bad) == (4, 8, 0)
    assert token_row(store, *KEY)["last_success_at"] == to_ms(NOW - timedelta(hours=2) + 70 * SECOND)


def test_the_step_a_check_failed_at_is_kept_and_shown_where_it_is_a_plain_word(store: Store, tmp_path: Path) -> None:
    put_tokens(store, KEY)
    lines = [check(0, "NOT_FOUND", "", step="secret"), check(1, "NOT_FOUND", ""), check(2, "NOT_FOUND", "", step="tkd_live_x")]
    import_usage(store, [write_log(tmp_path / "a.jsonl", lines)], now=NOW)
    with store.reading() as reader:
        last, untold, first = failed_checks(reader, NOW, 10)
    assert [one.step for one in (first, untold, last)] == ["secret", "", ""]
    assert [[name for name, _, mark in steps_of(one) if mark == "failed"] for one in (first, untold)] == [["secret"], ["known"]]


@pytest.mark.parametrize("piece_lines", [1, 3])
def test_pieces_and_repetition_change_no_measure(store: Store, tmp_path: Path, piece_lines: int) -> None:
    put_tokens(store, KEY)
    log = write_log(tmp_path / "a.jsonl", LINES)
    for _ in range(2):
        import_usage(store, [log], now=NOW, piece_lines=piece_lines)
    held = contents(store, MEASURED)
    assert sum(row[-1] for row in held["measure_hour"]) == 8
    minute = to_ms(NOW - timedelta(hours=2)) // MINUTE_MS
    assert sum(row[-1] for row in held["measure_minute"] if row[0] == minute) == 5
    assert len(held["failed_check"]) == 5


def test_services_are_told_apart_up_to_a_bound(store: Store, tmp_path: Path) -> None:
    put_tokens(store, KEY)
    lines = [check(0, service=f"s{number}") for number in range(MOST_SERVICES + 20)]
    import_usage(store, [write_log(tmp_path / "a.jsonl", lines)], now=NOW, piece_lines=30)
    rows = contents(store, MEASURED)["measure_hour"]
    assert len(rows) == MOST_SERVICES + 1
    assert {row[2]: row[-1] for row in rows}[""] == 20


@pytest.mark.parametrize("turned", [False, True])
def test_the_first_refusal_after_a_revocation_proves_it_in_whatever_order_it_comes(
    store: Store, tmp_path: Path, turned: bool
) -> None:
    put_tokens(store, KEY)
    revoke_token(store, KEY, now=NOW - timedelta(hours=2))
    lines = [check(-5, "SUSPENDED"), check(10, "RATE_LIMITED"), check(21), check(24, "REVOKED"), check(90, "REVOKED")]
    lines = lines[::-1] if turned else lines
    for number, line in enumerate(lines):
        import_usage(store, [write_log(tmp_path / f"{number}.jsonl", [line])], now=NOW)
    with store.reading() as reader:
        proof = proof_of(reader, KEY)
        assert recent_proofs(reader, NOW - timedelta(days=1), NOW, 5) == (proof,)
    assert proof is not None
    assert (proof.seconds, proof.refused_reason, proof.verdict) == (24, "REVOKED", ProofVerdict.PASS)
    assert proof.accepted_at == NOW - timedelta(hours=2) + 21 * SECOND


def test_an_issue_is_measured_with_its_time_and_is_no_proof_of_anything(store: Store) -> None:
    make_account(store)
    made = make_token(store)
    held = contents(store, MEASURED)
    assert [(row[1], row[3], row[5]) for row in held["measure_minute"]] == [("issue", "OK", 1)]
    assert [row[4] for row in held["measure_hour"]] == [row[4] for row in held["measure_minute"]]
    revoke_token(store, made.key)
    with store.reading() as reader:
        proof = proof_of(reader, made.key)
    assert proof is not None
    assert (proof.verdict, proof.seconds) == (ProofVerdict.NONE, None)


def test_old_minutes_and_hours_are_let_go(store: Store, tmp_path: Path) -> None:
    put_tokens(store, KEY)
    import_usage(store, [write_log(tmp_path / "a.jsonl", LINES)], now=NOW)
    maintain(store, PRIYA, NOW + timedelta(days=3))
    held = contents(store, MEASURED)
    assert (held["measure_minute"], sum(row[-1] for row in held["measure_hour"])) == ([], 8)
    maintain(store, PRIYA, NOW + timedelta(days=440))
    assert contents(store, MEASURED)["measure_hour"] == []
