"""`tokendesk tokens addresses`: from where a token may be used."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.command import command
from console.cli.options import CaseOption, IdArgument, JsonOption, ReasonOption, YesOption
from console.cli.place import Place
from console.cli.tokens import group


@command(
    group,
    "addresses",
    "tokendesk tokens addresses 7Kq2dR0aW4xZ",
    "tokendesk tokens addresses 7Kq2dR0aW4xZ --allow 203.0.113.0/24 --allow 2001:db8::/48 --yes",
    "tokendesk tokens addresses 7Kq2dR0aW4xZ --clear --yes",
)
def token_addresses(
    place: Place,
    token: IdArgument,
    allow: Annotated[
        list[str] | None,
        typer.Option("--allow", metavar="CIDR", help="A network it may be used from; may be repeated, and replaces what was."),
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Let it be used from anywhere again.")] = False,
    reason: ReasonOption = "",
    case: CaseOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show or set from where a token may be used. The gateway answers ADDRESS_NOT_ALLOWED to all others."""
    from console.cli.change import Given, carried_out, print_changed, target
    from console.cli.finding import the_token
    from console.cli.output import print_record, show
    from console.cli.place import now_at
    from store.errors import BadInput
    from store.reads.gateway_access import allowed_addresses
    from store.rules.networks import networks_of
    from store.writes.addresses import AddressesOrder, allow_addresses

    if allow and clear:
        raise BadInput("--allow and --clear contradict each other.", "Give one of them.")
    if not allow and not clear:
        with place.open() as store:
            row = the_token(store, token, now_at(store))
            with store.reading() as reader:
                found = allowed_addresses(reader, row.key)
        if as_json:
            print_record({"id": row.id, "account": row.account_id, "allowed_addresses": list(found)})
        else:
            show(f"{row.id} may be used from {', '.join(found) if found else 'any address'}.")
        return
    networks = networks_of(allow or ())
    named = ", ".join(map(str, networks))
    where = f"from {named} only" if networks else "from any address"
    with target(place, Given(token, reason, case, yes, as_json)) as given:
        given.ask("change", f"It may be used {where} from then on.")
        order = AddressesOrder(**given.order, networks=networks)
        proof = carried_out(given.store, lambda unit: allow_addresses(unit, order, given.now), order.action_id)
    print_changed(proof, f"{proof.key[1]} may be used {where}", as_json, allowed_addresses=" ".join(map(str, networks)) or None)
