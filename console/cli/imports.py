"""`tokendesk import tokens`, `import people` and `import usage`: running one again changes nothing twice."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.command import command, noun
from console.cli.completion import environments, token_formats, usage_formats
from console.cli.options import JsonOption
from console.cli.place import Place

group = noun("Bring in tokens, people and usage from files.")

DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")]
StrictOption = Annotated[bool, typer.Option("--strict", help="Refuse the whole file when one line is bad.")]
FileArgument = Annotated[str, typer.Argument(metavar="FILE", help="The file; - for standard input.", show_default=False)]
FilesArgument = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="Gateway logs, also gzip; - for standard input.", show_default=False)
]
TokenFormatOption = Annotated[
    str | None,
    typer.Option("--format", metavar="NAME", help="Which kind of file; found out without.", autocompletion=token_formats),
]
UsageFormatOption = Annotated[
    str | None,
    typer.Option("--format", metavar="NAME", help="Which kind of log; found out without.", autocompletion=usage_formats),
]
AccountOption = Annotated[str, typer.Option("--account", metavar="ID", help="The account, for files that name none of ours.")]
EnvironmentOption = Annotated[
    str,
    typer.Option("--environment", metavar="WORD", help="live or test, for files that name none.", autocompletion=environments),
]
TokenFieldOption = Annotated[
    str, typer.Option("--token-field", metavar="NAME", help="Where the token id stands, if not at the format's own place.")
]
FollowOption = Annotated[
    bool, typer.Option("--follow", help="Go on counting as the log is written, across rotation, until Ctrl+C or SIGTERM.")
]
CompleteOption = Annotated[
    str | None, typer.Option("--complete-since", metavar="TIME", help="The logs hold every request since then.")
]


@command(
    group,
    "tokens",
    "tokendesk import tokens inventory.csv --dry-run",
    "tokendesk import tokens gitlab.json --format gitlab-json --account ACME",
)
def import_token_file(
    place: Place,
    file: FileArgument,
    form: TokenFormatOption = None,
    account: AccountOption = "",
    environment: EnvironmentOption = "live",
    dry_run: DryRunOption = False,
    strict: StrictOption = False,
    as_json: JsonOption = False,
) -> None:
    """Bring in tokens, accounts and members. What was changed here since is kept; a plaintext secret is dropped."""
    from console.cli.bringing_in import bring_in_tokens

    bring_in_tokens(
        place, file, form=form, account=account, environment=environment, dry_run=dry_run, strict=strict, as_json=as_json
    )


@command(group, "people", "tokendesk import people people.csv --dry-run", "tokendesk import people - < people.json")
def import_people_file(
    place: Place, file: FileArgument, dry_run: DryRunOption = False, as_json: JsonOption = False
) -> None:  # fmt: skip
    """Bring in the people of accounts and their e-mail addresses, from CSV or JSON.

    Columns: account, id, name, email, admin, active; the first two are needed, and what a row leaves empty stays as it is.
    `none` as an e-mail forgets the one on record. The accounts must be here; a bad line loses itself.
    """
    from console.cli.bringing_in import bring_in_people

    bring_in_people(place, file, dry_run=dry_run, as_json=as_json)


@command(
    group,
    "usage",
    "tokendesk import usage /var/log/nginx/access.log",
    "zcat access.log.*.gz | tokendesk import usage -",
    "tokendesk import usage --follow /var/log/nginx/access.log",
)
def import_usage_files(
    place: Place,
    files: FilesArgument,
    form: UsageFormatOption = None,
    token_field: TokenFieldOption = "",
    complete_since: CompleteOption = None,
    follow: FollowOption = False,
    dry_run: DryRunOption = False,
    strict: StrictOption = False,
    as_json: JsonOption = False,
) -> None:
    """Count the requests in gateway logs. A log that is read again counts nothing twice; one that grew is read on.

    So is a pipe that begins as it did before. One that begins in the middle of a log, as of `tail -F`, counts again what it
    repeats: use --follow there.

    With --follow, one log is followed by its name, also when it is renamed and made anew or cut to nothing. It may be
    stopped or killed at any time: started again, it goes on where it was, and finds what was rotated away meanwhile as
    FILE.1 to FILE.9, also gzip. It says so when it does not find it.
    """
    from console.cli.reading_logs import bring_in_usage, follow_log
    from console.cli.times import moment_of
    from store.errors import BadInput

    if follow:
        if dry_run or strict or complete_since:
            raise BadInput("--follow goes without --dry-run, --strict and --complete-since.", "Leave them out.")
        follow_log(place, files, form=form, token_field=token_field, as_json=as_json)
        return
    since = moment_of(complete_since, "--complete-since") if complete_since else None
    bring_in_usage(place, files, form=form, token_field=token_field, since=since, dry_run=dry_run, strict=strict, as_json=as_json)
