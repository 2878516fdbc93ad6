"""A commit whose answer never came: recorded once whatever happened on the way, or said to be unknown."""

from __future__ import annotations

import traceback
from collections.abc import Iterator

import pytest

from store.engine import Unit
from store.errors import OutcomeUnknown, Refused, Unreachable
from store.opening import Store
from store.rows import TokenKey
from store.writes.editing import rename
from store.writes.ending import RevokeManyOrder, revoke, revoke_many
from store.writes.orders import Changed, RenameOrder, Revoked, RevokeOrder
from store.writes.people import put_account
from tests.conftest import NOW
from tests.faults.pool import make_pool
from tests.faults.proof import faults_of
from tests.faults.wire import Fate, Wire, wired
from tests.making import PRIYA

FATES = [
    pytest.param([Fate.LOST], id="lost"),
    pytest.param([Fate.UNANSWERED], id="unanswered"),
    pytest.param([Fate.LATE], id="late"),
    pytest.param([Fate.LOST, Fate.UNANSWERED], id="lost, then unanswered"),
    pytest.param([Fate.LOST, Fate.LATE], id="lost, then late"),
]


@pytest.fixture
def wire(server_store: Store) -> Iterator[Wire]:
    """Return a wire to the store's server."""
    with wired(server_store.address) as laid:
        yield laid


@pytest.fixture
def desk(wire: Wire) -> Iterator[Store]:
    """Return the store as an operator at the other end of the wire has it open."""
    opened = Store(wire.address)
    yield opened
    opened.close()


def lines_of(store: Store, action_id: str) -> int:
    with store.reading() as reader:
        return int(reader.value("SELECT count(*) FROM audit WHERE action_id = :id", {"id": action_id}))


def name_of(store: Store, key: TokenKey) -> str:
    with store.reading() as reader:
        return str(reader.value("SELECT name FROM token WHERE id = :id", {"id": key[1]}))


def renaming(desk: Store, order: RenameOrder) -> Changed:
    return desk.write(lambda unit: rename(unit, order, NOW), order.action_id)


def revoking(desk: Store, order: RevokeOrder) -> Revoked:
    return desk.write(lambda unit: revoke(unit, order, NOW), order.action_id)


@pytest.mark.parametrize("fates", FATES)
def test_a_change_whose_commit_broke_is_recorded_once(server_store: Store, desk: Store, wire: Wire, fates: list[Fate]) -> None:
    key = make_pool(server_store, 2)[0]
    wire.fates = list(fates)
    order = RenameOrder(key=key, actor=PRIYA, name="monthly export")
    done = renaming(desk, order)
    assert wire.fates == []
    assert (name_of(server_store, key), lines_of(server_store, order.action_id)) == ("monthly export", 1)
    with server_store.reading() as reader:
        assert reader.value("SELECT seq FROM audit WHERE action_id = :id", {"id": order.action_id}) == done.seq
    assert faults_of(server_store) == []


@pytest.mark.parametrize("fates", FATES)
def test_a_revoke_whose_commit_broke_is_not_taken_for_somebody_elses(
    server_store: Store, desk: Store, wire: Wire, fates: list[Fate]
) -> None:
    key = make_pool(server_store, 2)[0]
    wire.fates = list(fates)
    order = RevokeOrder(key=key, actor=PRIYA, reason="leaked")
    assert not revoking(desk, order).already
    assert lines_of(server_store, order.action_id) == 1
    assert faults_of(server_store) == []


@pytest.mark.parametrize("fates", FATES)
def test_a_bulk_revoke_whose_commit_broke_gives_every_proof(
    server_store: Store, desk: Store, wire: Wire, fates: list[Fate]
) -> None:
    keys = make_pool(server_store, 10)
    wire.fates = list(fates)
    order = RevokeManyOrder(items=tuple((key, None) for key in keys), actor=PRIYA, reason="leaked", action_id="one")
    outcomes = desk.write(lambda unit: revoke_many(unit, order, NOW), order.action_id)
    assert [outcome.problem for outcome in outcomes] == [""] * 10
    assert faults_of(server_store) == []


def test_a_change_without_an_action_id_is_found_by_its_audit_line(server_store: Store, desk: Store, wire: Wire) -> None:
    key = make_pool(server_store, 2)[0]
    wire.fates = [Fate.UNANSWERED]
    order = RenameOrder(key=key, actor=PRIYA, name="monthly export")
    desk.write(lambda unit: rename(unit, order, NOW))
    assert lines_of(server_store, order.action_id) == 1


def test_a_change_that_leaves_no_trace_to_ask_for_is_said_to_be_unknown(desk: Store, wire: Wire) -> None:
    wire.fates = [Fate.LOST]
    with pytest.raises(OutcomeUnknown):
        desk.write(lambda unit: put_account(unit, "ACME", "Acme", NOW))


@pytest.mark.parametrize("fate", [Fate.LOST, Fate.UNANSWERED])
def test_the_answer_is_waited_for_while_a_server_comes_back(
    server_store: Store, desk: Store, wire: Wire, monkeypatch: pytest.MonkeyPatch, fate: Fate
) -> None:
    monkeypatch.setattr("store.engine.ASKING_S", (0.0,) * 6)
    key = make_pool(server_store, 2)[0]
    wire.fates, wire.refusals = [fate], 4
    order = RenameOrder(key=key, actor=PRIYA, name="monthly export")
    renaming(desk, order)
    assert (wire.refusals, lines_of(server_store, order.action_id)) == (0, 1)


@pytest.mark.parametrize("fate", [Fate.LOST, Fate.UNANSWERED])
def test_a_server_that_stays_away_leaves_the_outcome_unknown_and_a_repetition_does_nothing_twice(
    server_store: Store, desk: Store, wire: Wire, monkeypatch: pytest.MonkeyPatch, fate: Fate
) -> None:
    monkeypatch.setattr("store.engine.ASKING_S", (0.0,) * 3)
    key = make_pool(server_store, 2)[0]
    wire.fates, wire.refusals = [fate], 3
    order = RenameOrder(key=key, actor=PRIYA, name="monthly export")
    with pytest.raises(OutcomeUnknown) as caught:
        renaming(desk, order)
    assert caught.value.exit_code == 3
    told = "".join(traceback.format_exception(caught.value))
    assert "psycopg" not in told
    assert "server closed" not in told
    assert wire.refusals == 0
    if fate is Fate.LOST:
        renaming(desk, order)
    else:
        with pytest.raises(Refused, match=r"This was recorded before, as audit #\d+\."):
            renaming(desk, order)
    assert (name_of(server_store, key), lines_of(server_store, order.action_id)) == ("monthly export", 1)
    assert faults_of(server_store) == []


def test_a_connection_cut_before_the_commit_is_replaced_and_the_work_done_once(server_store: Store, desk: Store) -> None:
    key = make_pool(server_store, 2)[0]
    order = RenameOrder(key=key, actor=PRIYA, name="monthly export")
    tries: list[int] = []

    def work(unit: Unit) -> Changed:
        done = rename(unit, order, NOW)
        tries.append(done.seq)
        if len(tries) == 1:
            backend = unit.value("SELECT pg_backend_pid()")
            with server_store.reading() as reader:
                reader.rows("SELECT pg_terminate_backend(:pid)", {"pid": backend})
        return done

    desk.write(work, order.action_id)
    assert len(tries) == 2
    assert lines_of(server_store, order.action_id) == 1


def test_a_connection_that_breaks_every_time_is_given_up_after_five_tries(server_store: Store, desk: Store) -> None:
    make_pool(server_store, 2)
    tries: list[int] = []

    def work(unit: Unit) -> None:
        tries.append(1)
        with server_store.reading() as reader:
            reader.rows("SELECT pg_terminate_backend(:pid)", {"pid": unit.value("SELECT pg_backend_pid()")})
        unit.value("SELECT 1")

    with pytest.raises(Unreachable) as caught:
        desk.write(work)
    assert len(tries) == 5
    assert "psycopg" not in "".join(traceback.format_exception(caught.value))
