"""`tokendesk store init`, `upgrade`, `info` and `check`: making a store and keeping it well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.command import command, noun
from console.cli.options import JsonOption, ReasonOption
from console.cli.place import Place

if TYPE_CHECKING:
    from store.opening import Store

group = noun("Make a store, describe it, check it, bring it up to date.")


@command(
    group,
    "init",
    "tokendesk store init",
    "tokendesk store init --store postgresql://keys@db1/keys --environment production",
    "tokendesk store init --store postgresql://keys@db1/keys --roles --print",
)
def init_store(
    place: Place,
    brand: Annotated[str, typer.Option("--brand", metavar="WORD", help="How its tokens begin; fixed from now on.")] = "tkd",
    environment: Annotated[str, typer.Option("--environment", metavar="WORD", help="What the console calls this store.")] = "",
    roles: Annotated[
        bool,
        typer.Option("--roles", help="PostgreSQL: set up roles with only the rights they need, in a store that is there too."),
    ] = False,
    print_sql: Annotated[
        bool, typer.Option("--print", help="With --roles: print the SQL to run by hand, and do nothing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Make an empty store and its key. A database that holds one already is left as it is."""
    from datetime import UTC, datetime

    from console.cli.output import say, show
    from console.cli.roles import begin_roles, say_roles
    from store.creation import create_store
    from store.keys import key_file

    if (roles or print_sql) and begin_roles(place, roles=roles, print_sql=print_sql):
        return
    place.refuse_read_only()
    address = place.address()
    store = create_store(address, datetime.now(UTC), brand=brand, environment=environment, roles=roles)
    try:
        if as_json:
            _print_info(store, as_json)
            return
        show(f"Made a store at {address.label}.")
        say(f"Its key is {key_file(store.facts.store_id, store.facts.key_id)}: keep a copy of it in a safe place.")
        if roles:
            say_roles()
        say("Next: `tokendesk import tokens FILE`, or `tokendesk` to open the console.")
    finally:
        store.close()


@command(group, "upgrade", "tokendesk store upgrade --store ./tokens.db")
def upgrade(place: Place) -> None:
    """Bring a store made by an older tokendesk up to date, all of it or nothing. Make a backup first."""
    from console.cli.output import show
    from store.creation import upgrade_store
    from store.reads.facts import SCHEMA

    place.refuse_read_only()
    address = place.address()
    upgrade_store(address)
    show(f"The store at {address.label} is up to date: schema {SCHEMA}.")


@command(group, "info", "tokendesk store info --json")
def info(place: Place, as_json: JsonOption = False) -> None:
    """Describe the store: where it is, its schema, brand and key, and how far usage is recorded."""
    with place.open() as store:
        _print_info(store, as_json)


@command(group, "check", "tokendesk store check")
def check(place: Place, as_json: JsonOption = False) -> None:
    """Check file permissions, schema, settings, damage, key and the audit log; exits with 1 when something is wrong."""
    from console.cli.output import print_array, show
    from console.cli.progress import counting
    from store.inspection import inspect

    with place.open() as store, counting("audit lines checked") as progress:
        checks = inspect(store, progress)
    if as_json:
        print_array(
            {"check": one.name, "ok": not one.problem, "problem": one.problem or None, "note": one.note or None} for one in checks
        )
    else:
        for one in checks:
            show(f"{'WRONG' if one.problem else 'ok':<6} {one.name:<10} {one.problem or one.note}".rstrip())
    if any(one.problem for one in checks):
        raise typer.Exit(1)


@command(group, "maintain", "tokendesk store maintain")
def maintain_store(place: Place, as_json: JsonOption = False) -> None:
    """Close ended tokens, let go of usage older than it is kept, make partitions ahead. Run it once a day; stop it any time."""
    from console.cli.maintaining import run_maintenance

    run_maintenance(place, as_json=as_json)


@command(group, "retention", "tokendesk store retention", "tokendesk store retention --keep hourly=500 --reason 'audit window'")
def retention(
    place: Place,
    keep: Annotated[list[str] | None, typer.Option("--keep", metavar="KIND=DAYS", help="Keep a kind for so many days.")] = None,
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say how long usage is kept, by kind, or change it. Whole months are let go, by `tokendesk store maintain`."""
    from console.cli.maintaining import show_retention

    show_retention(place, keep or [], reason, as_json=as_json)


def _print_info(store: Store, as_json: bool) -> None:
    from console.cli.output import print_record, show
    from console.cli.place import now_at
    from console.render.freshness import ahead_words
    from console.reports.cells import Value, stamped
    from store.reads.audit import head
    from store.reads.tokens import Question, count

    facts = store.facts
    with store.reading() as reader:
        tokens = count(reader, Question(), now_at(store))
        lines, newest = head(reader)
    record: dict[str, Value] = {
        "store": store.address.label,
        "kind": "sqlite" if store.address.is_sqlite else "postgresql",
        "store_id": facts.store_id,
        "schema": facts.schema,
        "brand": facts.brand,
        "environment": facts.environment,
        "key_id": facts.key_id,
        "demo_now": stamped(facts.demo_now),
        "tokens": tokens,
        "audit_lines": lines,
        "audit_head": newest,
        "usage_recorded_to": stamped(facts.freshness.recorded_to),
        "usage_tracked_since": stamped(facts.freshness.tracking_since),
        "events_ahead": ahead_words(facts.freshness) or None,
    }
    if as_json:
        print_record(record)
        return
    for name, value in record.items():
        show(f"{name.replace('_', ' '):<20} {'-' if value in (None, '') else value}")
