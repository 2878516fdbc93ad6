"""Findings say in a short sentence what a token's views mean for it, the gravest first, and nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from store.rules.filters import Extras
from store.rules.findings import findings
from store.rules.rhythm import Rhythm, Spaced
from store.rules.scopes import Tier
from store.rules.status import status_of
from store.rules.views import VIEWS
from tests.conftest import NOW
from tests.token_rows import active_row


def said(extras: Extras | None = None, /, **values: Any) -> list[tuple[str, str]]:
    row = replace(active_row(), **values)
    row = replace(row, status=status_of(row.moments, NOW))
    return [(finding.view, finding.sentence) for finding in findings(row, NOW, extras)]


def test_a_healthy_token_has_no_findings() -> None:
    assert said() == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"expires_at": None}, ("never-expires", "Never expires")),
        (
            {"creator_active": False, "creator_left_at": datetime(2025, 11, 2, tzinfo=UTC)},
            ("orphaned", "Creator Raj left on 2025-11-02"),
        ),
        ({"creator_active": False}, ("orphaned", "Creator Raj is no longer active")),
        ({"owner": None, "owner_active": False}, ("no-owner", "No owner")),
        ({"owner_active": False}, ("no-owner", "Owner Mia is no longer active")),
        ({"last_used_at": NOW - timedelta(days=91)}, ("unused-90d", "Not used for 91 days")),
        ({"last_used_at": NOW - timedelta(days=201)}, ("unused-180d", "Not used for 201 days")),
        ({"rotated_at": NOW - timedelta(days=742)}, ("unrotated-180d", "Not rotated for 742 days")),
        ({"expires_at": NOW + timedelta(days=3, hours=2)}, ("expiring-7d", "Expires in 3 days, on 2026-03-19")),
        (
            {"retires_at": datetime(2026, 3, 17, 10, 14, tzinfo=UTC)},
            ("retiring", "Replaced: stops in 1 day, on 2026-03-17 at 10:14 UTC"),
        ),
        ({"requests_24h": 10_001}, ("high-volume", "10,001 requests in the last 24 hours")),
        ({"silent_after": NOW - timedelta(hours=1)}, ("silent", "Silent: last used 1 hour ago, far beyond its usual rhythm")),
        ({"new_address_at": NOW - timedelta(days=2)}, ("new-address", "First used from a new address 2 days ago")),
        ({"broad": True, "tier": Tier.ADMIN}, ("too-broad", "Too broad: holds admin rights")),
        ({"broad": True, "scopes": ("orders.*",)}, ("too-broad", "Too broad: holds everything of a kind (orders.*)")),
        (
            {"broad": True, "scopes": ("billing.export", "refunds.create")},
            (
                "too-broad",
                "Too broad: can move money and read the records that would show it (refunds.create and billing.export)",
            ),
        ),
        (
            {
                "revoked_at": NOW - timedelta(days=1),
                "last_success_at": None,
                "last_denied_at": NOW - timedelta(hours=3),
                "last_denied_reason": "REVOKED",
            },
            ("knocking", "Still being called: last refused 3 hours ago (REVOKED)"),
        ),
        (
            {
                "revoked_at": NOW - timedelta(minutes=1),
                "last_denied_at": NOW - timedelta(hours=2),
                "last_denied_reason": "RATE_LIMITED",
            },
            ("knocking", "Last refused 2 hours ago (RATE_LIMITED), before its end and not since"),
        ),
        (
            {"revoked_at": NOW - timedelta(days=30), "last_success_at": NOW - timedelta(days=30) + timedelta(seconds=21)},
            ("used-after-revoke", "Accepted 21 seconds after it was revoked"),
        ),
        ({"exposed_at": NOW - timedelta(days=1)}, ("exposed", "Exposed: on record since 2026-03-15")),
    ],
)
def test_each_finding_says_its_number_or_date(values: dict[str, Any], expected: tuple[str, str]) -> None:
    assert said(**values) == [expected]


def test_never_used_is_only_said_when_the_tracking_covers_the_token() -> None:
    unused: dict[str, Any] = {"last_used_at": None, "created_at": NOW - timedelta(days=135), "rotated_at": NOW}
    known = Extras(tracking_since=NOW - timedelta(days=200))
    assert said(**unused) == [("unused-90d", "No use on record in 135 days")]
    assert said(known, **unused) == [("never-used", "Never used in 135 days")]
    for age, words in (
        (timedelta(), "Not used yet: made just now"),
        (timedelta(minutes=1), "Not used yet: made 1 minute ago"),
        (timedelta(hours=23), "Not used yet: made 23 hours ago"),
        (timedelta(days=1), "Never used in 1 day"),
    ):
        assert said(known, last_used_at=None, created_at=NOW - age, rotated_at=NOW) == [("never-used", words)]


def test_a_weaker_finding_is_not_repeated() -> None:
    old: dict[str, Any] = {"last_used_at": NOW - timedelta(days=200), "rotated_at": NOW - timedelta(days=200)}
    assert [view for view, _ in said(**old)] == ["unused-180d", "unrotated-180d"]


def test_the_gravest_comes_first() -> None:
    views = [view for view, _ in said(expires_at=None, broad=True, tier=Tier.ADMIN, owner_active=False, exposed_at=NOW)]
    assert views == ["exposed", "too-broad", "never-expires", "no-owner"]


def test_a_dead_token_is_not_reproached_with_its_life() -> None:
    assert (
        said(revoked_at=NOW, last_success_at=None, expires_at=None, owner_active=False, last_used_at=NOW - timedelta(days=400))
        == []
    )


def test_every_finding_but_exposure_is_a_view() -> None:
    names = {view.name for view in VIEWS}
    cases: tuple[dict[str, Any], ...] = ({"expires_at": None}, {"owner_active": False}, {"requests_24h": 99_999})
    for values in cases:
        assert {view for view, _ in said(**values)} <= names


def test_a_quarterly_job_is_not_called_unused_without_saying_so() -> None:
    row = replace(active_row(), last_used_at=NOW - timedelta(days=95), created_at=NOW - timedelta(days=500))
    rhythm = Rhythm(Spaced(91, 6), 4)
    said = {finding.view: finding.sentence for finding in findings(row, NOW, rhythm=rhythm)}
    assert said["unused-90d"] == "Not used for 95 days, but it calls once in about 91 days by its own rhythm"
    weekly = {finding.view: finding.sentence for finding in findings(row, NOW, rhythm=Rhythm(Spaced(7, 6), 9))}
    assert weekly["unused-90d"] == "Not used for 95 days"
