"""What a choice does to tokens past a limit: both edges of a cap, of disuse and of «today»."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from store.errors import Refused
from store.rules.policies import Outside
from store.rules.policy_choice import Choice, Fate, Tally, choice_of, cliff, effects, tally
from tests.conftest import NOW

DAY, TICK = timedelta(days=1), timedelta(milliseconds=1)


def outside(until: datetime | None, ends: datetime | None, *, since: datetime = NOW, in_use: bool = False) -> Outside:
    return Outside("ACME", "id", 7, since, until, ends, in_use)


def test_a_cap_gives_the_end_the_limit_allows_but_leaves_its_days() -> None:
    cap = Choice(Fate.CAP, 30)
    ends = {
        "past for long": (NOW - 90 * DAY, None, NOW + 30 * DAY),
        "later than the days": (NOW + 31 * DAY, None, NOW + 31 * DAY),
        "ends a tick later": (NOW - DAY, NOW + 30 * DAY + TICK, NOW + 30 * DAY),
    }
    for why, (until, end, given) in ends.items():
        assert [one.ends_at for one in effects(cap, [outside(until, end)], NOW)] == [given], why
    assert not effects(cap, [outside(NOW - DAY, NOW + 30 * DAY)], NOW), "never a later end than it has"
    assert not effects(cap, [outside(None, None)], NOW), "breaks another limit: its end is not the matter"


def test_idle_revokes_only_what_is_past_a_limit_already_and_not_in_use() -> None:
    idle = Choice(Fate.IDLE)
    [one] = effects(idle, [outside(None, None)], NOW)
    assert (one.ends_at, one.audit_seq) == (None, 7)
    assert not effects(idle, [outside(None, None, since=NOW + TICK)], NOW)
    assert not effects(idle, [outside(None, None, in_use=True)], NOW)
    assert not effects(Choice(), [outside(NOW, None)], NOW)


def test_what_ends_today_is_counted_to_the_whole_day() -> None:
    found = effects(Choice(Fate.CAP, 1), [outside(NOW, None, in_use=True), outside(NOW + DAY + TICK, None)], NOW)
    assert tally(found, NOW) == Tally(2, 1, 1, 1)
    assert tally((), NOW) == Tally(0, 0, 0, 0)


@pytest.mark.parametrize(
    ("typed", "choice"),
    [
        ("grandfather", Choice()),
        (" CAP ", Choice(Fate.CAP, 30)),
        ("cap=1d", Choice(Fate.CAP, 1)),
        ("cap=365", Choice(Fate.CAP, 365)),
        ("cap=30d+14d", Choice(Fate.CAP, 30, 14)),
        ("idle", Choice(Fate.IDLE)),
    ],
)
def test_a_choice_is_read_as_people_type_it_and_written_so(typed: str, choice: Choice) -> None:
    assert choice_of(typed) == choice
    assert choice_of(str(choice)) == choice


@pytest.mark.parametrize(
    "typed", ["", "cap=0", "cap=366", "cap=-1", "cap=x", "idle=3", "all", "cap=9999", "cap=30d+0d", "cap=30d+", "cap=+7d"]
)
def test_what_is_no_choice_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="past a limit"):
        choice_of(typed)


def crowd(number: int, in_use: int = 0) -> list[Outside]:
    """Return tokens whose lifetime was over long ago, some of them in use."""
    return [Outside("ACME", f"{one:04}", 7, NOW, NOW - DAY, None, one < in_use) for one in range(number)]


def test_more_than_ten_ends_on_a_day_and_more_than_a_fifth_of_all_are_a_cliff() -> None:
    cap = Choice(Fate.CAP, 30)
    assert cliff(cap, effects(cap, crowd(10), NOW)) is None
    found = cliff(cap, effects(cap, crowd(11, in_use=2), NOW))
    assert found is not None
    assert (found.day, found.tokens, found.in_use, str(found.instead)) == ((NOW + 30 * DAY).date(), 11, 2, "cap=30d+6d")
    apart = [outside(NOW + (40 + 2 * number) * DAY, None) for number in range(44)]
    assert cliff(cap, effects(cap, [*crowd(11), *apart], NOW)) is None, "a fifth exactly"
    assert cliff(cap, effects(cap, [*crowd(11), *apart[1:]], NOW)) is not None
    assert cliff(Choice(Fate.IDLE), effects(Choice(Fate.IDLE), crowd(100), NOW)) is None


@pytest.mark.parametrize("number", [11, 60, 148, 1_000])
def test_what_is_proposed_instead_is_no_cliff_and_leaves_what_is_in_use_the_longest(number: int) -> None:
    cap = Choice(Fate.CAP, 30)
    tokens = crowd(number, in_use=3)
    found = cliff(cap, effects(cap, tokens, NOW))
    assert found is not None
    spread = effects(found.instead, tokens, NOW)
    assert cliff(found.instead, spread) is None
    assert len(spread) == number
    ends = {one.ends_at for one in spread}
    assert (min(ends), max(ends) < NOW + (30 + found.instead.spread) * DAY) == (NOW + 30 * DAY, True)  # type: ignore[type-var,operator]
    others = [one.ends_at for one in spread if not one.in_use]
    assert all(one.ends_at >= max(others) for one in spread if one.in_use)  # type: ignore[type-var,operator]


def test_a_spread_end_is_never_later_than_the_one_a_token_has() -> None:
    tokens = [*crowd(20), outside(NOW - DAY, NOW + 30 * DAY)]
    assert len(effects(Choice(Fate.CAP, 30, 10), tokens, NOW)) == 20
