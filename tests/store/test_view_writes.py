"""Saved views in the store: who may keep which, under which names, with an audit line each, and found by one look-up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from store.errors import BadFilter, BadInput, NotFound, Refused
from store.opening import Store
from store.reads.audit import lines
from store.reads.saved_views import count_saved, saved_views
from store.reads.tokens import Question, page
from store.reads.verify import verify
from store.reads.views import Count
from store.rows import AuditRow
from store.rules.roles import Actor, Role
from store.rules.views import View, view_named
from store.writes import views as view_writes
from store.writes.people import put_operator
from store.writes.views import DeleteViewOrder, SavedViewProof, ViewOrder, delete_view, save_view
from tests.conftest import NOW
from tests.making import MARCO, PRIYA
from tests.scenario import fill_scenario, shorts


def save(store: Store, name: str, actor: Actor = PRIYA, **more: object) -> SavedViewProof:
    order = ViewOrder(name=name, actor=actor, **more)  # type: ignore[arg-type]
    return store.write(lambda unit: save_view(unit, order, NOW), order.action_id)


def delete(store: Store, view: View, actor: Actor = PRIYA) -> SavedViewProof:
    order = DeleteViewOrder(view=view, actor=actor)
    return store.write(lambda unit: delete_view(unit, order, NOW), order.action_id)


def seen_by(store: Store, actor: Actor) -> list[str]:
    with store.reading() as reader:
        return [view.id for view in saved_views(reader, actor.name)]


def logged(store: Store) -> list[AuditRow]:
    with store.reading() as reader:
        return [line for line in lines(reader, limit=50) if line.action == "view"]


def test_own_views_are_seen_by_their_owner_and_shared_ones_by_everybody(store: Store) -> None:
    save(store, "Q4 review", filter="idle>90d", sort="used", columns="wide")
    save(store, "all of us", filter="tier:admin", shared=True)
    save(store, "mine too", MARCO)
    assert seen_by(store, PRIYA) == ["mine/Q4 review", "shared/all of us"]
    assert seen_by(store, MARCO) == ["mine/mine too", "shared/all of us"]
    with store.reading() as reader:
        own = saved_views(reader, "priya")[0]
        assert verify(reader).whole
    assert (own.filter, own.sort, own.columns, own.operator) == ("idle>90d", "used", "wide", "priya")


def test_each_write_has_its_audit_line_with_what_it_finds_where_it_can_be_erased(store: Store) -> None:
    proof = save(store, "Q4  review ", filter="owner:leo", case="REV-1")
    changed = save(store, "Q5", filter="owner:mia", instead_of=proof.view)
    shared = save(store, "Q5", filter="owner:mia", instead_of=changed.view, shared=True)
    delete(store, shared.view)
    assert [line.detail for line in reversed(logged(store))] == [
        {"view": "Q4 review", "did": "saved", "shared": False},
        {"view": "Q5", "did": "changed", "shared": False, "was": "Q4 review", "was_shared": False},
        {"view": "Q5", "did": "changed", "shared": True, "was": "Q5", "was_shared": False},
        {"view": "Q5", "did": "deleted", "shared": True},
    ]
    first = logged(store)[-1]
    assert (first.seq, first.case_id, first.actor, first.reason) == (proof.seq, "REV-1", "priya", "owner:leo, sorted by -used")
    assert seen_by(store, PRIYA) == []


WRONG = {
    "": "can't be the name",
    "x" * 41: "can't be the name",
    "a\x1bb": "can't be the name",
    "-x": "Begin with a letter",
    "7": "Begin with a letter",
    "a/b": "Begin with a letter",
    "ORPHANED": "already",
    "all live tokens": "already",
    "taken": "already",
    "TAKEN by all": "already",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_name_that_is_taken_or_can_not_be_typed_is_refused(store: Store, name: str) -> None:
    save(store, "Taken")
    save(store, "taken by all", shared=True)
    with pytest.raises(BadInput, match=WRONG[name]):
        save(store, name)
    assert len(logged(store)) == 2


def test_a_filter_a_sort_and_columns_that_make_no_sense_are_refused(store: Store) -> None:
    with pytest.raises(BadFilter, match="no field"):
        save(store, "a", filter="idel>90d")
    with pytest.raises(BadInput, match="can't be sorted by “nonsense”"):
        save(store, "a", sort="nonsense")
    with pytest.raises(BadInput, match="can't be sorted by end of the overlap"):
        save(store, "a", filter="status:active", sort="retires")
    with pytest.raises(BadInput, match="no choice of columns"):
        save(store, "a", columns="odd")
    assert save(store, "a", filter="status:retiring", sort="retires").view.sort == "retires"


@pytest.mark.parametrize("role", list(Role))
def test_anybody_keeps_their_own_few_share_and_read_only_keeps_nothing(store: Store, role: Role) -> None:
    store.write(lambda unit: put_operator(unit, "sam", role, PRIYA, NOW))
    sam = Actor("sam", Role.ADMIN)
    own = save(store, "own", sam).view
    for name, old in (("for all", None), ("own", own)):
        if role in (Role.SECURITY, Role.ADMIN):
            save(store, name, sam, shared=True, instead_of=old)
        else:
            with pytest.raises(Refused, match=f"The role {role} may not"):
                save(store, name, sam, shared=True, instead_of=old)
    reading = replace(sam, read_only=True)
    with pytest.raises(Refused, match="read-only"):
        save(store, "another", reading)
    with pytest.raises(Refused, match="read-only"):
        delete(store, own, reading)


def test_nobody_changes_the_own_view_of_another_or_one_that_is_gone(store: Store) -> None:
    theirs = save(store, "private", MARCO).view
    with pytest.raises(NotFound):
        delete(store, theirs)
    with pytest.raises(NotFound):
        save(store, "stolen", instead_of=theirs)
    with pytest.raises(NotFound):
        delete(store, view_named("live"))
    delete(store, theirs, MARCO)
    with pytest.raises(NotFound):
        delete(store, theirs, MARCO)
    assert save(store, "private").view.name == "private"


def test_there_are_only_so_many(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view_writes, "MOST_OWN", 2)
    one = save(store, "one").view
    save(store, "two")
    with pytest.raises(Refused, match="as many saved views"):
        save(store, "three")
    save(store, "three", shared=True)
    save(store, "one again", instead_of=one)


def test_a_saved_view_lists_counts_and_sorts_like_any_other(store: Store) -> None:
    fill_scenario(store)
    save(store, "CRUX by name", filter="acct=CRUX name:filler", sort="name")
    with store.reading() as reader:
        saved = saved_views(reader, "priya")
        view = view_named("crux BY name", saved)
        assert shorts(page(reader, Question(view), NOW, 50).rows) == [f"C{number:02}" for number in range(1, 10)]
        assert shorts(page(reader, Question(view, "name:03"), NOW, 50).rows) == ["C03"]
        assert count_saved(reader, view, NOW) == Count(9)
        assert count_saved(reader, view, NOW, 5) == Count(5, True)
        assert count_saved(reader, replace(view, filter="nonsense:1"), NOW) is None
        assert count_saved(reader, replace(view, sort="nonsense"), NOW) is None
        with pytest.raises(NotFound, match="Did you mean crux by name"):
            view_named("crux by nam", saved)


def test_an_own_view_is_found_before_one_for_everybody_and_either_by_its_id() -> None:
    both = [View("x", "x", "x", "", "", "", operator=who) for who in ("", "priya")]
    assert view_named("X", both).operator == "priya"
    assert view_named("shared/x", both).operator == ""
    assert view_named("live", both).operator is None
