"""Saving, changing, sharing and deleting views; each writes its audit line in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from store.engine import Unit
from store.errors import BadInput, NotFound, Refused
from store.moments import to_ms
from store.reads.filter_sql import compile_filter
from store.reads.parts import parts_of
from store.reads.sorting import parse_sort
from store.rules.actions import Action
from store.rules.denials import Doing
from store.rules.filters import parse
from store.rules.roles import Actor, Permission, require_writing
from store.rules.views import View, checked_view_name, saved_view
from store.writes.audit import Entry, record
from store.writes.authority import authorise
from store.writes.orders import new_action_id

MOST_OWN, MOST_SHARED = 100, 100
COLUMNS = ("", "wide", "narrow")


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewOrder:
    """Save a view under a name, for oneself or for everybody; `instead_of` is the saved view that it replaces."""

    name: str
    actor: Actor
    filter: str = ""
    sort: str = "-used"
    columns: str = ""
    shared: bool = False
    instead_of: View | None = None
    case: str | None = None
    action_id: str = field(default_factory=new_action_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteViewOrder:
    """Take a saved view away."""

    view: View
    actor: Actor
    case: str | None = None
    action_id: str = field(default_factory=new_action_id)


@dataclass(frozen=True, slots=True)
class SavedViewProof:
    """Proof that a view is kept, or gone, and the number of its audit line."""

    view: View
    seq: int


def save_view(unit: Unit, order: ViewOrder, now: datetime) -> SavedViewProof:
    """Keep a view.

    Raises Refused for the role or read-only, BadInput for its name, filter or sort, NotFound for what it is to replace.
    """
    old = order.instead_of
    actor = _may(unit, order.actor, shared=order.shared or (old is not None and old.operator == ""))
    operator = "" if order.shared else actor.name
    if old is not None:
        _hold(unit, old, actor)
    taken = [view for view in _held(unit, actor) if old is None or view.id != old.id]
    name = checked_view_name(order.name, taken)
    found = parse(order.filter)
    sort = parse_sort(order.sort or "-used")
    parts_of(sort, compile_filter(found, now))
    if order.columns not in COLUMNS:
        raise BadInput(f"“{order.columns[:20]}” is no choice of columns.", "Use wide or narrow.")
    if old is None and len([view for view in taken if (view.operator == "") is order.shared]) >= (
        MOST_SHARED if order.shared else MOST_OWN
    ):
        raise Refused("There are as many saved views as there may be.", "Delete one first.")
    made = unit.value("SELECT created_at FROM saved_view WHERE operator = :operator AND name = :name", _key(old)) if old else None
    if old is not None:
        _run(unit, "DELETE FROM saved_view WHERE operator = :operator AND name = :name", _key(old))
    _run(
        unit,
        "INSERT INTO saved_view (operator, name, filter, sort, columns, created_at) "
        "VALUES (:operator, :name, :filter, :sort, :columns, :at)",
        {
            "operator": operator, "name": name, "filter": found.text, "sort": sort.text, "columns": order.columns,
            "at": made or to_ms(now),
        },
    )  # fmt: skip
    view = saved_view(operator, name, found.text, sort.text, order.columns)
    detail: dict[str, Any] = {"view": name, "did": "saved" if old is None else "changed", "shared": order.shared}
    if old is not None and (old.name != name or old.operator != operator):
        detail |= {"was": old.name, "was_shared": old.operator == ""}
    return _proof(unit, view, actor, detail, order.case, order.action_id, now)


def delete_view(unit: Unit, order: DeleteViewOrder, now: datetime) -> SavedViewProof:
    """Take a saved view away. Raises Refused for the role or read-only, NotFound when it is not there (any more)."""
    view = order.view
    actor = _may(unit, order.actor, shared=view.operator == "")
    _hold(unit, view, actor)
    _run(unit, "DELETE FROM saved_view WHERE operator = :operator AND name = :name", _key(view))
    detail = {"view": view.name, "did": "deleted", "shared": view.operator == ""}
    return _proof(unit, view, actor, detail, order.case, order.action_id, now)


def _may(unit: Unit, actor: Actor, *, shared: bool) -> Actor:
    """Return the actor if they may change such a view: their own anybody may, those for everybody few; read-only nobody."""
    found = authorise(
        unit,
        actor,
        Permission.GOVERN if shared else Permission.SEE,
        doing=Doing(Action.VIEW, target="for everybody" if shared else "own"),
    )
    require_writing(found)
    return found


def _hold(unit: Unit, view: View, actor: Actor) -> None:
    """Make sure that a view is there and the actor's own or everybody's."""
    mine = view.operator is not None and view.operator in ("", actor.name)
    sql = "SELECT 1 FROM saved_view WHERE operator = :operator AND name = :name"
    if not mine or unit.value(sql, _key(view)) is None:
        raise NotFound(f"There is no saved view “{view.name[:40]}” to change.", "Views that every store has stay as they are.")


def _held(unit: Unit, actor: Actor) -> list[View]:
    sql = "SELECT operator, name, filter, sort, columns FROM saved_view WHERE operator = :me OR operator = ''"
    return [saved_view(*map(str, row)) for row in unit.rows(sql, {"me": actor.name})]


def _key(view: View) -> dict[str, object]:
    return {"operator": view.operator, "name": view.name}


def _proof(
    unit: Unit, view: View, actor: Actor, detail: dict[str, Any], case: str | None, action_id: str, now: datetime
) -> SavedViewProof:
    """Record it; what it finds and how it is sorted may name people, and is kept where it can be erased."""
    reason = f"{view.filter or 'everything'}, sorted by {view.sort}"
    entry = Entry(actor, Action.VIEW.value, reason=reason, case=case, detail=detail, action_id=action_id)
    unit.changed.add("saved_view")
    return SavedViewProof(view, record(unit, entry, now))


def _run(unit: Unit, sql: str, params: dict[str, Any]) -> None:
    unit.run(sql, params)
