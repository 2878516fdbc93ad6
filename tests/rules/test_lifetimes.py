"""Expiry and overlap: bounds, defaults and the words for them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.errors import Refused
from store.rules.expiry import PRESETS, checked_expiry, expiry_sentence, longest_for, preset_for
from store.rules.rotation import CHOICES, checked_overlap, default_overlap, old_token_ends, refuse_rotation
from store.rules.scopes import Tier
from store.rules.status import Status
from tests.conftest import NOW

DAY, HOUR, TICK = timedelta(days=1), timedelta(hours=1), timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("tier", "environment", "word"),
    [
        (Tier.READ_ONLY, "live", "30d"),
        (Tier.READ_ONLY, "test", "30d"),
        (Tier.READ_WRITE, "test", "30d"),
        (Tier.READ_WRITE, "live", "90d"),
        (Tier.ADMIN, "live", "90d"),
    ],
)
def test_the_preselected_lifetime(tier: Tier, environment: str, word: str) -> None:
    assert preset_for(tier, environment) == word
    assert word in PRESETS


@pytest.mark.parametrize(("policy", "days"), [(None, 365), (30, 30), (400, 365)])
def test_the_longest_lifetime_is_the_shorter_of_two(policy: int | None, days: int) -> None:
    assert longest_for(policy) == days * DAY
    assert checked_expiry(NOW + days * DAY, NOW, policy) == NOW + days * DAY
    with pytest.raises(Refused, match=f"allows {days}"):
        checked_expiry(NOW + days * DAY + TICK, NOW, policy)


@pytest.mark.parametrize("past", [timedelta(0), TICK, DAY])
def test_an_expiry_must_be_in_the_future(past: timedelta) -> None:
    with pytest.raises(Refused, match="not in the future"):
        checked_expiry(NOW - past, NOW, None)


@pytest.mark.parametrize(
    ("lifetime", "words"),
    [
        (90 * DAY, "Expires on 14 June 2026, in 90 days"),
        (DAY, "Expires on 17 March 2026, in 1 day"),
        (12 * HOUR, "Expires on 16 March 2026 at 21:00 UTC, in 12 hours"),
    ],
)
def test_an_expiry_is_said_in_words(lifetime: timedelta, words: str) -> None:
    assert expiry_sentence(NOW + lifetime, NOW) == words


@pytest.mark.parametrize(
    ("tier", "leaked", "hours"),
    [(Tier.READ_ONLY, False, 168), (Tier.READ_WRITE, False, 72), (Tier.ADMIN, False, 24), (Tier.READ_ONLY, True, 0)],
)
def test_the_default_overlap_follows_the_tier(tier: Tier, leaked: bool, hours: int) -> None:
    assert CHOICES[default_overlap(tier, leaked=leaked)] == hours * HOUR


def test_an_overlap_stays_within_its_cap() -> None:
    assert checked_overlap(14 * DAY) == 14 * DAY
    assert checked_overlap(timedelta(0)) == timedelta(0)
    for overlap, cap in ((14 * DAY + TICK, None), (-TICK, None), (25 * HOUR, DAY)):
        with pytest.raises(Refused, match="An overlap can last"):
            checked_overlap(overlap, cap)


def test_the_old_token_ends_at_whichever_comes_first() -> None:
    assert old_token_ends(None, NOW, DAY) == NOW + DAY
    assert old_token_ends(NOW + 2 * DAY, NOW, DAY) == NOW + DAY
    assert old_token_ends(NOW + HOUR, NOW, DAY) == NOW + HOUR


def test_only_an_active_token_may_be_rotated() -> None:
    refuse_rotation(Status.ACTIVE)
    for status in set(Status) - {Status.ACTIVE}:
        with pytest.raises(Refused, match=status) as refusal:
            refuse_rotation(status)
        assert refusal.value.remedy
