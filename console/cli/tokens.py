"""`tokendesk tokens list`, `show` and `card`: what the console's list and detail screen show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.command import command, noun
from console.cli.completion import columns, sort_fields, view_names
from console.cli.place import AsOfOption, JsonOption, Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from store.opening import Store
    from store.reads.tokens import Question
    from store.rows import TokenRow

group = noun("Find, look at and change tokens.")

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The token's public id, or ACCOUNT/ID.", show_default=False)]
TABLE_ROWS = 100
_BATCH = 500


@command(
    group,
    "list",
    "tokendesk tokens list --view unused-90d",
    "tokendesk tokens list --filter 'acct:acme tier:admin' --sort -used --limit 20",
    "tokendesk tokens list --csv > tokens.csv",
)
def list_tokens(
    place: Place,
    view: Annotated[str | None, typer.Option("--view", metavar="NAME", help="A saved view: see `tokendesk views`.",
                                             autocompletion=view_names)] = None,
    filter_text: Annotated[str, typer.Option("--filter", metavar="EXPR", help="Words or field:value, such as idle>90d.")] = "",
    sort: Annotated[str | None, typer.Option("--sort", metavar="FIELD", help="The order; -FIELD for the other way round.",
                                             autocompletion=sort_fields)] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=0, help="At most so many; 0 for all. A table stops at 100.",
                                              show_default=False)] = None,
    chosen: Annotated[str | None, typer.Option("--columns", metavar="A,B,C", help="Which fields, in which order.",
                                               autocompletion=columns)] = None,
    as_of: AsOfOption = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV with the field names as headings.")] = False,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """List tokens: every one, or those of a saved view or a filter."""
    from console.cli.fields import BY_NAME, FIELDS, TABLE_COLUMNS, chosen_fields
    from console.cli.output import print_array, print_csv
    from console.cli.place import asked_at
    from store.errors import BadInput

    if csv and as_json:
        raise BadInput("--csv and --json can't both be printed.", "Choose one of them.")
    names = chosen_fields(chosen, [field.name for field in FIELDS] if csv or as_json else TABLE_COLUMNS)
    question = _question(view, filter_text, sort, past=as_of is not None)
    with place.open() as store:
        now = asked_at(store, as_of)
        if not csv and not as_json:
            _table(store, question, now, names, TABLE_ROWS if limit is None else limit)
            return
        rows = _values(store, _rows(store, question, now, limit or 0), names)
        if csv:
            print_csv(names, rows)
        else:
            print_array(dict(zip(names, row, strict=True)) for row in rows)
    del BY_NAME


@command(group, "show", "tokendesk tokens show 7Kq2dR0aW4xZ", "tokendesk tokens show ACME/7Kq2dR0aW4xZ --as-of 2026-02-01")
def show_token(place: Place, token: IdArgument, as_of: AsOfOption = None, as_json: JsonOption = False) -> None:
    """Show everything about one token: what it may do, its clocks, findings, lineage, usage and audit.

    Looking a token up is noted in the audit log, except with --read-only.
    """
    from console.cli.detail import detail_of, print_detail
    from console.cli.output import print_record
    from console.cli.place import asked_at

    with place.open() as store:
        now = asked_at(store, as_of)
        row = _looked_up(place, store, token, now)
        detail = detail_of(store, row, now)
        if as_json:
            print_record(detail.record())
        else:
            print_detail(detail)
