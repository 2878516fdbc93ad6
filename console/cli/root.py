"""`tokendesk` itself: the options in front of every command, and the console when there is no command."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli import (
    accounts,
    addresses,
    approving,
    audit,
    cases,
    changes,
    config,
    dashboard,
    demo,
    doctor,
    drill,
    gateway,
    imports,
    members,
    minting,
    notices,
    operator_proofs,
    operators,
    policy,
    policy_due,
    policy_rules,
    report,
    reviews,
    scopes,
    signing_in,
    slo,
    tokens,
    triage,
    views,
)  # fmt: skip
from console.cli import store as store_noun
from console.cli.command import example_text
from console.cli.completion import themes
from console.cli.options import OperatorOption, ProfileOption, ReadOnlyOption, StoreOption
from console.cli.place import Place

ORDER = (
    "tokens", "views", "dashboard", "slo", "accounts", "scopes", "triage", "cases", "notices", "report",
    "import", "audit", "reviews", "store", "policy", "operators", "sign-in", "sign-out", "gateway", "config", "demo",
    "drill", "doctor",
)  # fmt: skip


class Ordered(typer.core.TyperGroup):
    """Lists the commands in our order: first what is used every day."""

    def list_commands(self, ctx: object) -> list[str]:
        """Return the names of the commands."""
        del ctx
        return list(ORDER)


app = typer.Typer(
    cls=Ordered,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=False,
    epilog=example_text(
        (
            "tokendesk demo                              a store of examples to look around in",
            "tokendesk store init                        make your own",
            "tokendesk import tokens inventory.csv       bring in what you have",
            "tokendesk tokens list --view unused-90d     who could be let go",
        )
    ),
)

for noun, name in (
    (tokens.group, "tokens"),
    (accounts.group, "accounts"),
    (scopes.group, "scopes"),
    (imports.group, "import"),
    (cases.group, "cases"),
    (notices.group, "notices"),
    (audit.group, "audit"),
    (reviews.group, "reviews"),
    (store_noun.group, "store"),
    (policy.group, "policy"),
    (operators.group, "operators"),
    (gateway.group, "gateway"),
    (drill.group, "drill"),
):
    app.add_typer(noun, name=name)
app.add_typer(policy.group, name="policies", hidden=True)
for command in (views, dashboard, slo, triage, report, signing_in, config, demo, doctor):
    command.join(app)
_FILLED = (addresses, approving, changes, members, minting, operator_proofs, policy_due, policy_rules)
"""Imported for the commands they add to `tokens`, `accounts`, `operators` and `policy`."""


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"tokendesk {version('tokendesk')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def tokendesk(
    ctx: typer.Context,
    store: StoreOption = None,
    read_only: ReadOnlyOption = False,
    slow: Annotated[bool, typer.Option("--slow", help="Save bytes on a slow line: less movement in the console.")] = False,
    theme: Annotated[
        str | None, typer.Option("--theme", metavar="NAME", help="The console's colours.", autocompletion=themes)
    ] = None,
    profile: ProfileOption = None,
    operator: OperatorOption = None,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Find, understand, rotate and revoke your customers' API tokens.

    Without a command it opens the console. The store is what --store says, or TOKENDESK_STORE, or your profile, or a file
    in your data folder; `tokendesk config` says what comes from where.
    """
    del version
    ctx.obj = Place(store, read_only, slow, theme, profile, operator)
    if ctx.invoked_subcommand is None:
        from console.cli.opening import open_console

        open_console(ctx.obj)
