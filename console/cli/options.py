"""The options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli import completion

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The token's public id, or ACCOUNT/ID.", show_default=False)]
IdsArgument = Annotated[
    list[str], typer.Argument(metavar="ID...", help="The tokens' public ids, or ACCOUNT/ID.", show_default=False)
]
ReasonOption = Annotated[str, typer.Option("--reason", metavar="WORDS", help="Why; kept in the audit log.")]
CaseOption = Annotated[str | None, typer.Option("--case", metavar="CASE", help="The incident or ticket it is filed under.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="TIME", help="Look at the store as it was then, such as 2026-03-16 or 2026-03-16T09:00Z."),
]
StoreOption = Annotated[
    str | None,
    typer.Option("--store", metavar="URL", help="The store: a file, sqlite:///FILE or postgresql://USER@HOST/NAME."),
]
ReadOnlyOption = Annotated[bool, typer.Option("--read-only", help="Change nothing, whatever your role allows.")]
OperatorOption = Annotated[
    str | None,
    typer.Option("--operator", metavar="NAME", help="Who you are, where people share one user of this machine."),
]
ProfileOption = Annotated[
    str | None,
    typer.Option("--profile", metavar="NAME", help="The profile to use.", autocompletion=completion.profiles),
]
