"""What a revocation breaks, and when the old token of a rotation can go."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.rules.blast import Blast, Use, sole
from store.rules.cutover import CutOver
from store.rules.rhythm import Daily, Rhythm, Steady
from tests.conftest import NOW

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("own", "others", "expected"),
    [
        (("orders.read",), set(), ("orders.read",)),
        (("orders.read", "users.manage"), {"orders.read"}, ("users.manage",)),
        (("orders.read",), {"orders.*"}, ()),
        (("orders.read", "users.manage"), {"orders.*"}, ("users.manage",)),
        (("orders.read",), {"*"}, ()),
        (("orders.read",), {"full_access"}, ()),
        ((), {"orders.read"}, ()),
    ],
)
def test_a_scope_is_lost_when_no_other_live_token_holds_it(
    own: tuple[str, ...], others: set[str], expected: tuple[str, ...]
) -> None:
    assert sole(own, others) == expected


def test_the_share_failing_is_unknown_without_requests() -> None:
    assert Blast().failing is None
    assert Blast(requests_7d=8, refused_7d=2).failing == 0.25


def test_callers_are_those_with_a_name() -> None:
    named, unnamed = Use("zapier", 3, 0, NOW), Use("", 9, 0, NOW)
    assert Blast(integrations=(unnamed, named)).callers == (named,)


def test_without_a_rhythm_no_call_is_expected_and_no_time_is_quiet() -> None:
    assert Blast(last_used_at=NOW).next_call(NOW) is None
    assert Blast(last_used_at=NOW).quiet(NOW) is None
    daily = Blast(rhythm=Rhythm(Daily((6,)), 9), last_used_at=NOW - 3 * HOUR)
    assert daily.next_call(NOW) == NOW + 21 * HOUR
    assert daily.quiet(NOW) == (NOW, (NOW + 21 * HOUR))


@pytest.mark.parametrize(
    ("last_old", "last_new", "rhythm", "safe"),
    [
        (timedelta(minutes=20), timedelta(0), Rhythm(Steady(HOUR), 9), False),
        (timedelta(minutes=61), timedelta(0), Rhythm(Steady(HOUR), 9), True),
        (timedelta(hours=2), timedelta(0), Rhythm(Daily((6,)), 9), False),
        (timedelta(hours=28), timedelta(0), Rhythm(Daily((6,)), 9), True),
        (timedelta(hours=23), timedelta(0), None, False),
        (timedelta(hours=25), timedelta(0), None, True),
        (timedelta(days=9), None, None, False),
        (None, timedelta(0), None, True),
        (None, None, None, False),
    ],
)
def test_the_old_token_can_go_once_it_has_missed_its_own_next_call(
    last_old: timedelta | None, last_new: timedelta | None, rhythm: Rhythm | None, safe: bool
) -> None:
    old, new = (None if one is None else NOW - one for one in (last_old, last_new))
    assert CutOver(1, 1, old, new, rhythm, NOW).safe(NOW) is safe


def test_it_can_not_go_for_silence_that_nobody_recorded() -> None:
    old, stopped = NOW - timedelta(days=9), NOW - timedelta(hours=26, milliseconds=1)
    for recorded_to, safe in ((None, False), (stopped, False), (stopped + timedelta(milliseconds=1), True), (NOW + HOUR, True)):
        assert CutOver(0, 1, old, NOW, None, recorded_to).safe(NOW) is safe


def test_the_share_that_has_moved_is_of_both_tokens_calls() -> None:
    moved = CutOver(120, 1_320, NOW, NOW, None, NOW).moved
    assert moved is not None
    assert round(moved, 3) == 0.917
    assert CutOver(0, 0, None, None, None, NOW).moved is None
