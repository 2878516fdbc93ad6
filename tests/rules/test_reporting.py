"""Which tokens belong to a report, on both edges of its period, and how a state is taken back through the log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from store.errors import BadInput
from store.rules.rebuilding import LogLine, Proof, rebuilt
from store.rules.reporting import Period, Rule, ended_at, period_of, report_refusal
from store.rules.roles import Actor, Role
from store.rules.state import STATE_COLUMNS, state_digest
from store.rules.status import Moments

SINCE = datetime(2025, 3, 16, tzinfo=UTC)
UNTIL = datetime(2026, 3, 16, tzinfo=UTC)
NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)
MS = timedelta(milliseconds=1)
LONG_AGO = SINCE - timedelta(days=400)


@pytest.mark.parametrize(
    ("created", "ended", "live", "literal"),
    [
        (SINCE, None, True, True),
        (SINCE - MS, None, True, False),
        (UNTIL - MS, None, True, True),
        (UNTIL, None, False, False),
        (LONG_AGO, SINCE, False, False),
        (LONG_AGO, SINCE + MS, True, False),
        (LONG_AGO, UNTIL + MS, True, False),
        (SINCE, SINCE + MS, True, True),
    ],
)
def test_the_two_rules_on_both_edges(created: datetime, ended: datetime | None, live: bool, literal: bool) -> None:
    assert Period(SINCE, UNTIL, UNTIL).holds(created, ended) is live
    assert Period(SINCE, UNTIL, UNTIL, Rule.CREATED).holds(created, ended) is literal


def test_a_token_made_after_the_moment_of_judging_is_not_listed() -> None:
    period = Period(SINCE, UNTIL, SINCE + timedelta(days=1))
    assert period.holds(SINCE + timedelta(days=1), None)
    assert not period.holds(SINCE + timedelta(days=1) + MS, None)


def test_tokens_are_judged_at_the_end_of_the_period_or_now() -> None:
    assert period_of(SINCE, UNTIL, None, NOW).as_of == UNTIL
    assert period_of(SINCE, NOW + timedelta(days=9), None, NOW).as_of == NOW
    assert period_of(SINCE, UNTIL, NOW, NOW).as_of == NOW


@pytest.mark.parametrize(
    ("since", "until", "as_of", "said"),
    [
        (UNTIL, UNTIL, None, "ends before it begins"),
        (UNTIL, SINCE, None, "ends before it begins"),
        (SINCE, UNTIL, NOW + MS, "not come yet"),
        (SINCE, UNTIL, SINCE - MS, "begins after the moment"),
        (NOW + MS, NOW + timedelta(days=1), None, "begins after the moment"),
    ],
)
def test_a_period_that_makes_no_sense_is_refused(since: datetime, until: datetime, as_of: datetime | None, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        period_of(since, until, as_of, NOW)


def test_a_token_ends_with_the_first_of_its_ends() -> None:
    assert ended_at(Moments()) is None
    assert ended_at(Moments(revoked_at=UNTIL, expires_at=SINCE, retires_at=NOW)) == SINCE


@pytest.mark.parametrize("role", list(Role))
def test_every_role_may_report_on_one_account_and_three_on_all(role: Role) -> None:
    actor = Actor("sam", role)
    assert not report_refusal(actor, every_account=False)
    refused = report_refusal(actor, every_account=True)
    assert bool(refused) is (role in (Role.SUPPORT, Role.ON_CALL))
    assert not refused or "auditor, security, admin may" in refused


def _state(**given: Any) -> dict[str, Any]:
    return {**dict.fromkeys(STATE_COLUMNS), "account_id": "ACME", "id": "T1", "revoke_reason": "", "suspend_message": "", **given}


def _line(seq: int, action: str, after: dict[str, Any], **detail: Any) -> LogLine:
    return LogLine(seq, seq * 1_000, "priya", action, after["name"] or "", after["scopes"] or "", detail, state_digest(after))


def test_a_state_is_taken_back_line_by_line_and_each_is_proven() -> None:
    made = _state(name="one", scopes="orders.read", owner_id="mia", expires_at=9_000_000, tier="read-only")
    history = [(made, _line(1, "import", made))]

    def did(action: str, changes: dict[str, Any], **detail: Any) -> None:
        after = {**history[-1][0], **changes}
        history.append((after, _line(len(history) + 1, action, after, **detail)))

    did("rename", {"name": "two"}, **{"from": "one", "to": "two"})
    did("expire", {"expires_at": 8_000_000}, **{"from": 9_000_000, "to": 8_000_000})
    did("re-own", {"owner_id": "leo"}, **{"from": "mia", "to": "leo"})
    stopped = {"suspended_at": 5_000, "suspended_until": 7_000, "suspended_by": "priya", "suspend_message": "wait"}
    did("suspend", stopped, message="wait", until=7_000)
    did("resume", {"suspended_at": None, "suspended_until": None, "suspended_by": None, "suspend_message": ""})
    did("update", {"name": "three", "scopes": "orders.write", "tier": "read-write"}, changed=["name", "scopes"])
    did("rotate", {"retires_at": 7_500_000, "replaced_by": "T2"}, replaced_by="T2", retires_at=7_500_000)
    did("revoke", {"revoked_at": 9_000, "revoked_by": "priya", "revoke_reason": "done"})
    lines = [line for _, line in history]
    for state, line in history:
        assert rebuilt(history[-1][0], lines, line.seq) == (state, Proof.PROVEN), line


def test_what_the_log_does_not_vouch_for_is_said_to_differ() -> None:
    made = _state(name="one", scopes="", owner_id="mia", expires_at=1, tier="read-only")
    moved = {**made, "owner_id": "leo"}
    lines = [_line(1, "import", made), _line(2, "update", moved, changed=["owner"])]
    assert rebuilt(moved, lines, 2) == (moved, Proof.PROVEN)
    assert rebuilt(moved, lines, 1) == (moved, Proof.DIFFERS)
    assert rebuilt({**moved, "expires_at": 2}, lines, 2)[1] is Proof.DIFFERS


def test_a_token_the_log_learned_of_later_is_taken_back_to_its_first_line() -> None:
    made = _state(name="one", scopes="", tier="read-only")
    gone = {**made, "revoked_at": 9_000, "revoked_by": "priya"}
    lines = [_line(5, "import", made), _line(6, "revoke", gone)]
    assert rebuilt(gone, lines, 4) == (made, Proof.LATER)
