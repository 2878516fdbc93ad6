"""Signing in: what is counted, what waits, what a session allows, and when it is over; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from store.engine import Unit
from store.errors import NotFound, Refused, SignInNeeded
from store.opening import Store
from store.passphrases import hashed, matches, outdated
from store.reads.audit import lines
from store.reads.sessions import open_sessions
from store.rules.roles import Actor, Role
from store.rules.secrets import Secret
from store.rules.sessions import CLAIMED, STEP_UP
from store.rules.signing_in import SWITCHED_OFF_AFTER
from store.signing_in import WRONG, sign_in
from store.writes.ending import RevokeManyOrder, revoke_many
from store.writes.orders import Issued, IssueOrder, new_action_id
from store.writes.passphrases import put_key, put_passphrase, remove_key, sign_out
from store.writes.people import put_operator
from tests.conftest import NOW
from tests.making import make_account, make_token, revoke_token
from tests.quick_hash import QUICK
from tests.quick_hash import quick_hash as quick_hash

RIGHT, WRONGLY = Secret("four words about clouds"), Secret("four words about stones")
ENCODED = QUICK.hash(RIGHT.reveal())
DANA = Actor("dana", Role.ON_CALL, session="s1")
ADMIN = Actor("ada", Role.ADMIN, session="a1")
SECOND = timedelta(seconds=1)


class Wall:
    """A wall clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def wait(self, by: timedelta) -> None:
        """Let time pass."""
        self.at += by


@pytest.fixture
def wall(store: Store, quick_hash: None) -> Wall:
    """A store with two operators who have a passphrase, ada (admin) and dana (on call), and sam (support), who has none."""
    clock = Wall()
    store.wall = clock
    make_account(store)
    for name, role in (("ada", Role.ADMIN), ("dana", Role.ON_CALL), ("sam", Role.SUPPORT)):
        store.write(lambda unit, name=name, role=role: put_operator(unit, name, role, replace(ADMIN, how="os user"), NOW))  # type: ignore[misc]
    for name in ("dana", "ada"):
        store.write(
            lambda unit, name=name: unit.run(  # type: ignore[misc]
                "UPDATE operator SET passphrase = :new WHERE name = :name", {"new": ENCODED, "name": name}
            )
        )
    return clock


@pytest.fixture
def token(store: Store) -> Issued:
    """A live token, made before there were operators."""
    make_account(store)
    return make_token(store)


def outcomes(store: Store) -> list[tuple[str, str, str]]:
    """Return who tried to sign in, how, and what came of it, the oldest first."""
    with store.reading() as reader:
        found = lines(reader, action="sign-in", limit=500)
    return [(line.actor, line.actor_how, str(line.detail.get("outcome"))) for line in reversed(found)]


def wrong(store: Store, times: int = 1, actor: Actor = DANA) -> None:
    """Give a wrong passphrase some times."""
    for _ in range(times):
        with pytest.raises(Refused, match=WRONG):
            sign_in(store, actor, WRONGLY, NOW)


def test_nothing_is_changed_before_one_has_signed_in_and_everything_after(token: Issued, store: Store, wall: Wall) -> None:
    with pytest.raises(SignInNeeded, match="You have not signed in as dana"):
        revoke_token(store, token.key, DANA)
    done = sign_in(store, DANA, RIGHT, NOW)
    assert done.ends_at == wall() + timedelta(hours=12)
    revoke_token(store, token.key, DANA)
    with store.reading() as reader:
        line = reader.one("SELECT actor, actor_role, actor_how, session FROM audit WHERE action = 'revoke'")
    assert tuple(line or ()) == ("dana", "on-call", "passphrase", "s1")
    assert outcomes(store) == [("dana", "passphrase", "accepted")]


def test_who_has_no_passphrase_is_the_machines_user_as_before(token: Issued, store: Store, wall: Wall) -> None:
    revoke_token(store, token.key, Actor("sam", Role.SUPPORT))


def test_a_name_that_is_only_claimed_is_worth_nothing_without_its_passphrase(token: Issued, store: Store, wall: Wall) -> None:
    for name in ("sam", "dana"):
        with pytest.raises(SignInNeeded):
            revoke_token(store, token.key, Actor(name, Role.ADMIN, how=CLAIMED))
    with pytest.raises(Refused, match="nobody is not an operator"):
        revoke_token(store, token.key, Actor("nobody", Role.ADMIN, how=CLAIMED))
    wrong(store, actor=Actor("sam", Role.SUPPORT, how=CLAIMED, session="x"))
    wrong(store, actor=Actor("nobody", Role.ADMIN, how=CLAIMED, session="y"))


def test_a_session_of_somebody_else_is_not_mine(token: Issued, store: Store, wall: Wall) -> None:
    sign_in(store, ADMIN, RIGHT, NOW)
    with pytest.raises(SignInNeeded):
        revoke_token(store, token.key, replace(DANA, session="a1"))


def test_five_wrong_ones_are_free_and_then_each_waits_twice_as_long(store: Store, wall: Wall) -> None:
    wrong(store, 5)
    for seconds in (1, 2, 4):
        with pytest.raises(Refused, match=f"Try again in {seconds} s"):
            sign_in(store, DANA, RIGHT, NOW)
        wall.wait(seconds * SECOND - timedelta(milliseconds=1))
        with pytest.raises(Refused, match="Too many wrong passphrases"):
            sign_in(store, DANA, RIGHT, NOW)
        wall.wait(timedelta(milliseconds=1))
        wrong(store)
    wall.wait(8 * SECOND)
    sign_in(store, DANA, RIGHT, NOW)
    assert [one[2] for one in outcomes(store)] == ["refused"] * 8 + ["accepted"]
    wrong(store, 5)


def test_nobody_learns_which_names_there_are(store: Store, wall: Wall) -> None:
    for name in ("nobody", "sam", "dana"):
        actor = Actor(name, Role.ADMIN, how=CLAIMED, session=name)
        wrong(store, 5, actor)
        with pytest.raises(Refused, match="Try again in 1 s"):
            sign_in(store, actor, WRONGLY, NOW)


def test_names_that_do_not_exist_are_forgotten_after_a_day(store: Store, wall: Wall) -> None:
    wrong(store, actor=Actor("nobody", Role.ADMIN, how=CLAIMED))
    wrong(store)
    wall.wait(timedelta(days=1, seconds=1))
    wrong(store, actor=Actor("another", Role.ADMIN, how=CLAIMED))
    with store.reading() as reader:
        assert [row[0] for row in reader.rows("SELECT operator FROM sign_in ORDER BY operator")] == ["another", "dana"]


def test_a_hundred_wrong_ones_switch_it_off_until_an_admin_gives_a_new_one(store: Store, wall: Wall) -> None:
    def count(unit: Unit) -> int:
        return unit.run(
            "INSERT INTO sign_in (operator, failures, failed_at) VALUES ('dana', :many, 0)", {"many": SWITCHED_OFF_AFTER}
        )

    store.write(count)
    with pytest.raises(Refused, match="100 wrong passphrases in a row"):
        sign_in(store, DANA, RIGHT, NOW)
    sign_in(store, ADMIN, RIGHT, NOW)
    store.write(lambda unit: put_passphrase(unit, "dana", ENCODED, ADMIN, NOW))
    sign_in(store, DANA, RIGHT, NOW)


def test_a_try_is_counted_before_it_is_judged(store: Store, wall: Wall, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(encoding: str, secret: Secret) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("store.passphrases.matches", killed)
        for _ in range(5):
            with pytest.raises(KeyboardInterrupt):
                sign_in(store, DANA, WRONGLY, NOW)
    with pytest.raises(Refused, match="Try again in 1 s"):
        sign_in(store, DANA, RIGHT, NOW)


def test_what_changes_many_wants_the_passphrase_again_after_five_minutes(token: Issued, store: Store, wall: Wall) -> None:
    sign_in(store, DANA, RIGHT, NOW)
    wall.wait(STEP_UP)
    many = RevokeManyOrder(items=((token.key, None),), actor=DANA, reason="leak", action_id=new_action_id())
    with pytest.raises(SignInNeeded, match="needs your passphrase again") as needed:
        store.write(lambda unit: revoke_many(unit, many, NOW))
    assert needed.value.again
    sign_in(store, DANA, RIGHT, NOW)
    wall.wait(STEP_UP - timedelta(milliseconds=1))
    store.write(lambda unit: revoke_many(unit, many, NOW))
    with store.reading() as reader:
        found = [line.detail for line in lines(reader, action="sign-in", limit=9)]
    assert [one.get("again") for one in found] == [True, None]


def test_one_token_never_wants_it_again(token: Issued, store: Store, wall: Wall) -> None:
    sign_in(store, DANA, RIGHT, NOW)
    wall.wait(timedelta(hours=11, minutes=59))
    revoke_token(store, token.key, DANA)


def test_an_admin_token_is_issued_only_with_the_passphrase_just_given(store: Store, wall: Wall) -> None:
    sign_in(store, DANA, RIGHT, NOW)
    wall.wait(STEP_UP)
    order = IssueOrder(account_id="ACME", name="robot", owner="leo", scopes=("settings.manage",),
                       expires_at=NOW + timedelta(days=2), actor=DANA, rationale="a migration")  # fmt: skip
    with pytest.raises(SignInNeeded, match="again"):
        make_admin_token(store, order)


def make_admin_token(store: Store, order: IssueOrder) -> Issued:
    """Issue it."""
    from store.writes.issuing import issue

    mint = store.mint()
    return store.write(lambda unit: issue(unit, order, NOW, mint), order.action_id)


def test_a_session_is_over_after_twelve_hours_and_not_before(token: Issued, store: Store, wall: Wall) -> None:
    sign_in(store, DANA, RIGHT, NOW)
    wall.wait(timedelta(hours=12))
    with pytest.raises(SignInNeeded, match="twelve hours old"):
        revoke_token(store, token.key, DANA)
    wall.wait(timedelta(milliseconds=-1))
    revoke_token(store, token.key, DANA)


def test_a_kept_session_is_over_when_nothing_was_done_for_ten_minutes(token: Issued, store: Store, wall: Wall) -> None:
    other = token.key
    sign_in(store, DANA, RIGHT, NOW, b"proof")
    wall.wait(timedelta(minutes=9, seconds=59))
    revoke_token(store, other, DANA)
    wall.wait(timedelta(minutes=9, seconds=59))
    revoke_token(store, other, DANA)
    wall.wait(timedelta(minutes=10))
    with pytest.raises(SignInNeeded, match="ten minutes"):
        revoke_token(store, other, DANA)


def test_a_third_session_ends_the_oldest(token: Issued, store: Store, wall: Wall) -> None:
    for name in ("s1", "s2", "s3"):
        sign_in(store, replace(DANA, session=name), RIGHT, NOW)
        wall.wait(SECOND)
    with store.reading() as reader:
        assert [one.id for one in open_sessions(reader, wall())] == ["s3", "s2"]
    with pytest.raises(SignInNeeded, match="ended by a newer session"):
        revoke_token(store, token.key, DANA)


def test_an_admin_ends_a_session_and_it_counts_at_once(token: Issued, store: Store, wall: Wall) -> None:
    sign_in(store, DANA, RIGHT, NOW)
    sign_in(store, ADMIN, RIGHT, NOW)
    sign_in(store, replace(DANA, session="s2"), RIGHT, NOW)
    with pytest.raises(Refused, match="may not manage operators"):
        store.write(lambda unit: sign_out(unit, "a1", DANA, NOW))
    store.write(lambda unit: sign_out(unit, "s2", DANA, NOW))
    store.write(lambda unit: sign_out(unit, "s1", ADMIN, NOW))
    with pytest.raises(SignInNeeded, match="ended by ada"):
        revoke_token(store, token.key, DANA)
    with pytest.raises(NotFound):
        store.write(lambda unit: sign_out(unit, "s1", ADMIN, NOW))
    with pytest.raises(SignInNeeded):
        sign_in(store, DANA, RIGHT, NOW)


def test_who_is_switched_off_can_not_go_on_and_can_not_sign_in(token: Issued, store: Store, wall: Wall) -> None:
    sign_in(store, DANA, RIGHT, NOW)
    sign_in(store, ADMIN, RIGHT, NOW)
    store.write(lambda unit: put_operator(unit, "dana", Role.ON_CALL, ADMIN, NOW, active=False))
    with pytest.raises(Refused, match="switched off"):
        revoke_token(store, token.key, DANA)
    wrong(store)
    with pytest.raises(Refused, match=WRONG):
        sign_in(store, replace(DANA, session="new"), RIGHT, NOW)


def test_an_admins_passphrase_must_be_replaced_by_ones_own_first(token: Issued, store: Store, wall: Wall) -> None:
    sign_in(store, ADMIN, RIGHT, NOW)
    sign_in(store, DANA, RIGHT, NOW)
    store.write(lambda unit: put_passphrase(unit, "dana", hashed(WRONGLY), ADMIN, NOW))
    with pytest.raises(SignInNeeded, match="ended by ada"):
        revoke_token(store, token.key, DANA)
    fresh = replace(DANA, session="s9")
    sign_in(store, fresh, WRONGLY, NOW)
    with pytest.raises(Refused, match="given to you by an admin"):
        revoke_token(store, token.key, fresh)
    wall.wait(STEP_UP)
    with pytest.raises(SignInNeeded, match="again"):
        store.write(lambda unit: put_passphrase(unit, "dana", ENCODED, fresh, NOW))
    sign_in(store, fresh, WRONGLY, NOW)
    store.write(lambda unit: put_passphrase(unit, "dana", ENCODED, fresh, NOW))
    revoke_token(store, token.key, fresh)


def test_nobody_gives_somebody_else_a_passphrase_but_an_admin(store: Store, wall: Wall) -> None:
    sign_in(store, DANA, RIGHT, NOW)
    with pytest.raises(Refused, match="may not manage operators"):
        store.write(lambda unit: put_passphrase(unit, "sam", ENCODED, DANA, NOW))
    with pytest.raises(Refused, match="read-only"):
        store.write(lambda unit: put_passphrase(unit, "dana", ENCODED, replace(DANA, read_only=True), NOW))


def test_a_key_is_one_operators_only(store: Store, wall: Wall) -> None:
    sign_in(store, ADMIN, RIGHT, NOW)
    store.write(lambda unit: put_key(unit, "dana", "SHA256:abc", "dana@laptop", ADMIN, NOW))
    with pytest.raises(Refused, match="is dana's already"):
        store.write(lambda unit: put_key(unit, "sam", "SHA256:abc", "", ADMIN, NOW))
    store.write(lambda unit: remove_key(unit, "SHA256:abc", ADMIN, NOW))
    with pytest.raises(NotFound):
        store.write(lambda unit: remove_key(unit, "SHA256:abc", ADMIN, NOW))


def test_an_encoding_of_other_parameters_is_made_anew_when_it_is_used(store: Store, wall: Wall) -> None:
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=2, memory_cost=64, parallelism=1).hash(RIGHT.reveal())
    assert outdated(weak)
    store.write(lambda unit: unit.run("UPDATE operator SET passphrase = :it WHERE name = 'dana'", {"it": weak}))
    sign_in(store, DANA, RIGHT, NOW)
    with store.reading() as reader:
        kept = str(reader.value("SELECT passphrase FROM operator WHERE name = 'dana'"))
    assert kept != weak
    assert not outdated(kept)
    assert matches(kept, RIGHT)


def test_a_write_asks_for_the_passphrase_once_and_goes_on(token: Issued, store: Store, wall: Wall) -> None:
    asked: list[bool] = []

    def prove(needed: SignInNeeded) -> bool:
        asked.append(needed.again)
        sign_in(store, DANA, RIGHT, NOW)
        return True

    store.prove = prove
    assert not revoke_token(store, token.key, DANA).already
    assert asked == [False]
    store.prove = lambda needed: False
    with pytest.raises(SignInNeeded):
        revoke_token(store, token.key, replace(DANA, session="s7"))
