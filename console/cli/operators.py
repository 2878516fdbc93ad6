"""`tokendesk operators add` and `list`: our own staff and their roles."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.command import command, noun
from console.cli.completion import roles
from console.cli.options import JsonOption
from console.cli.place import Place

group = noun("Say who works here and what they may do.")


@command(group, "add", "tokendesk operators add dana --role on-call")
def add_operator(
    place: Place,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The person's user name on this machine.", show_default=False)],
    role: Annotated[
        str,
        typer.Option(
            "--role",
            metavar="ROLE",
            help="auditor, support, on-call, security or admin.",
            show_default=False,
            autocompletion=roles,
        ),
    ],
    as_json: JsonOption = False,
) -> None:
    """Add an operator, or give a known one another role. The first one ought to be you, as admin."""
    from console.cli.output import print_record, say, show
    from console.cli.place import now_at
    from store.errors import BadInput
    from store.rules.roles import Role
    from store.writes.people import put_operator

    if role not in list(Role):
        raise BadInput(f"There is no role “{role[:30]}”.", f"Use one of {', '.join(Role)}.")
    with place.open() as store:
        actor = place.actor(store)
        seq = store.write(lambda unit: put_operator(unit, name, Role(role), actor, now_at(store)))
    if as_json:
        print_record({"name": name, "role": role, "audit_seq": seq})
        return
    show(f"{name} is an operator now, with the role {role} (audit #{seq}).")
    if actor.name.startswith("local:") and actor.name != f"local:{name}":
        say("From now on only operators can change this store; add yourself as admin if you are not one of them.")


@command(group, "list", "tokendesk operators list --json")
def list_operators(place: Place, as_json: JsonOption = False) -> None:
    """List the operators."""
    from console.cli.output import print_array, print_table, say
    from console.reports.cells import stamped
    from store.reads.operators import operators

    with place.open() as store, store.reading() as reader:
        found = operators(reader)
    if as_json:
        print_array(
            {"name": one.name, "role": one.role.value, "active": one.active, "created_at": stamped(one.created_at)}
            for one in found
        )
        return
    if not found:
        say("No operators are set up: the person at this machine is the admin.")
        return
    rows = [(one.name, one.role.value, "yes" if one.active else "no") for one in found]
    print_table(("Name", "Role", "Active"), rows)
