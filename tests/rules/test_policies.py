"""Which limit is in force, and what a policy would mean for tokens that exist; both edges of every limit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from store.errors import Refused
from store.rules.policies import IN_USE, LIMITS, Held, Limits, Preview, breaches, checked, in_force, tightest
from tests.conftest import NOW

DAY, TICK = timedelta(days=1), timedelta(milliseconds=1)


def held(created: datetime, expires: datetime | None = None, **more: datetime | None) -> Held:
    moments: dict[str, Any] = {"rotated_at": None, "retires_at": None, "last_used_at": None, **more}
    return Held("ACME", "id", "name", "hint", created, expires_at=expires, **moments)


def test_the_tighter_limit_holds_and_says_whose_it_is() -> None:
    found = {one.limit.name: (one.value, one.source) for one in in_force(Limits(90, None, 30, 336), Limits(180, 60, 20, 72))}
    assert found == {
        "max_lifetime_days": (90, "account"),
        "rotate_every_days": (60, "default"),
        "idle_limit_days": (20, "default"),
        "max_overlap_hours": (72, "default"),
        "token_limit": (None, "product"),
    }
    assert tightest(Limits(90), Limits(180, 60)) == Limits(90, 60)
    assert {one.value for one in in_force(Limits(), Limits())} == {365, 336, None}


def test_an_account_s_own_limit_wins_a_draw() -> None:
    assert in_force(Limits(90), Limits(90))[0].source == "account"


@pytest.mark.parametrize(
    ("created", "expires", "retires", "since"),
    [
        ("2026-01-05", "2026-04-05", None, None),
        ("2026-01-05", "2026-04-06", None, "2026-04-05"),
        ("2025-12-20", "2026-06-18", "2026-03-17", None),
        ("2025-06-01", None, None, "2025-08-30"),
        ("2025-10-10", "2026-05-01", None, "2026-01-08"),
        ("2025-10-01", "2026-06-01", None, "2025-12-30"),
    ],
)
def test_a_lifetime_counts_from_the_creation_to_the_first_end(
    created: str, expires: str | None, retires: str | None, since: str | None
) -> None:
    def at(text: str | None) -> datetime | None:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None

    made = at(created)
    assert made is not None
    found = breaches(held(made, at(expires), retires_at=at(retires)), Limits(90), NOW)
    assert [one.since for one in found] == ([at(since)] if since else [])


def test_rotation_and_disuse_count_from_the_whole_day_on() -> None:
    rotate, idle = Limits(rotate_every_days=30), Limits(idle_limit_days=30)
    edge = NOW - 30 * DAY
    assert breaches(held(edge, NOW + DAY), rotate, NOW)[0].since == NOW
    assert not breaches(held(edge + TICK, NOW + DAY), rotate, NOW)
    assert not breaches(held(edge, NOW + DAY, rotated_at=edge + TICK), rotate, NOW)
    assert breaches(held(edge, NOW + DAY), idle, NOW)[0].since == NOW
    assert not breaches(held(edge, NOW + DAY, last_used_at=edge + TICK), idle, NOW)


def test_a_preview_tells_past_from_still_to_come_and_names_those_in_use_first() -> None:
    found = Preview(kept=2)
    tokens = [
        held(NOW - 100 * DAY),
        held(NOW - 95 * DAY, last_used_at=NOW - IN_USE + TICK),
        held(NOW - 10 * DAY, last_used_at=NOW - IN_USE),
        held(NOW - 10 * DAY, NOW + DAY),
    ]
    found.add(tokens, Limits(90), NOW)
    assert (found.looked_at, found.past, found.later, found.in_use, found.unchanged) == (4, 2, 1, 1, 1)
    assert [(one.in_use, one.token.created_at) for one in found.named] == [(True, NOW - 95 * DAY), (False, NOW - 100 * DAY)]


def test_limits_are_read_as_people_type_them() -> None:
    assert checked({"max_lifetime_days": "90", "max_overlap_hours": " 72h ", "idle_limit_days": "30 D"}) == Limits(
        90, None, 30, 72
    )
    assert checked({"max_overlap_hours": "0", "token_limit": "none"}) == Limits(max_overlap_hours=0)
    assert checked({}).empty


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_out_of_bounds_is_refused_with_its_name(limit: object) -> None:
    name, most = limit.name, limit.most  # type: ignore[attr-defined]
    assert checked({name: str(most)}).value(name) == most
    for bad in (str(most + 1), "-1", "1.5", "x", "９", "99999999", *(["0"] if "hours" not in name else [])):
        with pytest.raises(Refused, match=limit.title):  # type: ignore[attr-defined]
            checked({name: bad})
