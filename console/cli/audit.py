"""`tokendesk audit list` and `verify`: what was done, by whom, and whether the log is whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.command import command, noun
from console.cli.completion import audit_actions
from console.cli.options import JsonOption
from console.cli.place import Place

if TYPE_CHECKING:
    from store.opening import Store
    from store.rows import AuditRow, TokenKey

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
        raise BadInput("--filter says it all.", "Write the others into it: actor: action: token: case: after: before:.")
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


@command(group, "verify", "tokendesk audit verify")
def verify_audit(place: Place, as_json: JsonOption = False) -> None:
    """Check every line, every link and every token's state; exits with 1 when something is not as it was recorded."""
    from console.cli.output import print_record, say, show
    from console.cli.progress import counting
    from store.reads.verify import verify

    with place.open() as store, store.reading() as reader, counting("audit lines checked") as progress:
        verdict = verify(reader, progress)
    if as_json:
        print_record(
            {
                "whole": verdict.whole,
                "lines": verdict.lines,
                "head": verdict.head,
                "broken_at": verdict.broken_at,
                "problem": verdict.problem or None,
            }
        )
    elif verdict.whole:
        show(f"The audit log is whole: {verdict.lines:,} lines, head {verdict.head}.")
    if not verdict.whole:
        say(f"{verdict.problem} Keep a copy of the store as it is and find out who could write to it.")
        raise typer.Exit(1)


def _check_action(action: str | None) -> None:
    from store.errors import BadInput
    from store.rules.actions import Action

    if action is not None and action not in list(Action):
        raise BadInput(f"There is no action “{action[:40]}”.", f"Use one of {', '.join(Action)}.")


def _key_of(store: Store, text: str) -> TokenKey:
    from console.cli.finding import the_token
    from console.cli.place import now_at

    return the_token(store, text, now_at(store)).key
