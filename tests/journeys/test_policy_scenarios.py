"""Scenario A12 from the command line to the database: a policy is previewed, its numbers confirmed, and only then it acts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from store.opening import Store
from store.reads.audit import lines
from store.reads.policies import limits_of, preview
from store.reads.verify import verify
from store.rows import TokenKey
from store.rules.policies import Limits
from store.rules.policy_choice import Choice, Fate, effects
from store.rules.roles import Role
from store.rules.state import STATE_COLUMNS
from store.writes.policy_effects import EffectOrder, carry_out
from tests.command_line import run
from tests.conftest import NOW
from tests.making import PRIYA
from tests.scenario import fill_scenario, key_of

ACME_90 = ("ACME", "--max-lifetime", "90")


@pytest.fixture
def store(demo_store: Store) -> Store:
    """The scenarios' store; its clock stands at NOW."""
    fill_scenario(demo_store)
    return demo_store


def states(store: Store) -> dict[str, dict[str, object]]:
    """Return the whole state of every token, by its id."""
    with store.reading() as reader:
        rows = reader.rows(f"SELECT {', '.join(STATE_COLUMNS)} FROM token ORDER BY account_id, id")
    return {row["id"][:3]: row for row in (dict(zip(STATE_COLUMNS, row, strict=True)) for row in rows)}


def changed(before: dict[str, dict[str, object]], store: Store) -> set[str]:
    """Return which tokens are not as they were."""
    return {name for name, row in states(store).items() if row != before[name]}


def own(store: Store) -> Limits:
    """Return the limits of ACME's own policy."""
    with store.reading() as reader:
        return limits_of(reader, "ACME")[0]


def milliseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def test_a12_the_preview_says_what_each_choice_would_do_and_a_dry_run_saves_nothing(store: Store) -> None:
    before = states(store)
    for command in (("policy", "preview"), ("policy", "set"), ("policies", "set")):
        ran = run(*command, *ACME_90, "--json", *(["--dry-run"] if "set" in command else []), store=store.address)
        assert (ran.code, ran.json["past"], ran.json["in_use"], ran.json["unchanged"]) == (0, 3, 1, 3)
        assert ran.json["choices"] == {
            "grandfather": {"changed": 0, "changed_in_use": 0, "end_today": 0, "end_today_in_use": 0},
            "cap=30d": {"changed": 3, "changed_in_use": 1, "end_today": 0, "end_today_in_use": 0},
            "idle": {"changed": 2, "changed_in_use": 0, "end_today": 2, "end_today_in_use": 0},
        }
    assert own(store) == Limits()
    assert not changed(before, store)


def test_a12_by_default_it_holds_for_new_tokens_only(store: Store) -> None:
    before = states(store)
    ran = run("policy", "set", *ACME_90, "--yes", store=store.address)
    assert (ran.code, "no token was changed" in ran.out) == (0, True)
    assert own(store) == Limits(90)
    assert not changed(before, store)
    with store.reading() as reader:
        [line] = lines(reader, action="policy", limit=9)
    assert line.detail == {"max_lifetime_days": 90, "was_max_lifetime_days": "none"}


def test_a12_a_cap_gives_the_three_that_are_past_an_end_and_no_other_token(store: Store) -> None:
    before = states(store)
    ran = run("policy", "set", *ACME_90, "--past", "cap=30d", "--confirm", "3", "--case", "SEC-7", "--json", store=store.address)
    assert (ran.code, ran.json["changed"], ran.json["choice"]) == (0, 3, "cap=30d")
    after = states(store)
    assert changed(before, store) == {"T02", "T03", "T06"}
    assert {after[name]["expires_at"] for name in ("T02", "T03", "T06")} == {milliseconds(NOW + timedelta(days=30))}
    with store.reading() as reader:
        [policy] = lines(reader, action="policy", limit=9)
        assert (policy.detail["choice"], policy.detail["past"], policy.detail["past_in_use"]) == ("cap=30d", 3, 1)
        told = [line for line in lines(reader, action="expire", limit=9) if line.case_id == "SEC-7"]
        assert {line.reason for line in told} == {"policy of ACME, cap=30d"}
        assert len(told) == 3
        assert verify(reader).whole
    again = run("policy", "set", *ACME_90, "--past", "cap=30d", "--yes", "--json", store=store.address)
    assert (again.code, again.json["changed"]) == (0, 0)


def test_a12_idle_only_revokes_what_is_past_and_not_in_use_and_spares_t06(store: Store) -> None:
    before = states(store)
    ran = run("policy", "set", *ACME_90, "--past", "idle", "--confirm", "2", "--json", store=store.address)
    assert (ran.code, ran.json["changed"]) == (0, 2)
    assert changed(before, store) == {"T02", "T03"}
    assert states(store)["T02"]["revoked_at"] == milliseconds(NOW)
    with store.reading() as reader:
        assert verify(reader).whole


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--past", "cap=30d", "--yes"), "--confirm 3"),
        (("--past", "cap=30d", "--confirm", "2"), "--confirm 3"),
        (("--past", "idle", "--confirm", "3"), "--confirm 2"),
        (("--confirm", "3"), "--confirm 0"),
        (("--past", "everything", "--yes"), "grandfather"),
    ],
)
def test_without_the_exact_number_nothing_is_saved(store: Store, more: tuple[str, ...], said: str) -> None:
    before = states(store)
    ran = run("policy", "set", *ACME_90, *more, store=store.address)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert own(store) == Limits()
    assert not changed(before, store)


def test_a_token_changed_since_the_preview_is_left_alone_and_the_rest_is_done(store: Store) -> None:
    with store.reading() as reader:
        found = effects(Choice(Fate.CAP, 30), preview(reader, "ACME", Limits(90), NOW).outside, NOW)
    assert run("tokens", "rename", key_of("T06")[1], "another name", "--yes", store=store.address).code == 0
    order = EffectOrder(effects=found, actor=PRIYA, reason="policy", case=None, action_id="one")
    done = store.write(lambda unit: carry_out(unit, order, NOW))
    assert done.changed == 2
    [left] = done.left
    assert (left.key, left.why.startswith("changed meanwhile: rename by")) == (TokenKey(key_of("T06")), True)
    assert PRIYA.role is Role.ADMIN
