"""Every combination of moments, with both edges of each end."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from store.rules.status import LIVE, Moments, Status, is_live, status_of
from tests.conftest import NOW

TICK = timedelta(milliseconds=1)
PAST, FUTURE = NOW - TICK, NOW + TICK


@pytest.mark.parametrize(
    ("moments", "status"),
    [
        (Moments(), Status.ACTIVE),
        (Moments(expires_at=FUTURE), Status.ACTIVE),
        (Moments(expires_at=NOW), Status.EXPIRED),
        (Moments(retires_at=FUTURE), Status.RETIRING),
        (Moments(retires_at=NOW), Status.EXPIRED),
        (Moments(suspended_at=PAST), Status.SUSPENDED),
        (Moments(suspended_at=PAST, suspended_until=FUTURE), Status.SUSPENDED),
        (Moments(suspended_at=PAST, suspended_until=NOW), Status.ACTIVE),
        (Moments(suspended_at=PAST, suspended_until=NOW, exposed_at=PAST), Status.SUSPENDED),
        (Moments(suspended_at=PAST, suspended_until=NOW, retires_at=FUTURE), Status.RETIRING),
        (Moments(suspended_at=PAST, retires_at=FUTURE), Status.SUSPENDED),
        (Moments(exposed_at=PAST), Status.ACTIVE),
        (Moments(revoked_at=PAST), Status.REVOKED),
        (Moments(revoked_at=FUTURE), Status.REVOKED),
    ],
)
def test_a_status_follows_from_its_moments(moments: Moments, status: Status) -> None:
    assert status_of(moments, NOW) is status
    assert is_live(moments, NOW) is (status in LIVE)


ENDS = (None, PAST, NOW, FUTURE)


def test_the_first_match_wins_whatever_else_happened() -> None:
    for expires, retires, suspended, until, exposed in product(ENDS, ENDS, (None, PAST), ENDS, (None, PAST)):
        moments = Moments(None, expires, retires, suspended, until, exposed)
        revoked = Moments(PAST, expires, retires, suspended, until, exposed)
        assert status_of(revoked, NOW) is Status.REVOKED
        ended = any(end is not None and end <= NOW for end in (expires, retires))
        paused = suspended is not None and (until is None or until > NOW or exposed is not None)
        expected = (
            Status.EXPIRED if ended else Status.SUSPENDED if paused else Status.ACTIVE if retires is None else Status.RETIRING
        )
        assert status_of(moments, NOW) is expected
