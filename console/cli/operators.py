"""`tokendesk operators add`, `disable` and `list`: our own staff and their roles."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.command import command, noun
from console.cli.completion import roles
from console.cli.options import CaseOption, JsonOption, YesOption
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
    from store.reads.operators import operators
    from store.rules.roles import Role, refuse_first
    from store.writes.people import put_operator

    if role not in list(Role):
        raise BadInput(f"There is no role “{role[:30]}”.", f"Use one of {', '.join(Role)}.")
    with place.open() as store:
        actor = place.actor(store)
        with store.reading() as reader:
            if not operators(reader):
                refuse_first(Role(role))
        seq = store.write(lambda unit: put_operator(unit, name, Role(role), actor, now_at(store)))
    if as_json:
        print_record({"name": name, "role": role, "audit_seq": seq})
        return
    show(f"{name} is an operator now, with the role {role} (audit #{seq}).")
    if actor.name.startswith("local:") and actor.name != f"local:{name}":
        say("From now on only operators can change this store; add yourself as admin if you are not one of them.")


@command(group, "disable", "tokendesk operators disable dana --case HR-12 --yes")
def disable_operator(
    place: Place,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The operator to switch off.", show_default=False)],
    case: CaseOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Switch an operator off: from their next action on they may do nothing. `add` switches them on again."""
    from console.cli.asking import confirmed
    from console.cli.output import print_record, show
    from console.cli.place import now_at
    from store.errors import NotFound
    from store.reads.operators import operators
    from store.writes.people import put_operator

    with place.open() as store:
        actor = place.actor(store)
        with store.reading() as reader:
            role = next((one.role for one in operators(reader) if one.name == name), None)
        if role is None:
            raise NotFound(f"There is no operator {name}.", "`tokendesk operators list` shows them.")
        confirmed(yes, [f"{name}, {role}: may do nothing any more."], "switch them off")
        seq = store.write(lambda unit: put_operator(unit, name, role, actor, now_at(store), active=False, case=case))
    if as_json:
        print_record({"name": name, "role": role.value, "active": False, "audit_seq": seq})
    else:
        show(f"{name} is switched off (audit #{seq}).")


@command(group, "list", "tokendesk operators list --json")
def list_operators(place: Place, as_json: JsonOption = False) -> None:
    """List the operators."""
    from console.cli.output import print_array, print_table, say
    from console.cli.place import now_at
    from console.render.operator_rows import sign_in_words
    from console.reports.cells import moment_words, stamped
    from store.reads.operators import operator_lines
    from store.reads.sessions import keys_of

    with place.open() as store, store.reading() as reader:
        found = operator_lines(reader, now_at(store))
        keys = keys_of(reader)
    if as_json:
        print_array(
            {
                "name": one.name,
                "role": one.role.value,
                "active": one.active,
                "passphrase": one.passphrase,
                "ssh_keys": [key.fingerprint for key in keys if key.operator == one.name],
                "created_at": stamped(one.created_at),
                "last_action": one.last_action or None,
                "last_action_at": stamped(one.last_at),
                "actions_30d": one.actions_30d,
            }
            for one in found
        )
        return
    if not found:
        say("No operators are set up: the person at this machine is the admin.")
        return
    rows = [
        (
            one.name,
            one.role.value,
            "yes" if one.active else "no",
            sign_in_words(one),
            one.last_action,
            moment_words(one.last_at),
            f"{one.actions_30d:,}",
        )
        for one in found
    ]
    print_table(("Name", "Role", "Active", "Signs in by", "Last action", "At", "In 30 days"), rows, right=frozenset({6}))
