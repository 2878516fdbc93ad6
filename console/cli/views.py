"""`tokendesk views`: the saved views, their rules and how many each holds."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.command import command
from console.cli.options import AsOfOption, JsonOption
from console.cli.place import Place


def show_views(
    place: Place,
    counts: Annotated[bool, typer.Option("--counts", help="Also count what each view holds in the store.")] = False,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the saved views with their rules; with --counts, how many tokens (or accounts) each holds."""
    from console.cli.output import Value, print_array, print_table
    from store.rules.views import VIEWS

    found = _counted(place, as_of) if counts else {}
    if as_json:
        records: list[dict[str, Value]] = []
        for view in VIEWS:
            one: dict[str, Value] = {"name": view.name, "title": view.title, "rule": view.rule, "filter": view.filter}
            if counts:
                one |= {"count": found[view.name], "counts": "accounts" if view.by_account else "tokens"}
            records.append(one)
        print_array(records)
        return
    if not counts:
        print_table(("View", "Rule"), [(view.name, view.rule) for view in VIEWS], shrink=(1,))
        return
    rows = [(view.name, f"{found[view.name]:,}", "accounts" if view.by_account else "tokens", view.rule) for view in VIEWS]
    print_table(("View", "Count", "Of", "Rule"), rows, right=frozenset({1}), shrink=(3,))


def _counted(place: Place, as_of: str | None) -> dict[str, int]:
    from console.cli.place import asked_at
    from store.reads.views import counts

    with place.open() as store, store.reading() as reader:
        return counts(reader, asked_at(store, as_of), past=as_of is not None)


def join(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "views", "tokendesk views --counts")(show_views)
