"""The rules of the indicators: latency buckets, targets, and what the calls after a revocation prove."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.errors import BadInput
from store.rules.alerts import RULES, alert_rule
from store.rules.indicators import INDICATORS, UNAUTHORISED, indicator_named
from store.rules.latencies import BOUNDS_US, UNTIMED, below_ms, bucket_of, not_below, percentile_bucket
from store.rules.proof import ProofVerdict, proof_verdict
from store.rules.targets import checked_target, targets_of
from tests.conftest import NOW


def test_a_bucket_holds_what_is_below_its_bound_and_the_targets_are_bounds() -> None:
    assert list(BOUNDS_US) == sorted(set(BOUNDS_US))
    assert {50_000, 200_000} <= set(BOUNDS_US)
    assert bucket_of(None) == UNTIMED
    assert bucket_of(0) == 0
    assert below_ms(bucket_of(49_999)) == 50
    assert below_ms(bucket_of(50_000)) == 52.5
    assert below_ms(bucket_of(10_000_000)) is None


def test_the_95th_of_100_decides_and_what_was_not_timed_does_not_count() -> None:
    quick, slow = bucket_of(4_000), bucket_of(60_000)
    assert percentile_bucket({quick: 95, slow: 5, UNTIMED: 900}, 0.95) == quick
    assert percentile_bucket({quick: 94, slow: 6}, 0.95) == slow
    assert percentile_bucket({UNTIMED: 7}, 0.95) is None
    assert not_below({quick: 94, slow: 6, UNTIMED: 7}, 50) == 6
    assert not_below({bucket_of(50_000): 1, bucket_of(49_999): 1}, 50) == 1


@pytest.mark.parametrize(
    ("name", "value", "met"),
    [
        ("M1", 0.999, True),
        ("M1", 0.9989, False),
        ("M4", 50, False),
        ("M4", 47.5, True),
        ("M5", 0.001, False),
        ("M6", 60, False),
        ("M8", 0, True),
        ("M8", 1, False),
        ("M7", 5, None),
        ("M2", None, None),
    ],
)
def test_a_target_is_met_on_the_right_side_of_its_edge(name: str, value: float | None, met: bool | None) -> None:
    indicator = indicator_named(name)
    assert indicator.met(value, indicator.target) is met


def test_there_are_ten_of_them_and_401_is_not_403_or_429() -> None:
    assert [one.name for one in INDICATORS] == [f"M{number}" for number in range(1, 11)]
    assert not {"VALID", "INSUFFICIENT_SCOPE", "ADDRESS_NOT_ALLOWED", "RATE_LIMITED"} & UNAUTHORISED


@pytest.mark.parametrize(
    ("accepted", "refused", "verdict"),
    [
        (None, None, ProofVerdict.NONE),
        (21, None, ProofVerdict.NONE),
        (21, 24, ProofVerdict.PASS),
        (None, 59.999, ProofVerdict.PASS),
        (None, 60, ProofVerdict.LATE),
        (59.999, 3_600, ProofVerdict.LATE),
        (60, 5, ProofVerdict.FAIL),
        (60, None, ProofVerdict.FAIL),
    ],
)
def test_only_calls_prove_that_a_revocation_held(accepted: float | None, refused: float | None, verdict: ProofVerdict) -> None:
    moments = [None if one is None else NOW + timedelta(seconds=one) for one in (accepted, refused)]
    assert proof_verdict(NOW, *moments) is verdict


def test_a_target_that_was_set_takes_the_place_of_the_usual_one_and_nonsense_does_not() -> None:
    assert targets_of({})["M1"] == 0.999
    assert targets_of({"target_M1": "99.5%", "target_M4": "junk"}) == {**targets_of({}), "M1": 0.995}
    for name, text in (("M1", "100%"), ("M1", "0"), ("M2", "-1"), ("M2", "x"), ("M11", "1"), ("M2", "nan")):
        with pytest.raises(BadInput):
            checked_target(name, text)


def test_every_alert_rule_says_what_to_do_and_an_alert_finds_its_rule() -> None:
    assert len({rule.cause for rule in RULES}) == len(RULES)
    assert all(rule.runbook and rule.title for rule in RULES)
    assert alert_rule("401-burst-service:billing").by_service
