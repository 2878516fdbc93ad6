"""No audit line, no action: when a line can't be written, nothing of what it records is (security.md 4.3)."""

from __future__ import annotations

import inspect
import pkgutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import psycopg
import pytest

import store.writes
from store.engine import Unit
from store.errors import Lack, StoreError
from store.imports.importing import import_tokens
from store.moments import to_ms
from store.opening import Store
from store.rows import TokenKey
from store.rules.cases import Page
from store.rules.denials import Doing
from store.rules.idle import Idle, Step
from store.rules.leaks import Verdict
from store.rules.notice_words import Event
from store.rules.policies import Limits
from store.rules.policy_choice import Effect
from store.rules.reporting import Period, Rule
from store.rules.retention import Kind
from store.rules.reviews import Decision
from store.rules.roles import Actor, Role
from store.rules.second_person import Kind as Second
from store.rules.second_person import Verdict as Answer
from store.rules.secrets import Secret
from store.rules.views import View
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
    notices,
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
from store.writes.cases import CaseOrder, NoteOrder, OpenOrder, TokenOrder
from store.writes.orders import (
    ExpireOrder,
    IssueOrder,
    LookUpOrder,
    RenameOrder,
    ReownOrder,
    ResumeOrder,
    RevokeOrder,
    RotateOrder,
    SuspendOrder,
    new_action_id,
)  # fmt: skip
from store.writes.tokens import hold
from tests.conftest import NOW
from tests.making import PRIYA, make_account, make_token
from tests.patterns import filled
from tests.statements import DRIVER_ERROR

DAY = timedelta(days=1)
NADIA = Actor("nadia", Role.ADMIN, session="sitting")
SECRET = Secret("a-secret-of-a-gateway-caller-0123456789")


@dataclass(frozen=True, slots=True)
class Scene:
    """A store with one of everything that a write may need."""

    store: Store
    live: TokenKey
    held: TokenKey
    view: View


@pytest.fixture
def scene(store: Store) -> Scene:
    """Two tokens, one of them suspended; an open case and a closed one; a view; a caller; two admins, one signed in."""
    made = Scene(store, *filled(store, "scene", _fill))
    store.write(_prove)
    return made


def _prove(unit: Unit) -> None:
    """Let the sitting be of this moment: the store it stands in is copied, and a passphrase counts for five minutes only."""
    now = {"now": to_ms(unit.wall())}
    unit.run("UPDATE operator_session SET seen_at = :now, proven_at = :now WHERE ended_at IS NULL", now)


def _fill(store: Store) -> tuple[TokenKey, TokenKey, View]:
    make_account(store)
    live, held = make_token(store, "live one").key, make_token(store, "held one").key
    mint = store.mint()

    def work(unit: Unit) -> View:
        people.put_operator(unit, "priya", Role.ADMIN, PRIYA, NOW)
        people.put_operator(unit, "nadia", Role.ADMIN, PRIYA, NOW)
        unit.run("UPDATE operator SET passphrase = 'argon2' WHERE name = 'nadia'")
        signing_in.accept_attempt(unit, NADIA, signing_in.Attempt("argon2", Role.ADMIN, 1), NOW)
        passphrases.put_key(unit, "nadia", "SHA256:old", "", NADIA, NOW)
        for who in (PRIYA, NADIA):
            for what in ("waits", "broken"):
                approvals.ask_second(unit, _wanted(what), who, NOW)
        glass = "UPDATE approval SET verdict = 'broken-glass', answered_at = 1, answered_by = operator WHERE summary = 'broken'"
        unit.run(glass)
        ending.suspend(unit, SuspendOrder(key=held, actor=PRIYA, reason="leak?"), NOW)
        for case in ("INC-1", "INC-2"):
            cases.open_case(unit, OpenOrder(case=case, actor=PRIYA, words="a leak", key=live), NOW)
        cases.close_case(unit, CaseOrder(case="INC-2", actor=PRIYA, words="over"), NOW)
        caller = gateway_callers.CallerOrder(name="edge", actor=PRIYA, secret=SECRET, may_revoke=True)
        gateway_callers.add_caller(unit, caller, NOW, mint)
        token = hold(unit, live).row
        notices.queue(
            unit,
            [notices.Draft(row=token, event=Event.EXPIRES, occasion="7d@1", end=NOW)],
            NOW,
        )
        for name in ("open", "decided"):
            reviews.open_review(unit, review_of(name, [(live, seq_of(unit, live))]), NOW)
        reviews.decide(unit, decision_of("decided", live), NOW, mint)
        policy_apply.give_notice(unit, idle_of(live, None), NOW)
        return views.save_view(unit, views.ViewOrder(name="Q4", actor=PRIYA, filter="tier:admin"), NOW).view

    return live, held, store.write(work)


def seq_of(unit: Unit, key: TokenKey) -> int:
    return int(unit.rows("SELECT audit_seq FROM token WHERE id = :id", {"id": key[1]})[0][0])


def review_of(name: str, items: list[tuple[TokenKey, int]]) -> reviews.OpenReviewOrder:
    return reviews.OpenReviewOrder(review_id=name, title="", account_id=None, filter="live", items=items, actor=PRIYA)


def decision_of(name: str, key: TokenKey) -> reviews.DecideOrder:
    return reviews.DecideOrder(
        review_id=name, key=key, decision=Decision.KEEP, reason="in use", actor=PRIYA, again_at=NOW + 90 * DAY
    )


def idle_of(key: TokenKey, seq: int | None) -> policy_apply.IdleOrder:
    idle = Idle(key=key, name="live one", audit_seq=seq, since=NOW, step=Step.NOTICE, notice_days=14)
    return policy_apply.IdleOrder(idle=(idle,), actor=PRIYA)


def _cap(scene: Scene, unit: Unit) -> object:
    effect = Effect(scene.live[0], scene.live[1], seq_of(unit, scene.live), NOW + DAY, in_use=False)
    order = policy_effects.EffectOrder(
        effects=(effect,), actor=PRIYA, reason="policy of ACME", case=None, action_id=new_action_id()
    )
    return policy_effects.carry_out(unit, order, NOW)


PERIOD = Period(NOW - 30 * DAY, NOW, NOW, next(iter(Rule)))
Write = Callable[[Scene, Unit], object]


def on(call: Callable[..., object], order: Callable[..., object], **more: object) -> Write:
    """Return a write on the live token."""
    return lambda scene, unit: call(unit, order(key=scene.live, actor=PRIYA, **more), NOW)


def by(call: Callable[..., object], order: Callable[..., object], **more: object) -> Write:
    """Return a write on no token."""
    return lambda scene, unit: call(unit, order(actor=PRIYA, **more), NOW)


def issue_one(scene: Scene, unit: Unit) -> object:
    order = IssueOrder(
        account_id="ACME", name="another", owner="leo", creator="leo", scopes=("orders.read",), expires_at=NOW + 30 * DAY,
        actor=PRIYA, rationale="a test",
    )  # fmt: skip
    return issuing.issue(unit, order, NOW, scene.store.mint())


def _again(unit: Unit) -> None:
    row = notice_delivery.take(unit, PRIYA, "one", NOW)
    assert row is not None
    notice_delivery.mark_failed(unit, row, "one", "550 no such user", NOW, final=True)
    notice_delivery.retry(unit, row, PRIYA, NOW)


def _tell(unit: Unit) -> object:
    row = notice_delivery.take(unit, PRIYA, "one", NOW)
    assert row is not None
    return notice_delivery.mark_sent(unit, row, "mail", "250 ok", PRIYA, NOW)


def _wanted(what: str) -> approvals.Wanted:
    return approvals.Wanted(Second.BULK, what, {"tokens": [what]})


def request_of(unit: Unit, who: str, what: str = "waits") -> str:
    """Return the id of what somebody asked for."""
    row = {"who": who, "what": what}
    return str(unit.value("SELECT id FROM approval WHERE operator = :who AND summary = :what", row))


WRITES: dict[Callable[..., object], Write] = {
    ending.revoke: on(ending.revoke, RevokeOrder),
    ending.revoke_proven: lambda scene, unit: ending.revoke_proven(unit, scene.live, PRIYA, "", NOW, new_action_id()),
    ending.revoke_many: lambda scene, unit: ending.revoke_many(
        unit,
        ending.RevokeManyOrder(
            items=((scene.live, None), (scene.held, None)), actor=PRIYA, reason="leak", action_id=new_action_id()
        ),
        NOW,
    ),
    ending.suspend: on(ending.suspend, SuspendOrder, reason="leak?"),
    ending.resume: lambda scene, unit: ending.resume(unit, ResumeOrder(key=scene.held, actor=PRIYA, reason="no leak"), NOW),
    editing.rename: on(editing.rename, RenameOrder, name="renamed"),
    editing.expire: on(editing.expire, ExpireOrder, expires_at=NOW + 5 * DAY),
    editing.reown: on(editing.reown, ReownOrder, owner="raj"),
    editing.look_up: on(editing.look_up, LookUpOrder),
    issuing.issue: issue_one,
    issuing.rotate: lambda scene, unit: issuing.rotate(
        unit, RotateOrder(key=scene.live, actor=PRIYA), NOW, scene.store.mint()
    ),
    addresses.allow_addresses: on(addresses.allow_addresses, addresses.AddressesOrder, networks=(ip_network("10.0.0.0/8"),)),
    cases.open_case: by(cases.open_case, OpenOrder, case="INC-3", words="another"),
    cases.name_token: lambda scene, unit: cases.name_token(unit, TokenOrder(case="INC-1", actor=PRIYA, key=scene.held), NOW),
    cases.open_or_name: on(cases.open_or_name, OpenOrder, case="INC-4", words="another"),
    cases.set_aside: on(cases.set_aside, TokenOrder, case="INC-1", words="a mistake"),
    cases.note: by(cases.note, NoteOrder, case="INC-1", words="called them"),
    cases.close_case: by(cases.close_case, CaseOrder, case="INC-1", words="over"),
    cases.reopen_case: by(cases.reopen_case, CaseOrder, case="INC-2", words="not over"),
    cases.note_usage_read: lambda scene, unit: cases.note_usage_read(unit, "INC-1", scene.live, next(iter(Page)), PRIYA, NOW),
    exposures.note_triage: by(exposures.note_triage, exposures.TriageOrder, source="dump.txt", counts={"found": 1}),
    exposures.expose: lambda scene, unit: exposures.expose(
        unit,
        exposures.ExposeOrder(source="dump.txt", seen=(exposures.Seen(scene.live, Verdict.VERIFIED, "line 4"),), actor=PRIYA),
        NOW,
    ),
    exports.begin_export: by(exports.begin_export, exports.ExportOrder, what="audit", form="jsonl"),
    exports.finish_export: lambda scene, unit: exports.finish_export(
        unit, exports.ExportOrder(what="audit", form="jsonl", actor=PRIYA), NOW, begun=1, rows=1, sha256="0" * 64
    ),
    reports.begin_report: by(reports.begin_report, reports.ReportOrder, account_id="ACME", period=PERIOD, form="csv"),
    reports.finish_report: lambda scene, unit: reports.finish_report(
        unit,
        reports.ReportOrder(account_id="ACME", period=PERIOD, form="csv", actor=PRIYA),
        NOW,
        begun=1,
        rows=1,
        sha256="0" * 64,
    ),
    gateway_callers.add_caller: lambda scene, unit: gateway_callers.add_caller(
        unit, gateway_callers.CallerOrder(name="second", actor=PRIYA, secret=SECRET), NOW, scene.store.mint()
    ),
    gateway_callers.remove_caller: by(gateway_callers.remove_caller, gateway_callers.CallerOrder, name="edge"),
    gateway_callers.revoke_for: lambda scene, unit: gateway_callers.revoke_for(
        unit, "edge", scene.live, "10.0.0.1", "edge", NOW, new_action_id()
    ),
    people.put_operator: lambda scene, unit: people.put_operator(unit, "sam", Role.SUPPORT, PRIYA, NOW),
    members.put_email: by(members.put_email, members.EmailOrder, account_id="ACME", member_id="leo", email="leo@acme.example"),
    policies.put_policy: by(policies.put_policy, policies.PolicyOrder, account_id="ACME", limits=Limits(token_limit=5)),
    approvals.ask_second: lambda scene, unit: approvals.ask_second(unit, _wanted("another"), PRIYA, NOW),
    approvals.answer: lambda scene, unit: approvals.answer(unit, request_of(unit, "priya"), Answer.APPROVED, NADIA, NOW),
    approvals.review_glass: lambda scene, unit: approvals.review_glass(unit, request_of(unit, "priya", "broken"), NADIA, NOW),
    passphrases.put_passphrase: lambda scene, unit: passphrases.put_passphrase(unit, "nadia", "other", NADIA, NOW),
    passphrases.put_key: lambda scene, unit: passphrases.put_key(unit, "priya", "SHA256:new", "", NADIA, NOW),
    passphrases.remove_key: lambda scene, unit: passphrases.remove_key(unit, "SHA256:old", NADIA, NOW),
    passphrases.sign_out: lambda scene, unit: passphrases.sign_out(unit, "sitting", NADIA, NOW),
    signing_in.refuse_attempt: lambda scene, unit: signing_in.refuse_attempt(
        unit, PRIYA, signing_in.count_attempt(unit, "priya"), NOW
    ),
    denials.record_denial: lambda scene, unit: denials.record_denial(
        unit, PRIYA, Doing("revoke", scene.live), Lack.ROLE, NOW
    ),
    signing_in.refuse_key: lambda scene, unit: signing_in.refuse_key(unit, PRIYA, "nadia", NOW),
    signing_in.accept_attempt: lambda scene, unit: signing_in.accept_attempt(
        unit, NADIA, signing_in.Attempt("argon2", Role.ADMIN, 1), NOW
    ),
    targets.set_target: by(targets.set_target, targets.TargetOrder, indicator="M1", target=0.9995),
    retention.set_retention: by(retention.set_retention, retention.RetentionOrder, kind=Kind.HOURLY, days=500),
    notice_delivery.mark_sent: lambda scene, unit: _tell(unit),
    notice_delivery.retry: lambda scene, unit: _again(unit),
    policy_effects.carry_out: _cap,
    policy_apply.give_notice: lambda scene, unit: policy_apply.give_notice(unit, idle_of(scene.live, None), NOW),
    policy_apply.revoke_noticed: lambda scene, unit: policy_apply.revoke_noticed(
        unit, idle_of(scene.live, seq_of(unit, scene.live)), NOW + 15 * DAY
    ),
    policy_rules.put_rules: by(
        policy_rules.put_rules, policy_rules.RulesOrder, account_id="ACME", rules={"idle_action": "revoke=14d"}
    ),
    reviews.open_review: lambda scene, unit: reviews.open_review(
        unit, review_of("third", [(scene.live, seq_of(unit, scene.live))]), NOW
    ),
    reviews.decide: lambda scene, unit: reviews.decide(unit, decision_of("open", scene.live), NOW, scene.store.mint()),
    reviews.sign_review: by(reviews.sign_review, reviews.SignOrder, review_id="decided", reviewer="Dana"),
    views.save_view: by(views.save_view, views.ViewOrder, name="another", filter="tier:admin"),
    views.delete_view: lambda scene, unit: views.delete_view(
        unit, views.DeleteViewOrder(view=scene.view, actor=PRIYA), NOW
    ),
}  # fmt: skip
"""Everything that somebody can have done in a store, each as it would succeed."""


WITHOUT_A_LINE = {
    notice_delivery.take, notice_digests.take_together, notices_due.tidy, notices_due.queue_some, alerts.mark_told,
}  # fmt: skip
"""What only keeps the outbox and the alerts in order: whoever was told something has a line, written with `mark_sent`."""


def test_nothing_is_imported_without_its_audit_lines(scene: Scene, tmp_path: Path) -> None:
    target = scene.store
    path = tmp_path / "tokens.csv"
    path.write_text(
        "id,account,account_name,name,scopes,owner,creator,created_at,expires_at\n"
        "T01,OTHER,Other,sync,orders.read,kim,kim,2026-01-05T00:00:00Z,2026-04-05T00:00:00Z\n"
    )
    before, lines = everything(target), lines_of(target)
    break_log(target)
    with pytest.raises((StoreError, *DRIVER_ERROR), match=r"the log takes no more|disk of the database server is full"):
        import_tokens(target, path, actor=PRIYA, now=NOW)
    assert everything(target) == before
    mend_log(target)
    assert import_tokens(target, path, actor=PRIYA, now=NOW)
    assert lines_of(target) > lines


def asked_for() -> set[Callable[..., object]]:
    """Return every public write of the store that somebody asks for: it takes a unit, a moment, and who or what asks."""
    found: set[Callable[..., object]] = set()
    for module in pkgutil.iter_modules(store.writes.__path__):
        held = import_module(f"store.writes.{module.name}")
        for name, call in inspect.getmembers(held, inspect.isfunction):
            names = set(inspect.signature(call).parameters)
            own = call.__module__ == held.__name__ and not name.startswith("_")
            if own and {"unit", "now"} <= names and names & {"order", "actor", "caller"}:
                found.add(call)
    return found


def run_on(target: Store, sqlite: str, postgresql: str) -> None:
    """Run statements as somebody who owns the database can."""
    if target.address.path is not None:
        connection = sqlite3.connect(target.address.path)
        connection.executescript(sqlite)
        connection.close()
        return
    with psycopg.connect(target.address.conninfo, autocommit=True) as server:
        server.execute(postgresql.encode())


def break_log(target: Store) -> None:
    """Let the log take no more lines."""
    run_on(
        target,
        "CREATE TRIGGER audit_broken BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'the log takes no more'); END;",
        "CREATE FUNCTION audit_broken() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END$$; "
        "CREATE TRIGGER audit_broken BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_broken()",
    )


def mend_log(target: Store) -> None:
    """Let it take lines again."""
    run_on(target, "DROP TRIGGER audit_broken;", "DROP TRIGGER audit_broken ON audit")


def everything(target: Store) -> dict[str, list[str]]:
    """Return every row of every table."""
    from store.tables import Audit

    with target.reading() as reader:
        return {
            name: sorted(repr(tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)) for row in
                reader.rows(f"SELECT * FROM {name}"))
            for name in Audit.metadata.tables
        }  # fmt: skip


def lines_of(target: Store) -> int:
    with target.reading() as reader:
        return int(reader.value("SELECT count(*) FROM audit"))


def test_every_write_that_somebody_asks_for_is_tried() -> None:
    assert set(WRITES) | WITHOUT_A_LINE == asked_for()


@pytest.mark.parametrize("call", WRITES, ids=lambda call: call.__name__)
def test_nothing_is_changed_when_its_audit_line_can_not_be_written(scene: Scene, call: Callable[..., Any]) -> None:
    target, write = scene.store, WRITES[call]
    before, lines = everything(target), lines_of(target)
    break_log(target)
    with pytest.raises((StoreError, *DRIVER_ERROR), match=r"the log takes no more|disk of the database server is full"):
        target.write(lambda unit: write(scene, unit))
    assert everything(target) == before
    mend_log(target)
    target.write(lambda unit: write(scene, unit))
    assert lines_of(target) > lines, "it does write a line when it can"
