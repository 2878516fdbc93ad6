"""`tokendesk gateway serve` and `gateway callers`: checking tokens over HTTP, and who may ask."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.cli.command import command, noun
from console.cli.options import CaseOption, JsonOption, YesOption
from console.cli.place import Place

group = noun("Check tokens over HTTP for a proxy in front of your API.")
callers = noun("Say which programs may ask the gateway what a token is, and revoke it.")
group.add_typer(callers, name="callers")


@command(
    group,
    "serve",
    "tokendesk gateway serve --trusted 127.0.0.1",
    "tokendesk gateway serve --listen 10.0.0.5:8790 --tls-cert gw.crt --tls-key gw.key",
    "curl -i -H 'Authorization: Bearer TOKEN' 'localhost:8790/check?scope=orders.read'",
)
def serve_gateway(
    place: Place,
    listen: Annotated[str, typer.Option("--listen", metavar="HOST:PORT", help="Where to listen.")] = "127.0.0.1:8790",
    name: Annotated[
        str | None,
        typer.Option("--name", metavar="NAME", help="What it is called; by default HOST-PORT.", show_default=False),
    ] = None,
    cache: Annotated[
        str,
        typer.Option("--cache", metavar="TIME", help="How long a look-up may be remembered, such as 30s; 0 for never."),
    ] = "30s",
    grace: Annotated[
        str,
        typer.Option(
            "--grace", metavar="TIME", help="How much longer tokens that were valid are accepted while the store is away."
        ),
    ] = "0",
    trusted: Annotated[
        list[str] | None,
        typer.Option(
            "--trusted",
            metavar="NETWORK",
            help="A proxy whose X-Forwarded-For, X-Real-IP and X-Original-URI are believed; may be repeated.",
            show_default=False,
        ),
    ] = None,
    service: Annotated[
        list[str] | None,
        typer.Option(
            "--service",
            metavar="NAME",
            help="A name ?service= may have in the numbers; without any the first 50 that come.",
            show_default=False,
        ),
    ] = None,
    spool: Annotated[
        Path | None,
        typer.Option("--spool", metavar="FOLDER", help="Where checks are kept until they are counted.", show_default=False),
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option("--tls-cert", metavar="FILE", help="The certificate to serve HTTPS with.", show_default=False)
    ] = None,
    key: Annotated[Path | None, typer.Option("--tls-key", metavar="FILE", help="Its private key.", show_default=False)] = None,
) -> None:
    """Answer a proxy's question whether a request may pass, until Ctrl+C.

    GET /check, or anything under it and any method, wants a token as `Authorization: Bearer` or `X-Api-Key`. It answers 200
    for a valid token; 401 for an unknown, damaged, expired, suspended or revoked one; 403 when a scope named by ?scope= or
    X-Required-Scope is missing, or the address is not allowed; 503 while the store can't be asked. X-Tokendesk-Outcome says
    which, X-Token-Id and X-Account-Id whose.

    A revocation is refused at once on SQLite, as soon as PostgreSQL tells of it, and after --cache at the latest. While the
    store is away nothing is accepted beyond --cache and --grace. Every check is counted as usage,
    exactly once; one that is killed can lose the last 200 ms.

    POST /introspect (RFC 7662) and /revoke (RFC 7009) are for programs named with `gateway callers add`; /healthz, /readyz
    and /metrics are for whoever runs it.
    """
    from console.cli.gateway_options import name_of, place_of, seconds_of, spool_of
    from console.cli.place import now_at
    from store.errors import BadInput
    from store.gateway.serving import Settings, require_extra, serve
    from store.rules.networks import networks_of

    require_extra()
    place.refuse_read_only()
    if (certificate is None) != (key is None):
        raise BadInput("A certificate needs its key, and a key its certificate.", "Give both --tls-cert and --tls-key.")
    host, port = place_of(listen)
    called = name_of(name, port)
    with place.open() as store:
        settings = Settings(
            name=called,
            host=host,
            port=port,
            lifetime=seconds_of(cache, "--cache"),
            grace=seconds_of(grace, "--grace"),
            trusted=networks_of(trusted or ()),
            services=tuple(service or ()),
            spool=spool_of(spool, store.facts.store_id, called),
            certificate=certificate,
            key=key,
        )
        serve(store, settings, lambda: now_at(store))


@command(callers, "add", "tokendesk gateway callers add orders-api", "tokendesk gateway callers add portal --may-revoke --json")
def add_caller(
    place: Place,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the program is called.", show_default=False)],
    may_revoke: Annotated[bool, typer.Option("--may-revoke", help="It may revoke tokens whose secret it shows.")] = False,
    case: CaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add a program that may ask, and print its secret, once: it is the password of HTTP Basic, NAME the user."""
    from console.cli.output import print_record, say
    from console.cli.place import now_at
    from store.rules.gateway_callers import new_caller_secret
    from store.writes.gateway_callers import CallerOrder, add_caller

    with place.open() as store:
        mint = store.mint()
        secret = new_caller_secret(mint.brand)
        order = CallerOrder(name=name, actor=place.actor(store), secret=secret, may_revoke=may_revoke, case=case)
        seq = store.write(lambda unit: add_caller(unit, order, now_at(store), mint), order.action_id)
    if as_json:
        print_record({"name": name, "may_revoke": may_revoke, "audit_seq": seq, "secret": secret.reveal()})
    else:
        print(secret.reveal())
    say(f"{name} may ask the gateway{' and revoke' if may_revoke else ''} (audit #{seq}).")
    say("The secret on standard output is the only copy: put it in a vault now, it can't be shown again.")


@command(callers, "remove", "tokendesk gateway callers remove orders-api --yes")
def remove_caller(
    place: Place,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The program.", show_default=False)],
    case: CaseOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Take a program's right to ask away, from its next question on."""
    from console.cli.asking import confirmed
    from console.cli.output import print_record, show
    from console.cli.place import now_at
    from store.writes.gateway_callers import CallerOrder, remove_caller

    with place.open() as store:
        order = CallerOrder(name=name, actor=place.actor(store), case=case)
        confirmed(yes, [f"{name}: may ask nothing any more."], "remove it")
        seq = store.write(lambda unit: remove_caller(unit, order, now_at(store)), order.action_id)
    if as_json:
        print_record({"name": name, "active": False, "audit_seq": seq})
    else:
        show(f"{name} may not ask any more (audit #{seq}).")


@command(callers, "list", "tokendesk gateway callers list --json")
def list_callers(place: Place, as_json: JsonOption = False) -> None:
    """List the programs that may ask, and those that might once."""
    from console.cli.output import print_array, print_table, say
    from console.reports.cells import moment_words, stamped
    from store.reads.gateway_access import callers

    with place.open() as store, store.reading() as reader:
        found = callers(reader)
    if as_json:
        print_array(
            {
                "name": one.name,
                "active": one.active,
                "may_revoke": one.may_revoke,
                "created_at": stamped(one.created_at),
                "created_by": one.created_by,
            }
            for one in found
        )
        return
    if not found:
        say("No program may ask yet: `tokendesk gateway callers add NAME` adds one.")
        return
    rows = [
        (one.name, "yes" if one.active else "no", "yes" if one.may_revoke else "no", moment_words(one.created_at), one.created_by)
        for one in found
    ]
    print_table(("Name", "Active", "May revoke", "Added", "By"), rows)
