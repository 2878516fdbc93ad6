"""`tokendesk audit`: what was done, by whom, whether the log is whole, and what is kept of it outside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.command import command, noun
from console.cli.completion import audit_actions
from console.cli.options import JsonOption
from console.cli.place import Place

if TYPE_CHECKING:
    from store.opening import Store
    from store.rows import AuditRow, TokenKey

KeyOption = Annotated[
    Path | None,
    typer.Option("--key", metavar="FILE", help="A file of 16 bytes or more, kept outside the store, that seals what is kept."),
]

group = noun("Read the audit log and check that it is whole.")


@command(
    group,
    "list",
    "tokendesk audit list --action revoke --since 2026-03-01",
    "tokendesk audit list --token ACME/7Kq2dR0aW4xZ --json",
    "tokendesk audit list --filter 'actor:priya after:2026-02-01 zapier'",
)
def list_audit(
    place: Place,
    token: Annotated[str | None, typer.Option("--token", metavar="ID", help="Only of this token: its id, or ACCOUNT/ID.")] = None,
    actor: Annotated[str | None, typer.Option("--actor", metavar="NAME", help="Only by this operator.")] = None,
    action: Annotated[
        str | None,
        typer.Option("--action", metavar="WORD", help="Only this action, such as revoke.", autocompletion=audit_actions),
    ] = None,
    case: Annotated[str | None, typer.Option("--case", metavar="CASE", help="Only filed under this case.")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="TIME", help="Only at or after this time.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="TIME", help="Only before this time.")] = None,
    filter_text: Annotated[
        str, typer.Option("--filter", metavar="EXPR", help="Only what this finds, in the words of the console's audit list.")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=1_000_000, help="At most so many, the newest.")] = 100,
    as_json: JsonOption = False,
) -> None:
    """List audit lines, newest first."""
    from console.cli.audit_lines import audit_words
    from console.cli.output import print_array, say, show
    from console.cli.place import now_at
    from console.cli.pointing import checked
    from console.cli.times import moment_of
    from console.reports.audit_fields import audit_record
    from store.errors import BadInput
    from store.reads.audit import lines
    from store.reads.audit_list import SEARCHED, audit_lines, searched_from
    from store.rules.audit_filter import parse_audit

    if filter_text and any((token, actor, action, case, since, until)):
        raise BadInput("--filter says it all.", "Write the others into it: actor: action: token: case: reason: after: before:.")
    wanted = parse_audit(checked(filter_text, parse_audit))
    begin = moment_of(since, "--since") if since else None
    end = moment_of(until, "--until") if until else None
    _check_action(action)
    with place.open() as store:
        key = _key_of(store, token) if token else None
        with store.reading() as reader:
            if filter_text:
                found: Sequence[AuditRow] = audit_lines(reader, wanted, now_at(store), limit)
                if searched_from(reader, wanted) is not None:
                    say(f"The words were looked for in the newest {SEARCHED:,} lines.")
            else:
                found = lines(reader, key=key, actor=actor, action=action, case=case, since=begin, until=end, limit=limit)
    if as_json:
        print_array(audit_record(line) for line in found)
        return
    for line in found:
        show(audit_words(line))
    say(f"{len(found):,} audit line{'s' * (len(found) != 1)}{', the newest; --limit shows more' * (len(found) == limit)}.")


@command(
    group,
    "verify",
    "tokendesk audit verify",
    "tokendesk audit verify --against acme-2026-02.csv.txt",
    "tokendesk audit verify --against checkpoints.txt --key audit.key",
)
def verify_audit(
    place: Place,
    against: Annotated[
        Path | None,
        typer.Option("--against", metavar="FILE", help="What was kept: a report, an export or a checkpoint must still hold."),
    ] = None,
    key: KeyOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check every line, every link and every token's state; exits with 1 when something is not as it was recorded."""
    from console.cli.audit_outside import verify_log

    verify_log(place, against, key, as_json=as_json)


@command(
    group,
    "export",
    "tokendesk audit export -o audit.jsonl",
    "tokendesk audit export --from 881 --key audit.key -o audit-2.jsonl",
    "tokendesk audit export | head -2",
)
def export_audit(
    place: Place,
    first: Annotated[int, typer.Option("--from", metavar="SEQ", min=1, help="Begin with this line of the log.")] = 1,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write it here instead of standard output.")
    ] = None,
    key: KeyOption = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write the log as JSON Lines, which `tokendesk audit verifier` checks anywhere. Reasons and hosts stay in the store."""
    from console.cli.audit_outside import export_log

    export_log(place, first, output, key, force=force)


@command(group, "checkpoint", "tokendesk audit checkpoint --key audit.key >> checkpoints.txt")
def checkpoint_audit(place: Place, key: KeyOption = None) -> None:
    """Print the log's newest number and hash, sealed with a key: keep it where the owner of the database can't write."""
    from console.cli.audit_outside import print_checkpoint

    print_checkpoint(place, key)


@command(group, "verifier", "tokendesk audit verifier > verify.py", "python3 verify.py audit.jsonl --against report.pdf")
def print_verifier(place: Place) -> None:
    """Print a program that checks an export without this one, with nothing but Python; its first lines tell the format."""
    from importlib.resources import files

    print(files("console.audit").joinpath("verifier.py").read_text("ascii"), end="")


def _check_action(action: str | None) -> None:
    from store.errors import BadInput
    from store.rules.actions import Action

    if action is not None and action not in list(Action):
        raise BadInput(f"There is no action “{action[:40]}”.", f"Use one of {', '.join(Action)}.")


def _key_of(store: Store, text: str) -> TokenKey:
    from console.cli.finding import the_token
    from console.cli.place import now_at

    return the_token(store, text, now_at(store)).key
