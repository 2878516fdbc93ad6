"""Operators' processes killed with -9 in the middle of revokes: what was acknowledged is there, whole, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.opening import Store
from tests.faults.killing import killed_at_random, revoke_then_tell, tell_then_revoke
from tests.faults.pool import make_pool
from tests.faults.proof import faults_of, lost_acknowledgements


@pytest.mark.slow
def test_two_hundred_kills_lose_no_acknowledged_revoke_and_leave_nothing_half_done(store: Store, tmp_path: Path) -> None:
    keys = make_pool(store, 8_000)
    told = killed_at_random(store.address, keys, tmp_path, kills=200, longest_s=0.04, step=revoke_then_tell)
    assert len(told) >= 200
    assert lost_acknowledgements(store, told) == []
    assert faults_of(store) == []
    with store.reading() as reader:
        revoked = int(reader.value("SELECT count(*) FROM token WHERE revoked_at IS NOT NULL"))
    assert 0 <= revoked - len(told) <= 2, "only the last order of each worker can be done and not told"


@pytest.mark.slow
def test_the_check_would_notice_a_proof_shown_before_the_commit(store: Store, tmp_path: Path) -> None:
    keys = make_pool(store, 400)
    told = killed_at_random(store.address, keys, tmp_path, kills=10, longest_s=0.0, step=tell_then_revoke)
    assert lost_acknowledgements(store, told) != []
