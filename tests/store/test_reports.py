"""The rows of an audit report, as they were at a past moment, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from store.engine import Unit
from store.errors import Refused
from store.opening import Store
from store.reads import reports
from store.reads.reports import report_facts, report_rows
from store.report_rows import ReportRow
from store.rows import TokenKey
from store.rules.rebuilding import Proof
from store.rules.reporting import Period, Rule
from store.rules.roles import Actor, Role
from store.rules.status import Status
from store.rules.summing import Summary, views_of
from store.writes.editing import expire, rename, reown
from store.writes.ending import resume, revoke, suspend
from store.writes.issuing import rotate
from store.writes.orders import ExpireOrder, RenameOrder, ReownOrder, ResumeOrder, RevokeOrder, RotateOrder, SuspendOrder
from store.writes.people import put_operator
from store.writes.reports import ReportOrder, begin_report, finish_report
from tests.conftest import NOW
from tests.making import PRIYA
from tests.scenario import TOKENS, fill_scenario, key_of, shorts

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SINCE, UNTIL = datetime(2025, 3, 16, tzinfo=UTC), datetime(2026, 3, 16, tzinfo=UTC)


@pytest.fixture
def filled(store: Store) -> Store:
    fill_scenario(store)
    return store


def rows_of(store: Store, account: str | None, period: Period) -> list[ReportRow]:
    with store.reading() as reader:
        head = report_facts(reader, period.as_of).head
        return [row for part in report_rows(reader, account, period, head) for row in part]


def names(rows: list[ReportRow]) -> list[str]:
    return shorts([row.token for row in rows])


def one(store: Store, key: TokenKey, as_of: datetime) -> ReportRow:
    (row,) = (row for row in rows_of(store, key[0], Period(SINCE, NOW + DAY, as_of)) if row.token.key == key)
    return row


def test_a13_the_default_rule_lists_a_live_token_that_is_older_and_the_literal_one_does_not(filled: Store) -> None:
    assert names(rows_of(filled, "ACME", Period(SINCE, UNTIL, UNTIL))) == ["T01", "T02", "T03", "T06", "T10", "T11"]
    assert "T04" in names(rows_of(filled, "BOLT", Period(SINCE, UNTIL, UNTIL)))
    assert "T04" not in names(rows_of(filled, "BOLT", Period(SINCE, UNTIL, UNTIL, Rule.CREATED)))
    assert len(rows_of(filled, None, Period(SINCE, UNTIL, UNTIL))) == len(TOKENS)


def test_a_token_that_ended_before_the_period_is_left_out(filled: Store) -> None:
    ended = datetime(2026, 3, 10, tzinfo=UTC)  # T12
    assert "T12" not in names(rows_of(filled, "BOLT", Period(ended, UNTIL, UNTIL)))
    assert "T12" in names(rows_of(filled, "BOLT", Period(ended - timedelta(milliseconds=1), UNTIL, UNTIL)))


@pytest.mark.parametrize("account", [None, "BOLT"])
def test_parts_of_any_size_give_the_same_rows(filled: Store, account: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = rows_of(filled, account, Period(SINCE, UNTIL, UNTIL))
    for size in (1, 3, len(whole)):
        monkeypatch.setattr(reports, "CHUNK", size)
        assert rows_of(filled, account, Period(SINCE, UNTIL, UNTIL)) == whole


def test_what_is_done_later_changes_nothing_about_an_earlier_moment(filled: Store) -> None:
    old, quiet, moved = key_of("T01"), key_of("T03"), key_of("T05")
    mint = filled.mint()
    deeds: list[tuple[TokenKey, Callable[[Unit, datetime], Any]]] = [
        (old, lambda unit, at: rename(unit, RenameOrder(key=old, actor=PRIYA, name="ERP sync"), at)),
        (quiet, lambda unit, at: suspend(unit, SuspendOrder(key=quiet, actor=PRIYA, message="wait", until=at + 9 * DAY), at)),
        (quiet, lambda unit, at: resume(unit, ResumeOrder(key=quiet, actor=PRIYA), at)),
        (moved, lambda unit, at: expire(unit, ExpireOrder(key=moved, actor=PRIYA, expires_at=at + 40 * DAY), at)),
        (moved, lambda unit, at: reown(unit, ReownOrder(key=moved, actor=PRIYA, owner="leo"), at)),
        (old, lambda unit, at: rotate(unit, RotateOrder(key=old, actor=PRIYA), at, mint)),
        (old, lambda unit, at: revoke(unit, RevokeOrder(key=old, actor=PRIYA, reason="leaked"), at)),
    ]
    seen = []
    for number, (key, work) in enumerate(deeds):
        at = NOW + number * HOUR
        filled.write(lambda unit, work=work, at=at: work(unit, at))  # type: ignore[misc]
        seen.append((key, at, one(filled, key, at)))
    for key, at, then in seen:
        now = one(filled, key, at)
        assert now == then, at
        assert now.proof is Proof.PROVEN
    assert [row.token.status for _, _, row in seen] == [
        Status.ACTIVE, Status.SUSPENDED, Status.ACTIVE, Status.ACTIVE, Status.ACTIVE, Status.RETIRING, Status.REVOKED,
    ]  # fmt: skip
    assert one(filled, old, NOW - HOUR).token.name == "billing sync for NetSuite"
    assert (seen[5][2].rotated_by, seen[0][2].rotated_by) == ("priya", "")
    assert (seen[6][2].token.revoked_by, seen[5][2].token.revoked_by) == ("priya", None)


def test_a_last_use_before_the_moment_is_told_by_the_hour_when_there_was_a_later_one(filled: Store) -> None:
    row = one(filled, key_of("T05"), datetime(2026, 3, 16, 1, tzinfo=UTC))  # used at 18:00, 00:00 and 06:00
    assert (row.token.last_used_at, row.used_by_hour) == (datetime(2026, 3, 16, 0, tzinfo=UTC), True)
    row = one(filled, key_of("T05"), NOW)
    assert (row.token.last_used_at, row.used_by_hour) == (datetime(2026, 3, 16, 6, tzinfo=UTC), False)
    row = one(filled, key_of("T05"), datetime(2026, 3, 15, 17, tzinfo=UTC))
    assert (row.token.last_used_at, row.used_by_hour) == (None, False)


def test_a_state_changed_behind_the_logs_back_is_not_vouched_for(filled: Store) -> None:
    assert one(filled, key_of("T03"), UNTIL).proof is Proof.PROVEN

    def forge(unit: Unit) -> None:
        if filled.address.is_sqlite:
            for trigger in [row[0] for row in unit.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
                unit.run(f'DROP TRIGGER "{trigger}"')
        else:
            unit.run("ALTER TABLE token DISABLE TRIGGER ALL")
        unit.run("UPDATE token SET name = 'harmless' WHERE id = 'T03Scenario1'")

    filled.write(forge)
    assert one(filled, key_of("T03"), UNTIL).proof is Proof.DIFFERS


def test_the_summary_counts_each_view_by_its_own_rule(filled: Store) -> None:
    period = Period(SINCE, NOW + DAY, NOW)
    summary = Summary()
    with filled.reading() as reader:
        facts = report_facts(reader, NOW)
        for part in report_rows(reader, None, period, facts.head):
            for row in part:
                summary.add(row, views_of(row.token, NOW, facts.tracking_since))
    assert (summary.tokens, summary.accounts, summary.live, summary.sprawling) == (34, 4, 32, 1)
    assert summary.views["unused-90d"] == 3
    assert summary.views["unused-180d"] == 1
    assert summary.views["never-expires"] == 2
    assert summary.views["orphaned"] == 1
    assert summary.views["unrotated-90d"] == 5
    assert summary.views["expiring-7d"] == 2
    assert summary.views["retiring"] == 1
    assert summary.views["used-after-revoke"] == 1
    assert summary.proofs == {Proof.PROVEN: 34}
    assert sum(summary.months.values()) == 34


def test_a_report_is_recorded_before_and_after_and_its_head_stays_the_same(filled: Store) -> None:
    order = ReportOrder(account_id="ACME", period=Period(SINCE, UNTIL, NOW), form="csv", actor=PRIYA, case="Q-1")
    with filled.reading() as reader:
        before = report_facts(reader, NOW)
    begun = filled.write(lambda unit: begin_report(unit, order, NOW), order.action_id)
    filled.write(lambda unit: finish_report(unit, order, NOW, begun=begun, rows=6, sha256="ab"))
    with filled.reading() as reader:
        assert report_facts(reader, NOW) == before
        assert report_facts(reader, NOW + HOUR).head == before.head + 3
        found = reader.rows("SELECT action, account_id, case_id, detail FROM audit WHERE seq > :head", {"head": before.head})
    assert sorted(tuple(row[:3]) for row in found) == [("case", None, "Q-1"), *[("export", "ACME", "Q-1")] * 2]
    last = [row[3] for row in found if row[0] == "export"][1]
    assert '"rows":6' in last
    assert '"rule":"created-or-live"' in last


@pytest.mark.parametrize("role", list(Role))
def test_who_may_report_on_every_account_is_decided_in_the_store(filled: Store, role: Role) -> None:
    actor = Actor("local:x", Role.ADMIN)
    filled.write(lambda unit: put_operator(unit, "ada", Role.ADMIN, actor, NOW))
    filled.write(lambda unit: put_operator(unit, "sam", role, Actor("ada", Role.ADMIN), NOW))
    sam = Actor("sam", Role.ADMIN)  # what the screen believes does not count

    def order(account: str | None) -> ReportOrder:
        return ReportOrder(account_id=account, period=Period(SINCE, UNTIL, UNTIL), form="csv", actor=sam)

    assert filled.write(lambda unit: begin_report(unit, order("ACME"), NOW)) > 0
    if role in (Role.SUPPORT, Role.ON_CALL):
        with pytest.raises(Refused, match="may not report on every account"):
            filled.write(lambda unit: begin_report(unit, order(None), NOW))
    else:
        assert filled.write(lambda unit: begin_report(unit, order(None), NOW)) > 0
