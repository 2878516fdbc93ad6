"""What operators can do to a token, and what is refused, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from store.engine import Unit
from store.errors import NotFound, Refused
from store.moments import to_ms
from store.opening import Store
from store.reads.check import check
from store.reads.verify import verify
from store.rows import TokenKey
from store.rules.roles import Actor, Permission, Role, allows
from store.rules.usage import Outcome
from store.writes.editing import expire, look_up, rename, reown
from store.writes.ending import RevokeManyOrder, resume, revoke, revoke_many, suspend
from store.writes.issuing import issue, rotate
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
)
from store.writes.people import MemberFacts, put_member, put_operator
from store.writes.sweep import sweep
from tests.conftest import NOW
from tests.making import MARCO, PRIYA, make_account, make_token, revoke_token
from tests.statements import Listening

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def column(store: Store, key: TokenKey, name: str) -> Any:
    with store.reading() as reader:
        return reader.value(f"SELECT {name} FROM token WHERE account_id = :a AND id = :i", {"a": key[0], "i": key[1]})


def assert_whole(store: Store) -> None:
    with store.reading() as reader:
        assert verify(reader).problem == ""


def test_an_issued_token_is_valid_and_its_secret_is_nowhere_in_the_store(store: Store) -> None:
    make_account(store)
    made = make_token(store)
    with store.reading() as reader:
        assert check(reader, made.token, NOW, store.mint()).outcome is Outcome.VALID
        for table in ("token", "audit", "audit_private", "fact"):
            text = repr(reader.rows(f"SELECT * FROM {table}"))
            assert made.token.reveal() not in text
            assert made.token.reveal()[22:54] not in text
    assert_whole(store)


def test_revoking_ends_a_token_at_once_and_says_until_when_it_may_linger(store: Store) -> None:
    make_account(store)
    made = make_token(store)
    proof = revoke_token(store, made.key)
    assert (proof.already, proof.by, proof.at, proof.refused_by) == (False, "priya", NOW, NOW + timedelta(seconds=30))
    with store.reading() as reader:
        assert check(reader, made.token, NOW, store.mint()).outcome is Outcome.REVOKED
        assert reader.value("SELECT open_tokens FROM account WHERE id = 'ACME'") == 0
    assert_whole(store)


def test_revoking_again_writes_nothing_and_tells_who_won(store: Store) -> None:
    make_account(store)
    made = make_token(store)
    first = revoke_token(store, made.key)
    second = revoke_token(store, made.key, MARCO, NOW + HOUR)
    assert (second.already, second.by, second.at, second.seq) == (True, "priya", NOW, first.seq)
    with store.reading() as reader:
        assert reader.value("SELECT count(*) FROM audit WHERE action = 'revoke'") == 1


def test_a_token_changed_since_it_was_shown_is_not_revoked(store: Store) -> None:
    make_account(store)
    made = make_token(store)
    suspension = SuspendOrder(key=made.key, actor=MARCO, message="checking")
    store.write(lambda unit: suspend(unit, suspension, NOW))
    late = RevokeOrder(key=made.key, actor=PRIYA, expected_seq=made.seq)
    with pytest.raises(Refused, match=r"changed meanwhile: suspend by marco at 2026-03-16T09:00:00Z"):
        store.write(lambda unit: revoke(unit, late, NOW + HOUR))
    assert column(store, made.key, "revoked_at") is None


def test_a_suspension_mirrors_its_resume(store: Store) -> None:
    make_account(store)
    made = make_token(store)
    order = SuspendOrder(key=made.key, actor=PRIYA, message="looks leaked", until=NOW + 4 * HOUR)
    store.write(lambda unit: suspend(unit, order, NOW))
    with store.reading() as reader:
        answer = check(reader, made.token, NOW + HOUR, store.mint())
        assert (answer.outcome, answer.reason) == (Outcome.SUSPENDED, "looks leaked")
        assert check(reader, made.token, NOW + 4 * HOUR, store.mint()).outcome is Outcome.VALID
    store.write(lambda unit: resume(unit, ResumeOrder(key=made.key, actor=PRIYA), NOW + HOUR))
    with store.reading() as reader:
        assert check(reader, made.token, NOW + HOUR, store.mint()).outcome is Outcome.VALID
    assert_whole(store)


def test_rotation_overlaps_and_the_old_token_ends_on_time(store: Store) -> None:
    make_account(store)
    made = make_token(store, scopes=("orders.read", "orders.write"))
    mint = store.mint()
    done = store.write(lambda unit: rotate(unit, RotateOrder(key=made.key, actor=PRIYA), NOW, mint))
    assert done.ends_at == NOW + timedelta(hours=72)
    assert done.new.expires_at == NOW + timedelta(days=90)
    with store.reading() as reader:
        before, at = NOW + timedelta(hours=71, minutes=59), NOW + timedelta(hours=72)
        assert check(reader, made.token, before, mint).outcome is Outcome.VALID
        assert check(reader, done.new.token, before, mint).outcome is Outcome.VALID
        ended = check(reader, made.token, at, mint)
        assert (ended.outcome, ended.reason) == (Outcome.EXPIRED, "overlap ended")
        assert check(reader, done.new.token, at, mint).outcome is Outcome.VALID
    assert (column(store, made.key, "replaced_by"), column(store, done.new.key, "replaces")) == (done.new.key[1], made.key[1])
    assert_whole(store)


def test_rotation_never_extends_the_old_token(store: Store) -> None:
    make_account(store)
    made = make_token(store, lifetime=7 * DAY)
    order = RotateOrder(key=made.key, actor=PRIYA, overlap=timedelta(days=14))
    mint = store.mint()
    assert store.write(lambda unit: rotate(unit, order, NOW, mint)).ends_at == NOW + 7 * DAY


@pytest.mark.parametrize("ended", ["expired", "revoked", "retiring", "suspended"])
def test_only_an_active_token_is_rotated(store: Store, ended: str) -> None:
    make_account(store)
    made = make_token(store, lifetime=DAY)
    mint = store.mint()
    now = NOW
    if ended == "expired":
        now = NOW + DAY
    elif ended == "revoked":
        revoke_token(store, made.key)
    elif ended == "retiring":
        store.write(lambda unit: rotate(unit, RotateOrder(key=made.key, actor=PRIYA), NOW, mint))
    else:
        store.write(lambda unit: suspend(unit, SuspendOrder(key=made.key, actor=PRIYA), NOW))
    with pytest.raises(Refused, match=f"This token is {ended}"):
        store.write(lambda unit: rotate(unit, RotateOrder(key=made.key, actor=PRIYA), now, mint))


def test_a_token_is_renamed_reowned_and_given_another_end(store: Store) -> None:
    make_account(store)
    key = make_token(store).key
    end = NOW + 30 * DAY
    store.write(lambda unit: rename(unit, RenameOrder(key=key, actor=PRIYA, name=" CI deploy bot "), NOW))
    store.write(lambda unit: reown(unit, ReownOrder(key=key, actor=PRIYA, owner="raj"), NOW))
    store.write(lambda unit: expire(unit, ExpireOrder(key=key, actor=PRIYA, expires_at=end), NOW))
    assert [column(store, key, name) for name in ("name", "owner_id", "expires_at")] == ["CI deploy bot", "raj", to_ms(end)]
    assert_whole(store)


@pytest.mark.parametrize("days", [0, 366])
def test_an_expiry_out_of_bounds_is_refused(store: Store, days: int) -> None:
    make_account(store)
    key = make_token(store).key
    order = ExpireOrder(key=key, actor=PRIYA, expires_at=NOW + days * DAY)
    with pytest.raises(Refused):
        store.write(lambda unit: expire(unit, order, NOW))


def test_the_expiry_of_an_expired_token_is_not_changed(store: Store) -> None:
    make_account(store)
    key = make_token(store, lifetime=DAY).key
    order = ExpireOrder(key=key, actor=PRIYA, expires_at=NOW + 9 * DAY)
    with pytest.raises(Refused, match="has expired"):
        store.write(lambda unit: expire(unit, order, NOW + DAY))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"name": "  "}, "needs a name"),
        ({"name": "a\u202eb"}, "can't be seen"),
        ({"owner": "nobody"}, "owner is not a member"),
        ({"owner": "gone"}, "owner is no longer active"),
        ({"scopes": ()}, "at least one scope"),
        ({"scopes": ("orders.*",)}, "stands for everything"),
        ({"scopes": ("core_admin",)}, "internal name"),
        ({"scopes": ("orders.fly",)}, "not in the catalogue"),
        ({"scopes": ("users.manage",)}, "needs a rationale"),
        ({"scopes": ("refunds.create", "billing.export")}, "risky together"),
        ({"expires_at": NOW + 366 * DAY}, "366 days away"),
        ({"account_id": "NONE"}, "no account NONE"),
    ],
)
def test_a_token_nobody_should_hold_is_not_issued(store: Store, change: dict[str, Any], problem: str) -> None:
    make_account(store)
    store.write(lambda unit: put_member(unit, MemberFacts("ACME", "gone", active=False, left_at=NOW)))
    good = IssueOrder(account_id="ACME", name="export", owner="leo", scopes=("orders.read",), expires_at=NOW + DAY, actor=PRIYA)
    mint = store.mint()
    with pytest.raises((Refused, NotFound), match=problem):
        store.write(lambda unit: issue(unit, replace(good, **change), NOW, mint))
    with store.reading() as reader:
        assert reader.value("SELECT count(*) FROM token") == 0
        assert reader.value("SELECT count(*) FROM audit") == 0


def test_many_tokens_are_revoked_and_each_tells_what_became_of_it(store: Store) -> None:
    make_account(store)
    made = [make_token(store, f"job {number}") for number in range(4)]
    revoke_token(store, made[0].key, MARCO)
    store.write(lambda unit: rename(unit, RenameOrder(key=made[1].key, actor=MARCO, name="other"), NOW))
    missing = TokenKey(("ACME", "missing"))
    items = (*tuple((one.key, one.seq) for one in made), (missing, None))
    order = RevokeManyOrder(items=items, actor=PRIYA, reason="clean-up", action_id="bulk-1")
    outcomes = store.write(lambda unit: revoke_many(unit, order, NOW))
    assert [outcome.key for outcome in outcomes] == [key for key, _ in items]
    assert outcomes[0].problem == "already revoked by marco at 2026-03-16T09:00:00Z"
    assert outcomes[1].problem == "changed meanwhile: rename by marco at 2026-03-16T09:00:00Z"
    assert [outcome.revoked is not None for outcome in outcomes] == [False, False, True, True, False]
    assert outcomes[4].problem == "there is no such token"
    with store.reading() as reader:
        assert reader.value("SELECT open_tokens FROM account WHERE id = 'ACME'") == 1
    assert_whole(store)


def test_revoking_tokens_of_many_accounts_takes_as_many_statements_as_revoking_one(store: Store) -> None:
    accounts = [f"A{number}" for number in range(9)]
    for account in accounts:
        make_account(store, account)
    keys = [make_token(store, account_id=account).key for account in accounts]

    def statements(*chosen: TokenKey) -> int:
        sent: list[object] = []

        def work(unit: Unit) -> None:
            unit.connection = Listening(unit.connection, lambda *about: sent.append(about))
            items = tuple((key, None) for key in chosen)
            revoke_many(unit, RevokeManyOrder(items=items, actor=PRIYA, reason="clean-up", action_id=f"bulk {len(chosen)}"), NOW)

        store.write(work)
        return len(sent)

    assert statements(*keys[1:]) == statements(keys[0])
    assert_whole(store)


def test_revoking_many_needs_a_reason(store: Store) -> None:
    make_account(store)
    key = make_token(store).key
    order = RevokeManyOrder(items=((key, None),), actor=PRIYA, reason=" ", action_id="bulk-2")
    with pytest.raises(Refused, match="needs a reason"):
        store.write(lambda unit: revoke_many(unit, order, NOW))


def test_looking_a_token_up_leaves_a_line_and_changes_nothing(store: Store) -> None:
    make_account(store)
    made = make_token(store)
    store.write(lambda unit: look_up(unit, LookUpOrder(key=made.key, actor=PRIYA), NOW))
    assert column(store, made.key, "audit_seq") == made.seq
    with store.reading() as reader:
        assert reader.rows("SELECT actor, token_id FROM audit WHERE action = 'look-up'")[0][:2] == ("priya", made.key[1])
    assert_whole(store)


def test_a_person_who_leaves_is_known_to_their_tokens_at_once(store: Store) -> None:
    make_account(store)
    key = make_token(store).key
    store.write(lambda unit: put_member(unit, MemberFacts("ACME", "leo", active=False, left_at=NOW)))
    assert (column(store, key, "creator_active"), column(store, key, "owner_active")) == (0, 0)


def test_only_tokens_that_ended_more_than_a_day_ago_are_closed(store: Store) -> None:
    make_account(store)
    key = make_token(store, lifetime=DAY).key
    assert store.write(lambda unit: sweep(unit, NOW + 2 * DAY - timedelta(milliseconds=1))) == 0
    assert store.write(lambda unit: sweep(unit, NOW + 2 * DAY)) == 1
    assert column(store, key, "closed") == 1
    assert_whole(store)


@pytest.mark.parametrize("role", list(Role))
def test_the_store_itself_enforces_roles(store: Store, role: Role) -> None:
    make_account(store)
    key = make_token(store).key
    other = make_token(store, "other").key
    store.write(lambda unit: put_operator(unit, "sam", role, PRIYA, NOW))
    # The role claimed by the caller is not believed: the store looks it up.
    sam = Actor("sam", Role.ADMIN)

    def attempt(permission: Permission, work: Any) -> None:
        if allows(role, permission):
            store.write(work)
        else:
            with pytest.raises(Refused, match=f"The role {role} may not"):
                store.write(work)

    def one(unit: Unit) -> object:
        return revoke(unit, RevokeOrder(key=key, actor=sam), NOW)

    def many(unit: Unit) -> object:
        return revoke_many(unit, RevokeManyOrder(items=((other, None),), actor=sam, reason="r", action_id="b"), NOW)

    attempt(Permission.CHANGE_ONE, one)
    attempt(Permission.CHANGE_MANY, many)
    attempt(Permission.SEE, lambda unit: look_up(unit, LookUpOrder(key=key, actor=sam), NOW))
    attempt(Permission.ADMINISTER, lambda unit: put_operator(unit, "new", Role.SUPPORT, sam, NOW))


def test_once_there_are_operators_strangers_and_the_switched_off_are_refused(store: Store) -> None:
    make_account(store)
    key = make_token(store).key
    store.write(lambda unit: put_operator(unit, "sam", Role.ADMIN, PRIYA, NOW, active=False))
    for actor in (Actor("sam", Role.ADMIN), Actor("priya", Role.ADMIN)):
        with pytest.raises(Refused, match="switched off" if actor.name == "sam" else "not an operator"):
            revoke_token(store, key, actor)


def test_read_only_refuses_every_change(store: Store) -> None:
    make_account(store)
    key = make_token(store).key
    reading = replace(PRIYA, read_only=True)
    mint = store.mint()
    works: list[Any] = [
        lambda unit: revoke(unit, RevokeOrder(key=key, actor=reading), NOW),
        lambda unit: suspend(unit, SuspendOrder(key=key, actor=reading), NOW),
        lambda unit: resume(unit, ResumeOrder(key=key, actor=reading), NOW),
        lambda unit: rotate(unit, RotateOrder(key=key, actor=reading), NOW, mint),
        lambda unit: rename(unit, RenameOrder(key=key, actor=reading, name="x"), NOW),
        lambda unit: expire(unit, ExpireOrder(key=key, actor=reading, expires_at=NOW + DAY), NOW),
        lambda unit: reown(unit, ReownOrder(key=key, actor=reading, owner="raj"), NOW),
    ]
    for work in works:
        with pytest.raises(Refused, match="read-only"):
            store.write(work)
