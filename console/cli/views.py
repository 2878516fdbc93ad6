"""`tokendesk views`: every view with its rule and what it holds, and keeping views of one's own or for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.command import command
from console.cli.options import AsOfOption, JsonOption
from console.cli.place import Place

if TYPE_CHECKING:
    from datetime import datetime

    from store.opening import Store
    from store.reads.views import Count
    from store.rows import Freshness
    from store.rules.roles import Actor
    from store.rules.views import View
    from store.writes.views import DeleteViewOrder, ViewOrder


def show_views(
    place: Place,
    counts: Annotated[bool, typer.Option("--counts", help="Also count what each view holds in the store.")] = False,
    save: Annotated[str | None, typer.Option("--save", metavar="NAME", help="Save a view, or change the saved one.")] = None,
    filter_text: Annotated[str | None, typer.Option("--filter", metavar="EXPR", help="What the saved view finds.")] = None,
    sort: Annotated[str | None, typer.Option("--sort", metavar="FIELD", help="How the saved view is sorted.")] = None,
    shared: Annotated[
        bool | None, typer.Option("--shared/--own", help="Save it for everybody, or for yourself (as it was, else for yourself).")
    ] = None,
    delete: Annotated[str | None, typer.Option("--delete", metavar="NAME", help="Delete a saved view.")] = None,
    case: Annotated[str | None, typer.Option("--case", metavar="CASE", help="File it under this case.")] = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the views with their rules; with --counts, how many tokens (or accounts) each holds. Save and delete your own."""
    from store.errors import BadInput

    if save is not None or delete is not None:
        if (save is not None and delete is not None) or counts or as_of is not None:
            raise BadInput("One thing at a time.", "Save, delete or list.")
        with place.open() as store:
            actor = place.actor(store)
            if delete is not None:
                _write(store, _deletion(store, actor, delete, case), as_json=as_json)
            else:
                _write(store, _saving(store, actor, save or "", filter_text, sort, shared, case), as_json=as_json)
        return
    if filter_text is not None or sort is not None or shared is not None or case is not None:
        raise BadInput("These belong to --save.", "Write views --save NAME --filter EXPR.")
    views, found, fresh = _read(place, as_of, counts=counts)
    (_print_json if as_json else _print_words)(views, found, fresh)


def _print_json(views: list[View], found: dict[str, Count | None] | None, fresh: Freshness | None) -> None:
    from console.cli.output import print_array
    from console.reports.cells import Value
    from console.reports.freshness import freshness_record

    records: list[dict[str, Value]] = []
    for view in views:
        one: dict[str, Value] = {"name": view.name, "title": view.title, "rule": view.rule, "filter": view.filter}
        if view.operator is not None:
            one |= {"saved": view.kind, "sort": view.sort, "columns": view.columns}
        if found is not None:
            count = found.get(view.id)
            one |= {"count": None if count is None else count.number, "counts": "accounts" if view.by_account else "tokens"}
        records.append(one if fresh is None else {**one, **freshness_record(fresh)})
    print_array(records)


def _print_words(views: list[View], found: dict[str, Count | None] | None, fresh: Freshness | None) -> None:
    from console.cli.output import print_table, say
    from console.reports.freshness import freshness_sentence

    def rule(view: View) -> str:
        return view.rule if view.operator is None else f"{view.rule} {view.filter or 'everything'}"

    if found is None:
        print_table(("View", "Rule"), [(view.name, rule(view)) for view in views], shrink=(1,))
        return
    rows = []
    for view in views:
        count = found.get(view.id)
        number = "?" if count is None else f"{count.number:,}"
        rows.append((view.name, number, "accounts" if view.by_account else "tokens", rule(view)))
    print_table(("View", "Count", "Of", "Rule"), rows, right=frozenset({1}), shrink=(3,))
    if fresh is not None:
        say(freshness_sentence(fresh))


def _read(
    place: Place, as_of: str | None, *, counts: bool
) -> tuple[list[View], dict[str, Count | None] | None, Freshness | None]:
    """Return every view, and with `counts` what each holds and how far usage is known for that.

    Without a store there are those that every store has.
    """
    from console.cli.place import asked_at
    from store.reads.saved_views import count_saved, saved_views
    from store.reads.usage import freshness
    from store.reads.views import counts_up_to
    from store.rules.views import VIEWS

    if not counts and not place.settings.store and not _has_store(place):
        return list(VIEWS), None, None
    with place.open() as store, store.reading() as reader:
        saved = saved_views(reader, place.actor(store).name)
        if not counts:
            return [*VIEWS, *saved], None, None
        now: datetime = asked_at(store, as_of)
        past = as_of is not None
        found: dict[str, Count | None] = {**counts_up_to(reader, now, None, past=past)}
        found |= {view.id: count_saved(reader, view, now, None, past=past) for view in saved}
        return [*VIEWS, *saved], found, freshness(reader)


def _has_store(place: Place) -> bool:
    path = place.address().path
    return path is not None and path.exists()


def _held(store: Store, actor: Actor, name: str) -> View | None:
    """Return the saved view of a name, or None; raises BadInput for one that every store has."""
    from store.errors import BadInput, NotFound
    from store.reads.saved_views import saved_views
    from store.rules.views import view_named

    with store.reading() as reader:
        saved = saved_views(reader, actor.name)
    try:
        found = view_named(name, saved)
    except NotFound:
        return None
    if found.operator is None:
        raise BadInput(f"Every store has the view “{found.name}”; it stays as it is.", "Choose another name.")
    return found


def _saving(
    store: Store, actor: Actor, name: str, filter_text: str | None, sort: str | None, shared: bool | None, case: str | None
) -> ViewOrder:
    from console.cli.pointing import checked
    from store.rules.filters import parse
    from store.writes.views import ViewOrder

    old = _held(store, actor, name)
    return ViewOrder(
        name=name if old is None else old.name,
        actor=actor,
        filter=checked(filter_text, parse) if filter_text is not None else old.filter if old is not None else "",
        sort=sort or (old.sort if old is not None else "-used"),
        columns=old.columns if old is not None else "",
        shared=old is not None and old.operator == "" if shared is None else shared,
        instead_of=old,
        case=case,
    )


def _deletion(store: Store, actor: Actor, name: str, case: str | None) -> DeleteViewOrder:
    from store.errors import NotFound
    from store.writes.views import DeleteViewOrder

    view = _held(store, actor, name)
    if view is None:
        raise NotFound(f"There is no saved view “{name[:40]}”.", "`tokendesk views` lists them.")
    return DeleteViewOrder(view=view, actor=actor, case=case)


def _write(store: Store, order: ViewOrder | DeleteViewOrder, *, as_json: bool) -> None:
    from console.cli.output import print_record, say
    from console.cli.place import now_at
    from store.writes.views import ViewOrder, delete_view, save_view

    now = now_at(store)
    if isinstance(order, ViewOrder):
        wanted = order
        proof, did = store.write(lambda unit: save_view(unit, wanted, now), order.action_id), "saved"
    else:
        gone = order
        proof, did = store.write(lambda unit: delete_view(unit, gone, now), order.action_id), "deleted"
    view = proof.view
    if as_json:
        print_record(
            {"name": view.name, "saved": view.kind, "filter": view.filter, "sort": view.sort, "did": did, "audit": proof.seq}
        )
    else:
        say(f"The view “{view.name}” is {did}{' for everybody' if view.operator == '' else ''}, audit #{proof.seq}.")


def join(app: typer.Typer) -> None:
    """Add the command."""
    examples = ("tokendesk views --counts", "tokendesk views --save 'Q4 review' --filter 'idle>90d acct:acme'")
    command(app, "views", *examples)(show_views)
