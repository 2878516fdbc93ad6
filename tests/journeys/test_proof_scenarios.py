"""A8: whether a revocation held is told by the calls after it; without any it is not proven, and never «0 s»."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.opening import Store
from store.reads.indicators import indicators
from tests.command_line import run
from tests.conftest import NOW
from tests.making import revoke_token
from tests.scenario import fill_scenario, key_of


@pytest.fixture
def full(demo_store: Store) -> Store:
    """The scenarios' store; its clock stands at NOW."""
    fill_scenario(demo_store)
    return demo_store


def test_a8_the_proof_of_a_revocation_is_a_call_that_was_refused(full: Store) -> None:
    shown = run("tokens", "show", key_of("T13")[1], store=full.address).out
    assert "pass (< 60 s): last accepted +21 s, first refused +24 s REVOKED" in shown
    with full.reading() as reader:
        m6 = indicators(reader, NOW, "7d").named("M6")
    assert (m6.value, m6.samples, m6.missed, m6.met) == (24, 1, 0, True)


def test_a8_a_revocation_without_a_call_since_is_not_proven(full: Store) -> None:
    revoke_token(full, key_of("T14"), now=NOW - timedelta(minutes=1))
    shown = run("tokens", "show", key_of("T14")[1], store=full.address).out
    assert "not proven: no call since" in shown
    assert "0 s" not in shown
    data = run("tokens", "show", key_of("T14")[1], "--json", store=full.address).json
    assert data["revocation_proof"] == {
        "verdict": "not proven",
        "last_accepted_after": None,
        "first_refused": None,
        "first_refused_reason": None,
        "seconds": None,
    }
    with full.reading() as reader:
        m6 = indicators(reader, NOW, "24h").named("M6")
    assert (m6.value, m6.samples) == (None, 0)
    assert "1 not proven" in m6.note
