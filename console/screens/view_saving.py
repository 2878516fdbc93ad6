"""Keeping a view from any screen: the name that was typed, the write, and what is said after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.screens.refusals import refuse_read_only
from store.errors import BadInput, StoreError
from store.rules.views import View, checked_view_name

if TYPE_CHECKING:
    from console.screens.desktop import Desktop
    from console.screens.placing import Placing
    from console.session import Session
    from store.engine import Unit
    from store.writes.views import DeleteViewOrder, SavedViewProof, ViewOrder


def name_of(argument: str, session: Session) -> tuple[str, View | None]:
    """Return the name behind `:save view`, and the view of one's own that has it already; raises BadInput."""
    word, _, name = argument.partition(" ")
    if word != "view" or not name.strip():
        raise BadInput("A view is saved under a name.", "Write save view NAME.")
    name = " ".join(name.split())
    own = next((view for view in session.saved if view.operator and view.name.lower() == name.lower()), None)
    return checked_view_name(name, [view for view in session.saved if view is not own]), own


def save_here(screen: Placing, argument: str) -> None:
    """Keep the place the token list is at; a view of one's own by this name is replaced only when that is chosen."""
    from console.dialogs.choice import Choice, Option
    from console.screens.place import Place
    from store.rules.filters import parse
    from store.writes.views import ViewOrder

    session, here = screen.session, screen.here
    actor = session.actor
    if actor is None or refuse_read_only(screen, "Saving views", "view"):
        return
    name, own = name_of(argument, session)
    order = ViewOrder(
        name=name,
        actor=actor,
        filter=parse(here.question.wanted.text).text,
        sort=here.sorted_by().text,
        columns="wide" if screen.wide else "narrow",
        instead_of=own,
        case=session.case,
    )

    async def save() -> None:
        proof = await write_view(screen, order)
        if proof is not None:
            screen.go(Place.on(proof.view))

    def begin() -> None:
        screen.in_background(save, description="save a view")

    if own is None:
        begin()
    else:
        about = f"Replace your view “{own.name}”?"
        screen.ask(
            Choice(about, [Option("r", "replace it", begin, f"{own.filter or 'everything'} → {order.filter or 'everything'}")])
        )


async def write_view(screen: Desktop, order: ViewOrder | DeleteViewOrder) -> SavedViewProof | None:
    """Save or delete a view and say so; None when that failed, which has been said then."""
    from store.writes.views import ViewOrder, delete_view, save_view

    session = screen.session
    now = session.now

    def work(unit: Unit) -> SavedViewProof:
        return save_view(unit, order, now) if isinstance(order, ViewOrder) else delete_view(unit, order, now)

    try:
        proof = await session.desk.change(work, order.action_id)
    except StoreError as error:
        screen.explain(error)
        return None
    session.own.add(proof.seq)
    gone = order.instead_of if isinstance(order, ViewOrder) else order.view
    kept = [view for view in session.saved if gone is None or view.id != gone.id]
    if isinstance(order, ViewOrder):
        kept = [*kept, proof.view]
    session.saved = tuple(sorted(kept, key=lambda view: (not view.operator, view.name)))
    did = "Deleted" if not isinstance(order, ViewOrder) else "Saved"
    whose = " for everybody" if proof.view.operator == "" else ""
    screen.say((f"{did} the view “{proof.view.name}”{whose}", "good"), (f", audit #{proof.seq}.", "quiet"))
    return proof
