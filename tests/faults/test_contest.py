"""Several operators at once on the same tokens: one wins, the others are told who and when, and nothing is lost."""

from __future__ import annotations

import json
import os
import random
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from store.address import Address, parse_address
from store.creation import create_store
from store.engine import Unit
from store.errors import Busy, Refused
from store.moments import stamp
from store.opening import Store
from store.reads.facts import SCHEMA
from store.rows import TokenKey
from store.rules.roles import Actor, Role
from store.writes.editing import rename
from store.writes.ending import resume, revoke, suspend
from store.writes.orders import RenameOrder, ResumeOrder, RevokeOrder, SuspendOrder
from tests.conftest import NOW
from tests.faults.children import start
from tests.faults.pool import make_pool
from tests.faults.proof import faults_of

STAMP = stamp(NOW)
TOLD = ("revoked by ", "suspended already, by ", "was changed meanwhile: ")
"""How a refusal begins to tell what another operator did first."""


def tells_who_won(problem: str) -> bool:
    """Say whether a refusal names the operator who was first and the time, or that there is nothing to resume."""
    named = any(words in problem for words in TOLD) and "operator-" in problem and STAMP in problem
    return named or "is not suspended" in problem


def one_action(chance: random.Random, key: TokenKey, seen: int | None, actor: Actor) -> tuple[str, str, Callable[[Unit], int]]:
    """Return a random change of a token as it was seen: its action, its id and what does it; 0 for «revoked already»."""
    match chance.choice(("revoke", "rename", "suspend", "resume")):
        case "revoke":
            order = RevokeOrder(key=key, actor=actor, reason="contest", expected_seq=seen)

            def end(unit: Unit) -> int:
                proof = revoke(unit, order, NOW)
                assert proof.by.startswith("operator-")
                return 0 if proof.already else proof.seq

            return "revoke", order.action_id, end
        case "rename":
            naming = RenameOrder(key=key, actor=actor, name=f"{actor.name} {chance.random()}", expected_seq=seen)
            return "rename", naming.action_id, lambda unit: rename(unit, naming, NOW).seq
        case "suspend":
            holding = SuspendOrder(key=key, actor=actor, reason="contest", expected_seq=seen)
            return "suspend", holding.action_id, lambda unit: suspend(unit, holding, NOW).seq
        case _:
            freeing = ResumeOrder(key=key, actor=actor, expected_seq=seen)
            return "resume", freeing.action_id, lambda unit: resume(unit, freeing, NOW).seq


def operate(store: Store, keys: list[TokenKey], number: int, rounds: int) -> list[tuple[str, str, int]]:
    """Change every token `rounds` times in an order of one's own and return each action that was done: word, id, line."""
    chance = random.Random(number)
    actor = Actor(f"operator-{number}", Role.ADMIN)
    done = []
    for _ in range(rounds):
        for key in chance.sample(keys, len(keys)):
            seen = None
            if chance.random() < 0.5:
                with store.reading() as reader:
                    seen = int(reader.value("SELECT audit_seq FROM token WHERE id = :id", {"id": key[1]}))
            word, action_id, work = one_action(chance, key, seen, actor)
            try:
                seq = until_free(store, work, action_id)
            except Refused as refusal:
                if not tells_who_won(refusal.problem):
                    raise
                continue
            if seq:
                done.append((word, action_id, seq))
    return done


def until_free(store: Store, work: Callable[[Unit], int], action_id: str) -> int:
    while True:
        try:
            return store.write(work, action_id)
        except Busy:
            continue


def assert_nothing_was_lost(store: Store, done: list[tuple[str, str, int]], keys: list[TokenKey]) -> None:
    """Compare what the operators were told with the log, line by line."""
    with store.reading() as reader:
        lines = reader.rows("SELECT action, action_id, seq FROM audit WHERE actor LIKE 'operator-%' ORDER BY seq")
        live = int(reader.value("SELECT count(*) FROM token WHERE revoked_at IS NULL"))
    assert sorted(done, key=lambda one: one[2]) == [(str(a), str(i), int(s)) for a, i, s in lines]
    assert sum(word == "revoke" for word, _, _ in done) == len(keys) - live
    assert faults_of(store) == []


@pytest.mark.parametrize("operators", [2, pytest.param(8, marks=pytest.mark.slow)])
def test_operators_in_one_process_never_lose_a_change(store: Store, operators: int) -> None:
    contend(store, operators)


def test_operators_never_lose_a_change_with_a_write_ahead_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.dialect.journal_settings", lambda: ("wal", 2))
    store = create_store(parse_address(str(tmp_path / "tokens.db")), NOW)
    contend(store, 4)
    with store.reading() as reader:
        assert reader.value("PRAGMA journal_mode") == "wal"
    store.close()


def contend(store: Store, operators: int) -> None:
    """Let threads of one process change six tokens and check that every change they were told of is there."""
    keys = make_pool(store, 6)
    done: list[tuple[str, str, int]] = []
    errors: list[BaseException] = []

    def run(number: int) -> None:
        try:
            done.extend(operate(store, keys, number, 3))
        except BaseException as error:  # noqa: BLE001  shown by the test, not lost in a thread
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(operators)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert_nothing_was_lost(store, done, keys)


def operate_alone(address: Address, keys: list[TokenKey], number: int, diary: Path) -> None:
    store = Store(address)
    assert store.facts.schema == SCHEMA
    diary.write_text(json.dumps(operate(store, keys, number, 4)))
    store.close()


@pytest.mark.slow
@pytest.mark.parametrize("operators", [2, 8])
def test_operators_in_processes_of_their_own_never_lose_a_change(store: Store, tmp_path: Path, operators: int) -> None:
    keys = make_pool(store, 40)
    diaries = [tmp_path / f"diary-{number}" for number in range(operators)]
    children = [
        start(lambda number=number: operate_alone(store.address, keys, number, diaries[number]))  # type: ignore[misc]
        for number in range(operators)
    ]
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * operators
    done = [tuple(one) for diary in diaries for one in json.loads(diary.read_text())]
    assert_nothing_was_lost(store, done, keys)


@pytest.mark.parametrize("operators", [2, pytest.param(8, marks=pytest.mark.slow)])
def test_of_operators_revoking_one_token_exactly_one_wins_and_the_others_learn_who(store: Store, operators: int) -> None:
    key = make_pool(store, 2)[0]
    together = threading.Barrier(operators)
    answers: list[tuple[str, str, bool]] = []

    def run(number: int) -> None:
        actor = Actor(f"operator-{number}", Role.ADMIN)
        order = RevokeOrder(key=key, actor=actor, reason="contest")
        together.wait()
        while True:
            try:
                proof = store.write(lambda unit: revoke(unit, order, NOW), order.action_id)
            except Busy:
                continue
            break
        assert proof.at == NOW
        answers.append((actor.name, proof.by, proof.already))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(operators)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == operators
    winners = [name for name, _, already in answers if not already]
    assert len(winners) == 1
    assert {by for _, by, _ in answers} == set(winners)
    assert faults_of(store) == []
