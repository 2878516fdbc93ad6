"""The saved views: every one of decisions.md is there, is one expression, and says its rule in a sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from store.errors import NotFound
from store.rules.filters import Extras, matches, parse
from store.rules.scopes import Tier
from store.rules.status import Status, status_of
from store.rules.views import VIEWS, View, view_named
from tests.conftest import NOW
from tests.token_rows import active_row

DECIDED = {
    "unused-90d", "unused-180d", "never-used", "sprawl", "high-volume", "orphaned", "no-owner", "never-expires", "too-broad",
    "expiring-7d", "retiring", "unrotated-90d", "unrotated-180d", "knocking", "silent", "new-address", "used-after-revoke",
}  # fmt: skip
MS = timedelta(milliseconds=1)


def holds(view: str, extras: Extras | None = None, /, **values: Any) -> bool:
    row = replace(active_row(), **values)
    row = replace(row, status=status_of(row.moments, NOW))
    return matches(parse(view_named(view).filter), row, NOW, extras or Extras(tracking_since=NOW - timedelta(days=500)))


def test_every_decided_view_is_there() -> None:
    names = [view.name for view in VIEWS]
    assert len(names) == len(set(names))
    assert set(names) == DECIDED | {"live", "all"}


def test_the_first_nine_have_the_digits_of_the_navigator() -> None:
    keyed = [(view.key, view.short) for view in VIEWS if view.key]
    assert keyed == [
        ("1", "All live"), ("2", "Unused 90 d"), ("3", "Orphaned"), ("4", "High volume"), ("5", "Sprawl"),
        ("6", "Expiring 7 d"), ("7", "Never expires"), ("8", "Unrotated 180 d"), ("9", "Retiring"),
    ]  # fmt: skip


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_every_view_is_a_filter_and_a_sentence(view: View) -> None:
    assert parse(view.filter).text == view.filter
    assert view.rule.endswith(".")
    assert len(view.short) <= 16
    assert view_named(view.name.upper()) is view


def test_an_unknown_view_names_the_nearest() -> None:
    with pytest.raises(NotFound, match="orphaned"):
        view_named("orphan")


@pytest.mark.parametrize(
    ("view", "field", "inside", "outside"),
    [
        ("unused-90d", "last_used_at", NOW - timedelta(days=90) - MS, NOW - timedelta(days=90)),
        ("unused-180d", "last_used_at", NOW - timedelta(days=180), NOW - timedelta(days=180) + MS),
        ("expiring-7d", "expires_at", NOW + timedelta(days=7), NOW + timedelta(days=7) + MS),
        ("expiring-7d", "expires_at", NOW + MS, NOW),
        ("never-expires", "expires_at", None, NOW + timedelta(days=9_000)),
        ("unrotated-90d", "rotated_at", NOW - timedelta(days=90) - MS, NOW - timedelta(days=90)),
        ("unrotated-180d", "rotated_at", NOW - timedelta(days=180) - MS, NOW - timedelta(days=180)),
        ("high-volume", "requests_24h", 10_001, 10_000),
        ("orphaned", "creator_active", False, True),
        ("no-owner", "owner_active", False, True),
        ("too-broad", "broad", True, False),
        ("retiring", "retires_at", NOW + MS, None),
        ("retiring", "retires_at", NOW + MS, NOW),
        ("silent", "silent_after", NOW - MS, NOW),
        ("new-address", "new_address_at", NOW - timedelta(days=7) + MS, NOW - timedelta(days=7)),
    ],
)
def test_each_edge_is_where_it_was_decided(view: str, field: str, inside: object, outside: object) -> None:
    assert holds(view, **{field: inside})
    assert not holds(view, **{field: outside})


@pytest.mark.parametrize("view", sorted(DECIDED - {"high-volume", "knocking", "used-after-revoke", "sprawl", "never-used"}))
def test_a_revoked_token_is_in_no_view_of_live_ones(view: str) -> None:
    assert not holds(
        view, revoked_at=NOW, expires_at=None, last_used_at=NOW - timedelta(days=999), owner_active=False, creator_active=False,
        broad=True, retires_at=NOW + MS, silent_after=NOW - MS, new_address_at=NOW - MS, tier=Tier.ADMIN,
    )  # fmt: skip


def test_never_used_is_said_of_no_token_older_than_the_tracking() -> None:
    created = NOW - timedelta(days=100)
    tracked, late = Extras(tracking_since=created), Extras(tracking_since=created + MS)
    assert holds("never-used", tracked, created_at=created, last_used_at=None)
    assert not holds("never-used", late, created_at=created, last_used_at=None)
    assert not holds("never-used", Extras(), created_at=created, last_used_at=None)
    assert not holds("never-used", tracked, created_at=created, last_used_at=NOW)
    assert holds("unused-90d", late, created_at=created, last_used_at=None)


def test_sprawl_begins_with_the_eleventh_live_token() -> None:
    assert holds("sprawl", Extras(account_live_tokens=11))
    assert not holds("sprawl", Extras(account_live_tokens=10))


def test_knocking_is_for_dead_tokens_that_are_still_refused() -> None:
    refused = Extras(refused_7d=1)
    assert holds("knocking", refused, revoked_at=NOW)
    assert holds("knocking", refused, expires_at=NOW)
    assert holds("knocking", refused, suspended_at=NOW)
    assert not holds("knocking", refused)
    assert not holds("knocking", Extras(), revoked_at=NOW)


def test_used_after_revoke_needs_a_later_success() -> None:
    assert holds("used-after-revoke", revoked_at=NOW - MS, last_success_at=NOW)
    assert not holds("used-after-revoke", revoked_at=NOW, last_success_at=NOW)
    assert not holds("used-after-revoke", last_success_at=NOW)


def test_a_suspended_token_is_not_live_until_its_suspension_ends() -> None:
    assert not holds("live", suspended_at=NOW - MS, suspended_until=NOW + MS)
    assert holds("live", suspended_at=NOW - MS, suspended_until=NOW)
    assert not holds("live", suspended_at=NOW - MS, suspended_until=NOW, exposed_at=NOW - MS)
    assert active_row().status is Status.ACTIVE
