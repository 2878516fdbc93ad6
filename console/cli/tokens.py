"""`tokendesk tokens list`, `show` and `card`: what the console's list and detail screen show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.command import command, noun
from console.cli.completion import columns, sort_fields, view_names
from console.cli.options import AsOfOption, CaseOption, IdArgument, IdsArgument, JsonOption
from console.cli.place import Place

if TYPE_CHECKING:
    from datetime import datetime

    from store.engine import Unit
    from store.opening import Store
    from store.rows import TokenRow

group = noun("Find, look at and change tokens.")

ViewOption = Annotated[
    str | None,
    typer.Option("--view", metavar="NAME", help="A saved view: see `tokendesk views`.", autocompletion=view_names),
]
FilterOption = Annotated[str, typer.Option("--filter", metavar="EXPR", help="Words or field:value, such as idle>90d.")]
SortOption = Annotated[
    str | None,
    typer.Option("--sort", metavar="FIELD", help="The order; -FIELD for the other way round.", autocompletion=sort_fields),
]
LimitOption = Annotated[
    int | None,
    typer.Option("--limit", metavar="N", min=0, help="At most so many; 0 for all. A table stops at 100.", show_default=False),
]
ColumnsOption = Annotated[
    str | None,
    typer.Option("--columns", metavar="A,B,C", help="Which fields, in which order; CSV has no others.", autocompletion=columns),
]


@command(
    group,
    "list",
    "tokendesk tokens list --view unused-90d",
    "tokendesk tokens list --filter 'acct:acme tier:admin' --sort -used --limit 20",
    "tokendesk tokens list --csv > tokens.csv",
)
def list_tokens(
    place: Place,
    view: ViewOption = None,
    filter_text: FilterOption = "",
    sort: SortOption = None,
    limit: LimitOption = None,
    chosen: ColumnsOption = None,
    as_of: AsOfOption = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV with the field names as headings.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List tokens: every one, or those of a saved view or a filter."""
    from console.cli.listing import print_list
    from console.cli.place import asked_at
    from store.errors import BadInput

    if csv and as_json:
        raise BadInput("--csv and --json can't both be printed.", "Choose one of them.")
    form = "csv" if csv else "json" if as_json else "table"
    with place.open() as store:
        now = asked_at(store, as_of)
        print_list(
            store,
            now,
            form,
            view=view,
            filter_text=filter_text,
            sort=sort,
            columns=chosen,
            limit=limit,
            past=as_of is not None,
            actor=place.actor(store),
        )


@command(group, "show", "tokendesk tokens show 7Kq2dR0aW4xZ", "tokendesk tokens show ACME/7Kq2dR0aW4xZ --as-of 2026-02-01")
def show_token(
    place: Place, token: IdArgument, as_of: AsOfOption = None, case: CaseOption = None, as_json: JsonOption = False
) -> None:
    """Show everything about one token: what it may do, its clocks, findings, lineage, usage and audit.

    Looking a token up is noted in the audit log, except with --read-only; under a case its usage is on record as read.
    """
    from console.cli.detail import detail_of, print_detail
    from console.cli.output import print_record
    from console.cli.place import asked_at

    with place.open() as store:
        now = asked_at(store, as_of)
        row = _looked_up(place, store, token, now, past=as_of is not None, case=case, page="usage")
        detail = detail_of(store, row, now, past=as_of is not None)
        if as_json:
            print_record(detail.record())
        else:
            print_detail(detail)


@command(group, "card", "tokendesk tokens card 7Kq2dR0aW4xZ")
def card(place: Place, token: IdArgument, as_of: AsOfOption = None) -> None:
    """Print a paragraph for a ticket: is it used, when last, and why not. Of the secret it has the last four characters."""
    from console.cli.card import card_of
    from console.cli.output import show
    from console.cli.place import asked_at

    with place.open() as store:
        now = asked_at(store, as_of)
        row = _looked_up(place, store, token, now, past=as_of is not None)
        show(card_of(store, row, now))


@command(group, "blast", "tokendesk tokens blast 7Kq2dR0aW4xZ", "tokendesk tokens blast 7Kq2dR0aW4xZ ACME/T02 --json")
def blast(place: Place, tokens: IdsArgument, as_json: JsonOption = False) -> None:
    """Say what breaks if tokens are revoked: who calls, for what, how often, when next, and who else could go on.

    That is noted in the audit log as a look-up, as the console's question is.
    """
    from console.cli.place import now_at
    from console.cli.telling import print_blasts

    with place.open() as store:
        now = now_at(store)
        rows = [_looked_up(place, store, token, now, past=False) for token in tokens]
        print_blasts(store, rows, now, as_json=as_json)


@command(group, "timeline", "tokendesk tokens timeline 7Kq2dR0aW4xZ", "tokendesk tokens timeline 7Kq2dR0aW4xZ --case INC-204")
def timeline(
    place: Place, token: IdArgument, as_of: AsOfOption = None, case: CaseOption = None, as_json: JsonOption = False
) -> None:
    """Tell a token's story: what was done to it, when its calls stopped, and why; under a case that is on record as read."""
    from console.cli.place import asked_at
    from console.cli.telling import print_timeline

    with place.open() as store:
        now = asked_at(store, as_of)
        row = _looked_up(place, store, token, now, past=as_of is not None, case=case, page="timeline")
        print_timeline(store, row, now, as_json=as_json)


@command(group, "split", "tokendesk tokens split 7Kq2dR0aW4xZ", "tokendesk tokens split 7Kq2dR0aW4xZ --days 90 --json")
def split(
    place: Place,
    token: IdArgument,
    days: Annotated[int, typer.Option("--days", metavar="N", min=1, max=400, help="Look back so many days.")] = 30,
    as_json: JsonOption = False,
) -> None:
    """Say which of its scopes were used, by whom, and which narrower tokens would do."""
    from console.cli.place import now_at
    from console.cli.splitting import print_split

    with place.open() as store:
        now = now_at(store)
        print_split(store, _looked_up(place, store, token, now, past=False), now, days, as_json=as_json)


def _looked_up(
    place: Place, store: Store, text: str, now: datetime, *, past: bool, case: str | None = None, page: str = ""
) -> TokenRow:
    """Return the token a person means, with the look-up noted in the audit log, and under a case what of it is read.

    The log keeps the real time of looking, whatever `--as-of` says. A store that can't be written (a standby, a read-only
    file) can still be looked at; the person is told that it was not noted.
    """
    from console.cli.finding import the_token
    from console.cli.output import say
    from console.cli.place import now_at
    from store.errors import StoreError

    row = the_token(store, text, now, past=past)
    if place.read_only:
        return row
    from store.writes.editing import look_up
    from store.writes.orders import LookUpOrder

    order = LookUpOrder(key=row.key, actor=place.actor(store), case=case)

    def work(unit: Unit) -> None:
        look_up(unit, order, now_at(store))
        if case is not None and page:
            from store.rules.cases import Page
            from store.writes.cases import note_usage_read

            note_usage_read(unit, case, row.key, Page(page), order.actor, now_at(store))

    try:
        store.write(work, order.action_id)
    except StoreError as error:
        say(f"This look-up was not noted in the audit log: {error.problem}")
    return row
