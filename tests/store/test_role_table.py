"""Every cell of the role table in decisions.md, called directly on the store: allowed or refused as written.

The operator always claims to be an admin: what counts is the role the store gives them at that moment, so every column is
also somebody whose role was taken away while they worked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module

import pytest

from store.engine import Unit
from store.errors import Denied, Lack, Refused
from store.indicator_rows import AlertRow
from store.opening import Store
from store.reads.audit import lines
from store.reads.verify import verify
from store.rules.actions import Action
from store.rules.digests import Digest
from store.rules.leaks import Verdict
from store.rules.roles import Actor, Role
from store.rules.second_person import Verdict as Answer
from store.writes import (
    addresses,
    alerts,
    approvals,
    cases,
    denials,
    editing,
    ending,
    exports,
    exposures,
    gateway_callers,
    issuing,
    members,
    notice_delivery,
    notice_digests,
    notices_due,
    passphrases,
    people,
    policies,
    policy_apply,
    policy_effects,
    policy_rules,
    reports,
    retention,
    reviews,
    signing_in,
    targets,
    views,
)
from tests.conftest import NOW
from tests.making import MARCO, PRIYA
from tests.store.test_no_line_no_change import PERIOD, WITHOUT_A_LINE, WRITES, Scene, Write, request_of, scene

WRITTEN = """
|                                                               | auditor | support | on-call | security | admin |
| see tokens, usage, audit                                      | yes     | yes     | yes     | yes      | yes   |
| ticket card, identify a pasted token                          | yes     | yes     | yes     | yes      | yes   |
| revoke or suspend one, rotate, issue                          |         | yes     | yes     | yes      | yes   |
| bulk revoke, leak triage with revoke                          |         |         | yes     | yes      | yes   |
| policies, saved views for all, reports with every account     | reports |         |         | yes      | yes   |
| operators, store keys, retention                              |         |         |         |          | yes   |
"""
"""The table of decisions.md, word for word."""

_ROWS = [[cell.strip() for cell in line.split("|")[1:-1]] for line in WRITTEN.strip().splitlines()]
SEE, IDENTIFY, ONE, MANY, GOVERN, ADMINISTER = range(1, 7)

ROW_OF: dict[Callable[..., object], int] = {
    exports.begin_export: SEE, exports.finish_export: SEE, reports.begin_report: SEE, reports.finish_report: SEE,
    editing.look_up: SEE, views.save_view: SEE, views.delete_view: SEE,
    exposures.note_triage: IDENTIFY,
    ending.revoke: ONE, ending.suspend: ONE, ending.resume: ONE, editing.rename: ONE, editing.expire: ONE, editing.reown: ONE,
    issuing.issue: ONE, issuing.rotate: ONE, addresses.allow_addresses: ONE, cases.open_case: ONE, cases.name_token: ONE,
    cases.open_or_name: ONE, cases.set_aside: ONE, cases.note: ONE, cases.close_case: ONE, cases.reopen_case: ONE,
    exposures.expose: ONE, cases.note_usage_read: ONE, notice_delivery.take: ONE, notice_delivery.mark_sent: ONE,
    notice_delivery.retry: ONE,
    notice_digests.take_together: ONE, notices_due.tidy: ONE, notices_due.queue_some: ONE, alerts.mark_told: ONE,
    reviews.decide: ONE, members.put_email: ONE,
    ending.revoke_many: MANY, approvals.answer: MANY,
    policies.put_policy: GOVERN, policy_effects.carry_out: GOVERN, policy_apply.give_notice: GOVERN,
    policy_apply.revoke_noticed: GOVERN, policy_rules.put_rules: GOVERN, reviews.open_review: GOVERN, targets.set_target: GOVERN,
    reviews.sign_review: GOVERN, approvals.review_glass: GOVERN,
    gateway_callers.add_caller: ADMINISTER, gateway_callers.remove_caller: ADMINISTER, people.put_operator: ADMINISTER,
    retention.set_retention: ADMINISTER, passphrases.put_passphrase: ADMINISTER, passphrases.put_key: ADMINISTER,
    passphrases.remove_key: ADMINISTER, passphrases.sign_out: ADMINISTER,
}  # fmt: skip
"""The row of the table each write of the store belongs to."""

NO_ROLE = {
    approvals.ask_second, denials.record_denial, ending.revoke_proven, gateway_callers.revoke_for, signing_in.accept_attempt,
    signing_in.refuse_attempt, signing_in.refuse_key,
}  # fmt: skip
"""What is decided by a proof instead: of the token's own secret, by the flag of a caller, or of who somebody is; and what is
filed for somebody who was allowed to do the thing itself, or was not: a refusal is put on record whoever was refused."""


def priya() -> Actor:
    """Return the operator of every call, as they are when it is made."""
    held: Actor = import_module(Scene.__module__).PRIYA
    return held


ALERT = AlertRow("M5", "401s", "", "page", "", NOW, None, None)
OWN: dict[Callable[..., object], Write] = {
    notice_delivery.take: lambda scene, unit: notice_delivery.take(unit, priya(), "one", NOW),
    notice_digests.take_together: lambda scene, unit: notice_digests.take_together(unit, priya(), "one", NOW, Digest.DAY),
    notices_due.tidy: lambda scene, unit: notices_due.tidy(unit, priya(), NOW),
    notices_due.queue_some: lambda scene, unit: notices_due.queue_some(unit, priya(), NOW, 5),
    passphrases.put_passphrase: lambda scene, unit: passphrases.put_passphrase(unit, "nadia", "other", priya(), NOW),
    passphrases.put_key: lambda scene, unit: passphrases.put_key(unit, "nadia", "SHA256:new", "", priya(), NOW),
    passphrases.remove_key: lambda scene, unit: passphrases.remove_key(unit, "SHA256:old", priya(), NOW),
    passphrases.sign_out: lambda scene, unit: passphrases.sign_out(unit, "sitting", priya(), NOW),
    approvals.answer: lambda scene, unit: approvals.answer(unit, request_of(unit, "nadia"), Answer.APPROVED, priya(), NOW),
    approvals.review_glass: lambda scene, unit: approvals.review_glass(unit, request_of(unit, "nadia", "broken"), priya(), NOW),
    alerts.mark_told: lambda scene, unit: alerts.mark_told(unit, ALERT, priya(), NOW),
}


def _usage_read(scene: Scene, unit: Unit) -> object:
    """Whoever may not file under a case reads what a token did all the same: then nothing is recorded."""
    seq = WRITES[cases.note_usage_read](scene, unit)
    if seq is None:
        raise Refused("This console is read-only, or its role may only look.", "")
    return seq


def _every_account(scene: Scene, unit: Unit) -> object:
    return reports.begin_report(unit, reports.ReportOrder(account_id=None, period=PERIOD, form="csv", actor=priya()), NOW)


def _shared_view(scene: Scene, unit: Unit) -> object:
    order = views.ViewOrder(name="for all", actor=priya(), filter="tier:admin", shared=True)
    return views.save_view(unit, order, NOW)


def _own_view_shared(scene: Scene, unit: Unit) -> object:
    order = views.ViewOrder(name="Q4", actor=priya(), filter="tier:admin", shared=True, instead_of=scene.view)
    return views.save_view(unit, order, NOW)


def _leak_recorded_under_a_case(scene: Scene, unit: Unit) -> object:
    seen = (exposures.Seen(scene.held, Verdict.ID_ONLY, "line 9"),)
    return exposures.expose(
        unit, exposures.ExposeOrder(source="dump.txt", seen=seen, actor=priya(), case="INC-1"), NOW
    )  # fmt: skip


CALLS: dict[str, tuple[int, Write]] = {
    **{
        f"{call.__module__.rpartition('.')[2]}.{call.__name__}": (row, {**WRITES, **OWN}[call]) for call, row in ROW_OF.items()
    },
    "cases.note_usage_read": (ONE, _usage_read),
    "a report on every account": (GOVERN, _every_account),
    "a view for everybody": (GOVERN, _shared_view),
    "a view of one's own given to everybody": (GOVERN, _own_view_shared),
    "a leak under a case": (ONE, _leak_recorded_under_a_case),
}  # fmt: skip
"""Every write of the store, with the row of the table it belongs to."""

REFUSED = re.compile(r"The role \S+ may|is read-only|is switched off|is not an operator of this store")
NOBODY = ("read-only", "switched off", "unknown")
"""Three who may change nothing whatever the table says: the first is an admin otherwise."""


class Undone(Exception):
    """Raised to take back what a call has done."""


def allowed(column: str, row: int, call: str) -> bool:
    """Say what the table says."""
    if column in NOBODY:
        return False
    cell = dict(zip(_ROWS[0], _ROWS[row], strict=True))[column]
    return cell == "yes" or (bool(cell) and cell.removesuffix("s") in call)


def test_the_table_names_every_role_and_every_write_of_the_store_has_a_row() -> None:
    assert _ROWS[0][1:] == [role.value for role in Role]
    assert set(ROW_OF) | NO_ROLE == set(WRITES) | WITHOUT_A_LINE


@pytest.mark.parametrize("column", [*(role.value for role in Role), *NOBODY])
def test_every_write_is_allowed_or_refused_as_written_and_a_refused_one_leaves_one_line_that_says_so_and_nothing_else(
    scene: Scene, column: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    appoint(scene, column, monkeypatch)
    found = {name: outcome(scene, name, write) for name, (_, write) in CALLS.items()}
    assert found == {name: "allowed" if allowed(column, row, name) else "refused" for name, (row, _) in CALLS.items()}
    with scene.store.reading() as reader:
        assert verify(reader).whole


def appoint(scene: Scene, column: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the operator of every call what the column says; they go on claiming to be an admin."""

    def work(unit: Unit) -> None:
        people.put_operator(unit, MARCO.name, Role.ADMIN, PRIYA, NOW)
        if column == "unknown":
            unit.run("DELETE FROM operator WHERE name = :name", {"name": PRIYA.name})
        else:
            role = Role(column) if column not in NOBODY else Role.ADMIN
            people.put_operator(unit, PRIYA.name, role, MARCO, NOW, active=column != "switched off")

    scene.store.write(work)
    if column == "read-only":
        monkeypatch.setattr(f"{Scene.__module__}.PRIYA", replace(PRIYA, read_only=True))


def outcome(scene: Scene, name: str, write: Write) -> str:
    """Return what became of a call: one that is allowed is taken back, one that is refused must have left its one line."""
    scene.store.write(lambda unit: unit.run("DELETE FROM denial"))  # as if a minute had passed
    untouched = scene.store.write(snapshot)

    def work(unit: Unit) -> None:
        problem: Refused | None = None
        try:
            write(scene, unit)
        except Refused as refused:
            problem = refused
        if problem is None:
            raise Undone
        assert REFUSED.search(str(problem)), str(problem)
        assert snapshot(unit) == untouched, "it was refused after something was changed already"
        raise problem

    try:
        scene.store.write(work)
    except Undone:
        assert scene.store.write(snapshot) == untouched
        return "allowed"
    except Denied:
        denied_only(scene.store, untouched, name)
        return "refused"
    except Refused:
        assert (name, scene.store.write(snapshot)) == ("cases.note_usage_read", untouched), "nobody was refused: they read it"
        return "refused"
    raise AssertionError("unreachable: what is allowed is taken back")


def denied_only(store: Store, before: dict[str, list[str]], name: str) -> None:
    """Make sure that one line was added, the refusal's, and nothing else was changed but how often it is counted."""
    after = store.write(snapshot)
    assert {table for table in after if after[table] != before[table]} <= {"audit", "audit_private", "denial"}, name
    assert len(after["audit"]) == len(before["audit"]) + 1, name
    assert set(before["audit"]) < set(after["audit"])
    with store.reading() as reader:
        (line,) = lines(reader, limit=1)
    actor = priya()
    assert (line.action, line.actor, line.actor_how, line.token_name, line.case_id, line.reason) == (
        Action.DENIED, actor.name, actor.how, "", None, "",
    ), name  # fmt: skip
    assert line.detail["tried"] in {*Action, "alert"}, name
    assert line.detail["why"] in list(Lack)
    assert "again" not in line.detail


def snapshot(unit: Unit) -> dict[str, list[str]]:
    """Return every row of every table."""
    from store.tables import Audit

    def plain(row: object) -> Iterator[object]:
        for value in row:  # type: ignore[attr-defined]
            yield bytes(value) if isinstance(value, memoryview) else value

    return {name: sorted(repr(tuple(plain(row))) for row in unit.rows(f"SELECT * FROM {name}")) for name in Audit.metadata.tables}


__all__ = ["scene"]
